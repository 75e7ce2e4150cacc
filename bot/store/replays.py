"""The messages of some weeks with what was said of them, to be decided anew."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from bot.conversation.turns import TEXT, parse_target
from bot.store.staff_tables import labels
from bot.store.tables import turns
from classifier.decision import Target

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from datetime import datetime

    from sqlalchemy.ext.asyncio import AsyncConnection

TOGETHER = 500
"""Numbers of turns asked for in one query: databases take no endless lists."""


@dataclass(frozen=True, slots=True)
class KeptMessage:
    """A message as it is kept, masked.

    Attributes:
        turn: its number.
        text: its words.
        right: what would be right by what people judged, as ``name_compared`` writes it; None:
            nobody said.
    """

    turn: int
    text: str
    right: str | None = None


class Replays:
    """Reads messages within one transaction.

    Args:
        connection: of the transaction.
    """

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def messages(self, since: datetime) -> list[KeptMessage]:
        """The text messages since a moment whose words are kept, in the order they came."""
        columns = (turns.c.id, turns.c.text)
        kept = (turns.c.at >= since, turns.c.kind == TEXT, turns.c.text != "")
        found = await self._connection.execute(select(*columns).where(*kept).order_by(turns.c.id))
        right = await self._read_judgements(since)
        return [KeptMessage(turn, text, right.get(turn)) for turn, text in found]

    async def count_emptied(self, since: datetime) -> int:
        """How many text messages since a moment have no words any more."""
        gone = (turns.c.at >= since, turns.c.kind == TEXT, turns.c.text == "")
        found = await self._connection.execute(select(func.count()).select_from(turns).where(*gone))
        return int(found.scalar_one())

    async def texts(self, numbers: Collection[int]) -> dict[int, str]:
        """The words of these turns, as far as they are kept."""
        found: dict[int, str] = {}
        for part in _parts(sorted(numbers)):
            query = select(turns.c.id, turns.c.text).where(turns.c.id.in_(part), turns.c.text != "")
            found |= dict(tuple(row) for row in await self._connection.execute(query))
        return found

    async def _read_judgements(self, since: datetime) -> dict[int, str]:
        """What would be right for each turn that an editor or an agent judged; the last counts."""
        said = (labels.c.turn_id, labels.c.verdict, labels.c.target)
        done = (turns.c.action, turns.c.entry, turns.c.desk, turns.c.family)
        query = (
            select(*said, *done)
            .join_from(labels, turns)
            .where(turns.c.at >= since, labels.c.origin != "click", labels.c.verdict != "unsure")
            .order_by(labels.c.at, labels.c.id)
        )
        found: dict[int, str] = {}
        for row in await self._connection.execute(query):
            if right := _right(row):
                found[row.turn_id] = right
        return found


def name_compared(target: Target) -> str:
    """A target as replies are compared by: ``entry:slug``, ``desk:id`` or ``outside:family``."""
    return f"{'entry' if target.kind == 'faq' else target.kind}:{target.id}"


def _right(row: Any) -> str:  # noqa: ANN401 - a row of the driver
    """What would be right, by one judgement (a row of the query); empty when it does not say."""
    if target := parse_target(row.target):
        return name_compared(target)
    if row.verdict != "right":
        return ""
    given = {
        "answer": Target("faq", row.entry or ""),
        "route": Target("desk", row.desk or ""),
        "decline": Target("outside", row.family or ""),
    }.get(row.action)
    return name_compared(given) if given and given.id else ""


def _parts(numbers: Sequence[int]) -> Iterable[Sequence[int]]:
    return (numbers[start : start + TOGETHER] for start in range(0, len(numbers), TOGETHER))
