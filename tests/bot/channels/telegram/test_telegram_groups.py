"""Groups that move, put us out, let us in again, or ask more than Telegram lets us answer."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from bot.conversation.messages import Button, Paragraph, Reply
from bot.conversation.replies import notices
from tests.fakes.bot_api import FakeBotApi, Fault
from tests.fakes.telegram_service import Scripted, say, serving, soon

if TYPE_CHECKING:
    from pathlib import Path

    from bot.store.database.database import Database

CLAIRE, PAUL, GROUP, SUPERGROUP = 7, 8, -100, -1_000_000_000_100


@pytest.fixture(autouse=True)
def _short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.channels.telegram.sending.refusals.FIRST_PAUSE", 0.02)


def said(api: FakeBotApi, chat: int) -> list[str]:
    return [sent.text for sent in api.chats.of(chat)]


def ask(api: FakeBotApi, *texts: str, chat: int = GROUP) -> None:
    for text in texts:
        api.user_says(chat, f"/aide {text}")


# Moving


@pytest.mark.asyncio
@pytest.mark.parametrize("announced", [True, False])
async def test_what_waits_for_a_group_that_moved_arrives_where_it_is_now(
    any_database: Database, announced: bool
) -> None:
    conversation = Scripted()
    gate = conversation.gates[str(GROUP)] = asyncio.Event()
    async with FakeBotApi() as api, serving(api, conversation, any_database):
        ask(api, "un", "deux")
        await soon(lambda: conversation.heard)
        api.group_migrates(GROUP, SUPERGROUP, announced=announced)
        gate.set()
        await api.sent(2)
        ask(api, "trois")
        await api.sent(3)
        ask(api, "quatre", chat=SUPERGROUP)
        await api.sent(4)
    assert said(api, SUPERGROUP) == [f"Reçu : /aide {n}" for n in ("un", "deux", "trois", "quatre")]
    assert said(api, GROUP) == []


@pytest.mark.asyncio
async def test_the_move_is_known_after_a_restart_and_the_old_number_is_not_tried_again(
    tmp_path: Path,
) -> None:
    file = tmp_path / "aiguilleur.db"
    async with FakeBotApi() as api:
        async with serving(api, Scripted(), file):
            api.group_migrates(GROUP, SUPERGROUP)
            await api.until(lambda: not api.pending())
        async with serving(api, Scripted(), file):
            ask(api, "un")
            await api.sent(1)
    assert said(api, SUPERGROUP) == ["Reçu : /aide un"]
    assert str(GROUP) not in [form.get("chat_id") for _, form in api.calls]


# Out and in again


@pytest.mark.asyncio
@pytest.mark.parametrize("chat", [GROUP, CLAIRE])
async def test_who_put_us_out_is_not_written_to_until_we_are_let_in_again(
    chat: int, any_database: Database
) -> None:
    conversation = Scripted()
    gate = conversation.gates[str(chat)] = asyncio.Event()
    async with FakeBotApi() as api, serving(api, conversation, any_database) as running:
        ask(api, "avant", "aussi", chat=chat)
        await soon(lambda: conversation.heard)
        api.bot_leaves(chat)
        gate.set()
        ask(api, "et moi ?", chat=PAUL)
        await api.sent(1)
        await soon(lambda: "membership" in running.figures.kinds)
        await soon(lambda: _settled(running.figures.outcomes))
        tried = [form["chat_id"] for name, form in api.calls if name == "sendMessage"]
        assert tried.count(str(chat)) <= 1, "what was on its way, and no more"
        api.bot_joins(chat)
        await soon(lambda: running.figures.kinds.count("membership") == 2)
        ask(api, "revenu", chat=chat)
        await api.sent(2)
    assert said(api, chat) == ["Reçu : /aide revenu"]


def _settled(sends: list[str]) -> bool:
    return "sent" in sends


@pytest.mark.asyncio
async def test_what_waits_when_we_are_put_out_is_not_sent_later() -> None:
    async with FakeBotApi() as api, serving(api, Scripted()) as running:
        api.fail("sendMessage", Fault.flood(1))
        ask(api, "un", "deux")
        await soon(lambda: running.figures.outcomes == ["park"])
        api.bot_leaves(GROUP)
        await soon(lambda: "membership" in running.figures.kinds)
        api.bot_joins(GROUP)
        await soon(lambda: running.figures.kinds.count("membership") == 2)
        await asyncio.sleep(1.1)
        ask(api, "trois")
        await api.sent(1)
    assert said(api, GROUP) == ["Reçu : /aide trois"]


# A talk between two


@pytest.mark.asyncio
async def test_a_group_is_offered_to_go_on_between_two() -> None:
    thanks = Button("Merci", "merci")
    reply = Reply((Paragraph("Trop long pour un groupe."),), (thanks,), private="velo-casse")
    async with FakeBotApi() as api, serving(api, Scripted({"/aide": reply})):
        api.user_says(GROUP, "/aide")
        await api.sent(1)
    assert api.messages[0].links == [
        (notices.IN_PRIVATE, "https://t.me/AiguilleurBot?start=velo-casse")
    ]
    assert api.messages[0].buttons == [("Merci", "merci")]


# More than Telegram takes


@pytest.mark.asyncio
async def test_a_busy_group_is_told_that_its_answers_wait(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("bot.channels.telegram.sending.pace.GROUP_SENDS", 3)
    monkeypatch.setattr("bot.channels.telegram.sending.pace.GROUP_SECONDS", 1.0)
    # For how long depends on how many had come by then.
    told = [notices.long_queue(minutes).text for minutes in (1, 2, 3)]
    answers = [f"Reçu : /aide {letter}" for letter in "abcdefg"]
    async with FakeBotApi() as api, serving(api, Scripted()):
        ask(api, *"abcdefg")
        await api.until(lambda: set(told) & set(said(api, GROUP)))
        *sent, last = said(api, GROUP)
        assert (sent, last in told) == (answers[:3], True), "what waits comes later"
        ask(api, "et moi ?", chat=CLAIRE)
        await api.until(lambda: said(api, CLAIRE))
        await api.until(lambda: answers[-1] in said(api, GROUP))
    assert [text for text in said(api, GROUP) if text not in told] == answers


@pytest.mark.asyncio
async def test_a_long_answer_counts_as_the_messages_that_it_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("bot.channels.telegram.sending.pace.GROUP_SENDS", 2)
    monkeypatch.setattr("bot.channels.telegram.sending.pace.GROUP_SECONDS", 0.5)
    long = " ".join(f"mot{n}" for n in range(2000))
    async with FakeBotApi() as api, serving(api, Scripted({"/aide": say(long)})):
        api.user_says(GROUP, "/aide")
        await api.until(lambda: any(t.endswith("mot1999") for t in said(api, GROUP)))
    parts = [text for text in said(api, GROUP) if text.startswith("mot")]
    assert " ".join(parts) == long
    assert len(parts) < len(said(api, GROUP)), "and a word that they come slowly"
