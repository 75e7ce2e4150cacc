"""Reads the queue of what is to be reviewed: groups by the number of people, then the newest."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeAlias, get_args

from sqlalchemy import and_, distinct, func, or_, select

from bot.store.review_tables import review_items
from bot.store.staff_tables import labels
from bot.store.tables import turns
from bot.store.ticket_tables import tickets

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement, Select
    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.store.audits import LabelOrigin, Verdict
    from bot.store.review_items import Reason, ReviewState

LATER = timedelta(days=7)
"""For how long "later" puts off."""

MOST = 200
"""Messages of one group that are read, the newest."""

View: TypeAlias = Literal["open", "later", "settled", "dismissed"]
VIEWS: tuple[View, ...] = get_args(View)

_GROUP = func.coalesce(review_items.c.group_id, review_items.c.turn_id)
_VOICE = func.coalesce(review_items.c.voice, turns.c.channel + ":" + turns.c.chat)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which messages are looked at.

    Attributes:
        now: the present moment.
        view: in what state.
        reason: for this reason alone; empty: for any.
        nearest: nearest to this target alone, such as ``entry:slug``; empty: to any.
        words: that hold these characters; empty: any.
    """

    now: datetime
    view: View = "open"
    reason: Reason | Literal[""] = ""
    nearest: str = ""
    words: str = ""


class GroupLine(NamedTuple):
    """A group, and how much weight it has.

    Attributes:
        id: number of its first turn.
        people: how many wrote it, each counted once.
        messages: how many there are.
        last: when the last came (UTC).
    """

    id: int
    people: int
    messages: int
    last: datetime


class ReviewItem(NamedTuple):
    """One message of the queue.

    Attributes:
        turn: its number; ``at``: when it came (UTC); ``text``: as it is kept, masked.
        group: of its group; ``voice``: whom it is from, a name that is never shown.
        reason, state: why it is here, and what became of it.
        by, since: who brought it into this state, and when.
        key: the same for all that say the same.
        action, entry, desk, family: what was decided.
        shown: what was shown, as :class:`bot.conversation.turns.Shown` stores it.
        candidates: the nearest targets, as [kind, id, score].
        neighbours: the messages most like it, as [turn, likeness].
        ticket: number of the ticket whose desk missed an answer, if any.
    """

    turn: int
    at: datetime
    text: str
    group: int
    voice: str
    reason: Reason
    state: ReviewState
    by: str | None
    since: datetime
    key: str
    action: str | None
    entry: str | None
    desk: str | None
    family: str | None
    shown: dict[str, Any]
    candidates: Sequence[tuple[str, str, float]]
    neighbours: Sequence[tuple[int, float]]
    ticket: str | None


class TurnLabel(NamedTuple):
    """What was judged of a turn, on which occasion, and when."""

    turn: int
    origin: LabelOrigin
    verdict: Verdict
    target: str | None
    at: datetime


class ReviewQueue:
    """The queue, within one transaction that need not write.

    Args:
        connection: of the transaction.
        wanted: which messages.
    """

    def __init__(self, connection: AsyncConnection, wanted: Wanted) -> None:
        self._connection = connection
        self._wanted = wanted

    async def size(self) -> tuple[int, int]:
        """How many groups and messages there are."""
        query = self._inside(func.count(distinct(_GROUP)), func.count())
        groups, messages = (await self._connection.execute(query)).one()
        return int(groups), int(messages)

    async def lines(self, limit: int, offset: int = 0) -> list[GroupLine]:
        """The groups, those of most people first, then the newest."""
        people, last = func.count(distinct(_VOICE)), func.max(turns.c.at)
        query = (
            self._inside(_GROUP, people, func.count(), last)
            .group_by(_GROUP)
            .order_by(people.desc(), last.desc(), _GROUP)
            .limit(limit)
            .offset(offset)
        )
        return [GroupLine(*row) for row in await self._connection.execute(query)]

    async def items(self, groups: Collection[int]) -> list[ReviewItem]:
        """The messages of groups, the newest first, a few hundred of each at most."""
        query = self._inside(*_COLUMNS).where(
            or_(
                review_items.c.group_id.in_(groups),
                and_(review_items.c.group_id.is_(None), review_items.c.turn_id.in_(groups)),
            )
        )
        query = query.order_by(review_items.c.turn_id.desc()).limit(MOST * len(groups))
        return [ReviewItem._make(row) for row in await self._connection.execute(query)]

    async def all(self) -> list[ReviewItem]:
        """All messages, the newest first."""
        query = self._inside(*_COLUMNS).order_by(review_items.c.turn_id.desc())
        return [ReviewItem._make(row) for row in await self._connection.execute(query)]

    async def by_turn(self, turn_ids: Collection[int]) -> dict[int, ReviewItem]:
        """Messages by their numbers, as far as they are wanted."""
        query = self._inside(*_COLUMNS).where(review_items.c.turn_id.in_(turn_ids))
        return {row.turn_id: ReviewItem._make(row) for row in await self._connection.execute(query)}

    async def labels(self, turn_ids: Collection[int]) -> list[TurnLabel]:
        """What was judged of messages, in the order in which it was."""
        columns = (labels.c[name] for name in ("turn_id", "origin", "verdict", "target", "at"))
        query = select(*columns).where(labels.c.turn_id.in_(turn_ids)).order_by(labels.c.id)
        return [TurnLabel(*row) for row in await self._connection.execute(query)]

    def _inside(self, *columns: ColumnElement[Any]) -> Select[Any]:
        joined = select(*columns).select_from(
            review_items.join(turns).outerjoin(tickets, tickets.c.id == review_items.c.ticket_id)
        )
        return joined.where(*self._conditions(), turns.c.text != "")

    def _conditions(self) -> list[ColumnElement[bool]]:
        wanted, item = self._wanted, review_items.c
        due = item.at < wanted.now - LATER
        views: dict[View, ColumnElement[bool]] = {
            "open": or_(item.state == "new", and_(item.state == "later", due)),
            "later": and_(item.state == "later", ~due),
            "settled": item.state.in_(("wording", "entry", "desk", "outside")),
            "dismissed": item.state == "dismissed",
        }
        asked = [views[wanted.view]]
        if wanted.reason:
            asked.append(item.reason == wanted.reason)
        if wanted.nearest:
            asked.append(item.nearest == wanted.nearest)
        if wanted.words:
            asked.append(turns.c.text.icontains(wanted.words, autoescape=True))
        return asked


_COLUMNS = (
    *(review_items.c.turn_id, turns.c.at, turns.c.text, _GROUP, _VOICE),
    *(review_items.c[name] for name in ("reason", "state", "by", "at", "text_key")),
    *(turns.c[name] for name in ("action", "entry", "desk", "family", "shown", "candidates")),
    *(review_items.c.neighbours, tickets.c.number),
)
