"""The rows that the figures stand on, read as facts, and the episodes that are made of them."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import delete, insert, select

from bot.conversation.turns import name_target
from bot.store.fact_tables import episodes
from bot.store.keeping import NOBODY
from bot.store.marks import move_mark, read_mark
from bot.store.tables import feedback, turns
from bot.store.ticket_tables import tickets
from classifier.decision import Target

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Row
    from sqlalchemy.ext.asyncio import AsyncConnection

SEEN = "episodes: "
"""Before the name of a table: the mark of the last row that the episodes show."""

_SHOWN = turns.c.shown["kind"].as_string()


class TurnFact(NamedTuple):
    """What the figures know of one turn.

    Attributes:
        id: the turn's number; ``at``: when it came (UTC).
        chat: the pseudonym; empty once it leads to nobody.
        action: what was decided; None for a message without words.
        shown: the kind of what the reply showed.
        top: name of the first candidate, such as ``entry:slug``; None when there was none.
        grouped: whether it was asked in a group.
    """

    id: int
    at: datetime
    channel: str
    chat: str
    action: str | None
    entry: str | None
    desk: str | None
    shown: str
    top: str | None
    model: str | None
    grouped: bool


class Said(NamedTuple):
    """What was said of a turn, and when."""

    turn: int
    at: datetime
    kind: str
    about: str | None
    value: str


class Opened(NamedTuple):
    """A ticket that was opened from a chat."""

    id: int
    at: datetime
    channel: str
    chat: str


@dataclass(frozen=True, slots=True)
class Episode:
    """One episode.

    Attributes:
        first_turn: the number of its first turn, which is the episode's own.
        turns: how many messages it has.
        action: what was decided at last, declines aside when anything else was decided.
        entry: the entry that was shown at last, if any.
        desk: the desk that was shown at last, if any.
        shown: the kind of what was shown at last; ``answer`` or ``desks`` after a choice.
        top: the first candidate of the message that ``action`` was decided on.
        model: which decided it.
        yes_at: when it was last said that it helped; ``no_at``: that it did not; ``none_at``: that
            nothing suggested fits; ``human_at``: that a person is wished for.
        ticket_id: the ticket that was opened in it, if any.
        back_at: when the same chat came back with the same wish, within a week.
    """

    first_turn: int
    channel: str
    chat: str
    started_at: datetime
    last_at: datetime
    turns: int
    action: str | None
    entry: str | None
    desk: str | None
    shown: str
    top: str | None
    model: str | None
    yes_at: datetime | None = None
    no_at: datetime | None = None
    none_at: datetime | None = None
    human_at: datetime | None = None
    ticket_id: int | None = None
    back_at: datetime | None = None


class Facts:
    """The facts of a journal, and its episodes, within one transaction.

    Args:
        connection: of the transaction.
    """

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def changed_chats(self, before: datetime, limit: int) -> list[tuple[str, str]] | None:
        """Channel and pseudonym of chats with turns, feedback or tickets that no episode shows yet.

        Also moves the marks: what is returned is expected to be made anew in this transaction.
        Two processes never look at the same rows: the marks are locked until its end.

        Args:
            before: rows of this moment and later are left for the next time, since a server
                numbers rows before it shows them, and not in the same order.
            limit: how many new rows of each kind are looked at.

        Returns:
            None when there was no new row at all.
        """
        new_turns = select(turns.c.id, turns.c.channel, turns.c.chat)
        new_clicks = select(feedback.c.id, turns.c.channel, turns.c.chat).join_from(feedback, turns)
        new_tickets = select(tickets.c.id, tickets.c.channel, tickets.c.chat)
        looked_at = False
        found: set[tuple[str, str]] = set()
        kinds = (
            (turns, turns.c.at, new_turns),
            (feedback, feedback.c.at, new_clicks),
            (tickets, tickets.c.opened_at, new_tickets),
        )
        for table, at, query in kinds:
            seen = await read_mark(self._connection, f"{SEEN}{table.name}")
            new = query.where(table.c.id > seen, at < before).order_by(table.c.id)
            rows = (await self._connection.execute(new.limit(limit))).all()
            if rows:
                looked_at = True
                await move_mark(self._connection, f"{SEEN}{table.name}", rows[-1].id)
            found |= {(row.channel, row.chat) for row in rows if row.chat != NOBODY}
        return sorted(found) if looked_at else None

    async def start_anew(self) -> None:
        """Forget the episodes of all known chats, so that they are made again from the start."""
        await self._connection.execute(delete(episodes).where(episodes.c.chat != NOBODY))
        for table in (turns, feedback):
            await move_mark(self._connection, f"{SEEN}{table.name}", 0)

    async def turns_of(self, channel: str, chats: Sequence[str]) -> list[TurnFact]:
        """The turns of chats of one channel, oldest first."""
        query = (
            select(*_TURN_COLUMNS)
            .where(turns.c.channel == channel, turns.c.chat.in_(chats))
            .order_by(turns.c.id)
        )
        return [_turn_fact(row) for row in await self._connection.execute(query)]

    async def said_in(self, channel: str, chats: Sequence[str]) -> list[Said]:
        """What was said of the turns of chats of one channel, oldest first."""
        columns = (feedback.c[name] for name in ("turn_id", "at", "kind", "about", "value"))
        query = (
            select(*columns)
            .join_from(feedback, turns)
            .where(turns.c.channel == channel, turns.c.chat.in_(chats))
            .order_by(feedback.c.id)
        )
        return [Said(*row) for row in await self._connection.execute(query)]

    async def opened_in(self, channel: str, chats: Sequence[str]) -> list[Opened]:
        """The tickets that were opened from chats of one channel."""
        columns = tickets.c.id, tickets.c.opened_at, tickets.c.channel, tickets.c.chat
        query = select(*columns).where(tickets.c.channel == channel, tickets.c.chat.in_(chats))
        return [Opened(*row) for row in await self._connection.execute(query)]

    async def put_episodes(
        self, channel: str, chats: Sequence[str], made: Sequence[Episode]
    ) -> None:
        """Let these be all episodes of chats of one channel."""
        theirs = episodes.c.channel == channel, episodes.c.chat.in_(chats)
        await self._connection.execute(delete(episodes).where(*theirs))
        if made:
            rows = [_episode_row(episode) for episode in made]
            await self._connection.execute(insert(episodes), rows)


_TURN_COLUMNS = (
    *(turns.c[name] for name in ("id", "at", "channel", "chat", "action", "entry", "desk")),
    _SHOWN.label("shown_kind"),
    *(turns.c[name] for name in ("candidates", "model", "grouped")),
)


def _turn_fact(row: Row[Any]) -> TurnFact:
    kind, name, _score = row.candidates[0] if row.candidates else (None, None, 0.0)
    top = name_target(Target(kind, name)) if kind and name else None
    first = (row.id, row.at, row.channel, row.chat, row.action, row.entry, row.desk)
    return TurnFact(*first, row.shown_kind or "unknown", top, row.model, row.grouped)


def _episode_row(episode: Episode) -> dict[str, Any]:
    row = asdict(episode)
    return {"id": row.pop("first_turn"), **row}


def _episode(row: Row[Any]) -> Episode:
    names = [field.name for field in fields(Episode) if field.name != "first_turn"]
    return Episode(row.id, **{name: getattr(row, name) for name in names})
