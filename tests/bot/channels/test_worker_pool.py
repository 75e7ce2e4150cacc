"""Workers on one queue: several at once, stopped in good order, and never stopped by one piece."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from bot.channels.worker_pool import WorkerPool, retry_store_call, run_together, work_in_order
from bot.store import RefusedError, StoppingError, StoreError
from tests.fakes.telegram_service import soon

if TYPE_CHECKING:
    from collections.abc import Sequence


class FatalError(Exception):
    """Ends a crew."""


class Queue:
    """Pieces of work that stand in memory, and what became of them.

    Attributes:
        done: pieces in the order in which they were finished.
        most: how many were under way at once, at most.
        gate: nothing is finished before it is set.
        troubles: what the next looks into the queue meet with.
    """

    def __init__(self, *pieces: str) -> None:
        self.waiting = list(pieces)
        self.done: list[str] = []
        self.under_way = self.most = 0
        self.gate = asyncio.Event()
        self.gate.set()
        self.troubles: list[Exception] = []

    async def claim(self, limit: int) -> list[str]:
        if self.troubles:
            raise self.troubles.pop(0)
        taken, self.waiting = self.waiting[:limit], self.waiting[limit:]
        return taken

    async def work(self, piece: str) -> None:
        self.under_way += 1
        self.most = max(self.most, self.under_way)
        try:
            await self.gate.wait()
            await asyncio.sleep(0)
            if piece == "fatal":
                raise FatalError
            if piece == "bad":
                raise ValueError("mon secret")
            self.done.append(piece)
        finally:
            self.under_way -= 1

    def crew(self, at_once: int = 4) -> WorkerPool[str]:
        return WorkerPool("queue", at_once, self.claim, self.work, fatal=(FatalError,))


@pytest.fixture(autouse=True)
def _short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.channels.worker_pool.STORE_WAITS", (0.01, 0.02))
    monkeypatch.setattr("bot.channels.worker_pool.GRACE_SECONDS", 0.05)
    monkeypatch.setattr("bot.channels.worker_pool.DRAIN_SECONDS", 0.2)


@pytest.mark.asyncio
async def test_all_is_done_before_a_crew_finishes_and_never_more_than_agreed_at_once() -> None:
    queue = Queue(*(str(n) for n in range(50)))
    crew = queue.crew(at_once=4)
    crew.finish()
    async with asyncio.timeout(10):
        await crew.run()
    assert sorted(queue.done, key=int) == [str(n) for n in range(50)]
    assert queue.most == 4


@pytest.mark.asyncio
async def test_who_is_woken_looks_at_once_and_who_is_not_looks_from_time_to_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    queue = Queue()
    crew = queue.crew()
    monkeypatch.setattr("bot.channels.worker_pool.IDLE_SECONDS", 3600)
    running = asyncio.create_task(crew.run())
    await asyncio.sleep(0)
    for wake in (crew.wake, lambda: crew.wake_in(0.01)):
        queue.waiting.append("woken")
        wake()
        await soon(lambda: not queue.waiting)
    monkeypatch.setattr("bot.channels.worker_pool.IDLE_SECONDS", 0.01)
    queue.waiting.append("last one that is heard of")
    crew.wake()
    await soon(lambda: len(queue.done) == 3)
    queue.waiting.append("left by another process")
    await soon(lambda: len(queue.done) == 4)
    crew.finish()
    await running


@pytest.mark.asyncio
async def test_one_bad_piece_stops_no_other_and_its_text_is_not_logged(
    caplog: pytest.LogCaptureFixture,
) -> None:
    queue = Queue("a", "bad", "b")
    crew = queue.crew(at_once=1)
    crew.finish()
    await crew.run()
    assert queue.done == ["a", "b"]
    assert "queue failed (ValueError)" in caplog.text
    assert "secret" not in caplog.text


@pytest.mark.asyncio
async def test_a_fatal_piece_ends_the_crew_once_the_others_have_finished() -> None:
    queue = Queue("fatal", "a")
    with pytest.raises(FatalError):
        async with asyncio.timeout(10):
            await queue.crew().run()
    assert queue.done == ["a"]


@pytest.mark.asyncio
async def test_a_cancelled_crew_lets_what_is_nearly_done_finish_and_cancels_the_rest(
    caplog: pytest.LogCaptureFixture,
) -> None:
    queue = Queue("a")
    queue.gate.clear()
    running = asyncio.create_task(queue.crew().run())
    await soon(lambda: queue.under_way)
    running.cancel()
    asyncio.get_running_loop().call_later(0.01, queue.gate.set)
    await asyncio.wait((running,))
    assert queue.done == ["a"]

    queue.waiting, queue.gate = ["b"], asyncio.Event()
    running = asyncio.create_task(queue.crew().run())
    await soon(lambda: queue.under_way)
    running.cancel()
    await asyncio.wait((running,))
    assert queue.done == ["a"]
    assert queue.under_way == 0
    assert "Stopped with 1 pieces of work from the queue" in caplog.text


@pytest.mark.asyncio
async def test_a_queue_that_cannot_be_read_is_read_again_and_told_once(
    caplog: pytest.LogCaptureFixture,
) -> None:
    queue = Queue("a")
    queue.troubles = [StoreError("the disk is full")] * 4
    crew = queue.crew()
    crew.finish()
    await crew.run()
    assert queue.done == ["a"]
    assert caplog.text.count("the disk is full") == 1


# A chat's own line


class Letter(str):
    """A piece of work that was not tried before."""

    __slots__ = ()
    attempts = 1


ABCD = [Letter(name) for name in "abcd"]


class Lane:
    """Does pieces of a lane until one of them has to wait."""

    def __init__(self, stops_at: str = "") -> None:
        self.stops_at = stops_at
        self.done: list[str] = []
        self.given_back: list[str] = []

    async def one(self, piece: Letter) -> bool:
        self.done.append(piece)
        return piece != self.stops_at

    async def give_back(self, rest: Sequence[Letter]) -> None:
        assert rest, "nothing is given back by a call"
        self.given_back += rest

    async def walked(self, seconds: float = 60.0) -> tuple[str, str]:
        await work_in_order(ABCD, self.one, self.give_back, seconds)
        return "".join(self.done), "".join(self.given_back)


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("stops_at", "seconds", "found"),
    [
        ("", 60.0, ("abcd", "")),
        ("b", 60.0, ("ab", "cd")),
        ("d", 60.0, ("abcd", "")),
        ("", -1.0, ("a", "bcd")),  # time is up: the place is given back after each piece
    ],
)
async def test_a_lane_is_walked_in_order_and_what_cannot_follow_is_given_back(
    stops_at: str, seconds: float, found: tuple[str, str]
) -> None:
    assert await Lane(stops_at).walked(seconds) == found


class Breaking(Lane):
    """Breaks at its second piece."""

    broke = asyncio.Event()

    async def one(self, piece: Letter) -> bool:
        if piece == "b":
            self.broke.set()
            raise ValueError(piece)
        return await super().one(piece)


@pytest.mark.asyncio
async def test_what_breaks_is_given_back_with_all_that_follows_and_raised(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("bot.channels.worker_pool.FAILURE_WAITS", (0.0, 0.0))
    lane = Breaking()
    with pytest.raises(ValueError, match="b"):
        await lane.walked()
    assert (lane.done, lane.given_back) == (["a"], ["b", "c", "d"])


@pytest.mark.asyncio
async def test_what_breaks_is_held_for_a_while_so_that_it_is_not_taken_again_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("bot.channels.worker_pool.FAILURE_WAITS", (3600.0, 3600.0))
    lane = Breaking()
    lane.broke = asyncio.Event()
    walking = asyncio.create_task(lane.walked())
    await lane.broke.wait()
    assert lane.given_back == []
    walking.cancel()
    await asyncio.wait((walking,))
    assert lane.given_back == ["b", "c", "d"], "at the stop, at once"


# Several crews


@pytest.mark.asyncio
async def test_when_the_intake_ends_each_crew_in_turn_finishes_what_the_one_before_left_it() -> (
    None
):
    first, second = Queue(*"abc"), Queue()
    behind = second.crew()

    async def hand_on(piece: str) -> None:
        await asyncio.sleep(0.01)
        second.waiting.append(piece)
        behind.wake()

    before: WorkerPool[str] = WorkerPool("first", 1, first.claim, hand_on)
    async with asyncio.timeout(10):
        await run_together(asyncio.sleep(0), before, behind)
    assert second.done == ["a", "b", "c"]


@pytest.mark.asyncio
async def test_what_ends_one_ends_all_and_is_raised() -> None:
    queue, other = Queue("fatal"), Queue("a")
    with pytest.raises(FatalError):
        async with asyncio.timeout(10):
            await run_together(asyncio.sleep(3600), queue.crew(), other.crew())

    async def intake() -> None:
        raise FatalError

    with pytest.raises(FatalError):
        async with asyncio.timeout(10):
            await run_together(intake(), Queue().crew())


@pytest.mark.asyncio
async def test_a_drain_does_not_wait_for_ever() -> None:
    queue = Queue("a")
    queue.gate.clear()
    async with asyncio.timeout(10):
        await run_together(asyncio.sleep(0), queue.crew())
    assert queue.done == []
    assert queue.under_way == 0


@pytest.mark.asyncio
async def test_a_write_is_insisted_on_until_it_works_and_other_errors_are_raised(
    caplog: pytest.LogCaptureFixture,
) -> None:
    outcomes: list[Exception | None] = [StoreError("full"), StoreError("full"), None]

    async def write() -> str:
        outcome = outcomes.pop(0)
        if outcome is not None:
            raise outcome
        return "written"

    assert await retry_store_call(write, "it must wait") == "written"
    assert caplog.text.count("it must wait: full") == 1
    outcomes.append(ValueError("x"))
    with pytest.raises(ValueError, match="x"):
        await retry_store_call(write, "it must wait")


@pytest.mark.asyncio
@pytest.mark.parametrize("error", [RefusedError("too long"), StoppingError("locked")])
async def test_what_is_refused_or_has_no_time_left_is_not_tried_again(error: StoreError) -> None:
    tries = []

    async def write() -> None:
        tries.append(error)
        raise error

    with pytest.raises(type(error)):
        await retry_store_call(write, "it must wait")
    assert len(tries) == 1


@pytest.mark.asyncio
async def test_a_queue_that_cannot_be_read_at_the_stop_ends_its_crew_quietly() -> None:
    async def claim(_: int) -> list[str]:
        raise StoppingError("locked")

    async def work(_: str) -> None:
        return

    await WorkerPool("queue", 2, claim, work).run()
