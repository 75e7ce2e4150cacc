"""Autonomy that entries earn and lose by labels alone.

An entry loses a step when the evidence against "at most one answer in ten is wrong" reaches 20: of
entries that keep it, at most one in twenty ever does, however often one looks. It gains a step by
20 labels of which at most one is wrong.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from bot.analytics.evidence import BETTER, weigh
from bot.conversation.caution import STATES
from bot.store.autonomy import BASE, LABELS, START, AutonomyRecords, Standing

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from bot.analytics.evidence import Evidence
    from bot.conversation.caution import State
    from bot.store.autonomy import Change, Judged
    from bot.store.store import Transaction

LIMIT = 0.10
"""The error rate that an entry must not exceed."""

RATES = (2.0, 3.0, 5.0)
"""The rates that are bet on against it, in limits: 20, 30 and 50 %."""

DELTA = 1 / 20
"""The chance that an entry which keeps the limit ever loses a step in one state."""

TRIAL, FEW_WRONG = 20, 1
"""Labels by which a step is earned, and how many of them may be wrong."""


def weigh_entry(judged: Iterable[Judged], standing: Standing) -> Evidence:
    """The evidence against an entry, of the messages that came since it stands so."""
    return weigh(_wrong_since(judged, standing.since), LIMIT, RATES)


def is_proven(judged: Iterable[Judged], standing: Standing) -> bool:
    """Whether labels refute that more than one answer in ten of an entry is wrong."""
    return weigh(_wrong_since(judged, standing.since), LIMIT, BETTER).refutes_now(DELTA)


def next_state(state: State, evidence: Evidence) -> State:
    """What an entry may do after these labels: a step less, a step more, or the same."""
    place = STATES.index(state)
    if evidence.refutes(DELTA):
        return STATES[max(0, place - 1)]
    if evidence.number >= TRIAL and evidence.wrong <= FEW_WRONG:
        return STATES[min(len(STATES) - 1, place + 1)]
    return state


def is_new(standing: Standing) -> bool:
    """Whether it is drawn more often: until enough is known of what an editor wrote."""
    return standing.by != BASE and standing.n < TRIAL


async def settle(transaction: Transaction, now: datetime) -> list[Change]:
    """Move every entry that its labels move, and keep how all of them stand.

    Args:
        transaction: best the one in which a label was written.
        now: the moment from which on the next labels count.
    """
    records = AutonomyRecords(transaction)
    await records.hold()
    known, changes = await records.all(), []
    for entry, judged in (await records.labels_by_entry()).items():
        before = known.get(entry) or Standing(entry)
        evidence = weigh_entry(judged, before)
        value, number, wrong = evidence.value, evidence.number, evidence.wrong
        settled = before._replace(e=value, n=number, wrong=wrong)
        if settled != known.get(entry):
            await records.note(settled)
        if (state := next_state(before.state, evidence)) != before.state:
            after = Standing(entry, state, now, by=LABELS)
            changes.append(await records.move(entry, after, now, LABELS))
    return changes


async def proven_entries(transaction: Transaction) -> frozenset[str]:
    """Ids of the entries that answer even while the promise on answers is broken."""
    records = AutonomyRecords(transaction)
    known = await records.all()
    judged = await records.labels_by_entry()
    return frozenset(n for n, found in judged.items() if n in known and is_proven(found, known[n]))


async def keep_former_names(transaction: Transaction, formerly: Mapping[str, Sequence[str]]) -> int:
    """A renamed entry stands as it stood under its former name; how many were taken over.

    Args:
        transaction: the names are taken over in it.
        formerly: the former ids of each entry, by its id.
    """
    records = AutonomyRecords(transaction)
    await records.hold()
    known, number = await records.all(), 0
    for entry, names in formerly.items():
        former = [known[name] for name in names if name in known]
        if former and entry not in known:
            lowest = min(former, key=lambda found: STATES.index(found.state))
            await records.note(lowest._replace(entry=entry))
            number += 1
    return number


class Effect(NamedTuple):
    """What one label moved.

    Attributes:
        entry: which entry it is about.
        before, after: what the entry may do.
        e_before, e_after: the evidence against it; the same when the label does not count.
    """

    entry: str
    before: State
    after: State
    e_before: float
    e_after: float


async def effect_of(transaction: Transaction, turn: int) -> Effect | None:
    """What the first label on a turn moved; None when it is about no entry.

    Args:
        transaction: of the look.
        turn: the number of the turn.
    """
    records = AutonomyRecords(transaction)
    found = await records.labels_by_entry(turn)
    if not found:
        return None
    ((entry, (label,)),) = found.items()
    standing = (await records.all()).get(entry) or Standing(entry)
    events = await records.events(entry)
    moved = next((n for n, event in enumerate(events) if event.at == label.at), None)
    since = standing.since if moved is None else _since_before(events[moved:])
    until = [one for one in (await records.labels_by_entry())[entry] if one.label <= label.label]
    then = standing._replace(since=since)
    values = [weigh_entry(part, then).value for part in (until[:-1], until)]
    if moved is None:
        return Effect(entry, standing.state, standing.state, *values)
    return Effect(entry, events[moved].before or "repond", events[moved].after, *values)


def _since_before(events: Sequence[Change]) -> datetime:
    """From when on an entry was judged that the first of these events moved."""
    return events[1].at if len(events) > 1 else START


def _wrong_since(judged: Iterable[Judged], since: datetime) -> list[bool]:
    return [found.wrong for found in judged if found.asked_at >= since]
