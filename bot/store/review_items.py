"""The queue of what is to be reviewed: put in, settled, set aside for good or for later."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeAlias, get_args

from sqlalchemy import and_, delete, func, insert, select, update

from bot.conversation.turns import name_target
from bot.store.review_tables import review_dismissals, review_items
from bot.store.staff_tables import labels
from bot.store.tables import insert_new, turns
from bot.store.text_key import TextKeys
from classifier.decision import Target

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement
    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.store.audits import LabelOrigin
    from classifier.decision import Kind

Reason: TypeAlias = Literal[
    "declined", "unanswered", "abandoned", "none", "refused", "ticket", "audit"
]
"""Why a message is to be reviewed; of several, the last in this order is told."""

REASONS: tuple[Reason, ...] = get_args(Reason)
Settled: TypeAlias = Literal["new", "wording", "entry", "desk", "outside"]
"""What became of a message; ``new``: nothing yet, or it was taken back."""

ReviewState: TypeAlias = Literal["new", "wording", "entry", "desk", "outside", "dismissed", "later"]
STATES: tuple[ReviewState, ...] = get_args(ReviewState)
OPEN: tuple[ReviewState, ...] = ("new", "later")
QUEUE: LabelOrigin = "queue"
LONGEST_REASON = 200
"""Characters of the reason for which something is dismissed."""


class Found(NamedTuple):
    """A message that is to be reviewed, and why.

    Attributes:
        turn: its number.
        reason: why.
        ticket: id of the ticket whose desk missed an answer, if any.
        voice: of one that was brought from elsewhere, whom it is from there.
    """

    turn: int
    reason: Reason
    ticket: int | None = None
    voice: str | None = None


class _Kept(NamedTuple):
    """What is kept of a turn: its words, and its candidates as [kind, id, score]."""

    text: str
    candidates: Sequence[tuple[Kind, str, float]]


class ReviewItems:
    """The queue, within one transaction.

    Args:
        connection: of the transaction.
        secret: the key of the store.
    """

    def __init__(self, connection: AsyncConnection, secret: bytes) -> None:
        self._connection = connection
        self._keys = TextKeys(secret)

    async def put(self, found: Sequence[Found], at: datetime) -> int:
        """Put messages into the queue; how many are new there.

        One without words, and one whose words were dismissed, is passed over; of one that is
        there, the more telling reason is kept.
        """
        kept = await self._kept({item.turn for item in found})
        keys = {turn: self._keys.of(row.text) for turn, row in kept.items()}
        gone = await self._dismissed(set(keys.values()))
        new = 0
        for item in found:
            key = keys.get(item.turn)
            if key is not None and key not in gone:
                nearest = _nearest_of(kept[item.turn].candidates)
                new += await self._put(item, key, nearest, at)
        return new

    async def settle(
        self,
        turn_ids: Collection[int],
        state: Settled,
        by: str,
        at: datetime,
        target: str | None = None,
    ) -> None:
        """Say what became of messages, once that is in force; ``new``: it was taken back.

        What is settled is a label too: what was done was wrong, and ``target`` would have been
        right; it goes when the message comes back.

        Args:
            turn_ids: the messages; one that was not in the queue is put into it, and what says
                the same goes with it.
            state: what became of them.
            by: who, such as ``account:3``.
            at: when.
            target: what answers them now, such as ``entry:slug``; None: not said.
        """
        await self.put([Found(turn, "unanswered") for turn in turn_ids], at)
        keys = await self._keys_of(turn_ids)
        same = review_items.c.text_key.in_(keys.values()), review_items.c.state.in_(OPEN)
        if state != "new":
            await self._mark(and_(*same), state, by, at)
        await self._mark(review_items.c.turn_id.in_(turn_ids), state, by, at)
        theirs = labels.c.turn_id.in_(turn_ids), labels.c.origin == QUEUE
        await self._connection.execute(delete(labels).where(*theirs))
        if state != "new":
            await self._label(keys, by, target, at)

    async def dismiss(self, turn_ids: Collection[int], by: str, reason: str, at: datetime) -> int:
        """Set messages aside for good, with all that say the same; how many left the queue."""
        keys = set((await self._keys_of(turn_ids)).values())
        said = {"by": by, "at": at, "reason": reason[:LONGEST_REASON]}
        added = insert_new(review_dismissals, self._connection.dialect.name)
        for key in keys:
            await self._connection.execute(added.values(text_key=key, **said))
        same = review_items.c.text_key.in_(keys), review_items.c.state.in_(OPEN)
        return await self._mark(and_(*same), "dismissed", by, at)

    async def later(self, turn_ids: Collection[int], by: str, at: datetime) -> None:
        """Set messages aside for a week, with all that say the same."""
        keys = await self._keys_of(turn_ids)
        same = review_items.c.text_key.in_(keys.values()), review_items.c.state.in_(OPEN)
        await self._mark(and_(*same), "later", by, at)

    async def resume(self, turn_ids: Collection[int], by: str, at: datetime) -> None:
        """Take back what was set aside for later, with all that say the same."""
        keys = await self._keys_of(turn_ids)
        same = review_items.c.text_key.in_(keys.values()), review_items.c.state == "later"
        await self._mark(and_(*same), "new", by, at)

    async def tickets_of(self, turn_ids: Collection[int]) -> dict[int, int]:
        """Of these messages, the ids of the tickets whose desk missed an answer, by turn."""
        query = select(review_items.c.turn_id, review_items.c.ticket_id).where(
            review_items.c.turn_id.in_(turn_ids), review_items.c.ticket_id.is_not(None)
        )
        return {row.turn_id: row.ticket_id for row in await self._connection.execute(query)}

    async def _put(self, item: Found, key: str, nearest: str | None, at: datetime) -> int:
        alike = review_items.alias("alike")
        first = func.coalesce(func.min(alike.c.group_id), func.min(alike.c.turn_id))
        group = select(first).where(alike.c.text_key == key)
        row: dict[str, Any] = {
            "turn_id": item.turn,
            "reason": item.reason,
            "state": "new",
            "at": at,
            "text_key": key,
            "voice": item.voice,
            "ticket_id": item.ticket,
            # What says the same as another message is of its group at once.
            "group_id": group.scalar_subquery(),
            "neighbours": [],
            "nearest": nearest,
        }
        added = insert_new(review_items, self._connection.dialect.name).values(row)
        if (await self._connection.execute(added)).rowcount:
            return 1
        weaker = REASONS[: REASONS.index(item.reason)]
        known = review_items.c.turn_id == item.turn, review_items.c.reason.in_(weaker)
        values = {"reason": item.reason} | ({"ticket_id": item.ticket} if item.ticket else {})
        await self._connection.execute(update(review_items).where(*known).values(values))
        return 0

    async def _mark(
        self, which: ColumnElement[bool], state: ReviewState, by: str, at: datetime
    ) -> int:
        values = {"state": state, "by": by, "at": at}
        marked = update(review_items).where(which).values(values)
        return (await self._connection.execute(marked)).rowcount

    async def _label(
        self, turn_ids: Iterable[int], by: str, target: str | None, at: datetime
    ) -> None:
        said = {"by": by, "origin": QUEUE, "verdict": "wrong", "target": target, "at": at}
        rows = [{"turn_id": turn, **said} for turn in turn_ids]
        if rows:
            await self._connection.execute(insert(labels), rows)

    async def _kept(self, turn_ids: Collection[int]) -> dict[int, _Kept]:
        """What is kept of these turns, as far as their words are."""
        query = select(turns.c.id, turns.c.text, turns.c.candidates).where(
            turns.c.id.in_(turn_ids), turns.c.text != ""
        )
        return {
            row.id: _Kept(row.text, row.candidates) for row in await self._connection.execute(query)
        }

    async def _keys_of(self, turn_ids: Collection[int]) -> dict[int, str]:
        kept = await self._kept(turn_ids)
        return {turn: self._keys.of(row.text) for turn, row in kept.items()}

    async def _dismissed(self, keys: Collection[str]) -> set[str]:
        query = select(review_dismissals.c.text_key).where(review_dismissals.c.text_key.in_(keys))
        return set((await self._connection.execute(query)).scalars())


def _nearest_of(candidates: Sequence[tuple[Kind, str, float]]) -> str | None:
    """The name of the first candidate of a turn, as it is stored."""
    return name_target(Target(*candidates[0][:2])) if candidates else None
