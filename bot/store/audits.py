"""The draw of the audits and the labels, within one transaction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias, get_args

from sqlalchemy import and_, exists, func, select

from bot.conversation.turns import TEXT
from bot.store.fact_tables import audits
from bot.store.marks import move_mark, read_mark
from bot.store.staff_tables import labels
from bot.store.tables import insert_new, turns

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.ext.asyncio import AsyncConnection

Promised: TypeAlias = Literal["answer", "route", "decline"]
"""The direct replies, by their action."""

PROMISED: tuple[Promised, ...] = get_args(Promised)
Verdict: TypeAlias = Literal["right", "wrong", "unsure"]
VERDICTS: tuple[Verdict, ...] = get_args(Verdict)
LabelOrigin: TypeAlias = Literal["audit", "queue", "ticket", "click"]

AUDIT: LabelOrigin = "audit"
SEEN = "audits: turns"
_DIRECT = (turns.c.action.in_(PROMISED), turns.c.kind == TEXT)


class Direct(NamedTuple):
    """A direct reply: its turn, when it came (UTC), and what was done."""

    turn: int
    at: datetime
    kind: Promised


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
        kind: what was done; ``entry``, ``desk``, ``family``: with what.
    """

    turn: int
    at: datetime
    text: str
    kind: Promised
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
            select(turns.c.id, turns.c.at, turns.c.action)
            .where(turns.c.id > seen, turns.c.at < before, *_DIRECT)
            .order_by(turns.c.id)
            .limit(limit)
        )
        found = [Direct(*row) for row in await self._connection.execute(query)]
        if found:
            await move_mark(self._connection, SEEN, found[-1].turn)
        return found

    async def count_direct(self, kind: Promised, since: datetime, until: datetime) -> int:
        """How many direct replies of a kind there were from ``since`` on, before ``until``."""
        inside = turns.c.at >= since, turns.c.at < until
        query = select(func.count()).select_from(turns).where(*inside, *_DIRECT)
        number = await self._connection.execute(query.where(turns.c.action == kind))
        return int(number.scalar_one())

    async def put(self, turn: int, at: datetime, rate: float) -> None:
        """A direct reply was drawn."""
        new = insert_new(audits, self._connection.dialect.name)
        await self._connection.execute(new.values(turn_id=turn, drawn_at=at, rate=rate))

    async def all(self) -> list[Audited]:
        """All that was drawn, with the first verdict on each, in the order of the turns."""
        judged = and_(labels.c.turn_id == audits.c.turn_id, labels.c.origin == AUDIT)
        query = (
            select(
                *(turns.c.id, turns.c.action, turns.c.model, audits.c.drawn_at),
                *(labels.c.verdict, labels.c.at, labels.c.target),
            )
            .join_from(audits, turns)
            .outerjoin(labels, judged)
            # By the column of the small table: SQLite follows the order, and would read all turns.
            .order_by(audits.c.turn_id, labels.c.id)
        )
        first: dict[int, Audited] = {}
        for row in await self._connection.execute(query):
            found = Audited(*row)
            first.setdefault(found.turn, found._replace(model=found.model or ""))
        return list(first.values())

    async def to_judge(self, limit: int) -> Sequence[Question]:
        """What was drawn and is not judged, as long as its words are kept; the oldest first."""
        judged = exists().where(labels.c.turn_id == turns.c.id, labels.c.origin == AUDIT)
        columns = ("id", "at", "text", "action", "entry", "desk", "family")
        query = (
            select(*(turns.c[name] for name in columns))
            .join_from(audits, turns)
            .where(turns.c.text != "", ~judged)
            .order_by(turns.c.id)
            .limit(limit)
        )
        return [Question(*row) for row in await self._connection.execute(query)]

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
