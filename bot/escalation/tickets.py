"""Tickets, their messages, and what is kept beside them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple, get_args

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

State = Literal["open", "held", "waiting", "closed", "erased"]
Reason = Literal[
    "customer_request",
    "missing_knowledge",
    "unsupported",
    "policy",
    "tool_failure",
    "pending_clarification",
    "usage_limit",
]
Author = Literal["asker", "desk", "bot"]
Place = Literal["asker", "topic", "mail", "web"]
Closing = Literal["asker", "desk", "silence", "operator"]
"""Who ended a ticket."""

MISSING_ANSWER = "missing_answer"
"""Why a ticket ended: nothing published would have helped, so an answer is missing."""

MessageState = Literal["kept", "withdrawn", "erased"]
CopyState = Literal["origin", "pending", "sent", "failed", "withdrawn"]
ThreadState = Literal["", "open", "lost", "deleting", "deleted"]
"""Of a ticket's topic: none yet, there, gone without our doing, to be deleted, deleted by us."""

EventKind = Literal[
    "opened",
    "taken",
    "released",
    "assigned",
    "asked",
    "answered",
    "transferred",
    "set_aside",
    "reminded",
    "warned",
    "closed",
    "reopened",
    "rating_asked",
    "rated",
    "prepared",
    "consented",
    "refused",
    "announced",
    "erased",
]

STATES: tuple[State, ...] = get_args(State)
LIVE: frozenset[State] = frozenset({"open", "held", "waiting"})
"""While a ticket of a chat is in one of these, a person answers there and the bot is silent."""


@dataclass(frozen=True, slots=True)
class Ticket:
    """One request to one desk, as it is stored.

    Attributes:
        id: of the row.
        number: what people call it, ``2026-00123``.
        desk, state: id of the desk that has it; see ``LIVE``.
        version: grows with every step; a step is written only onto the version that it was made of.
        channel, source: where the asker is, as in ``Incoming``, and by which account.
        chat: the asker's pseudonym; empty once erased.
        turn_id: the turn that led here; None: none, or purged.
        reason: why it was opened.
        opened_at: when (UTC), as all moments here.
        waiting_since: since when the asker waits for the desk; None: they do not.
        due_at: when they are to have an answer; None: nothing was promised.
        first_reply_at: when the desk first answered.
        closed_at: when it ended, the last time.
        closing: who ended it; empty while it goes on.
        reopened: how often it went on again.
        assignee: id of the staff whose it is.
        aside_until: until when the bot answers all the same ("autre question").
        thread: number of its topic at the desk; None: it has none.
        thread_state: see ``ThreadState``.
        rating: 1 to 5 from the asker; None: none.
        linked: id of an older ticket that it goes on from.
    """

    id: int
    number: str
    desk: str
    state: State
    version: int
    channel: str
    source: str
    chat: str
    reason: Reason
    opened_at: datetime
    turn_id: int | None = None
    waiting_since: datetime | None = None
    due_at: datetime | None = None
    first_reply_at: datetime | None = None
    closed_at: datetime | None = None
    closing: Closing | Literal[""] = ""
    reopened: int = 0
    assignee: int | None = None
    aside_until: datetime | None = None
    thread: int | None = None
    thread_state: ThreadState = ""
    rating: int | None = None
    linked: int | None = None

    @property
    def is_live(self) -> bool:
        """Whether it goes on."""
        return self.state in LIVE

    def holds_chat(self, now: datetime) -> bool:
        """Whether the asker's messages go to the desk and not to the bot."""
        return self.is_live and not (self.aside_until and now < self.aside_until)


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file of a message.

    Attributes:
        kind: what it is, as in ``Incoming.kind``.
        name, size: its name, harmless or empty, and its bytes.
        sha256: of its content, hexadecimal; empty when only the channel has it.
        handle: where it lies, in the channel's own terms, such as a ``file_id``.
    """

    kind: str
    name: str = ""
    size: int = 0
    sha256: str = ""
    handle: str = ""


class Origin(NamedTuple):
    """How an asker's message is named: twice the same name is twice the same message.

    Attributes:
        source: the channel, with its account where it has several.
        id: of the message there.
        chat: the pseudonym of the chat.
        number: by which an edit names it; None: it cannot be edited.
    """

    source: str
    id: str
    chat: str
    number: int | None = None


@dataclass(frozen=True, slots=True)
class NewMessage:
    """What is said in a ticket and not yet written.

    Attributes:
        author: who says it.
        text: as the desk may see it: masked by :mod:`bot.escalation.masking`.
        masked: whether the asker's own contact is masked in it too.
        staff: id of who says it for the desk.
        internal: whether it stays at the desk.
        origin: where it came from, channel and account; empty: from us.
        origin_id: its number there: the same one again is the same message.
        place, chat, number: where the original stands: the chat's pseudonym and the number of the
            message in it; edits are found by it. None: nowhere that can be named.
        attachments: its files.
        album: names the messages that were sent together with it; empty: none.
    """

    author: Author
    text: str
    masked: bool = True
    staff: int | None = None
    internal: bool = False
    origin: str = ""
    origin_id: str = ""
    place: Place = "asker"
    chat: str = ""
    number: int | None = None
    attachments: Sequence[Attachment] = ()
    album: str = ""

    @staticmethod
    def of_asker(text: str, origin: Origin, *, masked: bool = True) -> NewMessage:
        """What an asker says, as the desk may see it, from where it came."""
        source, name, chat, number = origin
        return NewMessage(
            "asker", text, masked, origin=source, origin_id=name, chat=chat, number=number
        )


@dataclass(frozen=True, slots=True)
class Message:
    """A message of a ticket as it is stored; see :class:`NewMessage`.

    Attributes:
        id: of the row.
        is_new: False for one that was there already.
    """

    id: int
    ticket_id: int
    at: datetime
    author: Author
    text: str
    staff: int | None = None
    internal: bool = False
    state: MessageState = "kept"
    edited_at: datetime | None = None
    attachments: tuple[Attachment, ...] = ()
    album: str = ""
    is_new: bool = True


@dataclass(frozen=True, slots=True)
class Copy:
    """A message in one place.

    Attributes:
        message_id, place: which, and where.
        state: ``origin``: it was written there; else what became of sending it.
        source, chat: the account and the chat's pseudonym there.
        number: what it is called there; None: not sent yet.
    """

    message_id: int
    place: Place
    state: CopyState
    source: str = ""
    chat: str = ""
    number: int | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """What happened to a ticket: ``who`` is ``asker``, ``bot``, ``operator`` or ``staff:3``."""

    at: datetime
    kind: EventKind
    who: str
    what: str = ""


@dataclass(frozen=True, slots=True)
class Opening:
    """A ticket that is to be opened.

    Attributes:
        desk, reason: for whom, and why.
        message: the question, as the desk will see it.
        address: the channel's own id of the chat, sealed by the store.
        turn_id: the turn that led here.
        due_at: the moment that is promised, if any.
        linked: an older ticket that it goes on from.
    """

    desk: str
    reason: Reason
    message: NewMessage
    address: str
    turn_id: int | None = None
    due_at: datetime | None = None
    linked: int | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """What a person is about to send.

    Attributes:
        desk, reason: for whom, and why they come to it.
        texts: the question and the details added, with patients' identifiers masked already.
        answer: what the bot had said.
        show_contact: whether the desk may see how to reach them.
        awaiting_detail: whether their next message is a detail to add.
        turn_id: the turn that led here.
        linked: an older ticket that it goes on from.
        mail, awaiting_mail: where the answer goes too (empty: nowhere), and whether it is asked.
        details_until: until when what they write is a further detail, in seconds (Unix time).
        ticket: id of the open ticket that the address is for; 0: the one that is prepared here.
    """

    desk: str
    reason: Reason
    texts: tuple[str, ...]
    answer: str = ""
    show_contact: bool = False
    awaiting_detail: bool = False
    turn_id: int | None = None
    linked: int | None = None
    mail: str = ""
    awaiting_mail: bool = False
    details_until: float = 0.0
    ticket: int = 0
