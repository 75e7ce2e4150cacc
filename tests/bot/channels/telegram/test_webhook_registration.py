"""Updates that are brought: the whole way from Telegram's post to the answer."""

from __future__ import annotations

import asyncio
import itertools
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
import pytest_asyncio
from telegram import WebhookInfo

from bot.channels.telegram.updates.webhook_registration import RECENT, Hindrance
from bot.channels.web import build_webhook
from bot.channels.web import serve_app as web_serving
from bot.ops.errors import TokenRefusedError
from tests.fakes.bot_api import FakeBotApi, Fault
from tests.fakes.bot_api_webhook import WebhookSender
from tests.fakes.sick_database import SickDatabase
from tests.fakes.telegram_service import Scripted, serving, soon
from tests.fakes.web_service import free_listen

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
    from contextlib import AbstractAsyncContextManager
    from pathlib import Path

    from bot.ops.setting_types import Listen
    from bot.store.database.database import Database
    from tests.fakes.telegram_service import Running

    Accept = Callable[[Sequence[dict[str, Any]]], Awaitable[None]]

CLAIRE, PAUL = 7, 8
SECRET, PATH = "a-secret-of-24-characters", "/telegram"


@pytest_asyncio.fixture
async def api() -> AsyncIterator[FakeBotApi]:
    async with FakeBotApi(sender=WebhookSender(first_wait=0.01, longest_wait=0.02)) as server:
        yield server


@pytest.fixture
def listen() -> Listen:
    return free_listen()


@pytest.fixture(autouse=True)
def _short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.channels.telegram.updates.webhook_registration.LOOK_SECONDS", 0.05)
    monkeypatch.setattr("bot.channels.telegram.updates.webhook_registration.FIRST_WAIT", 0.02)
    monkeypatch.setattr("bot.channels.worker_pool.STORE_WAITS", (0.02, 0.02))
    monkeypatch.setattr("bot.channels.web.telegram_endpoint.RETRY_SECONDS", b"0")


def hooked(
    api: FakeBotApi, listen: Listen, conversation: Scripted, where: Path | Database | None = None
) -> AbstractAsyncContextManager[Running]:
    url = f"http://127.0.0.1:{listen.port}{PATH}"
    return serving(api, conversation, where, webhook_url=url, webhook_secret=SECRET)


@asynccontextmanager
async def door(listen: Listen, *accept: Accept) -> AsyncIterator[None]:
    """Where Telegram posts; several processes take turns behind it."""
    turns = itertools.cycle(accept)

    async def take(updates: Sequence[dict[str, Any]]) -> None:
        await next(turns)(updates)

    async with web_serving(build_webhook(PATH, SECRET, take), listen):
        yield


def said(api: FakeBotApi, chat: int) -> list[str]:
    return [sent.text for sent in api.chats.of(chat)]


@pytest.mark.asyncio
async def test_what_is_brought_is_answered_in_order_on_either_database(
    api: FakeBotApi, listen: Listen, any_database: Database
) -> None:
    for number in range(10):
        api.user_says(CLAIRE, str(number))
    async with hooked(api, listen, Scripted(), any_database) as running:
        assert "not set yet" in running.service.intake.trouble
        async with door(listen, running.service.receiver.accept):
            api.user_says(PAUL, "un")
            await api.sent(11)
            await soon(lambda: running.service.intake.trouble == "")
            await soon(lambda: not api.pending())
    assert said(api, CLAIRE) == [f"Reçu : {number}" for number in range(10)]
    assert api.count("getUpdates") == 0


@pytest.mark.asyncio
async def test_the_webhook_is_set_with_its_secret_and_left_when_we_stop(
    api: FakeBotApi, listen: Listen
) -> None:
    async with hooked(api, listen, Scripted()):
        await api.called("setWebhook")
    form = next(form for name, form in api.calls if name == "setWebhook")
    assert form["secret_token"] == SECRET
    assert "my_chat_member" in form["allowed_updates"]
    assert api.count("deleteWebhook") == 0, "another process may serve it already"
    assert api.updates.sender.url.endswith(PATH)


@pytest.mark.asyncio
async def test_a_webhook_that_was_taken_away_is_set_again(
    api: FakeBotApi, listen: Listen, caplog: pytest.LogCaptureFixture
) -> None:
    async with (
        hooked(api, listen, Scripted()) as running,
        door(listen, running.service.receiver.accept),
    ):
        await api.called("getWebhookInfo")
        await api.updates.delete_webhook({})
        api.user_says(CLAIRE, "un")
        await api.sent(1)
    assert "taken away" in caplog.text


@pytest.mark.asyncio
async def test_what_telegram_cannot_bring_is_reported_and_answered_later(
    api: FakeBotApi, listen: Listen
) -> None:
    async with hooked(api, listen, Scripted()) as running:
        await api.called("getWebhookInfo", 2)
        asked = 0
        while not running.service.intake.trouble:  # it grows
            asked += 1
            api.user_says(CLAIRE, str(asked))
            await api.called("getWebhookInfo", api.count("getWebhookInfo") + 2)
        assert "Connection refused" in running.service.intake.trouble
        async with door(listen, running.service.receiver.accept):
            await api.sent(asked)
            await soon(lambda: running.service.intake.trouble == "")
    assert said(api, CLAIRE) == [f"Reçu : {number + 1}" for number in range(asked)]


NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
LONG_AGO = NOW - 3 * RECENT


def hindered(*looks: tuple[int, datetime | None]) -> list[bool]:
    """Whether there is a trouble after each look: 20 seconds apart, what waits, the last error."""
    hindrance, found = Hindrance(), []
    for number, (waiting, erred_at) in enumerate(looks):
        info = WebhookInfo("https://x", False, waiting, erred_at, "refused" if erred_at else None)
        said = hindrance.look(info, NOW + timedelta(seconds=20 * number))
        assert not said or "cannot bring updates (refused)" in said
        found.append(bool(said))
    return found


def after(seconds: int) -> datetime:
    return NOW + timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("looks", "found"),
    [
        pytest.param([(0, None), (9, None), (12, None)], [False] * 3, id="a busy day"),
        pytest.param(
            [(0, LONG_AGO), (9, LONG_AGO), (12, LONG_AGO)], [False] * 3, id="an old error"
        ),
        pytest.param(
            [(50, after(-5)), (20, after(-5)), (0, after(-5))], [False] * 3, id="we were away"
        ),
        pytest.param(
            [(0, None), (1, after(9)), (3, after(31))], [False, True, True], id="it begins"
        ),
        pytest.param([(4, after(-5)), (6, after(-5))], [False, True], id="more wait, tried rarely"),
        pytest.param(
            [
                (0, None),
                (5, after(9)),
                (7, after(9)),
                (7, after(9)),
                (6, after(75)),
                (8, after(75)),
            ],
            [False] + [True] * 5,
            id="it goes on, however the count goes",
        ),
        pytest.param(
            [(0, None), (5, after(9)), (3, after(9)), (3, after(9)), (4, after(9)), (0, after(9))],
            [False, True, False, False, False, False],
            id="it ends, and what was wrong is forgotten",
        ),
        pytest.param(
            [(0, None), (5, after(9)), (0, after(9)), (2, after(9)), (2, after(79))],
            [False, True, False, False, True],
            id="it ends and begins again",
        ),
    ],
)
def test_a_hindrance_lasts_from_the_first_new_error_to_when_less_waits_without_one(
    looks: list[tuple[int, datetime | None]], found: list[bool]
) -> None:
    assert hindered(*looks) == found


@pytest.mark.asyncio
async def test_a_webhook_that_cannot_be_set_is_tried_until_it_can(
    api: FakeBotApi, listen: Listen, caplog: pytest.LogCaptureFixture
) -> None:
    api.fail("setWebhook", Fault.broken(), Fault.page(), Fault.flood(1))
    async with (
        hooked(api, listen, Scripted()) as running,
        door(listen, running.service.receiver.accept),
    ):
        api.user_says(CLAIRE, "un")
        await api.sent(1)
    assert caplog.text.count("The webhook cannot be set") == 1


@pytest.mark.asyncio
async def test_a_token_that_is_revoked_ends_the_service(api: FakeBotApi, listen: Listen) -> None:
    with pytest.raises(TokenRefusedError):
        async with hooked(api, listen, Scripted()) as running:
            await api.called("setWebhook")
            api.fail("getWebhookInfo", Fault.unauthorized())
            await running.ended()


@pytest.mark.asyncio
async def test_what_cannot_be_stored_is_refused_and_brought_again(
    api: FakeBotApi, listen: Listen, any_database: Database
) -> None:
    database = SickDatabase(any_database)
    async with (
        hooked(api, listen, Scripted(), database) as running,
        door(listen, running.service.receiver.accept),
    ):
        await api.called("setWebhook")
        with database.refusing():
            api.user_says(CLAIRE, "un")
            await soon(lambda: api.updates.sender.statuses.get(503))
        await api.sent(1)
        await soon(lambda: not api.pending())
    assert said(api, CLAIRE) == ["Reçu : un"]


# Several processes on one database


@pytest.mark.asyncio
async def test_two_processes_share_the_work_and_nothing_is_answered_twice(
    api: FakeBotApi, listen: Listen, shared: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.channels.telegram.worker.AT_ONCE", 2)
    one, two = Scripted(), Scripted()
    chats = range(100, 120)
    async with (
        hooked(api, listen, one, shared) as first,
        hooked(api, listen, two, shared) as second,
    ):
        both = first.service.receiver.accept, second.service.receiver.accept

        async def twice(updates: Sequence[dict[str, Any]]) -> None:
            await asyncio.gather(*(accept(updates) for accept in both))

        async with door(listen, *both, twice):
            for number in range(5):
                for chat in chats:
                    api.user_says(chat, str(number))
            await api.sent(100)
            await soon(lambda: not api.pending())
    heard = [incoming.update_id for who in (one, two) for incoming in who.heard]
    assert sorted(heard) == sorted(asked.update_id for asked in api.asked)
    assert one.heard
    assert two.heard
    for chat in chats:
        assert said(api, chat) == [f"Reçu : {number}" for number in range(5)]


@pytest.mark.asyncio
async def test_what_one_process_leaves_the_other_does(
    api: FakeBotApi, listen: Listen, shared: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.channels.worker_pool.DRAIN_SECONDS", 0.02)
    monkeypatch.setattr("bot.channels.worker_pool.GRACE_SECONDS", 0.02)
    stuck = Scripted()
    stuck.gates[str(CLAIRE)] = asyncio.Event()
    async with hooked(api, listen, Scripted(), shared) as staying:
        async with (
            hooked(api, listen, stuck, shared) as leaving,
            door(listen, leaving.service.receiver.accept),
        ):
            # The one that stays looks now and then, so the first to hear may be either.
            while not stuck.heard:
                api.user_says(CLAIRE, "un")
                await api.until(lambda: not api.pending())
                await asyncio.sleep(0.05)
        async with door(listen, staying.service.receiver.accept):
            api.user_says(CLAIRE, "fin")
            await api.until(lambda: "Reçu : fin" in said(api, CLAIRE))
    asked = [asked.text for asked in api.asked]
    assert said(api, CLAIRE) == [f"Reçu : {text}" for text in asked]
