"""How fast we speak and how much a chat may ask, by a clock that the test moves."""

from __future__ import annotations

import asyncio

import pytest

from bot.channels.telegram.rates import GROUP_FACTOR, Allowed, ChatRates
from bot.channels.telegram.sending.pace import (
    GROUP_SECONDS,
    GROUP_SENDS,
    PROBE_SECONDS,
    STORM_AFTER,
    STORM_SECONDS,
    Pace,
)
from bot.ops.rates import MINUTE

CLAIRE, GROUP, OTHER = 7, -100, -200


class Clock:
    """Time passes when somebody sleeps, or when the test says so."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr("bot.channels.telegram.sending.pace.asyncio.sleep", made.sleep)
    return made


@pytest.mark.asyncio
async def test_sends_leave_with_the_gap_of_the_rate_between_them(clock: Clock) -> None:
    pace = Pace(4, clock)
    for _ in range(4):
        await pace.turn()
    assert clock.slept == [0.25, 0.5, 0.75], "the first at once, the others each after its turn"
    clock.now += 10
    await pace.turn()
    assert len(clock.slept) == 3, "a pause is not made up for, nor waited for"
    await pace.turn()
    assert clock.slept[3:] == [0.25]


@pytest.mark.asyncio
async def test_no_sliding_second_holds_more_than_the_rate_however_late_sleepers_wake(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock, moments, real = Clock(), [], asyncio.sleep

    async def oversleep(seconds: float) -> None:
        due = clock.now + seconds
        await real(0)
        if clock.now < due:
            clock.now = due + 3.0

    async def send(pace: Pace) -> None:
        await pace.turn()
        moments.append(clock.now)

    monkeypatch.setattr("bot.channels.telegram.sending.pace.asyncio.sleep", oversleep)
    pace = Pace(4, clock)
    await asyncio.gather(*(send(pace) for _ in range(40)))
    assert len(moments) == 40
    assert max(sum(at - 1 < other <= at for other in moments) for at in moments) == 4


@pytest.mark.asyncio
async def test_without_a_rate_nothing_waits(clock: Clock) -> None:
    pace = Pace(0, clock)
    await asyncio.gather(*(pace.turn() for _ in range(100)))
    assert clock.slept == []


def test_a_group_takes_so_many_messages_in_any_minute_and_others_are_not_counted(
    clock: Clock,
) -> None:
    pace = Pace(0, clock)
    for _ in range(GROUP_SENDS):
        assert pace.wait_in_group(GROUP) == 0
        clock.now += 1
    assert pace.wait_in_group(GROUP) == GROUP_SECONDS - GROUP_SENDS
    assert pace.wait_in_group(OTHER) == 0
    assert {pace.wait_in_group(CLAIRE) for _ in range(100)} == {0}
    clock.now += GROUP_SECONDS - GROUP_SENDS
    assert pace.wait_in_group(GROUP) == 0, "the first one is a minute old"
    assert pace.wait_in_group(GROUP) == 1, "the second one is not"


def test_a_message_that_waits_is_not_counted(clock: Clock) -> None:
    pace = Pace(0, clock)
    for _ in range(GROUP_SENDS + 50):
        pace.wait_in_group(GROUP)
    clock.now += GROUP_SECONDS
    assert [pace.wait_in_group(GROUP) for _ in range(GROUP_SENDS)] == [0] * GROUP_SENDS


@pytest.mark.parametrize(
    "late",
    [-1.0, 0.1],
)
def test_a_group_that_waits_is_told_once_until_it_waits_no_more(clock: Clock, late: float) -> None:
    pace = Pace(0, clock)
    told = []
    for _ in range(5):  # it goes on waiting, and comes here each time its window is full
        told.append(pace.should_tell(GROUP))
        clock.now += GROUP_SECONDS + late
    assert told == [True, False, False, False, False]
    assert pace.should_tell(OTHER)
    clock.now += 3 * GROUP_SECONDS
    assert pace.should_tell(GROUP)


@pytest.mark.asyncio
async def test_refusals_in_a_row_are_a_storm_that_the_first_success_ends(clock: Clock) -> None:
    pace = Pace(0, clock)
    for _ in range(STORM_AFTER - 1):
        pace.note_refusal()
    assert not pace.stormy
    pace.note_success()
    for _ in range(STORM_AFTER):
        assert not pace.stormy, "what was refused before a success does not count"
        pace.note_refusal()
    assert pace.stormy
    await pace.turn()  # the first one asks whether it is over
    waiting = [asyncio.create_task(pace.turn()) for _ in range(3)]
    done, _ = await asyncio.wait(waiting, timeout=0)
    assert not done, "and the others wait for what it finds"
    pace.note_success()
    assert not pace.stormy
    async with asyncio.timeout(0.5 * PROBE_SECONDS):
        await asyncio.gather(*waiting)
    assert clock.slept == [], "once it is over, nobody waits for a turn of the storm"


def test_a_storm_ends_by_itself_where_nobody_sends_anything(clock: Clock) -> None:
    pace = Pace(0, clock)
    for _ in range(STORM_AFTER):
        pace.note_refusal()
    clock.now += STORM_SECONDS - 1
    assert pace.stormy
    clock.now += 1
    assert not pace.stormy


# How much a chat may ask


def test_a_chat_above_its_limit_is_told_once_a_minute_and_the_others_are_not_concerned(
    clock: Clock,
) -> None:
    asked = ChatRates(3, clock)
    assert [asked.ask("a") for _ in range(6)] == [Allowed.YES] * 3 + [Allowed.TOLD] + [
        Allowed.NO
    ] * 2
    assert asked.ask("b") is Allowed.YES
    clock.now += MINUTE
    assert asked.ask("a") is Allowed.YES
    assert [asked.ask("a") for _ in range(4)][2:] == [Allowed.TOLD, Allowed.NO]


def test_the_minute_slides_and_what_was_refused_is_not_counted(clock: Clock) -> None:
    asked = ChatRates(2, clock)
    assert asked.ask("a") is Allowed.YES
    clock.now += 40
    assert asked.ask("a") is Allowed.YES
    for _ in range(10):
        assert asked.ask("a") is not Allowed.YES
    clock.now += 20
    assert asked.ask("a") is Allowed.YES, "the first one is a minute old"
    assert asked.ask("a") is Allowed.NO, "it was told so less than a minute ago"
    clock.now += 40
    assert [asked.ask("a"), asked.ask("a")] == [Allowed.YES, Allowed.TOLD]


def test_a_group_may_ask_more_than_a_person(clock: Clock) -> None:
    asked = ChatRates(2, clock)
    said = [asked.ask("g", GROUP_FACTOR) for _ in range(2 * GROUP_FACTOR + 2)]
    assert said.count(Allowed.YES) == 2 * GROUP_FACTOR
    assert said[-2:] == [Allowed.TOLD, Allowed.NO]
