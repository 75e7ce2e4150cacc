"""What is kept of a message is made before anything is written."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from bot.channels.answering import Answerer
from bot.channels.web import Exchange
from bot.conversation.messages import Incoming
from bot.store import scrubber
from bot.store.tables import turns
from tests.fakes.open_store import found, open_store
from tests.fakes.small_base import BIKE
from tests.fakes.web_service import talking

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from bot.store.store import Transaction

HOSTILE = "06 12 " * 2_000
HALF, REST = "mon tel : 06 39 98", "12 34"


class Writing:
    """Knows whether a transaction is open, and whether somebody scrubbed or left for a thread."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.open = 0
        self.early = 0
        self.wrong: list[str] = []
        monkeypatch.setattr(scrubber, "scrub", self._watched("scrub", scrubber.scrub))
        monkeypatch.setattr(asyncio, "to_thread", self._watched("thread", asyncio.to_thread))
        loop = asyncio.get_running_loop()
        hop = self._watched("thread", loop.run_in_executor)
        monkeypatch.setattr(loop, "run_in_executor", hop)

    def _watched(self, name: str, call: Callable[..., Any]) -> Callable[..., Any]:
        def watched(*arguments: object) -> object:
            self.early += not self.open
            if self.open:
                self.wrong.append(name)
            return call(*arguments)

        return watched

    def around(
        self, write: Callable[..., Awaitable[Any]]
    ) -> Callable[[Callable[[Transaction], Awaitable[Any]]], Awaitable[Any]]:
        async def watched(work: Callable[[Transaction], Awaitable[Any]]) -> object:
            async def opened(transaction: Transaction) -> object:
                self.open += 1
                try:
                    return await work(transaction)
                finally:
                    self.open -= 1

            return await write(opened)

        return watched


@pytest.mark.asyncio
async def test_no_text_is_scrubbed_and_no_thread_waited_for_while_the_database_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with await open_store(tmp_path / "a.db") as store:
        writing = Writing(monkeypatch)
        store.write = writing.around(store.write)  # type: ignore[assignment]
        responder = talking(BIKE)
        exchange = Exchange(Answerer(lambda: responder, store))
        for number, text in enumerate((HOSTILE, HALF, REST, "/oublier " + HOSTILE)):
            await exchange.answer(Incoming("web", "1", text, update_id=number))
        assert writing.wrong == []
        assert writing.early >= len((HOSTILE, HALF, REST))
        kept = [text for (text,) in await found(store, select(turns.c.text))]
        assert kept[1:] == ["mon tel : [téléphone]", "[téléphone]"]


@pytest.mark.asyncio
async def test_a_message_that_nobody_scrubbed_is_kept_without_its_words(tmp_path: Path) -> None:
    async with await open_store(tmp_path / "a.db") as store:
        asked = Incoming("web", "1", "06 39 98 12 34")
        await store.write(lambda c: store.journal(c).record_turn(asked, None, 0.0))
        assert await found(store, select(turns.c.text)) == [("",)]


def test_of_a_long_text_no_more_is_scrubbed_than_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[int] = []

    def scrub(text: str) -> str:
        read.append(len(text))
        return text

    monkeypatch.setattr(scrubber, "scrub", scrub)
    scrubber.text_to_store(HOSTILE)
    assert read[0] < scrubber.MAX_STORED * 1.1
