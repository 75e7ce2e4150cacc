"""Tickets in both databases: numbered, opened once, changed by one at a time, erased, purged."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, TypeVar

import pytest
import pytest_asyncio
from sqlalchemy import func, select

from bot.conversation.messages import About, Delivery, Incoming, Paragraph, Recipient, Reply
from bot.escalation import transitions
from bot.escalation.ports import FirstReply, Job, Post
from bot.escalation.tickets import Attachment, Draft, NewMessage, Opening
from bot.ops.settings import Settings
from bot.service.retention import purge_now
from bot.store.deliveries import Deliveries
from bot.store.journal import records_of
from bot.store.person import erase, everything_about
from bot.store.schema import metadata
from bot.store.tables import outbox
from bot.store.ticket_tables import ticket_copies, ticket_messages, tickets
from bot.store.tickets.jobs import JobQueue
from tests.fakes.memory_journal import MemoryJournal
from tests.fakes.open_store import found, open_store

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from bot.escalation.tickets import Message, Ticket
    from bot.store.database.database import Database
    from bot.store.store import Store, Transaction
    from bot.store.tickets.records import SqlRecords

T = TypeVar("T")
SOURCE = "telegram:1"
NOW = datetime(2026, 11, 30, 10, 0, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
ASKED = Incoming("telegram", "42", "Mon vélo ne démarre plus", update_id=7)
QUESTION = NewMessage("asker", "Mon vélo ne démarre plus", origin=SOURCE, origin_id="7")
OPENING = Opening("atelier", "customer_request", QUESTION, "42")
REPLY = Reply((Paragraph("Passez demain."),))


@pytest_asyncio.fixture
async def store(any_database: Database) -> AsyncIterator[Store]:
    async with await open_store(any_database) as opened:
        yield opened


async def do(store: Store, work: Callable[[SqlRecords], Awaitable[T]]) -> T:
    """Work with the tickets, in a transaction of its own."""
    return await store.write(lambda c: work(store.records(c, SOURCE)))


async def opened(store: Store, number: int = 7, chat: str = "42") -> Ticket:
    asked = replace(ASKED, update_id=number, chat=chat)
    question = replace(QUESTION, origin_id=str(number))
    opening = replace(OPENING, message=question, address=chat)
    return await do(store, lambda records: records.tickets.open(asked, opening, NOW))


async def said_by_desk(store: Store, ticket: Ticket, text: str = "Passez demain.") -> Message:
    said = NewMessage("desk", text, origin=SOURCE, origin_id="900", place="topic")
    return await do(store, lambda records: records.messages.add(ticket, said, LATER))


@pytest.mark.asyncio
async def test_numbers_follow_each_other_by_year_and_none_is_lost(store: Store) -> None:
    assert [(await opened(store, n)).number for n in (1, 2)] == ["2026-00001", "2026-00002"]

    async def broken(records: SqlRecords) -> None:
        await records.tickets.open(replace(ASKED, update_id=3), OPENING, NOW)
        raise LookupError

    with pytest.raises(LookupError):
        await do(store, broken)
    assert (await opened(store, 4)).number == "2026-00003"
    new_year = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)  # past midnight in Paris
    asked = replace(ASKED, update_id=5)
    opening = replace(OPENING, message=replace(QUESTION, origin_id="5"))
    first = await do(store, lambda records: records.tickets.open(asked, opening, new_year))
    assert first.number == "2027-00001"


@pytest.mark.asyncio
async def test_the_same_update_opens_one_ticket_with_one_question(store: Store) -> None:
    first, again = await opened(store), await opened(store)
    assert (first.id, first.number, first.state) == (again.id, again.number, "open")
    assert len(await do(store, lambda r: r.messages.of_ticket(first))) == 1
    assert [event.kind for event in await do(store, lambda r: r.tickets.events(first))] == [
        "opened"
    ]


@pytest.mark.asyncio
async def test_what_is_opened_at_once_gets_numbers_without_a_gap(store: Store) -> None:
    numbers = [t.number for t in await asyncio.gather(*(opened(store, n) for n in range(1, 21)))]
    assert sorted(numbers) == [f"2026-{n:05d}" for n in range(1, 21)]


@pytest.mark.asyncio
async def test_of_two_who_change_a_ticket_the_second_is_told(store: Store) -> None:
    ticket = await opened(store)
    taken = await do(store, lambda r: r.tickets.apply(transitions.take(ticket, NOW, None, "bot")))
    assert taken is not None
    assert (taken.state, taken.version) == ("held", 2)
    late = transitions.close(ticket, NOW, "desk", "staff:1")
    assert await do(store, lambda r: r.tickets.apply(late)) is None
    assert (await do(store, lambda r: r.tickets.get(ticket.id))) == taken
    kinds = [event.kind for event in await do(store, lambda r: r.tickets.events(ticket))]
    assert kinds == ["opened", "taken"]


@pytest.mark.asyncio
async def test_of_many_transfers_at_once_one_wins(shared: Database) -> None:
    async with await open_store(shared) as one, await open_store(shared) as other:
        ticket = await opened(one)
        steps = [transitions.transfer(ticket, NOW, f"d{n}", "bot", None) for n in range(10)]
        done = await asyncio.gather(
            *(
                do((one, other)[n % 2], lambda r, s=step: r.tickets.apply(s))
                for n, step in enumerate(steps)
            )
        )
        assert len([result for result in done if result is not None]) == 1


@pytest.mark.asyncio
async def test_a_hundred_openings_of_one_chat_are_one_ticket(shared: Database) -> None:
    async def open_unless_there_is_one(records: SqlRecords, number: int) -> None:
        asked = replace(ASKED, update_id=number)
        await records.tickets.lock_chat(asked)
        if not await records.tickets.live_of(asked):
            opening = replace(OPENING, message=replace(QUESTION, origin_id=str(number)))
            await records.tickets.open(asked, opening, NOW)

    async with await open_store(shared) as one, await open_store(shared) as other:
        await asyncio.gather(
            *(
                do((one, other)[n % 2], lambda r, n=n: open_unless_there_is_one(r, n))
                for n in range(100)
            )
        )
        assert await found(one, select(func.count()).select_from(tickets)) == [(1,)]


@pytest.mark.asyncio
async def test_a_step_is_refused_from_a_state_that_it_does_not_lead_from(store: Store) -> None:
    ticket = await opened(store)
    assert (
        await do(store, lambda r: r.tickets.apply(transitions.reopen(ticket, NOW, "bot", None)))
        is None
    )
    erased = await do(store, lambda r: r.tickets.apply(transitions.erase(ticket, NOW, "asker")))
    assert erased is not None
    for step in (transitions.take(erased, NOW, None, "bot"), transitions.erase(erased, NOW, "bot")):
        assert await do(store, lambda r, s=step: r.tickets.apply(s)) is None


@pytest.mark.asyncio
async def test_the_tickets_of_a_chat_are_found_while_they_go_on(store: Store) -> None:
    first, second = await opened(store, 1), await opened(store, 2)
    await opened(store, 3, chat="43")
    live = await do(store, lambda r: r.tickets.live_of(ASKED))
    assert [ticket.id for ticket in live] == [second.id, first.id]
    await do(store, lambda r: r.tickets.apply(transitions.close(second, NOW, "asker", "asker")))
    assert [t.id for t in await do(store, lambda r: r.tickets.live_of(ASKED))] == [first.id]
    assert len(await do(store, lambda r: r.tickets.of_chat(ASKED, 9))) == 2
    assert len(await do(store, lambda r: r.tickets.list_all({"closed"}, "atelier"))) == 1
    assert await do(store, lambda r: r.tickets.count_opened(ASKED, NOW)) == 2
    assert await do(store, lambda r: r.tickets.address_of(first)) == "42"


@pytest.mark.asyncio
async def test_a_message_of_one_origin_is_one_message_and_is_found_by_its_place(
    store: Store,
) -> None:
    ticket = await opened(store)
    chat = store.pseudonym.of("telegram", "42")
    photo = Attachment("photo", "vélo.jpg", 12, "ab" * 32, "file-1")
    said = NewMessage(
        "asker", "Voici", origin=SOURCE, origin_id="8", chat=chat, number=55, attachments=[photo]
    )
    first = await do(store, lambda r: r.messages.add(ticket, said, NOW))
    again = await do(store, lambda r: r.messages.add(ticket, said, LATER))
    assert (first.is_new, again.is_new) == (True, False)
    assert (again.id, again.text, again.attachments) == (first.id, "Voici", (photo,))
    at_place = await do(store, lambda r: r.messages.at_place(SOURCE, chat, 55))
    assert at_place is not None
    assert at_place.id == first.id
    assert await do(store, lambda r: r.messages.count_asked(ticket, NOW)) == 2
    edited = await do(store, lambda r: r.messages.edit(first, "Voilà", LATER))
    assert (edited.text, edited.edited_at) == ("Voilà", LATER)
    gone = await do(store, lambda r: r.messages.withdraw(first, LATER))
    assert (gone.text, gone.state, gone.attachments) == ("", "withdrawn", ())


@pytest.mark.asyncio
async def test_a_copy_is_written_with_what_is_sent_and_learns_its_number(store: Store) -> None:
    ticket = await opened(store)
    said = await said_by_desk(store, ticket)
    places = Deliveries(store, {"telegram": SOURCE})
    to = Recipient("telegram", "42", ticket.chat)
    about = About(ticket.id, "message", said.id)
    await store.write(lambda c: places.put(c, [Delivery(to, REPLY, about=about)]))
    (copy,) = await do(store, lambda r: r.messages.copies(said.id))
    assert (copy.place, copy.state, copy.number, copy.chat) == (
        "asker",
        "pending",
        None,
        ticket.chat,
    )
    ((due,),) = await store.outbox(SOURCE).claim(9)
    assert due.ticket_id == ticket.id
    await store.outbox(SOURCE).mark_sent(due, 77)
    (copy,) = await do(store, lambda r: r.messages.copies(said.id))
    assert (copy.state, copy.number) == ("sent", 77)
    back = await do(store, lambda r: r.messages.at_place(SOURCE, ticket.chat, 77))
    assert back is not None
    assert back.id == said.id


@pytest.mark.asyncio
async def test_each_ticket_of_a_group_is_a_lane_and_its_copy_names_the_group(store: Store) -> None:
    one, other = await opened(store, 1), await opened(store, 2)
    places = Deliveries(store, {"telegram": SOURCE})
    for ticket in (one, other):
        (question,) = await do(store, lambda r, t=ticket: r.messages.of_ticket(t))
        about = About(ticket.id, "head", question.id, for_desk=True)
        sent = Delivery(Recipient("telegram", "-100"), REPLY, about=about)
        await store.write(lambda c, d=sent: places.put(c, [d]))
    lanes = await store.outbox(SOURCE).claim(9)
    assert [len(lane) for lane in lanes] == [1, 1]
    await store.outbox(SOURCE).mark_dropped(lanes[0][0], "no topic")
    states = await found(
        store, select(ticket_copies.c.place, ticket_copies.c.state, ticket_copies.c.chat)
    )
    group = store.pseudonym.of("telegram", "-100")
    assert sorted(states) == [("topic", "failed", group), ("topic", "pending", group)]


@pytest.mark.asyncio
async def test_what_a_ticket_sends_is_not_given_up_after_a_day(store: Store) -> None:
    ticket = await opened(store)
    places = Deliveries(store, {"telegram": SOURCE})
    about = About(ticket.id, "note")
    to = Recipient("telegram", "42")
    plain = Delivery(Recipient("telegram", "43"), REPLY)
    await store.write(lambda c: places.put(c, [Delivery(to, REPLY, about=about), plain]))
    await purge_now(store, Settings(), datetime.now(UTC) + timedelta(days=2))
    states = await found(store, select(outbox.c.state).order_by(outbox.c.id))
    assert states == [("pending",), ("dropped",)]


@pytest.mark.asyncio
async def test_an_asker_who_reads_in_the_ticket_is_sent_nothing_and_reads_it_once(
    store: Store,
) -> None:
    ticket = await opened(store)
    said = await said_by_desk(store, ticket)
    about = About(ticket.id, "message", said.id)
    sent = Delivery(Recipient("terminal", "1"), REPLY, about=about)
    await store.write(lambda c: Deliveries(store, {}).put(c, [sent]))
    assert await found(store, select(outbox.c.id)) == []
    (unread,) = await do(store, lambda r: r.messages.unread_of(ticket))
    assert unread.id == said.id
    await do(store, lambda r: r.messages.note_copy(said.id, "asker", "sent", None, NOW))
    assert await do(store, lambda r: r.messages.unread_of(ticket)) == []


@pytest.mark.asyncio
async def test_a_job_is_planned_once_taken_once_and_done_once(store: Store) -> None:
    ticket = await opened(store)
    job = Job(f"reminder:{ticket.id}:1:1", "reminder", NOW, ticket.id)
    for _ in range(2):
        await do(store, lambda r: r.jobs.plan(job))
    queue, other = JobQueue(store.writer, "a"), JobQueue(store.writer, "b")
    assert await queue.claim(NOW - timedelta(seconds=1), 9) == []
    assert await queue.claim(NOW, 9) == [job]
    assert await other.claim(NOW, 9) == []
    assert await do(store, lambda r: r.jobs.settle(job, NOW))
    assert not await do(store, lambda r: r.jobs.settle(job, NOW))
    await do(store, lambda r: r.jobs.plan(job))
    assert await queue.claim(LATER, 9) == []


@pytest.mark.asyncio
async def test_a_job_that_was_dropped_is_not_done(store: Store) -> None:
    ticket = await opened(store)
    job = Job(f"close:{ticket.id}:1", "close", NOW, ticket.id)
    await do(store, lambda r: r.jobs.plan(job))
    await do(store, lambda r: r.jobs.drop(ticket, ("close",)))
    assert await JobQueue(store.writer, "a").claim(NOW, 9) == []
    assert not await do(store, lambda r: r.jobs.settle(job, NOW))


@pytest.mark.asyncio
async def test_a_draft_is_kept_sealed_until_the_next_one_or_a_day_has_passed(store: Store) -> None:
    draft = Draft("atelier", "customer_request", ("Mon vélo", "Il est rouge"), "Rendez-le.")
    now = datetime.now(UTC)
    await do(store, lambda r: r.drafts.put(ASKED, draft, now))
    assert await do(store, lambda r: r.drafts.get(ASKED)) == draft
    shown = replace(draft, show_contact=True)
    await do(store, lambda r: r.drafts.put(ASKED, shown, now))
    assert await do(store, lambda r: r.drafts.get(ASKED)) == shown
    assert await do(store, lambda r: r.drafts.get(replace(ASKED, chat="43"))) is None
    await purge_now(store, Settings(), now + timedelta(days=1, minutes=1))
    assert await do(store, lambda r: r.drafts.get(ASKED)) is None


@pytest.mark.asyncio
async def test_staff_are_known_by_their_number_and_named_as_they_are_now(store: Store) -> None:
    first = await do(store, lambda r: r.crew.meet("telegram", "9", "Camille"))
    again = await do(store, lambda r: r.crew.meet("telegram", "9", "Camille D."))
    assert (first.id, again.id, again.name) == (1, 1, "Camille D.")
    assert await do(store, lambda r: r.crew.get(1)) == again
    name = store.pseudonym.of("telegram", "9")
    await store.write(lambda c: erase(c, name))
    gone = await do(store, lambda r: r.crew.get(1))
    assert gone is not None
    assert gone.name == ""


@pytest.mark.asyncio
async def test_who_is_blocked_may_not_open_until_then(store: Store) -> None:
    chat = store.pseudonym.of("telegram", "42")
    assert await do(store, lambda r: r.tickets.blocked_until(ASKED)) is None
    for until in (LATER, LATER + timedelta(days=30)):
        await do(store, lambda r, u=until: r.tickets.block(chat, u, NOW))
    assert await do(store, lambda r: r.tickets.blocked_until(ASKED)) == LATER + timedelta(days=30)


@pytest.mark.asyncio
async def test_those_that_go_on_and_are_overdue_are_counted(store: Store) -> None:
    late = await opened(store, 1)
    ended = await opened(store, 2)
    await opened(store, 3)
    await do(store, lambda r: r.tickets.apply(transitions.close(ended, NOW, "asker", "asker")))
    step = transitions.transfer(late, NOW, "atelier", "staff:1", NOW)
    await do(store, lambda r: r.tickets.apply(step))
    counts = await do(store, lambda r: r.tickets.count_live(LATER))
    assert counts == [("atelier", "open", 2, 1)]


@pytest.mark.asyncio
async def test_first_replies_are_measured_by_desk(store: Store) -> None:
    ticket = await opened(store)
    await opened(store, 8)
    await do(store, lambda r: r.tickets.apply(transitions.answer(ticket, LATER, None, "staff:1")))
    replies = await do(store, lambda r: r.tickets.first_replies("atelier", NOW))
    assert replies == [FirstReply(NOW, LATER)]
    assert await do(store, lambda r: r.tickets.first_replies("abonnements", NOW)) == []


@pytest.mark.asyncio
async def test_a_topic_is_found_and_is_deleted_once_its_ticket_is_erased(store: Store) -> None:
    ticket = await opened(store)
    post = Post("telegram", "-100")
    await do(store, lambda r: r.tickets.set_thread(ticket, post, 5, "open", SOURCE))
    group = store.pseudonym.of("telegram", "-100")
    there = await do(store, lambda r: r.tickets.of_thread(SOURCE, group, 5))
    assert there is not None
    assert (there.id, there.version) == (ticket.id, ticket.version)
    assert await do(store, lambda r: r.tickets.threads_to_delete(9)) == []
    await store.write(lambda c: erase(c, ticket.chat))
    (gone,) = await do(store, lambda r: r.tickets.threads_to_delete(9))
    assert (gone.id, gone.state, gone.thread) == (ticket.id, "erased", 5)
    assert await do(store, lambda r: r.tickets.place_of(gone)) == post


@pytest.mark.asyncio
@pytest.mark.parametrize("by", ["registry", "step"])
async def test_every_topic_that_a_ticket_had_is_to_be_deleted(store: Store, by: str) -> None:
    ticket = await opened(store)
    first, second = Post("telegram", "-100"), Post("telegram", "-200")
    await do(store, lambda r: r.tickets.set_thread(ticket, first, 5, "open", SOURCE))
    there = await do(store, lambda r: r.tickets.get(ticket.id))
    assert there is not None
    step = transitions.transfer(there, NOW, "abonnements", "staff:1", None)
    moved = await do(store, lambda r: r.tickets.apply(step))
    assert moved is not None
    group = store.pseudonym.of("telegram", "-100")
    assert await do(store, lambda r: r.tickets.thread_in(ticket.id, SOURCE, group)) == 5
    await do(store, lambda r: r.tickets.set_thread(moved, second, 9, "open", SOURCE))
    assert await do(store, lambda r: r.tickets.topics_to_delete(9)) == []
    if by == "registry":
        await store.write(lambda c: erase(c, ticket.chat))
    else:
        now = await do(store, lambda r: r.tickets.get(ticket.id))
        assert now is not None
        await do(store, lambda r: r.tickets.apply(transitions.erase(now, NOW, "asker")))
    topics = await do(store, lambda r: r.tickets.topics_to_delete(9))
    assert [(topic.post, topic.thread) for topic in topics] == [(second, 9), (first, 5)]
    for topic in topics:
        await do(store, lambda r, t=topic: r.tickets.note_deleted(t))
    assert await do(store, lambda r: r.tickets.topics_to_delete(9)) == []


@pytest.mark.asyncio
@pytest.mark.parametrize("by", ["registry", "step"])
async def test_nothing_of_an_erased_ticket_leads_to_anybody(store: Store, by: str) -> None:
    ticket = await opened(store)
    said = await said_by_desk(store, ticket)
    places = Deliveries(store, {"telegram": SOURCE})
    about = About(ticket.id, "message", said.id)
    to_both = [
        Delivery(Recipient("telegram", "42", ticket.chat), REPLY, about=about),
        Delivery(Recipient("telegram", "-100"), REPLY, about=replace(about, for_desk=True)),
    ]
    await store.write(lambda c: places.put(c, to_both))
    if by == "registry":
        await store.write(lambda c: store.journal(c, SOURCE).forget(ASKED))
    else:
        await do(store, lambda r: r.tickets.apply(transitions.erase(ticket, NOW, "asker")))
    assert await found(store, select(outbox.c.id).where(outbox.c.payload != "")) == []
    assert await found(store, select(ticket_messages.c.body).distinct()) == [("",)]
    for table in metadata.tables.values():
        assert all(ticket.chat not in row for row in await found(store, select(table)))
    assert await found(store, select(tickets.c.state, tickets.c.address)) == [("erased", None)]
    # A counter that grows tells nothing of anybody.
    assert (await opened(store, 99)).number == "2026-00002"


@pytest.mark.asyncio
async def test_a_person_is_shown_their_tickets_with_what_is_sealed(store: Store) -> None:
    ticket = await opened(store)
    await said_by_desk(store, ticket)
    shown = await store.write(lambda c: everything_about(c, store.vault, ticket.chat))
    assert [row["number"] for row in shown["tickets"]] == [ticket.number]
    assert [row["body"]["text"] for row in shown["ticket_messages"]] == [
        "Mon vélo ne démarre plus",
        "Passez demain.",
    ]


@pytest.mark.asyncio
async def test_texts_go_thirty_days_after_the_end_and_the_ticket_with_the_figures(
    store: Store,
) -> None:
    ended, going = await opened(store, 1), await opened(store, 2)
    await do(store, lambda r: r.tickets.apply(transitions.close(ended, NOW, "desk", "staff:1")))
    await purge_now(store, Settings(), NOW + timedelta(days=29))
    assert (await do(store, lambda r: r.messages.of_ticket(ended)))[0].text != ""
    counts = await purge_now(store, Settings(), NOW + timedelta(days=31))
    assert counts["ticket texts"] == 1
    assert (await do(store, lambda r: r.messages.of_ticket(ended)))[0].text == ""
    assert (await do(store, lambda r: r.messages.of_ticket(going)))[0].text != ""
    counts = await purge_now(store, Settings(), NOW + timedelta(days=396))
    assert counts["tickets"] == 1
    assert await do(store, lambda r: r.tickets.get(ended.id)) is None


@pytest.mark.asyncio
async def test_the_tickets_stand_beside_the_journal_of_the_same_transaction(store: Store) -> None:
    async def work(transaction: Transaction) -> int:
        records = records_of(store.journal(transaction, SOURCE))
        return len(await records.tickets.live_of(ASKED))

    assert await store.write(work) == 0
    with pytest.raises(TypeError):
        records_of(MemoryJournal())


@pytest.mark.asyncio
async def test_an_event_of_one_key_is_written_once_and_says_whether_it_was(store: Store) -> None:
    ticket = await opened(store)

    async def note(records: SqlRecords) -> bool:
        return await records.tickets.note(ticket, "reminded", LATER, "service", key="r:1")

    assert [await do(store, note), await do(store, note)] == [True, False]


@pytest.mark.asyncio
async def test_a_rating_is_asked_of_a_person_once_in_a_while(store: Store) -> None:
    first = await opened(store)
    tickets_of_one = (first, replace(first, version=first.version + 1))

    async def asked(ticket: Ticket, at: datetime) -> bool:
        since = at - timedelta(days=7)
        return await do(store, lambda r: r.tickets.note_rating_asked(ticket, at, since))

    assert await asked(tickets_of_one[0], NOW) is True
    assert await asked(tickets_of_one[1], LATER) is False
    assert await asked(tickets_of_one[1], NOW + timedelta(days=8)) is True
