"""The journal of turns and clicks, kept in SQLite."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Self

from sqlalchemy import and_, func, insert, or_, select

from bot.ports import PastTurn
from bot.scrub import scrub
from bot.store.engine import WRITING, explained, serving_engine
from bot.store.migrate import upgrade
from bot.store.tables import feedback, turns
from classifier.decision import Target

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import RowMapping
    from sqlalchemy.ext.asyncio import AsyncEngine

    from bot.messages import Incoming
    from bot.pseudonym import Pseudonym
    from classifier.decision import Decision

MAX_STORED = 4_000
"""Characters kept of a message, the mark of a cut included."""

CUT = "…"

_MAX_READ = 12_000
_LONGEST_IDENTIFIER = 100
_MAX_INTEGER = 2**63 - 1

_MISS = or_(and_(feedback.c.kind == "useful", feedback.c.value == "no"), feedback.c.kind == "none")
_END = or_(and_(feedback.c.kind == "useful", feedback.c.value == "yes"), feedback.c.kind == "human")


class SqlJournal:
    """A ``bot.ports.Journal`` over one SQLite file.

    Every method raises ``StoreError`` when the database cannot be used.

    Args:
        database: the file, already of this version's schema; :meth:`open` sees to that.
        engine: how to reach it; closed with the journal.
        pseudonym: names the chats.
    """

    def __init__(self, database: Path, engine: AsyncEngine, pseudonym: Pseudonym) -> None:
        self._database = database
        self._engine = engine
        self._writer = engine.execution_options(**WRITING)
        self._pseudonym = pseudonym

    @classmethod
    async def open(cls, database: Path, pseudonym: Pseudonym) -> Self:
        """Create or migrate the database, then open it.

        Raises:
            StoreError: as :func:`bot.store.migrate.upgrade`.
        """
        await asyncio.to_thread(upgrade, database)
        return cls(database, serving_engine(database), pseudonym)

    async def aclose(self) -> None:
        """Close the connection; everything recorded is on the disk already."""
        with explained(self._database):
            await self._engine.dispose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    async def record_turn(self, incoming: Incoming, decision: Decision, latency_ms: float) -> int:
        """Write one turn and return its number."""
        row = self._turn(incoming, decision, latency_ms)
        with explained(self._database):
            async with self._writer.begin() as connection:
                written = insert(turns).values(row).returning(turns.c.id)
                return int((await connection.execute(written)).scalar_one())

    def _turn(self, incoming: Incoming, decision: Decision, latency_ms: float) -> dict[str, Any]:
        target = decision.target
        return {
            "at": datetime.now(UTC),
            "channel": incoming.channel,
            "chat": self._chat(incoming),
            "update_id": incoming.update_id if _storable(incoming.update_id) else None,
            "text": stored_text(incoming.text),
            "action": decision.action,
            "entry": target.id if target and target.kind == "faq" else None,
            "desk": target.id if target and target.kind == "desk" else None,
            "confidence": float(decision.confidence),
            "candidates": [[*found.target, float(found.score)] for found in decision.candidates],
            "model": decision.model,
            "latency_ms": float(latency_ms),
        }

    def _chat(self, incoming: Incoming) -> str:
        return self._pseudonym.of(incoming.channel, incoming.chat)

    async def record_feedback(self, turn_id: int, kind: str, value: str) -> None:
        """Write one click; an unknown turn is a ``StoreError``."""
        row = {"at": datetime.now(UTC), "turn_id": turn_id, "kind": kind, "value": value}
        with explained(self._database):
            async with self._writer.begin() as connection:
                await connection.execute(insert(feedback).values(row))

    async def past_turn(self, incoming: Incoming, turn_id: int) -> PastTurn | None:
        """A turn of the chat of ``incoming``; None when unknown, purged or another chat's."""
        if not _storable(turn_id):
            return None
        found = select(turns.c.candidates, turns.c.entry, turns.c.desk).where(
            turns.c.id == turn_id, turns.c.chat == self._chat(incoming)
        )
        clicks = (
            select(feedback.c.kind, feedback.c.value)
            .where(feedback.c.turn_id == turn_id)
            .order_by(feedback.c.id)
        )
        with explained(self._database):
            async with self._engine.begin() as connection:
                turn = (await connection.execute(found)).mappings().first()
                said = (await connection.execute(clicks)).all() if turn else []
        return _past(turn_id, turn, [(kind, value) for kind, value in said]) if turn else None

    async def misses_in_a_row(self, incoming: Incoming) -> int:
        """How many of this chat's last clicks, uninterrupted, said that nothing helped."""
        here = turns.c.chat == self._chat(incoming)
        clicks = feedback.join(turns)
        last_end = select(func.coalesce(func.max(feedback.c.id), 0)).select_from(clicks)
        since = last_end.where(here, _END).scalar_subquery()
        misses = select(func.count()).select_from(clicks).where(here, _MISS, feedback.c.id > since)
        with explained(self._database):
            async with self._engine.begin() as connection:
                return int((await connection.execute(misses)).scalar_one())


def stored_text(text: str) -> str:
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


def _storable(number: int | None) -> bool:
    """Whether the number fits a column: a forged button may carry any."""
    return number is not None and abs(number) <= _MAX_INTEGER


def _past(turn_id: int, turn: RowMapping, clicks: list[tuple[str, str]]) -> PastTurn:
    candidates = tuple(Target(kind, found) for kind, found, _score in turn["candidates"])
    return PastTurn(turn_id, candidates, _target(turn), tuple(clicks))


def _target(turn: RowMapping) -> Target | None:
    if turn["entry"] is not None:
        return Target("faq", turn["entry"])
    return Target("desk", turn["desk"]) if turn["desk"] is not None else None
