"""The queue taken to another installation: masked words and opaque voices, and no chat."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import insert, select

from bot.conversation.turns import IMPORTED
from bot.ops.keys import derive_key, sign
from bot.store.keeping import NOBODY
from bot.store.review_items import Found, ReviewItems
from bot.store.review_tables import review_items
from bot.store.tables import turns
from bot.store.text_key import TextKeys

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.store.review_items import Reason
    from bot.store.review_queue import ReviewItem

CHANNEL = "import"
_PURPOSE = b"review: voices"
_VOICE = 16
"""Characters of a voice: enough to tell people apart."""


class Carried(NamedTuple):
    """One message as it travels.

    Attributes:
        text: masked; ``at``: when it came (UTC).
        reason: why it is in the queue.
        voice: the same for all messages of one person; leads to nobody.
        candidates: the targets that the model held nearest, as [kind, id, score].
    """

    text: str
    at: datetime
    reason: Reason
    voice: str
    candidates: Sequence[tuple[str, str, float]] = ()


def pack(items: Iterable[ReviewItem], secret: bytes) -> list[Carried]:
    """Items as they travel, each person's same words once.

    Args:
        items: the newest first.
        secret: the key of the store, without which nobody finds out whose a voice is.
    """
    key = derive_key(secret, _PURPOSE)
    once = {(item.key, item.voice): item for item in items}
    return [
        Carried(one.text, one.at, one.reason, sign(key, one.voice)[:_VOICE], one.candidates)
        for one in once.values()
    ]


class ReviewImport:
    """Puts messages from elsewhere into the queue, within one transaction.

    Args:
        connection: of the transaction.
        secret: the key of the store.
    """

    def __init__(self, connection: AsyncConnection, secret: bytes) -> None:
        self._connection = connection
        self._items = ReviewItems(connection, secret)
        self._keys = TextKeys(secret)

    async def bring(self, carried: Sequence[Carried], now: datetime) -> int:
        """Put messages into the queue; how many are new there."""
        return sum([await self._bring(one, now) for one in carried])

    async def _bring(self, one: Carried, now: datetime) -> int:
        if not one.text.strip() or await self._is_known(one):
            return 0
        values: dict[str, Any] = {
            "at": one.at,
            "channel": CHANNEL,
            "chat": NOBODY,
            "text": one.text,
            "candidates": [list(found) for found in one.candidates],
            "latency_ms": 0.0,
            "kind": IMPORTED,
            "shown": {"kind": "unknown"},
        }
        added = await self._connection.execute(insert(turns).values(values).returning(turns.c.id))
        turn = int(added.scalar_one())
        return await self._items.put([Found(turn, one.reason, voice=one.voice)], now)

    async def _is_known(self, one: Carried) -> bool:
        """Whether it was brought before."""
        same = (
            review_items.c.text_key == self._keys.of(one.text),
            review_items.c.voice == one.voice,
        )
        return (await self._connection.execute(select(1).where(*same).limit(1))).first() is not None
