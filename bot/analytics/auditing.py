"""Draws direct replies for the audits, and says how each promise stands."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from bot.analytics.drawing import is_drawn, monday_of, rate_of_week, weeks_before
from bot.analytics.promise import judge_promise
from bot.analytics.refresh import UNSETTLED
from bot.store.audits import PROMISED, Audits

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.analytics.promise import Standing
    from bot.store.audits import Promised
    from bot.store.store import Store, Transaction

TOGETHER = 500
"""Direct replies that are looked at in one transaction."""

PARTS: Mapping[Promised, float] = {"answer": 1.0, "route": 0.25, "decline": 0.25}
"""Of the number to be drawn a week, the part of each kind: an editor's time is short."""


async def draw_audits(store: Store, wanted: int, now: datetime | None = None) -> int:
    """Draw from all direct replies that were not looked at; how many were drawn.

    Args:
        store: where the journal is.
        wanted: answers to be drawn a week.
        now: the present moment, for tests.

    Raises:
        StoreError: the database cannot be used.
    """
    before = (now or datetime.now(UTC)) - UNSETTLED
    drawn = 0
    while (number := await store.write(lambda t: _draw_some(t, store.key, wanted, before))) >= 0:
        drawn += number
    return drawn


async def standings(
    store: Store, targets: Mapping[Promised, float], model: str, now: datetime | None = None
) -> list[Standing]:
    """How each promise stands.

    Args:
        store: where the labels are.
        targets: the promised error rate of each kind.
        model: the fingerprint of the model in force.
        now: the present moment, for tests.

    Raises:
        StoreError: the database cannot be used.
    """
    audited = await store.reader.run(lambda transaction: Audits(transaction).all())
    moment = now or datetime.now(UTC)
    return [judge_promise(audited, kind, targets[kind], model, moment) for kind in PROMISED]


async def effect_of_label(
    store: Store, targets: Mapping[Promised, float], model: str, turn: int
) -> tuple[Standing, Standing] | None:
    """How the promise stands without and with the label of a turn; None: it has none.

    Args:
        store: where the labels are.
        targets: the promised error rate of each kind.
        model: the fingerprint of the model in force.
        turn: which was judged.

    Raises:
        StoreError: the database cannot be used.
    """
    audited = await store.reader.run(lambda transaction: Audits(transaction).all())
    judged = next((found for found in audited if found.turn == turn and found.verdict), None)
    if judged is None:
        return None
    without = [found for found in audited if found.turn != turn]
    now, kind = datetime.now(UTC), judged.kind
    before, after = (
        judge_promise(labels, kind, targets[kind], model, now) for labels in (without, audited)
    )
    return before, after


async def _draw_some(transaction: Transaction, key: bytes, wanted: int, before: datetime) -> int:
    """Look at some; how many were drawn, -1 when none was left to look at."""
    audits = Audits(transaction)
    found = await audits.next_direct(before, TOGETHER)
    rates: dict[tuple[Promised, datetime], float] = {}
    drawn = 0
    for reply in found:
        week = reply.kind, monday_of(reply.at)
        if week not in rates:
            number = await audits.count_direct(reply.kind, *weeks_before(week[1]))
            rates[week] = rate_of_week(number, wanted * PARTS[reply.kind])
        if is_drawn(key, reply.turn, rates[week]):
            await audits.put(reply.turn, before, rates[week])
            drawn += 1
    return drawn if found else -1
