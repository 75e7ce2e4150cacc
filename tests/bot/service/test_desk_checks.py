"""``doctor`` looks at the desks that answer by hand: whether they exist, and ever open."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from bot.ops.setting_types import DeskGroup
from bot.ops.settings import Settings
from bot.service.doctor.desk_checks import desk_groups, desk_hours
from tests.fakes.bot_api import FakeBotApi

pytestmark = pytest.mark.asyncio
GROUP = -1_000_000_000_007
CONTENT = Path(__file__).parents[2] / "content"


def settings(**given: Any) -> Settings:  # noqa: ANN401 - as Settings takes them
    wanted = {"kb_dir": CONTENT, "desk_groups": (DeskGroup("atelier", GROUP),), **given}
    return Settings(_env_file=None, **wanted)  # type: ignore[call-arg]


def content_with(folder: Path, *lines: str) -> Path:
    """The small content, whose workshop has more lines in its head."""
    base = folder / "content"
    shutil.copytree(CONTENT, base)
    file = base / "desks" / "atelier.md"
    file.write_text(file.read_text().replace("---\n", "\n".join(["---", *lines, ""]), 1))
    return base


async def test_groups_are_looked_at_where_desks_have_some() -> None:
    async with FakeBotApi() as api:
        api.found_forum(GROUP)
        served = {"telegram_bot_token": api.token, "telegram_base_url": api.base_url}
        (found,) = await desk_groups(settings(**served))
        assert found.state == "ok"
        strange = settings(**served, desk_groups=(DeskGroup("cave", GROUP),))
        unknown, _ = await desk_groups(strange)
        assert (unknown.state, "cave" in unknown.detail) == ("FAIL", True)
    (lonely,) = await desk_groups(settings())
    assert "TELEGRAM_BOT_TOKEN" in lonely.todo
    unknown, lonely = await desk_groups(settings(desk_groups=(DeskGroup("cave", GROUP),)))
    assert ("cave" in unknown.detail, "TELEGRAM_BOT_TOKEN" in lonely.todo) == (True, True)
    assert await desk_groups(settings(desk_groups=())) == []


@pytest.mark.parametrize(
    ("lines", "state", "words"),
    [
        ((), "warn", "always open"),
        (('hours: {lun-dim: "0:00-23:59"}',), "ok", "open now"),
        (
            ('hours: {lun: "9:00-12:00"}', 'closed: ["2020-01-01/2099-12-31"]'),
            "FAIL",
            "never opens",
        ),
    ],
)
async def test_hours_in_which_nothing_can_be_promised_are_named(
    tmp_path: Path, lines: tuple[str, ...], state: str, words: str
) -> None:
    kb = content_with(tmp_path, *lines)
    (found,) = await desk_hours(settings(kb_dir=kb, telegram_bot_token="1:x"))
    assert (found.name, found.state) == ("hours of atelier", state)
    assert words in found.detail


async def test_hours_are_nobody_s_where_no_desk_answers() -> None:
    assert await desk_hours(settings(desk_groups=())) == []
