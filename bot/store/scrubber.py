"""Makes of a message what the journal keeps of it, before any transaction begins.

A hostile text may take a while, and what is written waits for nobody: 16 pieces of work share one
transaction, and every channel shares the writer.
"""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import or_, select

from bot.conversation.turns import TEXT
from bot.scrubbing.scrub import scrub
from bot.scrubbing.split import mask_across, may_go_on
from bot.store.column_types import fits
from bot.store.tables import turns

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.conversation.messages import Incoming
    from bot.store.pseudonym import Pseudonym
    from bot.store.writer import Writer

MAX_STORED = 4_000
"""Characters kept of a message, the mark of a cut included."""

CUT = "…"

QUICK = 400
"""Characters that are scrubbed before anybody notices; a longer text is left to a thread."""

_LONGEST_IDENTIFIER = 100
_MAX_READ = MAX_STORED + 2 * _LONGEST_IDENTIFIER
_TOGETHER = timedelta(minutes=10)  # a number that is sent in pieces is sent in that time
_PIECES = 3
_LOOKED_AT = 20
"""Turns of a chat, the newest ones, among which the pieces are looked for."""


class Masked(NamedTuple):
    """An earlier turn whose text begins what a later message completes.

    Attributes:
        turn: its number.
        kept: its text as it was found.
        left: the text without what spans the two.
    """

    turn: int
    kept: str
    left: str


@dataclass(frozen=True, slots=True)
class Scrubbed:
    """What is kept of one message.

    Attributes:
        text: of the message itself.
        before: the turns before it that change with it.
    """

    text: str = ""
    before: tuple[Masked, ...] = ()


NO_TEXT = Scrubbed()


class Scrubber:
    """Scrubs messages, one after the other: a hostile one may not take every processor.

    Args:
        writer: reads the last turns.
        pseudonym: names the chats.
        keep: whether what people write is kept at all.
    """

    def __init__(self, writer: Writer, pseudonym: Pseudonym, *, keep: bool) -> None:
        self._writer = writer
        self._pseudonym = pseudonym
        self._keep = keep
        self._thread = ThreadPoolExecutor(1, "scrubbing")

    async def scrub(self, incoming: Incoming) -> Scrubbed:
        """What is kept of a message, and what it changes in the chat's last turns.

        Raises:
            StoreError: the last turns cannot be read.
        """
        if not self._keep or not incoming.text:
            return NO_TEXT
        text, before = incoming.text[: _MAX_READ + 1], list[Masked]()
        if not incoming.choice and may_go_on(text):
            text, before = await self._mask_across(incoming, text)
        return Scrubbed(await self._text_to_store(text), tuple(before))

    def close(self) -> None:
        """Let the thread end once it has no more to do."""
        self._thread.shutdown(wait=False)

    async def _text_to_store(self, text: str) -> str:
        if len(text) <= QUICK:
            return text_to_store(text)
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, text_to_store, text)

    async def _mask_across(self, incoming: Incoming, text: str) -> tuple[str, list[Masked]]:
        """The text without what completes a number that the last messages began; nor have they."""
        last = await self._writer.run(lambda connection: self._last_texts(connection, incoming))
        before, text = mask_across([kept for _, kept in last], text)
        changed = [
            Masked(number, kept, left)
            for (number, kept), left in zip(last, before, strict=True)
            if kept != left
        ]
        return text, changed

    async def _last_texts(
        self, connection: AsyncConnection, incoming: Incoming
    ) -> list[tuple[int, str]]:
        """The turns of this chat's last minutes but for this message's own, the oldest first."""
        number = incoming.update_id if fits(incoming.update_id, turns.c.update_id) else None
        named = ("id", "at", "text", "kind", "update_id")
        here = select(*(turns.c[name] for name in named)).where(
            turns.c.chat == self._pseudonym.of(incoming.channel, incoming.chat)
        )
        # Not the whole history of the chat, when nothing in it is recent.
        last = here.order_by(turns.c.id.desc()).limit(_LOOKED_AT).subquery()
        others = last.c.update_id.not_in([] if number is None else [number, ~number])
        found = select(last.c.id, last.c.text).where(
            last.c.kind == TEXT,
            last.c.at >= datetime.now(UTC) - _TOGETHER,
            or_(last.c.update_id.is_(None), others),
        )
        rows = await connection.execute(found.order_by(last.c.id.desc()).limit(_PIECES))
        return [(row.id, row.text) for row in rows][::-1]


def text_to_store(text: str) -> str:
    """What the journal keeps of a message: cut, scrubbed, at most ``MAX_STORED`` with a mark."""
    masked = scrub(text[:_MAX_READ])
    if len(text) > _MAX_READ:
        # The reading may have stopped inside an identifier, which then went unrecognised.
        masked = masked[:-_LONGEST_IDENTIFIER]
    # Neither a lone surrogate nor a NUL can be stored in every database.
    masked = masked.encode("utf-8", "replace").decode().replace("\0", "\ufffd")
    if len(text) <= _MAX_READ and len(masked) <= MAX_STORED:
        return masked
    return masked[: MAX_STORED - len(CUT)] + CUT
