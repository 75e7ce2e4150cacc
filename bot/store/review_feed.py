"""What shows that the service was of no help, read once each, in the order in which it came."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import String, and_, case, exists, func, literal, null, or_, select

from bot.conversation.turns import NO, NONE, TEXT, USEFUL
from bot.escalation.tickets import MISSING_ANSWER
from bot.store.audits import AUDIT
from bot.store.marks import move_mark, read_mark
from bot.store.staff_tables import labels
from bot.store.tables import feedback, turns
from bot.store.ticket_tables import ticket_events, tickets

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy import ColumnElement, Row, Select, Table
    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.store.review_items import Reason

TOGETHER = 500
"""Rows of a table that are looked at in one transaction."""

LEFT = timedelta(minutes=30)
"""Silence after which a choice that was shown is one that nobody will make."""

_later = turns.alias("later")


class Missed(NamedTuple):
    """A message that was of no help, and what tells so.

    Attributes:
        turn: its number; ``text``: its words as they are kept.
        reason: what tells so.
        family: the outside family that it was declined as, if any.
        ticket: id of the ticket whose desk missed an answer, if any.
    """

    turn: int
    reason: Reason
    text: str
    family: str | None
    ticket: int | None = None


class _Feed(NamedTuple):
    """One kind of sign.

    Attributes:
        table: whose rows are looked at, each once.
        select: what is read of those between two numbers.
        wait: younger rows may still change.
    """

    table: Table
    select: Select[Any]
    wait: timedelta = timedelta(0)


class ReviewFeed:
    """The signs, within one transaction.

    Args:
        connection: of the transaction.
    """

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def next_missed(self, name: str, before: datetime) -> list[Missed] | None:
        """What the next rows of a feed tell; None when there was no row to look at.

        Args:
            name: of the feed, one of ``FEEDS``.
            before: rows of this moment and later are left for the next time.
        """
        feed, mark = FEEDS[name], f"review: {name}"
        number = feed.table.c.id
        seen = await read_mark(self._connection, mark)
        window = (
            select(number)
            .where(number > seen, feed.table.c.at < before - feed.wait)
            .order_by(number)
            .limit(TOGETHER)
            .subquery()
        )
        last = (await self._connection.execute(select(func.max(window.c.id)))).scalar_one()
        if last is None:
            return None
        found = feed.select.where(number > seen, number <= last).order_by(number)
        await move_mark(self._connection, mark, last)
        rows = await self._connection.execute(found)
        return [Missed(*row[: len(Missed._fields)]) for row in rows if not _went_on(row)]


def _went_on(row: Row[Any]) -> bool:
    """Whether a choice was left because its asker said the same in other words."""
    next_at = row._mapping.get("next_at")  # noqa: SLF001 - the public name of a row's columns
    return next_at is not None and next_at - row.at <= LEFT


def _told(reason: ColumnElement[str], *more: ColumnElement[Any]) -> Select[Any]:
    """Turns with words, and why."""
    kept = select(turns.c.id, reason, turns.c.text, turns.c.family, *more)
    return kept.where(turns.c.kind == TEXT, turns.c.text != "")


def _reason(name: Reason) -> ColumnElement[str]:
    return literal(name, String)


def _decided() -> Select[Any]:
    why = case((turns.c.action == "decline", "declined"), else_="unanswered")
    return _told(why).where(turns.c.action.in_(("unanswered", "decline")))


def _said() -> Select[Any]:
    """What people said of what they were shown; a press is one sign, however often it comes."""
    refused = and_(feedback.c.kind == USEFUL, feedback.c.value == NO)
    why = case((feedback.c.kind == NONE, "none"), else_="refused")
    told = _told(why).join_from(turns, feedback, feedback.c.turn_id == turns.c.id)
    return told.where(or_(feedback.c.kind == NONE, refused))


def _left() -> Select[Any]:
    """Choices that nobody made, and after which nothing was written for a while."""
    answered = exists().where(feedback.c.turn_id == turns.c.id)
    next_at = (
        select(_later.c.at)
        .where(_later.c.chat == turns.c.chat, _later.c.channel == turns.c.channel)
        .where(_later.c.id > turns.c.id, turns.c.grouped.is_(False))
        .order_by(_later.c.id)
        .limit(1)
        .scalar_subquery()
    )
    shown = turns.c.shown["kind"].as_string() == "suggestions"
    ticket = null().label("ticket")
    told = _told(_reason("abandoned"), ticket, turns.c.at, next_at.label("next_at"))
    return told.where(shown, ~answered)


def _missing() -> Select[Any]:
    told = _told(_reason("ticket"), tickets.c.id)
    told = told.join_from(ticket_events, tickets).join(turns, tickets.c.turn_id == turns.c.id)
    return told.where(ticket_events.c.kind == "closed", ticket_events.c.what == MISSING_ANSWER)


def _judged() -> Select[Any]:
    told = _told(_reason("audit")).join_from(turns, labels, labels.c.turn_id == turns.c.id)
    return told.where(labels.c.origin == AUDIT, labels.c.verdict == "wrong")


FEEDS: Mapping[str, _Feed] = {
    "turns": _Feed(turns, _decided()),
    "feedback": _Feed(feedback, _said()),
    "choices": _Feed(turns, _left(), LEFT),
    "tickets": _Feed(ticket_events, _missing()),
    "labels": _Feed(labels, _judged()),
}
"""Every feed by the name of its mark."""
