"""Which step leads from which state to which: each is one guarded update of one ticket.

A step is made of a ticket as it was read, and written only if the ticket is still of that version
and in one of the states named: otherwise somebody was faster, and nothing is written.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from bot.escalation.tickets import LIVE

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from bot.escalation.tickets import Closing, EventKind, State, Ticket

ANY: frozenset[State] = frozenset({*LIVE, "closed"})
"""Every state but ``erased``, which nothing leaves."""


@dataclass(frozen=True, slots=True)
class Transition:
    """A row of the table: the event, the states it may happen in, and where it leads.

    Attributes:
        event: what happens.
        sources: the states in which it may.
        target: the state afterwards; None: the same.
    """

    event: EventKind
    sources: frozenset[State]
    target: State | None = None


TAKE = Transition("taken", LIVE, "held")
RELEASE = Transition("released", LIVE, "open")
ASSIGN = Transition("assigned", LIVE)
ASK_OPEN = Transition("asked", frozenset({"open"}))
ASK = Transition("asked", frozenset({"held", "waiting"}), "held")
ANSWER = Transition("answered", LIVE, "waiting")
TRANSFER = Transition("transferred", ANY, "open")
SET_ASIDE = Transition("set_aside", LIVE)
CLOSE = Transition("closed", LIVE, "closed")
CLOSE_SILENT = Transition("closed", frozenset({"waiting"}), "closed")
REOPEN = Transition("reopened", frozenset({"closed"}), "held")
RATE = Transition("rated", frozenset({"closed"}))
ERASE = Transition("erased", ANY, "erased")

TABLE = (
    *(TAKE, RELEASE, ASSIGN, ASK_OPEN, ASK, ANSWER, TRANSFER, SET_ASIDE),
    *(CLOSE, CLOSE_SILENT, REOPEN, RATE, ERASE),
)


@dataclass(frozen=True, slots=True)
class Step:
    """A transition of one ticket that is to be written.

    Attributes:
        ticket: as it was read.
        transition: what is done.
        at: when.
        who: ``asker``, ``bot``, ``operator`` or ``staff:3``.
        what: told with the event; names nobody.
        values: what changes besides state and version, by the names of :class:`Ticket`.
    """

    ticket: Ticket
    transition: Transition
    at: datetime
    who: str
    what: str = ""
    values: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def is_allowed(self) -> bool:
        """Whether the ticket, as it was read, may take it; the store asks the database again."""
        return self.ticket.state in self.transition.sources

    @property
    def state(self) -> State:
        """The state afterwards."""
        return self.transition.target or self.ticket.state


def take(ticket: Ticket, at: datetime, staff: int | None, who: str) -> Step:
    """``/prendre``: a person says that they answer."""
    return Step(ticket, TAKE, at, who, values={"assignee": staff})


def release(ticket: Ticket, at: datetime, who: str) -> Step:
    """``/rendre``: nobody has it any more; who waits goes on waiting."""
    waiting = ticket.waiting_since or at
    return Step(ticket, RELEASE, at, who, values={"assignee": None, "waiting_since": waiting})


def assign(ticket: Ticket, at: datetime, staff: int, who: str) -> Step:
    """``/assigner``: it is a colleague's from now on."""
    return Step(ticket, ASSIGN, at, who, values={"assignee": staff})


def ask(ticket: Ticket, at: datetime, due_at: datetime | None) -> Step:
    """The asker writes: the desk's turn, unless nobody took it yet.

    ``due_at`` counts when they begin to wait; who waits already keeps their moment.
    """
    transition = ASK_OPEN if ticket.state == "open" else ASK
    begins = ticket.waiting_since is None
    values: dict[str, Any] = {"waiting_since": at, "due_at": due_at} if begins else {}
    return Step(ticket, transition, at, "asker", values={**values, "aside_until": None})


def answer(ticket: Ticket, at: datetime, staff: int | None, who: str) -> Step:
    """The desk writes to the asker: their turn; the first reply is noted once."""
    values = {
        "waiting_since": None,
        "due_at": None,
        "first_reply_at": ticket.first_reply_at or at,
        "assignee": ticket.assignee if ticket.assignee is not None else staff,
    }
    return Step(ticket, ANSWER, at, who, values=values)


def transfer(ticket: Ticket, at: datetime, desk: str, who: str, due_at: datetime | None) -> Step:
    """``/transferer``: another desk has it, nobody there yet, and the clock starts again."""
    values: dict[str, Any] = {
        "desk": desk,
        "assignee": None,
        "waiting_since": at,
        "due_at": due_at,
        "closed_at": None,
        "closing": "",
        "aside_until": None,
        "thread": None,
        "thread_state": "",
    }
    return Step(ticket, TRANSFER, at, who, f"{ticket.desk} -> {desk}", values)


def set_aside(ticket: Ticket, at: datetime, until: datetime) -> Step:
    """The asker has another question: the bot answers until then."""
    return Step(ticket, SET_ASIDE, at, "asker", values={"aside_until": until})


def close(ticket: Ticket, at: datetime, closing: Closing, who: str, what: str = "") -> Step:
    """It is over; after a silence only while it is the asker's turn."""
    values: dict[str, Any] = {
        "closed_at": at,
        "closing": closing,
        "waiting_since": None,
        "due_at": None,
        "aside_until": None,
    }
    transition = CLOSE_SILENT if closing == "silence" else CLOSE
    return Step(ticket, transition, at, who, what, values)


def reopen(ticket: Ticket, at: datetime, who: str, due_at: datetime | None) -> Step:
    """It goes on under the same number: the desk's turn."""
    values: dict[str, Any] = {
        "closed_at": None,
        "closing": "",
        "reopened": ticket.reopened + 1,
        "waiting_since": at,
        "due_at": due_at,
    }
    return Step(ticket, REOPEN, at, who, values=values)


def rate(ticket: Ticket, at: datetime, rating: int) -> Step:
    """What the asker thinks of it, 1 to 5; may be changed."""
    return Step(ticket, RATE, at, "asker", values={"rating": rating})


def erase(ticket: Ticket, at: datetime, who: str) -> Step:
    """Nothing leads to anybody any more; a topic that is there is to be deleted."""
    there = ticket.thread_state == "open"
    values: dict[str, Any] = {
        "chat": "",
        "turn_id": None,
        "closed_at": ticket.closed_at or at,
        "waiting_since": None,
        "due_at": None,
        "aside_until": None,
        "thread_state": "deleting" if there else ticket.thread_state,
    }
    return Step(ticket, ERASE, at, who, values=values)
