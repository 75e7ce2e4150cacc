"""``doctor`` says what a desk's group lacks, before a ticket finds out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.channels.telegram.desks.diagnose_groups import diagnose_groups
from bot.ops.setting_types import DeskGroup
from tests.fakes.bot_api import FakeBotApi

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.ops.findings import Finding

pytestmark = pytest.mark.asyncio
GROUP, MOVED = -1_000_000_000_007, -1_000_000_000_700


async def found(spoil: Callable[[FakeBotApi], object]) -> Finding:
    """What is said of a group that something was done to."""
    async with FakeBotApi() as api:
        api.found_forum(GROUP)
        spoil(api)
        groups = (DeskGroup("atelier", GROUP), DeskGroup("abonnements", GROUP))
        (finding,) = await diagnose_groups(api.token, api.base_url, groups)
    assert api.token not in repr(finding)
    return finding


def demote(api: FakeBotApi) -> None:
    api.chats.forums[GROUP].admin = False


def switch_off(api: FakeBotApi) -> None:
    api.chats.forums[GROUP].on = False


def move(api: FakeBotApi) -> None:
    api.chats.moved[GROUP] = MOVED


@pytest.mark.parametrize(
    ("spoil", "state", "words"),
    [
        (lambda _: None, "ok", "for atelier, abonnements"),
        (switch_off, "warn", "no topics"),
        (lambda api: api.chats.forums[GROUP].rights.discard("topics"), "FAIL", "managing topics"),
        (demote, "FAIL", "privacy mode"),
        (lambda api: api.chats.kicked.add(GROUP), "FAIL", "nothing reaches atelier"),
        (move, "FAIL", str(MOVED)),
    ],
)
async def test_each_thing_that_a_group_lacks_is_named_with_what_to_do(
    spoil: Callable[[FakeBotApi], object], state: str, words: str
) -> None:
    finding = await found(spoil)
    assert finding.state == state
    assert words in f"{finding.detail} {finding.todo}"
    assert bool(finding.todo) is (state != "ok")


async def test_of_a_server_that_is_away_the_check_of_the_token_speaks() -> None:
    api = FakeBotApi()
    async with api:
        pass
    assert not await diagnose_groups(api.token, api.base_url, (DeskGroup("atelier", GROUP),))
