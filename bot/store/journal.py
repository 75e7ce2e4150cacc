"""The journal of turns and clicks."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import BigInteger, and_, func, insert, or_, select, update

from bot.conversation.turns import (
    TEXT,
    Feedback,
    KeptTurn,
    PastTurn,
    Shown,
    count_misses,
    name_target,
    parse_target,
    shown_by,
)
from bot.scrubbing.scrub import scrub
from bot.scrubbing.split import mask_across, may_go_on
from bot.store.person import count_rows, forget_chat
from bot.store.tables import feedback, insert_new, turns
from classifier.decision import Target

if TYPE_CHECKING:
    from sqlalchemy import Column
    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.conversation.messages import Incoming
    from bot.conversation.turns import FeedbackKind
    from bot.store.pseudonym import Pseudonym
    from classifier.decision import Decision

MAX_STORED = 4_000
"""Characters kept of a message, the mark of a cut included."""

CUT = "…"

QUICK = 1_000
"""Characters that are scrubbed before anybody notices; a longer text is left to a thread."""

_MAX_READ = 12_000
_LONGEST_IDENTIFIER = 100
_TOGETHER = timedelta(minutes=10)  # a number that is sent in pieces is sent in that time
_PIECES = 3
_LOOKED_AT = 20
"""Turns of a chat, the newest ones, among which the pieces are looked for."""

_MAX_INTEGER, _MAX_BIG = 2**31 - 1, 2**63 - 1

_NAMED = ("channel", "chat", "source", "update_id")
"""What tells one update from all others."""

_KEPT = ("id", "at", "text", "action", "kind")
_FEEDBACK = select(feedback.c.kind, feedback.c.about, feedback.c.value)
_CLICKS_LOOKED_AT = 100
"""Clicks of a chat, the newest ones, among which misses are counted."""


class SqlJournal:
    """A ``bot.conversation.ports.Journal`` in one transaction of the store's.

    Args:
        connection: of the transaction.
        pseudonym: names the chats.
        source: channel and account, where updates are numbered by account.
        keep_texts: whether what people write is kept, scrubbed.
    """

    def __init__(
        self,
        connection: AsyncConnection,
        pseudonym: Pseudonym,
        source: str = "",
        *,
        keep_texts: bool = True,
    ) -> None:
        self._connection = connection
        self._pseudonym = pseudonym
        self._source = source
        self._keep_texts = keep_texts

    async def record_turn(
        self,
        incoming: Incoming,
        decision: Decision | None,
        latency_ms: float,
        shown: Shown | None = None,
    ) -> int:
        """Write one turn and return its number; the same update again: the number it has."""
        row = {
            **self._turn(incoming),
            **_decided(decision),
            "latency_ms": float(latency_ms),
            "shown": (shown or shown_by(decision)).to_dict(),
            "text": await self._text_to_keep(incoming),
        }
        dialect = self._connection.dialect.name
        written = insert_new(turns, dialect).values(row).returning(turns.c.id)
        number = (await self._connection.execute(written)).scalar_one_or_none()
        if number is not None:
            return int(number)
        same = [turns.c[name] == row[name] for name in _NAMED]
        return int((await self._connection.execute(select(turns.c.id).where(*same))).scalar_one())

    def _turn(self, incoming: Incoming) -> dict[str, Any]:
        return {
            "at": datetime.now(UTC),
            "channel": incoming.channel,
            "chat": self._chat(incoming),
            "source": self._source,
            "update_id": incoming.update_id if _storable(incoming.update_id) else None,
            "kind": incoming.kind,
        }

    async def _text_to_keep(self, incoming: Incoming) -> str:
        if not self._keep_texts:
            return ""
        text = await self._after_the_last(incoming) if may_go_on(incoming.text) else incoming.text
        if len(text) <= QUICK:
            return text_to_store(text)
        return await asyncio.to_thread(text_to_store, text)

    async def _after_the_last(self, incoming: Incoming) -> str:
        """The text without what completes a number that the last messages began; nor have they."""
        last = await self._last_texts(incoming)
        before, text = mask_across([kept for _, kept in last], incoming.text)
        for (number, kept), left in zip(last, before, strict=True):
            if kept != left:
                # Not what was erased meanwhile: it would come back.
                same = and_(turns.c.id == number, turns.c.text == kept)
                await self._connection.execute(update(turns).where(same).values(text=left))
        return text

    async def _last_texts(self, incoming: Incoming) -> list[tuple[int, str]]:
        """The turns of this chat's last minutes but for this message's own, the oldest first."""
        number = incoming.update_id if _storable(incoming.update_id) else None
        here = select(turns.c.id, turns.c.at, turns.c.text, turns.c.kind, turns.c.update_id).where(
            turns.c.chat == self._chat(incoming)
        )
        # Not the whole history of the chat, when nothing in it is recent.
        last = here.order_by(turns.c.id.desc()).limit(_LOOKED_AT).subquery()
        recent = last.c.at >= datetime.now(UTC) - _TOGETHER
        others = last.c.update_id.not_in([] if number is None else [number, ~number])
        found = select(last.c.id, last.c.text).where(
            last.c.kind == TEXT, recent, or_(last.c.update_id.is_(None), others)
        )
        rows = await self._connection.execute(found.order_by(last.c.id.desc()).limit(_PIECES))
        return [(row.id, row.text) for row in rows][::-1]

    def _chat(self, incoming: Incoming) -> str:
        return self._pseudonym.of(incoming.channel, incoming.chat)

    async def record_feedback(self, turn_id: int, said: Feedback) -> None:
        """Write down what is said of a turn; an unknown one is refused by the database."""
        row = {
            "at": datetime.now(UTC),
            "turn_id": turn_id,
            "kind": said.kind,
            "about": name_target(said.about),
            "value": said.value,
        }
        await self._connection.execute(insert(feedback).values(row))

    async def past_turn(self, incoming: Incoming, turn_id: int) -> PastTurn | None:
        """A turn of the chat of ``incoming``; None when unknown, purged or another chat's."""
        if not _storable(turn_id, turns.c.id):
            return None
        found = select(turns.c.candidates, turns.c.shown).where(
            turns.c.id == turn_id, turns.c.chat == self._chat(incoming)
        )
        turn = (await self._connection.execute(found)).first()
        if turn is None:
            return None
        said = await self._connection.execute(
            _FEEDBACK.where(feedback.c.turn_id == turn_id).order_by(feedback.c.id)
        )
        candidates = tuple(Target(kind, found) for kind, found, _score in turn.candidates)
        shown, heard = Shown.from_dict(turn.shown), tuple(_feedback(*row) for row in said)
        return PastTurn(
            turn_id, candidates, shown.target, heard, offered=shown.offered_among(candidates)
        )

    async def misses_in_a_row(self, incoming: Incoming) -> int:
        """How many of this chat's last clicks, uninterrupted, said that nothing helped."""
        here = _FEEDBACK.join_from(feedback, turns).where(turns.c.chat == self._chat(incoming))
        last = here.order_by(feedback.c.id.desc()).limit(_CLICKS_LOOKED_AT)
        rows = await self._connection.execute(last)
        return count_misses(_feedback(*row) for row in rows)

    async def read_turns(self, incoming: Incoming, limit: int) -> tuple[int, list[KeptTurn]]:
        """How many turns of this chat are kept, and the last ``limit`` of them, newest first."""
        here = turns.c.chat == self._chat(incoming)
        number = select(func.count()).select_from(turns).where(here)
        last = select(*(turns.c[name] for name in _KEPT)).where(here)
        total = int((await self._connection.execute(number)).scalar_one())
        rows = await self._connection.execute(last.order_by(turns.c.id.desc()).limit(limit))
        return total, [KeptTurn(*row) for row in rows]

    async def count_kept(self, incoming: Incoming) -> dict[str, int]:
        """How many rows are kept of this chat, by table."""
        return await count_rows(self._connection, self._chat(incoming))

    async def forget(self, incoming: Incoming) -> int:
        """Erase the texts of this chat and all that leads back to it; the number of turns."""
        return await forget_chat(self._connection, self._chat(incoming))


def text_to_store(text: str) -> str:
    """What the journal keeps of a message: scrubbed, then cut to ``MAX_STORED`` with a mark."""
    masked = scrub(text[:_MAX_READ])
    if len(text) > _MAX_READ:
        # The reading may have stopped inside an identifier, which then went unrecognised.
        masked = masked[:-_LONGEST_IDENTIFIER]
    # Neither a lone surrogate nor a NUL can be stored in every database.
    masked = masked.encode("utf-8", "replace").decode().replace("\0", "\ufffd")
    if len(text) <= _MAX_READ and len(masked) <= MAX_STORED:
        return masked
    return masked[: MAX_STORED - len(CUT)] + CUT


def _storable(number: int | None, column: Column[Any] = turns.c.update_id) -> bool:
    """Whether the number fits the column: a forged button may carry any."""
    most = _MAX_BIG if isinstance(column.type, BigInteger) else _MAX_INTEGER
    return number is not None and abs(number) <= most


def _decided(decision: Decision | None) -> dict[str, Any]:
    """The columns of a decision; of a message without words there is none."""
    if decision is None:
        return {"candidates": []}
    target = decision.target
    columns = {"faq": "entry", "desk": "desk", "outside": "family"}
    return {
        "action": decision.action,
        **({columns[target.kind]: target.id} if target else {}),
        "confidence": float(decision.confidence),
        "candidates": [[*found.target, float(found.score)] for found in decision.offered],
        "model": decision.model,
    }


def _feedback(kind: FeedbackKind, about: str | None, value: str) -> Feedback:
    return Feedback(kind, parse_target(about), value)
