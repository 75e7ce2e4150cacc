from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio
from sqlalchemy import select, update

from bot.conversation.messages import Incoming
from bot.conversation.turns import Feedback
from bot.store.keeping import Periods
from bot.store.person import erase
from bot.store.purging import purge
from bot.store.review_items import Found, ReviewItems
from bot.store.review_tables import review_items
from bot.store.staff_tables import labels
from bot.store.tables import turns
from classifier.decision import Decision
from tests.fakes.open_store import OneByOne, found, open_store

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from bot.store.database.database import Database
    from bot.store.store import Store

NOW = datetime(2026, 11, 30, 9, tzinfo=UTC)
NOTHING = Decision("unanswered", None, (), (), 0.1, "m")


@pytest_asyncio.fixture
async def store(any_database: Database) -> AsyncIterator[Store]:
    async with await open_store(any_database) as opened:
        yield opened


async def ask(store: Store, text: str, chat: str = "1") -> int:
    turn: int = await OneByOne(store).record_turn(Incoming("web", chat, text), NOTHING, 1.0)
    return turn


async def do(store: Store, work: Callable[[ReviewItems], Awaitable[object]]) -> object:
    return await store.write(lambda connection: work(ReviewItems(connection, store.key)))


async def states(store: Store) -> dict[int, str]:
    query = select(review_items.c.turn_id, review_items.c.state)
    return dict(await found(store, query))


async def queue(store: Store, text: str, chat: str = "1") -> int:
    turn = await ask(store, text, chat)
    await do(store, lambda items: items.put([Found(turn, "unanswered")], NOW))
    return turn


@pytest.mark.asyncio
async def test_a_message_is_in_the_queue_once_with_its_most_telling_reason(store: Store) -> None:
    turn = await ask(store, "mon vélo")
    for reason in ("unanswered", "audit", "refused"):
        await do(store, lambda items, why=reason: items.put([Found(turn, why)], NOW))
    assert await found(store, select(review_items.c.reason)) == [("audit",)]


@pytest.mark.asyncio
async def test_what_was_published_leaves_the_queue_as_a_label_and_comes_back_when_reverted(
    store: Store,
) -> None:
    first, second = await queue(store, "mon vélo"), await ask(store, "mon velo rouge")
    both = [first, second]
    await do(store, lambda i: i.settle(both, "wording", "account:3", NOW, "entry:velo"))
    said = select(labels.c.turn_id, labels.c.origin, labels.c.verdict, labels.c.target)
    assert await states(store) == {first: "wording", second: "wording"}
    assert await found(store, said) == [(t, "queue", "wrong", "entry:velo") for t in both]
    await do(store, lambda items: items.settle(both, "new", "account:4", NOW))
    assert await states(store) == {first: "new", second: "new"}
    assert await found(store, said) == []


@pytest.mark.asyncio
async def test_what_is_dismissed_takes_what_says_the_same_with_it_and_never_returns(
    store: Store,
) -> None:
    first, same = await queue(store, "mon vélo"), await queue(store, "MON VELO !", "2")
    other = await queue(store, "ma roue")
    await do(store, lambda items: items.dismiss([first], "account:3", "pas pour nous", NOW))
    await queue(store, "mon   vééélo", "3")
    assert await states(store) == {first: "dismissed", same: "dismissed", other: "new"}


@pytest.mark.asyncio
async def test_what_says_the_same_is_one_group_at_once(store: Store) -> None:
    first, same = await queue(store, "mon vélo"), await queue(store, "MON VELO !", "2")
    other = await queue(store, "ma roue")
    groups = dict(await found(store, select(review_items.c.turn_id, review_items.c.group_id)))
    assert groups == {first: None, same: first, other: None}


@pytest.mark.asyncio
async def test_later_sets_aside_only_what_is_open(store: Store) -> None:
    first, second = await queue(store, "mon vélo"), await queue(store, "ma roue")
    await do(store, lambda items: items.settle([second], "outside", "account:3", NOW))
    await do(store, lambda items: items.later([first, second], "account:3", NOW))
    assert await states(store) == {first: "later", second: "outside"}


@pytest.mark.asyncio
async def test_whoever_is_forgotten_leaves_the_queue_and_what_was_dismissed_stays_so(
    store: Store,
) -> None:
    await queue(store, "mon vélo")
    dismissed, other = await queue(store, "allô"), await queue(store, "mon vélo", "2")
    await do(store, lambda items: items.dismiss([dismissed], "account:3", "vide", NOW))
    name = store.pseudonym.of("web", "1")
    await store.write(lambda connection: erase(connection, name))
    await queue(store, "allo")
    assert await states(store) == {other: "new"}


@pytest.mark.asyncio
async def test_what_has_no_words_any_more_leaves_the_queue(store: Store) -> None:
    old, settled = await queue(store, "mon vélo"), await queue(store, "ma roue")
    await do(store, lambda items: items.settle([settled], "entry", "account:3", NOW))
    long_ago = update(turns).values(at=NOW - timedelta(days=91))
    await store.write(lambda connection: connection.execute(long_ago))
    await store.write(lambda connection: purge(connection, NOW, Periods(90, 395)))
    assert await states(store) == {settled: "entry"}
    assert old != settled


@pytest.mark.asyncio
async def test_the_ticket_whose_desk_missed_an_answer_stays_within_reach(store: Store) -> None:
    turn = await queue(store, "mon vélo")
    await OneByOne(store).record_feedback(turn, Feedback("human"))
    assert await do(store, lambda items: items.tickets_of([turn])) == {}
