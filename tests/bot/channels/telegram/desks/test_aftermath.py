"""Whatever becomes of a desk's group, nothing of a ticket is lost, and General stays empty."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.fakes.desk_service import (
    ADMIN,
    CLAIRE,
    GROUP,
    NOE,
    OFFICE,
    QUESTION,
    desks_answering,
)

if TYPE_CHECKING:
    from tests.fakes.desk_service import Desks

pytestmark = pytest.mark.asyncio
SUPERGROUP = -1_000_000_000_700


@pytest.fixture(autouse=True)
def _short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.channels.telegram.desks.aftermath.TROUBLE_SECONDS", 0.05)


async def says(desks: Desks, text: str) -> None:
    desks.api.user_says(CLAIRE, text)
    await desks.api.until(lambda: any(text in sent.text for sent in desks.api.chats.of(GROUP)))


@pytest.mark.parametrize("gone", ["message thread not found", "TOPIC_DELETED", "TOPIC_CLOSED"])
async def test_a_ticket_whose_topic_is_gone_gets_another_with_its_history(gone: str) -> None:
    async with desks_answering() as desks:
        thread = await desks.open()
        await desks.reply(thread, "Passez demain.")
        await desks.hears(CLAIRE, "Passez demain.")
        forum = desks.api.chats.forums[GROUP]
        forum.topics[thread].deleted, forum.deleted_says = True, gone
        await says(desks, "À quelle heure ?")
        (other,) = desks.api.topics_of(GROUP)
        head, story, asked = desks.in_topic(other)
        assert QUESTION in head
        assert "Guichet\u00a0: Passez demain." in story
        assert asked == "À quelle heure ?"
        assert not desks.in_topic(None)
        await desks.reply(other, "À midi.")
        await desks.hears(CLAIRE, "À midi.")


async def test_where_topics_are_switched_off_tickets_are_messages_and_admins_are_told() -> None:
    async with desks_answering() as desks:
        await desks.open()
        desks.api.chats.forums[GROUP].on = False
        await says(desks, "Et le frein ?")
        await desks.hears(ADMIN, "les sujets y sont désactivés")
        desks.api.staff_says(GROUP, NOE, "Aussi.", to=desks.api.chats.of(GROUP)[-1])
        await desks.hears(CLAIRE, "Aussi.")


@pytest.mark.parametrize(("right", "word"), [("topics", "droits"), ("send", "droits")])
async def test_what_waits_for_a_group_without_rights_comes_once_they_are_back(
    right: str, word: str
) -> None:
    async with desks_answering() as desks:
        forum = desks.api.chats.forums[GROUP]
        forum.rights.discard(right)
        await desks.begin()
        await desks.press(CLAIRE, "t:send")
        desks.api.user_says(CLAIRE, "Et le frein ?")
        await desks.hears(ADMIN, word)
        assert not desks.api.chats.of(GROUP)
        forum.rights.add(right)
        await desks.api.until(lambda: len(desks.api.chats.of(GROUP)) == 2)
        (thread,) = desks.api.topics_of(GROUP)
        assert desks.in_topic(thread)[1] == "Et le frein ?"


async def test_what_waits_while_the_bot_is_out_of_the_group_comes_when_it_is_back() -> None:
    async with desks_answering() as desks:
        thread = await desks.open()
        desks.api.bot_leaves(GROUP)
        await desks.hears(ADMIN, "retiré")
        desks.api.user_says(CLAIRE, "Et le frein ?")
        await desks.api.until(lambda: not desks.api.pending())
        desks.api.bot_joins(GROUP)
        await desks.api.until(lambda: "Et le frein ?" in desks.in_topic(thread))


@pytest.mark.parametrize("announced", [True, False])
async def test_a_group_that_moved_has_its_tickets_where_it_is_now(*, announced: bool) -> None:
    async with desks_answering() as desks:
        await desks.open()
        desks.api.found_forum(SUPERGROUP, NOE)
        desks.api.group_migrates(GROUP, SUPERGROUP, announced=announced)
        desks.api.user_says(CLAIRE, "Et le frein ?")
        await desks.api.until(lambda: desks.api.chats.of(SUPERGROUP))
        await desks.hears(ADMIN, str(SUPERGROUP))
        await desks.settled()
        (thread,) = desks.api.topics_of(SUPERGROUP)
        said = desks.api.in_topic(SUPERGROUP, thread)
        assert QUESTION in said[0].text
        assert said[-1].text == "Et le frein ?"
        desks.api.staff_says(SUPERGROUP, NOE, "Aussi.", thread=thread, to=said[0])
        await desks.hears(CLAIRE, "Aussi.")


async def test_a_group_keeps_its_pace_and_makes_no_other_wait() -> None:
    groups = {"atelier": GROUP, "abonnements": OFFICE}
    async with desks_answering(groups=groups, group_rate=4) as desks:
        for chat in range(100, 104):
            await desks.begin(chat)
            await desks.press(chat, "t:send")
        await desks.begin(CLAIRE)
        await desks.press(CLAIRE, "t:desks")
        await desks.press(CLAIRE, other_desk(desks))
        await desks.press(CLAIRE, "t:send")
        await desks.api.until(lambda: desks.api.chats.of(OFFICE))
        made = [call for call in desks.api.log if call.chat == GROUP and call.status == 200]
        assert len(made) == 4


def other_desk(desks: Desks) -> str:
    shown = desks.api.chats.of(CLAIRE)[-1].buttons
    return [data for _, data in shown if data.startswith("t:to")][-1]
