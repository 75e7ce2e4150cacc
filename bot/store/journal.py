"""The journal of turns and clicks."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, distinct, func, insert, select, update

from bot.conversation.turns import (
    LATELY,
    MANY_CHATS,
    Feedback,
    KeptTurn,
    PastTurn,
    Shown,
    count_misses,
    name_target,
    parse_target,
    shown_by,
)
from bot.store.column_types import fits
from bot.store.person import count_rows, forget_chat
from bot.store.scrubber import NO_TEXT
from bot.store.tables import feedback, insert_new, turns
from bot.store.tickets.records import SqlRecords
from classifier.decision import Target

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.conversation.messages import Incoming
    from bot.conversation.ports import Journal
    from bot.conversation.turns import FeedbackKind
    from bot.store.pseudonym import Pseudonym
    from bot.store.scrubber import Scrubbed
    from bot.store.vault import Vault
    from classifier.decision import Decision

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
        scrubbed: what is kept of the message at hand; nothing of its text when not given.
        vault: seals what is kept of tickets; None: there are none beside this journal.

    Attributes:
        records: the tickets, in the same transaction.
    """

    def __init__(
        self,
        connection: AsyncConnection,
        pseudonym: Pseudonym,
        source: str = "",
        scrubbed: Scrubbed = NO_TEXT,
        vault: Vault | None = None,
    ) -> None:
        self._connection = connection
        self._pseudonym = pseudonym
        self._source = source
        self._scrubbed = scrubbed
        self.records = SqlRecords(connection, vault, pseudonym, source) if vault else None

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
            "text": self._scrubbed.text,
        }
        await self._mask_before()
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
            "update_id": incoming.update_id
            if fits(incoming.update_id, turns.c.update_id)
            else None,
            "kind": incoming.kind,
            "grouped": incoming.group,
        }

    async def _mask_before(self) -> None:
        """Take from the last turns what this message completes."""
        for number, kept, left in self._scrubbed.before:
            # Not what was erased meanwhile: it would come back.
            same = and_(turns.c.id == number, turns.c.text == kept)
            await self._connection.execute(update(turns).where(same).values(text=left))

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
        if not fits(turn_id, turns.c.id):
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

    async def most_answered(self, limit: int) -> list[str]:
        """Ids of the entries answered to most chats among the last turns; see the port."""
        last = select(turns.c.entry, turns.c.chat, turns.c.action).order_by(turns.c.id.desc())
        recent = last.limit(LATELY).subquery()
        chats = func.count(distinct(recent.c.chat))
        found = (
            select(recent.c.entry)
            .where(recent.c.entry.is_not(None), recent.c.action == "answer")
            .group_by(recent.c.entry)
            .having(chats >= MANY_CHATS)
            .order_by(chats.desc(), recent.c.entry)
            .limit(limit)
        )
        return [str(name) for name in (await self._connection.execute(found)).scalars()]

    async def count_kept(self, incoming: Incoming) -> dict[str, int]:
        """How many rows are kept of this chat, by table."""
        return await count_rows(self._connection, self._chat(incoming))

    async def forget(self, incoming: Incoming) -> int:
        """Erase the texts of this chat and all that leads back to it; the number of turns."""
        return await forget_chat(self._connection, self._chat(incoming))


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
        "deferred": name_target(decision.deferred),
    }


def _feedback(kind: FeedbackKind, about: str | None, value: str) -> Feedback:
    return Feedback(kind, parse_target(about), value)


def records_of(journal: Journal) -> SqlRecords:
    """The tickets in the transaction of a journal of the store's.

    Raises:
        TypeError: the journal is another's, or has no tickets beside it.
    """
    records = journal.records if isinstance(journal, SqlJournal) else None
    if records is None:
        raise TypeError("this journal has no tickets beside it")
    return records
