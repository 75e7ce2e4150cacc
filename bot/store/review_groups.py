"""Which messages of the queue ask for about the same: what is grouped, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, distinct, func, select, update

from bot.store.review_items import OPEN
from bot.store.review_tables import review_items
from bot.store.tables import turns

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.ext.asyncio import AsyncConnection

MOST = 3_000
"""Messages, all different, that are grouped: the time needed grows with their square."""


@dataclass(frozen=True, slots=True)
class Member:
    """A message in its group, with all that say the same.

    Attributes:
        key: of its words.
        group: number of the first turn of its group.
        neighbours: the turns most like it and their likeness, best first.
    """

    key: str
    group: int
    neighbours: tuple[tuple[int, float], ...]


class ReviewGroups:
    """The groups, within one transaction.

    Args:
        connection: of the transaction.
    """

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def are_old(self) -> bool:
        """Whether a message waits that is in no group yet."""
        new = review_items.c.state.in_(OPEN), review_items.c.group_id.is_(None)
        return (await self._connection.execute(select(1).where(*new).limit(1))).first() is not None

    async def to_group(self) -> list[tuple[int, str, str]]:
        """Turn, key and words of what is open, once each: most people first, then the newest."""
        voice = func.coalesce(review_items.c.voice, turns.c.channel + ":" + turns.c.chat)
        first = func.min(review_items.c.turn_id).label("turn")
        different = (
            select(first)
            .join_from(review_items, turns)
            .where(review_items.c.state.in_(OPEN), turns.c.text != "")
            .group_by(review_items.c.text_key)
            .order_by(func.count(distinct(voice)).desc(), first.desc())
            .limit(MOST)
            .subquery()
        )
        query = (
            select(turns.c.id, review_items.c.text_key, turns.c.text)
            .join_from(different, turns, turns.c.id == different.c.turn)
            .join(review_items, review_items.c.turn_id == turns.c.id)
            .order_by(turns.c.id)
        )
        return [tuple(row) for row in await self._connection.execute(query)]

    async def put(self, members: Sequence[Member]) -> None:
        """Write down groups and neighbours."""
        rows = [
            {"its_key": one.key, "its_group": one.group, "near": list(one.neighbours)}
            for one in members
        ]
        changed = (
            update(review_items)
            .where(review_items.c.text_key == bindparam("its_key"))
            .values(group_id=bindparam("its_group"), neighbours=bindparam("near"))
        )
        if rows:
            await self._connection.execute(changed, rows)
