"""The messages that are decided anew, and what people said of them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import insert, update

from bot.conversation.messages import Incoming
from bot.store.replays import KeptMessage, Replays
from bot.store.staff_tables import labels
from bot.store.tables import turns
from classifier.decision import Decision, Target
from tests.fakes.open_store import OneByOne, open_store

if TYPE_CHECKING:
    from pathlib import Path

    from bot.store.store import Store

pytestmark = pytest.mark.asyncio
NOW = datetime.now(UTC)
SINCE = NOW - timedelta(weeks=4)
ANSWER = Decision("answer", Target("faq", "velo"), (), (), 0.9, "m")


async def ask(store: Store, text: str) -> int:
    return int(await OneByOne(store).record_turn(Incoming("web", "1", text), ANSWER, 1.0))


async def say(store: Store, turn: int, verdict: str, target: str | None, origin: str) -> None:
    row = {"turn_id": turn, "by": "account:1", "origin": origin, "verdict": verdict}
    await store.write(lambda c: c.execute(insert(labels).values(**row, target=target, at=NOW)))


async def read(store: Store) -> tuple[list[KeptMessage], int]:
    asked = await store.reader.run(lambda c: Replays(c).messages(SINCE))
    return asked, await store.reader.run(lambda c: Replays(c).count_emptied(SINCE))


async def test_what_was_judged_right_is_what_was_answered(tmp_path: Path) -> None:
    async with await open_store(tmp_path / "a.db") as store:
        turn = await ask(store, "mon vélo")
        await say(store, turn, "right", None, "audit")
        assert await read(store) == ([KeptMessage(turn, "mon vélo", "entry:velo")], 0)


async def test_what_was_judged_wrong_is_what_was_named(tmp_path: Path) -> None:
    async with await open_store(tmp_path / "a.db") as store:
        first, second = await ask(store, "un"), await ask(store, "deux")
        await say(store, first, "wrong", "desk:atelier", "ticket")
        await say(store, second, "wrong", "unknown", "audit")
        asked, _ = await read(store)
        assert [each.right for each in asked] == ["desk:atelier", None]


async def test_a_click_proves_nothing(tmp_path: Path) -> None:
    async with await open_store(tmp_path / "a.db") as store:
        await say(store, await ask(store, "mon vélo"), "right", None, "click")
        asked, _ = await read(store)
        assert asked[0].right is None


async def test_emptied_and_old_messages_are_left_out(tmp_path: Path) -> None:
    async with await open_store(tmp_path / "a.db") as store:
        first, second = await ask(store, "un"), await ask(store, "deux")
        third = await ask(store, "trois")
        empty = update(turns).where(turns.c.id == first).values(text="")
        aged = update(turns).where(turns.c.id == second).values(at=SINCE - timedelta(days=1))
        await store.write(lambda c: c.execute(empty))
        await store.write(lambda c: c.execute(aged))
        asked, emptied = await read(store)
        assert ([each.turn for each in asked], emptied) == ([third], 1)
        assert await store.reader.run(lambda c: Replays(c).texts({first, third})) == {
            third: "trois"
        }
