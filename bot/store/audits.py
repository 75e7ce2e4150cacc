"""The draw of the audits and the labels, within one transaction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias, get_args

from sqlalchemy import and_, case, exists, func, select

from bot.conversation.turns import TEXT, parse_target
from bot.store.autonomy import BASE
from bot.store.autonomy_tables import autonomy
from bot.store.fact_tables import audits
from bot.store.marks import move_mark, read_mark
from bot.store.staff_tables import labels
from bot.store.tables import feedback, insert_new, turns

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.ext.asyncio import AsyncConnection

Promised: TypeAlias = Literal["answer", "route", "decline"]
"""The direct replies, by their action."""

PROMISED: tuple[Promised, ...] = get_args(Promised)
Drawn: TypeAlias = Literal["answer", "route", "decline", "chosen"]
"""What is drawn for an audit: these, and entries that were suggested and chosen."""

Verdict: TypeAlias = Literal["right", "wrong", "unsure"]
VERDICTS: tuple[Verdict, ...] = get_args(Verdict)
LabelOrigin: TypeAlias = Literal["audit", "queue", "ticket", "click"]

AUDIT: LabelOrigin = "audit"
CHOSEN: Drawn = "chosen"
SEEN, SEEN_CHOICES = "audits: turns", "audits: feedback"
FEW_LABELS = 20
"""Labels below which what an editor wrote, or evidence lowered, is judged before the rest."""

_DIRECT = (turns.c.action.in_(PROMISED), turns.c.kind == TEXT)


class Direct(NamedTuple):
    """A direct reply: its turn, when it came (UTC), what was done, and with which entry."""

    turn: int
    at: datetime
    kind: Promised
    entry: str | None = None


class Chosen(NamedTuple):
    """A press on a suggestion.

    Attributes:
        press: its number; ``turn``: of which message.
        at: when it was pressed (UTC).
        entry: the entry that was asked first for want of autonomy; empty: something else.
    """

    press: int
    turn: int
    at: datetime
    entry: str


class Audited(NamedTuple):
    """One direct reply that was drawn.

    Attributes:
        turn: its number.
        kind: what it was.
        model: the fingerprint of the model that decided.
        drawn_at: when it was drawn (UTC).
        verdict: None: not judged yet.
        judged_at: when it was judged.
        target: what would have been right, as ``entry:slug``, or ``unknown``; None: not said.
    """

    turn: int
    kind: Promised
    model: str
    drawn_at: datetime
    verdict: Verdict | None = None
    judged_at: datetime | None = None
    target: str | None = None


class Question(NamedTuple):
    """What an editor judges, without the probability: the message and what was done with it.

    Attributes:
        turn: its number; ``at``: when it came.
        text: the message as it is kept: scrubbed.
        kind: what was done, ``chosen``: an entry was suggested and chosen; ``entry``, ``desk``,
            ``family``: with what.
    """

    turn: int
    at: datetime
    text: str
    kind: Drawn
    entry: str | None
    desk: str | None
    family: str | None


@dataclass(frozen=True, slots=True)
class Label:
    """What somebody judged of a turn.

    Attributes:
        turn: its number.
        by: ``account:3`` or ``staff:3``.
        origin: on which occasion.
        verdict: whether what was done was right.
        target: what would have been right; None: not said.
    """

    turn: int
    by: str
    origin: LabelOrigin
    verdict: Verdict
    target: str | None = None


class Audits:
    """The audits of a store.

    Args:
        connection: of the transaction.
    """

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def next_direct(self, before: datetime, limit: int) -> list[Direct]:
        """Direct replies that no draw has looked at; each is returned once, the oldest first.

        Args:
            before: those of this moment and later are left for the next time.
            limit: how many at most.
        """
        seen = await read_mark(self._connection, SEEN)
        query = (
            select(turns.c.id, turns.c.at, turns.c.action, turns.c.entry)
            .where(turns.c.id > seen, turns.c.at < before, *_DIRECT)
            .order_by(turns.c.id)
            .limit(limit)
        )
        found = [Direct(*row) for row in await self._connection.execute(query)]
        if found:
            await move_mark(self._connection, SEEN, found[-1].turn)
        return found

    async def next_choices(self, before: datetime, limit: int) -> list[Chosen]:
        """Choices of what was asked first for want of autonomy; each is returned once.

        Args:
            before: those of this moment and later are left for the next time.
            limit: how many presses are looked at, at most.
        """
        seen = await read_mark(self._connection, SEEN_CHOICES)
        query = (
            select(feedback.c.id, turns.c.id, feedback.c.at, feedback.c.about, turns.c.deferred)
            .join_from(feedback, turns)
            .where(feedback.c.id > seen, feedback.c.at < before, feedback.c.kind == "choice")
            .order_by(feedback.c.id)
            .limit(limit)
        )
        rows = (await self._connection.execute(query)).all()
        if rows:
            await move_mark(self._connection, SEEN_CHOICES, rows[-1][0])
        return [Chosen(row[0], row[1], row[2], _entry_of(row[3], row[4])) for row in rows]

    async def count_choices(self, since: datetime, until: datetime) -> int:
        """How many such choices there were from ``since`` on, before ``until``."""
        number = (
            select(func.count())
            .join_from(feedback, turns)
            .where(turns.c.at >= since, turns.c.at < until, feedback.c.kind == "choice")
            .where(feedback.c.about == turns.c.deferred)
        )
        return int((await self._connection.execute(number)).scalar_one())

    async def count_direct(self, kind: Promised, since: datetime, until: datetime) -> int:
        """How many direct replies of a kind there were from ``since`` on, before ``until``."""
        inside = turns.c.at >= since, turns.c.at < until
        query = select(func.count()).select_from(turns).where(*inside, *_DIRECT)
        number = await self._connection.execute(query.where(turns.c.action == kind))
        return int(number.scalar_one())

    async def put(
        self, turn: int, at: datetime, rate: float, entry: str | None = None, *, extra: bool = False
    ) -> None:
        """A reply was drawn.

        Args:
            turn: its number.
            at: when it was drawn.
            rate: at which rate, in [0, 1].
            entry: the one that was chosen after it was suggested; None: it was said at once.
            extra: whether the rate of all would not have drawn it.
        """
        new = insert_new(audits, self._connection.dialect.name)
        row = {"turn_id": turn, "drawn_at": at, "rate": rate, "entry": entry, "extra": extra}
        await self._connection.execute(new.values(row))

    async def all(self) -> list[Audited]:
        """All that was drawn by the rate of all, with the first verdict on each, by turn.

        What was drawn more often for the sake of one entry would weigh too much among the others.
        """
        judged = and_(labels.c.turn_id == audits.c.turn_id, labels.c.origin == AUDIT)
        query = (
            select(
                *(turns.c.id, turns.c.action, turns.c.model, audits.c.drawn_at),
                *(labels.c.verdict, labels.c.at, labels.c.target),
            )
            .join_from(audits, turns)
            .outerjoin(labels, judged)
            .where(turns.c.action.in_(PROMISED), audits.c.extra.is_(False))
            # By the column of the small table: SQLite follows the order, and would read all turns.
            .order_by(audits.c.turn_id, labels.c.id)
        )
        first: dict[int, Audited] = {}
        for row in await self._connection.execute(query):
            found = Audited(*row)
            first.setdefault(found.turn, found._replace(model=found.model or ""))
        return list(first.values())

    async def to_judge(self, limit: int) -> Sequence[Question]:
        """What was drawn and is not judged, as long as its words are kept; the oldest first.

        What is about an entry that has few labels since it was lowered or changed comes before.
        """
        # By the column of the small table, as above.
        judged = exists().where(labels.c.turn_id == audits.c.turn_id, labels.c.origin == AUDIT)
        entry = func.coalesce(audits.c.entry, turns.c.entry)
        kind = case((audits.c.entry.is_not(None), CHOSEN), else_=turns.c.action)
        on_trial = autonomy.c.by != BASE, autonomy.c.n < FEW_LABELS, autonomy.c.since <= turns.c.at
        query = (
            select(*(turns.c[name] for name in ("id", "at", "text")), kind, entry)
            .add_columns(turns.c.desk, turns.c.family)
            .join_from(audits, turns)
            .outerjoin(autonomy, autonomy.c.entry == entry)
            .where(turns.c.text != "", ~judged)
            .order_by(case((and_(*on_trial), 0), else_=1), audits.c.turn_id)
            .limit(limit)
        )
        return [Question(*row) for row in await self._connection.execute(query)]

    async def is_judged(self, turn: int) -> bool:
        """Whether a reply was judged in an audit."""
        theirs = labels.c.turn_id == turn, labels.c.origin == AUDIT
        found = await self._connection.execute(select(labels.c.id).where(*theirs).limit(1))
        return found.first() is not None

    async def put_label(self, label: Label, at: datetime) -> bool:
        """Write a label; False when the same person judged it on the same occasion before."""
        new = insert_new(labels, self._connection.dialect.name).values(
            turn_id=label.turn,
            by=label.by,
            origin=label.origin,
            verdict=label.verdict,
            target=label.target,
            at=at,
        )
        return bool((await self._connection.execute(new)).rowcount)


def _entry_of(about: str | None, deferred: str | None) -> str:
    """The id of what was chosen, if it is the entry that was deferred."""
    target = parse_target(about) if about == deferred else None
    return target.id if target and target.kind == "faq" else ""
