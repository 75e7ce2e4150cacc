from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio
from sqlalchemy import select, update

from bot.analytics.known_words import KnownWords
from bot.analytics.review import fill_queue
from bot.analytics.review_groups import read_groups
from bot.conversation.messages import Incoming
from bot.conversation.turns import Feedback
from bot.store.audits import AUDIT, Audits, Label
from bot.store.review_groups import Member, ReviewGroups
from bot.store.review_items import ReviewItems
from bot.store.review_queue import ReviewQueue, Wanted
from bot.store.review_tables import review_items
from bot.store.tables import turns
from classifier.decision import Candidate, Decision
from kb.entries import Outside
from tests.fakes.open_store import OneByOne, found, open_store
from tests.fakes.small_base import BIKE, FARE, WEATHER, asking, small_base

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.analytics.review_groups import ReviewGroup
    from bot.store.database.database import Database
    from bot.store.store import Store

ANSWER = Decision("answer", BIKE, (), (Candidate(BIKE, 0.9),), 0.9, "m")
UNANSWERED = Decision("unanswered", None, (), (Candidate(FARE, 0.3),), 0.5, "m")
DECLINE = Decision("decline", WEATHER, (), (), 0.9, "m")
REFUSED = Feedback("useful", BIKE, "no")
SOON = timedelta(minutes=1)
LATE = timedelta(hours=1)


@pytest_asyncio.fixture
async def store(any_database: Database) -> AsyncIterator[Store]:
    async with await open_store(any_database) as opened:
        yield opened


async def ask(
    store: Store, text: str, decision: Decision = UNANSWERED, *said: Feedback, chat: str = "1"
) -> int:
    journal = OneByOne(store)
    turn: int = await journal.record_turn(Incoming("web", chat, text), decision, 1.0)
    for feedback in said:
        await journal.record_feedback(turn, feedback)
    return turn


async def queue(store: Store, after: timedelta = SOON) -> dict[str, str]:
    """Why each message is in the queue, some time after it was written."""
    await fill_queue(store, small_base(), datetime.now(UTC) + after)
    columns = turns.c.text, review_items.c.reason
    return dict(await found(store, select(*columns).join_from(review_items, turns)))


async def groups(store: Store, wanted: Wanted | None = None) -> list[ReviewGroup]:
    wanted = wanted or Wanted(datetime.now(UTC))
    return await store.reader.run(lambda connection: read_groups(connection, wanted, 20))


@pytest.mark.asyncio
async def test_what_was_of_no_help_is_in_the_queue_with_the_reason(store: Store) -> None:
    await ask(store, "où louer une remorque")
    await ask(store, "mon pneu siffle", ANSWER, REFUSED)
    await ask(store, "prix pour un groupe", asking(FARE), Feedback("none"))
    await ask(store, "combien coûte un trajet", ANSWER, Feedback("useful", BIKE, "yes"))
    await ask(store, "quel temps demain", DECLINE)
    await ask(store, "le vélo électrique en hiver", DECLINE)
    assert await queue(store) == {
        "où louer une remorque": "unanswered",
        "mon pneu siffle": "refused",
        "prix pour un groupe": "none",
        "le vélo électrique en hiver": "declined",
    }


@pytest.mark.asyncio
async def test_each_row_is_looked_at_once(store: Store) -> None:
    turn = await ask(store, "où louer une remorque")
    await queue(store)
    now = datetime.now(UTC)
    await store.write(lambda t: ReviewItems(t, store.key).later([turn], "account:1", now))
    await queue(store)
    assert await found(store, select(review_items.c.state)) == [("later",)]


@pytest.mark.asyncio
async def test_a_choice_that_nobody_made_is_abandoned_after_half_an_hour(store: Store) -> None:
    await ask(store, "le prix ou le casque", asking(FARE), chat="left")
    await ask(store, "le prix ou la roue", asking(FARE), chat="reworded")
    await ask(store, "combien coûte un trajet", ANSWER, chat="reworded")
    await ask(store, "le prix", asking(FARE), Feedback("choice", FARE), chat="chosen")
    assert await queue(store) == {}
    assert await queue(store, LATE) == {"le prix ou le casque": "abandoned"}


@pytest.mark.asyncio
async def test_what_an_audit_found_wrong_is_in_the_queue(store: Store) -> None:
    turn = await ask(store, "mon pneu siffle", ANSWER)
    other = await ask(store, "mon vélo est cassé", ANSWER)
    for number, verdict in ((turn, "wrong"), (other, "right")):
        label = Label(number, "account:1", AUDIT, verdict)  # type: ignore[arg-type]
        await store.write(lambda t, one=label: Audits(t).put_label(one, datetime.now(UTC)))
    assert await queue(store) == {"mon pneu siffle": "audit"}


@pytest.mark.asyncio
async def test_what_was_forgotten_or_dismissed_is_not_in_the_queue(store: Store) -> None:
    await ask(store, "où louer une remorque")
    dismissed = await ask(store, "allô la lune")
    now = datetime.now(UTC)
    await store.write(lambda t: ReviewItems(t, store.key).dismiss([dismissed], "a", "vide", now))
    await store.write(lambda t: t.execute(update(turns).where(turns.c.id == 1).values(text="")))
    assert await queue(store) == {}


@pytest.mark.asyncio
async def test_groups_of_most_people_come_first_and_one_person_is_one_voice(store: Store) -> None:
    for _ in range(5):
        await ask(store, "mon pneu siffle", ANSWER, REFUSED, REFUSED, chat="loud")
    await ask(store, "Où louer une remorque ?", chat="1")
    await ask(store, "ou louer une remorque", chat="2")
    await queue(store)
    keys = dict(await found(store, select(review_items.c.turn_id, review_items.c.text_key)))
    loud = [Member(keys[1], 1, ((6, 0.4),)), Member(keys[6], 6, ())]
    await store.write(lambda t: ReviewGroups(t).put(loud))
    first, second = await groups(store)
    assert [first.line.people, first.line.messages] == [2, 2]
    assert [second.line.people, second.line.messages] == [1, 5]
    assert second.reasons == {"refused": 1}
    assert [near.item.text for near in second.neighbours] == ["Où louer une remorque ?"]
    assert first.item.text == "ou louer une remorque"


@pytest.mark.asyncio
async def test_the_queue_is_narrowed_by_state_reason_target_and_words(store: Store) -> None:
    turn = await ask(store, "où louer une remorque")
    await ask(store, "mon pneu siffle à 100 %", ANSWER, REFUSED)
    await queue(store)
    now = datetime.now(UTC)
    await store.write(lambda t: ReviewItems(t, store.key).later([turn], "account:1", now))

    async def texts(**asked: object) -> list[str]:
        wanted = replace(Wanted(now), **asked)  # type: ignore[arg-type]
        return [group.item.text for group in await groups(store, wanted)]

    rest, aside = ["mon pneu siffle à 100 %"], ["où louer une remorque"]
    assert await texts() == rest
    assert await texts(view="later") == aside
    assert await texts(now=now + timedelta(days=8)) == [*rest, *aside]
    assert await texts(reason="refused") == rest
    assert await texts(reason="unanswered") == []
    assert await texts(nearest="entry:velo-casse") == rest
    assert await texts(words="100 %") == rest
    assert await texts(words="_") == []
    wanted = Wanted(now)
    assert await store.reader.run(lambda t: ReviewQueue(t, wanted).size()) == (1, 1)


def test_of_what_was_declined_only_known_words_count() -> None:
    words = KnownWords(small_base())
    texts = ("une VAE en hiver", "les VAEs", "partir sans casque", "faut-il un casque", "bonjour")
    kept = [text for text in texts if words.are_missed(text, "meteo")]
    assert kept == ["une VAE en hiver", "faut-il un casque"]


def test_a_greeting_with_a_question_is_missed_and_a_last_word_is_not() -> None:
    families = {
        "salut": Outside("salut", "Salutation", "Bonjour !", courtesy=True),
        "fin": Outside("fin", "C’est réglé", "Tant mieux !", closing=True),
    }
    words = KnownWords(replace(small_base(), outside=families))
    assert words.are_missed("bonjour, mon vélo est cassé", "salut")
    assert not words.are_missed("bonjour à tous", "salut")
    assert not words.are_missed("mon vélo cassé est réparé", "fin")
