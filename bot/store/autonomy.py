"""What each entry may say by itself, its events, and the labels that move it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple, get_args

from sqlalchemy import insert, select, update

from bot.conversation.caution import STATES, State
from bot.conversation.turns import ENTRY_PREFIX, parse_target
from bot.ops.errors import BotError
from bot.store.autonomy_tables import autonomy, autonomy_events
from bot.store.fact_tables import audits
from bot.store.marks import read_mark
from bot.store.staff_tables import labels
from bot.store.tables import insert_new, turns

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.ext.asyncio import AsyncConnection

BASE, CHECK, LABELS = "base", "check", "labels"
"""Who moved an entry, where it was no person: its knowledge base, an editor's check, the labels."""

START = datetime(2000, 1, 1, tzinfo=UTC)
"""Before every message: an entry that was there from the start is judged by all of them."""

_MARK = "autonomy"
_ORIGINS = ("audit", "queue", "ticket")
"""Which labels move an entry: never the clicks of those who ask."""


class AutonomyError(BotError):
    """An entry may not be moved so; the message says why."""


class Standing(NamedTuple):
    """What an entry may say by itself, and what speaks against it.

    Attributes:
        entry: its id.
        state: what it may do.
        since: from when on what was asked counts (UTC).
        e: the evidence against it now; 1 with no label.
        n: labels since then, right and wrong ones; ``wrong``: of them.
        by: who moved it: ``base``, ``check``, ``labels``, ``operator`` or ``account:3``.
    """

    entry: str
    state: State = "repond"
    since: datetime = START
    e: float = 1.0
    n: int = 0
    wrong: int = 0
    by: str = BASE


class Change(NamedTuple):
    """An entry that may do more or less than before.

    Attributes:
        id: its number; ``at``: when (UTC).
        entry: which entry; ``before``, ``after``: what it may do; None: it was not known.
        e, n, wrong: the labels until then, as of :class:`Standing`.
        by: who moved it, as of :class:`Standing`.
    """

    id: int
    at: datetime
    entry: str
    before: State | None
    after: State
    e: float
    n: int
    wrong: int
    by: str

    @property
    def is_loss(self) -> bool:
        """Whether labels took something from it."""
        was = self.before or "repond"
        return self.by == LABELS and STATES.index(self.after) < STATES.index(was)


class Newest(NamedTuple):
    """The number of the newest label, when the last one was given or changed, the newest event."""

    label: int | None = None
    at: datetime | None = None
    event: int | None = None


class Judged(NamedTuple):
    """What one label says of an entry.

    Attributes:
        label: its number; ``at``: when it was given.
        asked_at: when the message came.
        wrong: whether the entry was the wrong one.
    """

    label: int
    at: datetime
    asked_at: datetime
    wrong: bool


class AutonomyRecords:
    """The autonomy of entries, within one transaction.

    Args:
        connection: of the transaction.
    """

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def hold(self) -> None:
        """Let no other process move an entry until the transaction ends."""
        await read_mark(self._connection, _MARK)

    async def all(self) -> dict[str, Standing]:
        """How each entry stands that anything is known of, by its id."""
        rows = await self._connection.execute(select(autonomy).order_by(autonomy.c.entry))
        return {row.entry: Standing(*row) for row in rows}

    async def begin(self, entry: str, *, passed: bool, at: datetime, by: str = CHECK) -> None:
        """An entry is served that is new, or whose text an editor changed.

        Args:
            entry: its id.
            passed: whether it passed its own check. Then it answers by itself, and is watched:
                drawn more often until there are enough labels; else it is suggested first.
            at: from when on what is asked counts.
            by: who published it.
        """
        await self.hold()
        state: State = "repond" if passed else "demande"
        await self.move(entry, Standing(entry, state, at, by=CHECK), at, by)

    async def lower(self, entry: str, to: State, at: datetime, by: str) -> None:
        """Take something from an entry by hand; nothing is ever given to it by hand.

        Raises:
            AutonomyError: that would not be less than it may do now.
        """
        await self.hold()
        now = (await self.all()).get(entry) or Standing(entry)
        if STATES.index(to) >= STATES.index(now.state):
            raise AutonomyError(f"{entry} is at {now.state}: by hand it can only be lowered")
        await self.move(entry, Standing(entry, to, at, by=by), at, by)

    async def move(self, entry: str, after: Standing, at: datetime, by: str) -> Change:
        """Let an entry do more or less from now on; the labels until then stand in the event.

        Args:
            entry: its id.
            after: how it stands from now on.
            at: the moment.
            by: who moves it.
        """
        known = (await self.all()).get(entry)
        until = known or Standing(entry)
        before = known.state if known else None
        event = (at, entry, before, after.state, until.e, until.n, until.wrong, by)
        columns = [column.name for column in autonomy_events.c if column.name != "id"]
        row = insert(autonomy_events).values(dict(zip(columns, event, strict=True)))
        number = await self._connection.execute(row.returning(autonomy_events.c.id))
        await self.note(after)
        return Change(int(number.scalar_one()), *event)

    async def note(self, standing: Standing) -> None:
        """Keep how an entry stands."""
        values = standing._asdict()
        new = insert_new(autonomy, self._connection.dialect.name).values(values)
        if not (await self._connection.execute(new)).rowcount:
            known = update(autonomy).where(autonomy.c.entry == standing.entry)
            await self._connection.execute(known.values(values))

    async def events(self, entry: str, limit: int = 50) -> list[Change]:
        """The last events of an entry, the newest first."""
        here = select(autonomy_events).where(autonomy_events.c.entry == entry)
        newest = here.order_by(autonomy_events.c.id.desc()).limit(limit)
        return [Change(*row) for row in await self._connection.execute(newest)]

    async def events_after(self, number: int) -> list[Change]:
        """The events after the one with this number, the oldest first."""
        later = select(autonomy_events).where(autonomy_events.c.id > number)
        rows = await self._connection.execute(later.order_by(autonomy_events.c.id))
        return [Change(*row) for row in rows]

    async def newest(self) -> Newest:
        """What was written last: whoever knows it knows whether to look again."""
        columns = labels.c.id, labels.c.at, autonomy_events.c.id
        last = (select(column).order_by(column.desc()).limit(1) for column in columns)
        return Newest(*[(await self._connection.execute(q)).scalar_one_or_none() for q in last])

    async def labels_by_entry(self, turn: int | None = None) -> dict[str, list[Judged]]:
        """What labels say of each entry, in the order of the labels; the first of a turn counts.

        Args:
            turn: of this turn alone.
        """
        query = (
            select(
                *(labels.c.id, labels.c.at, labels.c.origin, labels.c.verdict, labels.c.target),
                *(turns.c.id.label("turn"), turns.c.at.label("asked_at"), turns.c.action),
                *(turns.c.entry, turns.c.deferred, audits.c.entry.label("chosen")),
            )
            .join_from(labels, turns)
            .outerjoin(audits, audits.c.turn_id == turns.c.id)
            .where(labels.c.origin.in_(_ORIGINS), labels.c.verdict.in_(("right", "wrong")))
            .order_by(labels.c.id)
        )
        query = query if turn is None else query.where(turns.c.id == turn)
        found: dict[str, list[Judged]] = {}
        seen: set[int] = set()
        for row in await self._connection.execute(query):
            entry, wrong = _about(row)
            if entry and row.turn not in seen:
                seen.add(row.turn)
                said = Judged(row.id, row.at, row.asked_at, wrong)
                found.setdefault(entry, []).append(said)
        return found


def _about(row: Any) -> tuple[str, bool]:  # noqa: ANN401 - of the columns named there
    """The entry that a label is about, empty for none, and whether it was the wrong one."""
    answered = row.entry if row.action == "answer" else None
    deferred = parse_target(row.deferred)
    if row.origin != "ticket":
        return row.chosen or answered or "", row.verdict == "wrong"
    # An agent has sent an answer: what was said, or would have been, is that one or is wrong.
    thought = answered or (deferred.id if deferred and deferred.kind == "faq" else "")
    return thought, row.target != ENTRY_PREFIX + thought


def as_state(value: str) -> State | None:
    """A state as somebody writes it; None for what is none."""
    return next((state for state in get_args(State) if state == value), None)


def lowered_states(standings: Mapping[str, Standing]) -> dict[str, State]:
    """Only the entries that may not answer by themselves."""
    return {name: found.state for name, found in standings.items() if found.state != "repond"}
