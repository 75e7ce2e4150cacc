"""What may follow what: one check at a time, one publication of one base, drafts again in time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from bot.store.keeping import Periods
from bot.store.proposals import Proposals
from bot.store.purging import purge
from tests.fakes.open_store import open_store

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bot.store.database.database import Database
    from bot.store.store import Store

pytestmark = pytest.mark.asyncio
NOW = datetime(2026, 11, 30, 9, tzinfo=UTC)
LATER = NOW + timedelta(minutes=5)
WORDING = {"kind": "wording", "target": "tarif", "wordings": ["c'est combien"]}


async def within(store: Store, work: Callable[[Proposals], Awaitable[Any]]) -> Any:  # noqa: ANN401
    return await store.write(lambda c: work(Proposals(c)))


async def drafts(store: Store, count: int) -> list[int]:
    return [
        await within(store, lambda p: p.add("account:1", "wording", WORDING, [4, 5], NOW))
        for _ in range(count)
    ]


async def test_a_draft_is_kept_as_it_was_given(any_database: Database) -> None:
    async with await open_store(any_database) as store:
        (number,) = await drafts(store, 1)
        kept = await within(store, lambda p: p.get(number))
        assert (kept.state, kept.changes, kept.turns) == ("draft", WORDING, (4, 5))
        assert (kept.at, kept.by) == (NOW, "account:1")
        assert await within(store, lambda p: p.get(number + 1)) is None


async def test_one_check_runs_at_a_time(any_database: Database) -> None:
    async with await open_store(any_database) as store:
        first, second = await drafts(store, 2)
        assert await within(store, lambda p: p.move(first, ("draft",), "checking", NOW))
        assert not await within(store, lambda p: p.move(second, ("draft",), "checking", NOW))
        assert await within(store, lambda p: p.move(first, ("checking",), "checked", NOW))
        assert await within(store, lambda p: p.move(second, ("draft",), "checking", NOW))


async def test_of_two_checked_on_one_base_one_is_published(any_database: Database) -> None:
    async with await open_store(any_database) as store:
        for number in await drafts(store, 2):
            move = (number, ("draft",), "checked", NOW)
            await within(store, lambda p, m=move: p.move(*m, base="b"))
        publish = ("checked",), "published", LATER
        assert await within(store, lambda p: p.move(1, *publish))
        assert not await within(store, lambda p: p.move(2, *publish))
        # Once the first is taken back, the base is what the second was checked on.
        assert await within(store, lambda p: p.move(1, ("published",), "reverted", LATER))
        assert await within(store, lambda p: p.move(2, *publish))


async def test_what_is_published_is_not_drafted_again(any_database: Database) -> None:
    async with await open_store(any_database) as store:
        (number,) = await drafts(store, 1)
        await within(store, lambda p: p.move(number, ("draft",), "published", NOW))
        assert not await within(store, lambda p: p.move(number, ("draft", "checked"), "draft", NOW))


async def test_a_check_that_is_silent_for_long_is_given_up(any_database: Database) -> None:
    async with await open_store(any_database) as store:
        (number,) = await drafts(store, 1)
        await within(store, lambda p: p.move(number, ("draft",), "checking", NOW))
        assert await within(store, lambda p: p.note_progress(number, {"done": 3}, LATER))
        assert await within(store, lambda p: p.give_up_checks(NOW, LATER, "killed")) == 0
        after = LATER + timedelta(seconds=1)
        assert await within(store, lambda p: p.give_up_checks(after, after, "killed")) == 1
        assert not await within(store, lambda p: p.note_progress(number, {}, after))
        kept = await within(store, lambda p: p.get(number))
        assert (kept.state, kept.reason, kept.check) == ("draft", "killed", {})


async def test_unpublished_proposals_go_as_texts_go(any_database: Database) -> None:
    async with await open_store(any_database) as store:
        first, second = await drafts(store, 2)
        await within(store, lambda p: p.move(second, ("draft",), "published", NOW))
        await store.write(lambda c: purge(c, NOW + timedelta(days=91), Periods(90, 395)))
        assert await within(store, lambda p: p.states()) == {second: "published"}
        await store.write(lambda c: purge(c, NOW + timedelta(days=396), Periods(90, 395)))
        assert await within(store, lambda p: p.states()) == {}
        assert first != second
