"""How the rows of a table are shown to whom they are about, erased for them, and purged in time.

Every table declares a :class:`Keeping`; whoever exports, erases, counts or purges walks the tables
and does what they declare, so that a new table is forgotten nowhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from sqlalchemy import case, delete, or_, select, update

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from sqlalchemy import ColumnElement, Delete, MetaData, Table, Update

KEEPING = "keeping"
"""Where a table's ``info`` holds its declaration."""

RECOGNISED = timedelta(days=7)
"""How long a finished update or message is remembered: a channel may bring it again for a day."""

SEALED = timedelta(days=1)
"""How long a whole message is kept that could not be worked on; Telegram waits no longer either."""

PENDING = "pending"
NOBODY = ""
"""The chat of a row that leads to no person any more, and the source of one that no bot signed."""

Statement: TypeAlias = "Delete | Update"
Theirs: TypeAlias = "Callable[[Table, str], ColumnElement[bool]]"
"""Table and pseudonym -> the rows that belong to that chat."""

Erasure: TypeAlias = "Callable[[Table, ColumnElement[bool]], Statement]"
"""Table and rows -> the statement after which they lead to nobody."""

Adoption: TypeAlias = "Callable[[Table, str], list[Statement]]"
"""Table and source -> the statements that sign its rows that no bot has signed."""


class Periods(NamedTuple):
    """How long things are kept, in days.

    Attributes:
        text: what people wrote, as it is kept; 0: not at all.
        turns: what was decided, and when.
        tickets: what was written in a ticket, after its end.
    """

    text: int
    turns: int
    tickets: int = 30


class Limits(NamedTuple):
    """The moments before which something is too old.

    Attributes:
        now: the moment of the purge.
        texts: what people wrote.
        turns: what was decided.
        sealed: a whole message in transit, whatever became of it.
        tickets: the end of a ticket whose texts are no longer kept.
        drafts: what somebody was about to send and did not.
    """

    now: datetime
    texts: datetime
    turns: datetime
    sealed: datetime
    tickets: datetime
    drafts: datetime

    @staticmethod
    def at(now: datetime, periods: Periods) -> Limits:
        """The limits of a purge at ``now``."""
        # Without texts at all, what could not be worked on is still noted for a day.
        sealed = now - max(timedelta(days=periods.text), SEALED)
        texts, turns, tickets = (now - timedelta(days=number) for number in periods)
        return Limits(now, texts, turns, sealed, tickets, now - SEALED)


class Rule(NamedTuple):
    """What a purge does with a table, and the name under which the rows are counted."""

    what: str
    statement: Callable[[Table, Limits], Statement]


@dataclass(frozen=True, slots=True)
class Keeping:
    """How the rows of one table are exported, erased and purged.

    Attributes:
        theirs: the rows of a chat, exported and counted; None: no row is about anybody.
        sealed: the columns that are opened for an export, which only the key of the store can.
        erase: what is done to a chat's rows once it is to be forgotten; None: nothing in them
            leads to anybody, or only through another table's rows that are erased.
        purge: what is done in time, in this order.
        orphaned: whether a row goes once no other table has rows of its chat; asked of the table
            and the moment, it says which rows may.
        queue: whether rows wait to be worked on (``state``). Who is forgotten while talking has
            one in hand: those are left to be finished, and deleted only from outside.
        later: which rows of a queue are not to be worked on before a later moment than the given
            one; they are deleted even while the person talks: who is forgotten gets no more.
        adopt: how the first bot that starts takes on what no bot has signed; None: not at all.
    """

    theirs: Theirs | None = None
    sealed: tuple[str, ...] = ()
    erase: Erasure | None = None
    purge: tuple[Rule, ...] = ()
    orphaned: Callable[[Table, datetime], ColumnElement[bool]] | None = None
    queue: bool = False
    later: Callable[[Table, datetime], ColumnElement[bool]] | None = None
    adopt: Adoption | None = None


def keeping_of(table: Table) -> Keeping:
    """What a table declares.

    Raises:
        LookupError: it declares nothing.
    """
    declared: Keeping | None = table.info.get(KEEPING)
    if declared is None:
        raise LookupError(f"table {table.name} does not declare how its rows are kept")
    return declared


def declared_tables(metadata: MetaData) -> Iterator[tuple[Table, Keeping]]:
    """Every table with its declaration, as they are defined.

    Raises:
        LookupError: a table declares nothing.
    """
    return ((table, keeping_of(table)) for table in metadata.tables.values())


def tables_by_chat(metadata: MetaData) -> list[tuple[Table, Keeping, Theirs]]:
    """The tables with rows about somebody, as they are defined: what refers to others after them.

    Raises:
        LookupError: a table declares nothing.
    """
    return [
        (table, keeping, keeping.theirs)
        for table, keeping in declared_tables(metadata)
        if keeping.theirs is not None
    ]


def queues(metadata: MetaData) -> list[Table]:
    """The tables whose rows wait to be worked on."""
    return [table for table, keeping in declared_tables(metadata) if keeping.queue]


def by_chat(table: Table, chat: str) -> ColumnElement[bool]:
    """The rows that name the chat."""
    named: ColumnElement[bool] = table.c.chat == chat
    return named


def by_turn_of_chat(table: Table, chat: str) -> ColumnElement[bool]:
    """The rows about turns of the chat: they lead to it through their turn alone."""
    turns = table.metadata.tables["turns"]
    theirs: ColumnElement[bool] = table.c.turn_id.in_(
        select(turns.c.id).where(by_chat(turns, chat))
    )
    return theirs


def delete_rows(table: Table, theirs: ColumnElement[bool]) -> Statement:
    """Delete the rows ``theirs``."""
    return delete(table).where(theirs)


def set_values(**values: Any) -> Erasure:  # noqa: ANN401 - whatever a column holds
    """Keep the rows for counting, with these values in the columns that lead to a person."""
    return lambda table, theirs: update(table).where(theirs).values(**values)


def delete_old(table: Table, limits: Limits) -> Statement:
    """Delete the rows that are older than the retention of turns."""
    return delete(table).where(table.c.at < limits.turns)


def empty_texts(table: Table, limits: Limits) -> Statement:
    """Empty the texts that are older than the retention of texts."""
    return update(table).where(table.c.at < limits.texts, table.c.text != "").values(text="")


def delete_finished(table: Table, limits: Limits) -> Statement:
    """Delete finished rows once a repetition need not be recognised, and all that are too old."""
    finished = table.c.state.in_(("done", "sent", "dropped"))
    known = table.c.at < limits.now - RECOGNISED
    return delete(table).where(or_(table.c.at < limits.sealed, known & finished))


def delete_sealed(table: Table, limits: Limits) -> Statement:
    """Delete sealed rows that are older than a whole message may be kept."""
    return delete(table).where(table.c.at < limits.sealed)


def empty_late(state: str) -> Callable[[Table, Limits], Statement]:
    """Empty rows that waited or were set aside for too long; the rows themselves stay.

    Args:
        state: their state from then on.
    """

    def build(table: Table, limits: Limits) -> Statement:
        waiting = table.c.state == PENDING
        # What is held is being worked on after all.
        held = table.c.lease.is_not(None) & (table.c.lease >= limits.now)
        if "ticket_id" in table.c:
            waiting &= table.c.ticket_id.is_(None)  # a person waits for it
        late = or_(waiting & ~held, table.c.state == "quarantined"), table.c.payload != ""
        old = update(table).where(table.c.at < limits.now - SEALED, *late)
        reason = case((waiting, "it waited for more than a day"), else_=table.c.reason)
        return old.values(payload="", state=state, reason=reason, lease=None, holder=None)

    return build


def sign_rows(table: Table, source: str) -> list[Statement]:
    """Make the rows that belong to no bot those of ``source``."""
    return [update(table).where(table.c.source == NOBODY).values(source=source)]


def sign_unknown(table: Table, source: str) -> list[Statement]:
    """Make the chats that belong to no bot those of ``source``, unless it has them already."""
    # The chat without a name is nobody's: whoever probes the store writes it at any moment.
    unsigned = table.c.source == NOBODY, table.c.chat != NOBODY
    ours = select(table.c.chat).where(table.c.source == source)
    return [
        delete(table).where(*unsigned, table.c.chat.in_(ours)),
        update(table).where(*unsigned).values(source=source),
    ]
