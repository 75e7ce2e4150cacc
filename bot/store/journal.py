"""The journal of turns and clicks."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import BigInteger, and_, delete, func, insert, or_, select, update

from bot.conversation.turns import KeptTurn, PastTurn
from bot.scrubbing.scrub import scrub
from bot.scrubbing.split import mask_across, may_go_on
from bot.store.tables import chats, feedback, inbox, insert_new, messages, outbox, turns
from classifier.decision import Target

if TYPE_CHECKING:
    from sqlalchemy import Column, RowMapping
    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.conversation.messages import Incoming
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
_MAX_INTEGER, _MAX_BIG = 2**31 - 1, 2**63 - 1

_NAMED = ("channel", "chat", "source", "update_id")
"""What tells one update from all others."""

_MISS = or_(and_(feedback.c.kind == "useful", feedback.c.value == "no"), feedback.c.kind == "none")
_END = or_(and_(feedback.c.kind == "useful", feedback.c.value == "yes"), feedback.c.kind == "human")


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

    async def record_turn(self, incoming: Incoming, decision: Decision, latency_ms: float) -> int:
        """Write one turn and return its number; the same update again: the number it has."""
        row = {
            **self._turn(incoming, decision, latency_ms),
            "text": await self._text_to_keep(incoming),
        }
        dialect = self._connection.dialect.name
        written = insert_new(turns, dialect).values(row).returning(turns.c.id)
        number = (await self._connection.execute(written)).scalar_one_or_none()
        if number is not None:
            return int(number)
        same = [turns.c[name] == row[name] for name in _NAMED]
        return int((await self._connection.execute(select(turns.c.id).where(*same))).scalar_one())

    def _turn(self, incoming: Incoming, decision: Decision, latency_ms: float) -> dict[str, Any]:
        target = decision.target
        return {
            "at": datetime.now(UTC),
            "channel": incoming.channel,
            "chat": self._chat(incoming),
            "source": self._source,
            "update_id": incoming.update_id if _storable(incoming.update_id) else None,
            "action": decision.action,
            "entry": target.id if target and target.kind == "faq" else None,
            "desk": target.id if target and target.kind == "desk" else None,
            "confidence": float(decision.confidence),
            "candidates": [[*found.target, float(found.score)] for found in decision.candidates],
            "model": decision.model,
            "latency_ms": float(latency_ms),
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
        others = turns.c.update_id.not_in([] if number is None else [number, ~number])
        recent = turns.c.at >= datetime.now(UTC) - _TOGETHER
        found = select(turns.c.id, turns.c.text).where(
            turns.c.chat == self._chat(incoming), recent, or_(turns.c.update_id.is_(None), others)
        )
        rows = await self._connection.execute(found.order_by(turns.c.id.desc()).limit(_PIECES))
        return [(row.id, row.text) for row in rows][::-1]

    def _chat(self, incoming: Incoming) -> str:
        return self._pseudonym.of(incoming.channel, incoming.chat)

    async def record_feedback(self, turn_id: int, kind: str, value: str) -> None:
        """Write one click; an unknown turn is refused by the database."""
        row = {"at": datetime.now(UTC), "turn_id": turn_id, "kind": kind, "value": value}
        await self._connection.execute(insert(feedback).values(row))

    async def past_turn(self, incoming: Incoming, turn_id: int) -> PastTurn | None:
        """A turn of the chat of ``incoming``; None when unknown, purged or another chat's."""
        if not _storable(turn_id, turns.c.id):
            return None
        found = select(turns.c.candidates, turns.c.entry, turns.c.desk).where(
            turns.c.id == turn_id, turns.c.chat == self._chat(incoming)
        )
        clicks = (
            select(feedback.c.kind, feedback.c.value)
            .where(feedback.c.turn_id == turn_id)
            .order_by(feedback.c.id)
        )
        turn = (await self._connection.execute(found)).mappings().first()
        if turn is None:
            return None
        said = (await self._connection.execute(clicks)).all()
        return _past(turn_id, turn, [(kind, value) for kind, value in said])

    async def misses_in_a_row(self, incoming: Incoming) -> int:
        """How many of this chat's last clicks, uninterrupted, said that nothing helped."""
        here = turns.c.chat == self._chat(incoming)
        clicks = feedback.join(turns)
        last_end = select(func.coalesce(func.max(feedback.c.id), 0)).select_from(clicks)
        since = last_end.where(here, _END).scalar_subquery()
        misses = select(func.count()).select_from(clicks).where(here, _MISS, feedback.c.id > since)
        return int((await self._connection.execute(misses)).scalar_one())

    async def read_turns(self, incoming: Incoming, limit: int) -> tuple[int, list[KeptTurn]]:
        """How many turns of this chat are kept, and the last ``limit`` of them, newest first."""
        here = turns.c.chat == self._chat(incoming)
        number = select(func.count()).select_from(turns).where(here)
        last = select(turns.c.id, turns.c.at, turns.c.text, turns.c.action).where(here)
        total = int((await self._connection.execute(number)).scalar_one())
        rows = await self._connection.execute(last.order_by(turns.c.id.desc()).limit(limit))
        return total, [KeptTurn(*row) for row in rows]

    async def forget(self, incoming: Incoming) -> int:
        """Erase the texts of this chat and all that leads back to it; the number of turns."""
        return await forget_chat(self._connection, self._chat(incoming))


async def forget_chat(connection: AsyncConnection, chat: str) -> int:
    """Erase what links the chat of a pseudonym to anything; what was decided can be counted."""
    erased = update(turns).where(turns.c.chat == chat).values(text="", chat="", update_id=None)
    number = (await connection.execute(erased)).rowcount
    # What was to be sent later is not sent to somebody who is forgotten.
    later = outbox.c.state == "pending", outbox.c.scheduled_for > datetime.now(UTC)
    await connection.execute(delete(outbox).where(outbox.c.chat == chat, *later))
    await connection.execute(delete(messages).where(messages.c.chat == chat))
    nothing = {"chat": "", "payload": ""}
    # The number of an update stays: it leads to nobody, and keeps it from being answered again.
    for table, values in (
        (inbox, nothing),
        (outbox, {**nothing, "question": None, "message_id": None}),
    ):
        emptied = update(table).where(table.c.chat == chat, table.c.state != "pending")
        await connection.execute(emptied.values(**values))
    await connection.execute(delete(chats).where(chats.c.chat == chat))
    return number


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


def _past(turn_id: int, turn: RowMapping, clicks: list[tuple[str, str]]) -> PastTurn:
    candidates = tuple(Target(kind, found) for kind, found, _score in turn["candidates"])
    return PastTurn(turn_id, candidates, _target(turn), tuple(clicks))


def _target(turn: RowMapping) -> Target | None:
    if turn["entry"] is not None:
        return Target("faq", turn["entry"])
    return Target("desk", turn["desk"]) if turn["desk"] is not None else None
