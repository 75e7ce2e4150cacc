"""A group that gets more new tickets than its pace can show is told so, in one line."""

from __future__ import annotations

import pytest

from bot.channels.telegram.desks.digests import AGAIN, MINUTE
from tests.fakes.desk_service import GROUP, OFFICE, Desks, desks_answering

pytestmark = pytest.mark.asyncio
MANY = "nouvelles demandes en une minute"


async def open_many(desks: Desks, chats: range) -> None:
    """Each of these opens a ticket; what their desk is shown is not waited for."""
    for chat in chats:
        await desks.begin(chat)
        await desks.press(chat, "t:send")


def lines(desks: Desks) -> list[str]:
    return [sent.text for sent in desks.api.chats.of(GROUP) if MANY in sent.text]


async def test_the_seventh_ticket_of_a_minute_is_announced_and_the_eighth_is_not() -> None:
    async with desks_answering(group_rate=18) as desks:
        await open_many(desks, range(100, 106))
        await desks.api.until(lambda: desks.heads() == 6)
        assert not lines(desks)
        await open_many(desks, range(106, 110))
        await desks.api.until(lambda: lines(desks))
        await desks.api.until(lambda: len(desks.api.chats.forums[GROUP].topics) >= 8)
        (line,) = lines(desks)
        assert "au rythme que Telegram permet" in line
        calls = [call for call in desks.api.log if call.chat == GROUP and call.status == 200]
        assert len(calls) <= 18


async def test_where_no_pace_is_kept_nothing_follows_late_and_nothing_is_said() -> None:
    async with desks_answering(groups={"atelier": GROUP, "abonnements": OFFICE}) as desks:
        await open_many(desks, range(100, 108))
        await desks.settled()
        assert desks.heads() == 8
        assert not lines(desks)


async def test_two_processes_and_a_later_flood_share_one_word_in_ten_minutes() -> None:
    async with desks_answering() as desks:
        await desks.open()
        (ticket,) = await desks.tickets()
        at, told = ticket.opened_at, []
        for minutes in (0, 1, 9, 11):
            now = at + minutes * (MINUTE)
            told.append(
                await desks.store.write(
                    lambda t, now=now: desks.records(t).tickets.announce(  # type: ignore[misc]
                        ticket, "group", now, now - AGAIN
                    )
                )
            )
        assert told == [True, False, False, True]
