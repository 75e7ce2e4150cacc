"""A ticket from its opening to its end, as both sides see it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio

from bot.escalation.limits import Refused
from bot.escalation.ticket_work import Done
from bot.escalation.tickets import NewMessage
from tests.fakes.ticket_service import (
    MONDAY,
    OPERATOR,
    SOURCE,
    staffed_base,
    ticket_service,
)

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from bot.escalation.tickets import Closing, Ticket
    from tests.fakes.ticket_service import TicketService


@pytest_asyncio.fixture
async def service(tmp_path: Path) -> AsyncIterator[TicketService]:
    async with ticket_service(tmp_path / "aiguilleur.db") as made:
        yield made


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment of the clock of Paris, which is an hour ahead, in UTC."""
    month = 11 if day == 30 else 12
    return datetime(2026, month, day, hour - 1, minute, tzinfo=UTC)


@pytest.mark.asyncio
async def test_who_opens_a_ticket_is_given_its_number_and_a_moment(service: TicketService) -> None:
    done = await service.try_to_open()
    assert isinstance(done, Done)
    assert "2026-00001" in done.reply.text
    assert "mardi 1er\u00a0décembre à 11\u00a0h." in done.reply.text
    (head,) = service.told(desk=True)
    assert "Mon vélo ne démarre plus" in head
    assert "Réponse du robot\u00a0: Rendez-le." in head


@pytest.mark.asyncio
async def test_outside_of_the_hours_it_says_when_the_desk_opens(service: TicketService) -> None:
    service.at = at(4, 15)  # a Friday afternoon
    done = await service.try_to_open()
    assert isinstance(done, Done)
    assert "il ouvre lundi 7\u00a0décembre à 9\u00a0h" in done.reply.text


@pytest.mark.asyncio
async def test_the_answer_of_the_desk_reaches_the_asker_with_its_signature(
    service: TicketService,
) -> None:
    ticket = await service.answer(await service.open())
    assert (ticket.state, ticket.first_reply_at, ticket.waiting_since) == ("waiting", MONDAY, None)
    (said,) = service.told(desk=False)
    assert said == "L’atelier, demande n°\u00a02026-00001\n\nPassez demain."
    (delivery,) = [d for d in service.sent if d.about and not d.about.for_desk]
    assert (delivery.to.channel, delivery.to.chat) == ("telegram", "42")


@pytest.mark.asyncio
async def test_a_first_name_signs_where_the_desk_wants_it(tmp_path: Path) -> None:
    base = staffed_base(signature="first_name")
    async with ticket_service(tmp_path / "aiguilleur.db", base) as service:
        await service.answer(await service.open())
        assert service.told(desk=False)[0].startswith("Camille, L’atelier")


@pytest.mark.asyncio
async def test_what_is_internal_reaches_nobody(service: TicketService) -> None:
    ticket, staff = await service.open(), await service.staff()
    note = NewMessage("desk", "Pénible…", staff=staff.id, internal=True)
    done = await service.do(lambda r: service.casework.answer(r, ticket, note, staff))
    assert done is not None
    assert (done.deliveries, (await service.now(ticket)).state) == ((), "open")


@pytest.mark.asyncio
async def test_the_same_answer_again_is_one(service: TicketService) -> None:
    ticket, staff = await service.open(), await service.staff()
    said = NewMessage("desk", "Passez.", staff=staff.id, origin=SOURCE, origin_id="500")
    for _ in range(3):
        now = await service.now(ticket)
        await service.do(lambda r, now=now: service.casework.answer(r, now, said, staff))
    assert len(service.told(desk=False)) == 1


@pytest.mark.asyncio
async def test_who_is_overtaken_has_said_nothing_and_may_say_it_again(
    service: TicketService,
) -> None:
    ticket, staff = await service.open(), await service.staff()
    await service.ask(ticket)
    said = NewMessage("desk", "Passez.", staff=staff.id, origin=SOURCE, origin_id="500")
    late = await service.do(lambda r: service.casework.answer(r, ticket, said, staff))
    assert late is None
    now = await service.now(ticket)
    done = await service.do(lambda r: service.casework.answer(r, now, said, staff))
    assert done is not None
    assert len(service.told(desk=False)) == 1


@pytest.mark.asyncio
async def test_what_the_asker_adds_goes_to_the_desk_and_is_acknowledged_once(
    service: TicketService,
) -> None:
    ticket = await service.answer(await service.open())
    service.at += timedelta(hours=1)
    first, second = await service.ask(ticket), await service.ask(ticket, "Et la selle ?")
    assert service.told(desk=True)[1:] == ["Et le frein ?", "Et la selle ?"]
    assert "c’est lui qui répond" in first.reply.text
    assert second.reply.is_empty
    now = await service.now(ticket)
    assert (now.state, now.waiting_since) == ("held", service.at)


@pytest.mark.asyncio
async def test_who_floods_a_ticket_is_told_to_wait(service: TicketService) -> None:
    ticket = await service.open()
    for _ in range(19):
        await service.ask(ticket)
    done = await service.ask(ticket, "Encore ?")
    assert "n’est pas transmis" in done.reply.text
    assert len(service.told(desk=True)) == 20
    service.at += timedelta(hours=1, minutes=1)
    await service.ask(ticket, "Et maintenant ?")
    assert len(service.told(desk=True)) == 21


@pytest.mark.asyncio
async def test_edits_and_withdrawals_follow_to_the_other_side(service: TicketService) -> None:
    ticket = await service.open()
    written = (await service.ask(ticket, "Le frien")).message
    assert written is not None
    done = await service.do(lambda r: service.casework.edit(r, ticket, written, "Le frein"))
    about = done.deliveries[0].about
    assert about is not None
    assert (about.act, about.message, about.for_desk) == ("edit", written.id, True)
    assert done.deliveries[0].reply.text == "Le frein"
    gone = await service.do(lambda r: service.casework.withdraw(r, ticket, written))
    assert gone.message is not None
    assert (gone.message.text, gone.deliveries[0].about.act) == ("", "withdraw")  # type: ignore[union-attr]


@pytest.mark.asyncio
async def test_a_second_ticket_at_one_desk_is_the_first_one(service: TicketService) -> None:
    ticket = await service.open()
    refused = await service.try_to_open("Encore moi")
    assert refused == Refused("already", await service.now(ticket))


@pytest.mark.asyncio
async def test_a_person_opens_three_a_day(service: TicketService) -> None:
    for _ in range(3):
        ticket = await service.open()
        await service.do(lambda r, t=ticket: service.casework.close(r, t, "asker"))
    assert await service.try_to_open() == Refused("today")
    assert isinstance(await service.try_to_open(chat="43"), Done)
    service.at += timedelta(days=1, minutes=1)
    assert isinstance(await service.try_to_open(), Done)


@pytest.mark.asyncio
async def test_who_is_blocked_opens_none(service: TicketService) -> None:
    chat = service.store.pseudonym.of("telegram", "42")
    until = service.at + timedelta(days=30)
    await service.do(lambda r: r.tickets.block(chat, until, service.at))
    assert await service.try_to_open() == Refused("blocked")
    service.at = until
    assert isinstance(await service.try_to_open(), Done)


@pytest.mark.asyncio
async def test_a_transfer_tells_the_asker_once_and_gives_the_other_desk_all(
    tmp_path: Path,
) -> None:
    async with ticket_service(tmp_path / "aiguilleur.db") as service:
        service.casework.desks._posts["*"] = service.casework.desks.post_of("atelier")  # type: ignore[attr-defined]
        ticket = await service.answer(await service.open())
        service.at += timedelta(hours=1)
        staff = await service.staff()
        moved = await service.do(
            lambda r: service.casework.transfer(r, ticket, "abonnements", staff)
        )
        assert moved is not None
        now = moved.ticket
        assert (now.state, now.desk, now.assignee, now.thread) == (
            "open",
            "abonnements",
            None,
            None,
        )
        assert now.waiting_since == service.at
        assert len(service.told(desk=False)) == 2
        acts = [d.about.act for d in moved.deliveries if d.about]
        assert acts == ["close", "head", "note", "note"]
        stale = await service.do(lambda r: service.casework.transfer(r, ticket, "atelier", staff))
        assert stale is None


@pytest.mark.asyncio
async def test_the_third_transfer_tells_those_who_run_the_service_and_no_other_does(
    tmp_path: Path,
) -> None:
    async with ticket_service(tmp_path / "aiguilleur.db") as service:
        service.casework.desks._posts["*"] = service.casework.desks.post_of("atelier")  # type: ignore[attr-defined]
        ticket, told = await service.open(), []
        for desk in ("abonnements", "atelier") * 2:
            now = await service.now(ticket)
            done = await service.do(
                lambda r, d=desk, t=now: service.casework.transfer(r, t, d, None)  # type: ignore[misc]
            )
            assert done is not None
            told.append([d.to.chat for d in done.deliveries if d.about is None])
        assert told == [[], [], [OPERATOR], []]


@pytest.mark.asyncio
async def test_a_desk_that_does_not_answer_here_is_given_nothing(service: TicketService) -> None:
    ticket = await service.open()
    with pytest.raises(LookupError):
        await service.do(lambda r: service.casework.transfer(r, ticket, "abonnements", None))


async def closed(service: TicketService, ticket: Ticket) -> Ticket:
    done = await service.do(lambda r: service.casework.close(r, ticket, "desk"))
    assert done is not None
    return done.ticket


@pytest.mark.asyncio
async def test_a_ticket_is_reopened_for_a_fortnight_under_its_number(
    service: TicketService,
) -> None:
    ticket = await closed(service, await service.answer(await service.open()))
    service.at += timedelta(days=13)
    done = await service.do(lambda r: service.casework.reopen(r, ticket))
    assert done is not None
    assert (done.ticket.state, done.ticket.number, done.ticket.reopened) == (
        "held",
        "2026-00001",
        1,
    )


@pytest.mark.asyncio
async def test_after_a_fortnight_it_is_not(service: TicketService) -> None:
    ticket = await closed(service, await service.answer(await service.open()))
    service.at += timedelta(days=15)
    assert await service.do(lambda r: service.casework.reopen(r, ticket)) is None


@pytest.mark.asyncio
async def test_a_rating_is_given_once_the_ticket_is_over_and_changed_within_a_day(
    service: TicketService,
) -> None:
    going = await service.open()
    assert await service.do(lambda r: service.casework.rate(r, going, 5)) is None
    ticket = await closed(service, going)
    assert "De 1" in service.told(desk=False)[-1]
    for stars in (2, 4):
        now = await service.now(ticket)
        assert await service.do(lambda r, n=stars, t=now: service.casework.rate(r, t, n))
    assert (await service.now(ticket)).rating == 4
    service.at += timedelta(days=1, minutes=1)
    now = await service.now(ticket)
    assert await service.do(lambda r: service.casework.rate(r, now, 1)) is None


@pytest.mark.asyncio
@pytest.mark.parametrize("closing", ["desk", "asker"])
async def test_a_person_is_asked_for_a_rating_once_a_week(
    service: TicketService, closing: Closing
) -> None:
    async def ends(chat: str = "42") -> bool:
        ticket = await service.open(chat=chat)
        done = await service.do(lambda r: service.casework.close(r, ticket, closing))
        assert done is not None
        told = done.reply if closing == "asker" else done.deliveries[0].reply
        assert "close" in told.text
        return "De 1" in told.text and len(told.buttons) == 6

    assert await ends()
    service.at += timedelta(days=6)
    assert not await ends()
    assert await ends("43")  # of somebody else
    service.at += timedelta(days=1)
    assert await ends()  # counted from when it was asked, not from the last end


@pytest.mark.asyncio
async def test_a_desk_is_reminded_within_its_hours_once_a_step(service: TicketService) -> None:
    ticket = await service.open()  # Monday, 10:00
    await service.pass_time(at(8, 10))
    reminders = [text for text in service.told(desk=True) if text.startswith("Rappel")]
    assert [text[:8] for text in reminders] == ["Rappel 1", "Rappel 2"]
    events = await service.do(lambda r: r.tickets.events(ticket))
    moments = [event.at for event in events if event.kind == "reminded"]
    assert moments == [at(30, 14, 30), at(1, 10)]


@pytest.mark.asyncio
async def test_nobody_is_reminded_of_what_is_answered(service: TicketService) -> None:
    await service.answer(await service.open())
    await service.pass_time(at(4, 10))
    assert not [text for text in service.told(desk=True) if text.startswith("Rappel")]


@pytest.mark.asyncio
async def test_a_silence_is_told_once_and_then_ends_the_ticket_without_a_question(
    service: TicketService,
) -> None:
    ticket = await service.answer(await service.open())
    await service.pass_time(at(9, 10))
    now = await service.now(ticket)
    assert (now.state, now.closing, now.closed_at) == ("closed", "silence", at(7, 10))
    _, notice, end = service.told(desk=False)
    assert "elle sera close lundi 7\u00a0décembre à 10\u00a0h" in notice
    assert "est close" in end
    assert "De 1" not in end


@pytest.mark.asyncio
async def test_a_word_of_the_asker_keeps_the_ticket(service: TicketService) -> None:
    ticket = await service.answer(await service.open())
    await service.pass_time(at(3, 10))
    await service.ask(ticket)
    await service.pass_time(at(9, 10))
    assert (await service.now(ticket)).state == "held"


@pytest.mark.asyncio
async def test_what_is_due_while_nobody_was_there_waits_for_the_desk_to_open(
    service: TicketService,
) -> None:
    ticket = await service.open()
    service.at = at(5, 20)  # Saturday evening
    await service.pass_time(at(7, 9, 30))
    events = await service.do(lambda r: r.tickets.events(ticket))
    assert [event.at for event in events if event.kind == "reminded"] == [at(7, 9)]


@pytest.mark.asyncio
async def test_two_processes_do_a_job_once(service: TicketService) -> None:
    await service.open()
    service.at = at(30, 15)
    (job,) = await service.queue.claim(service.at, 9)
    assert await service.do(lambda r: service.timekeeper.run(r, job)) is not None
    assert await service.do(lambda r: service.timekeeper.run(r, job)) is None


@pytest.mark.asyncio
async def test_nothing_is_sent_to_who_is_erased(service: TicketService) -> None:
    ticket = await service.answer(await service.open())
    done = await service.do(lambda r: service.casework.erase(r, ticket, "asker"))
    assert done is not None
    assert (done.ticket.state, done.ticket.chat) == ("erased", "")
    before = len(service.sent)
    await service.pass_time(at(9, 10))
    assert len(service.sent) == before


@pytest.mark.asyncio
async def test_a_desk_can_be_given_a_ticket_again(service: TicketService) -> None:
    ticket = await service.answer(await service.open())
    done = await service.do(lambda r: service.casework.resend(r, ticket))
    heads = [delivery.reply.text for delivery in done.deliveries]
    assert "Mon vélo ne démarre plus" in heads[0]
    assert heads[1].endswith("Guichet\u00a0: Passez demain.")
