"""What goes between a channel and the conversation, in no channel's own terms."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Literal

from bot.ops.fields import known_fields

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class File:
    """Something that came with a message, or instead of words.

    Attributes:
        kind: what it is, such as ``photo`` or ``location``.
        name: its name as it was given; empty without one.
        size: bytes; 0 when it is not known.
        handle: by which the channel gives it out again; may be empty.
    """

    kind: str
    name: str = ""
    size: int = 0
    handle: str = ""


@dataclass(frozen=True, slots=True)
class Incoming:
    """One message, command or button press of one chat.

    Attributes:
        channel: name of the channel, such as ``terminal``, ``web`` or ``telegram``.
        chat: the channel's own id of the chat; never stored as it is.
        text: what was typed; a command starts with ``/``.
        choice: the ``data`` of the button pressed, empty for a typed message.
        update_id: the channel's own id of the event, when it has one; a turn is recorded once
            for each pair of channel and update id.
        group: whether several people read the chat, so that only a surer answer is given.
        kind: ``text``; of a message without words what it is: ``photo``, ``voice`` ...
        message_id: the channel's own number of the message, by which an edit names it.
        edited: whether it is a message that was said before, in other words.
        pieces: the texts of the chat's messages that waited together, in order, this one among
            them; empty when it came alone.
        text_number: which of them this message is, from 0.
        files: what came with it.
        answers: the channel's own number of the message that it replies to, when it does.
        album: the channel's own name of the files that were sent together; empty for none.
    """

    channel: str
    chat: str
    text: str = ""
    choice: str = ""
    update_id: int | None = None
    group: bool = False
    kind: str = "text"
    message_id: int | None = None
    edited: bool = False
    pieces: tuple[str, ...] = ()
    text_number: int = 0
    files: tuple[File, ...] = ()
    answers: int | None = None
    album: str = ""


@dataclass(frozen=True, slots=True)
class Button:
    """A choice offered under a reply.

    Attributes:
        label: what it says.
        data: comes back as the ``choice`` of an ``Incoming``, at most 64 bytes; empty for a link.
        url: where a link leads; empty for a choice.
    """

    label: str
    data: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Contact:
    """Somebody who can be written to: a channel may make it easy.

    Attributes:
        name: of the desk.
        email: its address.
        phone: its number; may be empty.
    """

    name: str
    email: str
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A block of plain text; a strong one is a heading."""

    text: str
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Receipt:
    """By which a ticket is found again without the chat that it was opened in.

    Attributes:
        number: of the ticket, ``2026-00123``.
        code: the secret that goes with it; shown once, and kept nowhere as it is.
    """

    number: str
    code: str


@dataclass(frozen=True, slots=True)
class Reply:
    """What a person reads: paragraphs, then buttons, one a row. Without any: nothing is said.

    Attributes:
        paragraphs: what is said.
        buttons: what may be chosen.
        private: set when the talk had better go on between two: the argument of ``/start`` with
            which a channel that has links to private chats can offer one; empty otherwise.
        contacts: the desks whose addresses stand in the paragraphs, for channels that can do more
            with an address than show it.
        receipt: of a ticket, for whoever reads the reply now; never kept with it.
    """

    paragraphs: tuple[Paragraph, ...] = ()
    buttons: tuple[Button, ...] = ()
    private: str = ""
    contacts: tuple[Contact, ...] = ()
    receipt: Receipt | None = None

    def to_dict(self) -> dict[str, Any]:
        """As JSON types, to be kept: without the receipt."""
        return {name: kept for name, kept in asdict(self).items() if name != "receipt"}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Reply:
        """The inverse of ``to_dict``; what another version has added is passed over."""
        return cls(
            tuple(Paragraph(**known_fields(Paragraph, each)) for each in data["paragraphs"]),
            tuple(Button(**known_fields(Button, each)) for each in data["buttons"]),
            data["private"],
            tuple(Contact(**contact) for contact in data.get("contacts", ())),
        )

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to show."""
        return not self.buttons and not self.text.strip()

    @property
    def text(self) -> str:
        """The paragraphs as plain text, an empty line between two."""
        return "\n\n".join(paragraph.text for paragraph in self.paragraphs)


@dataclass(frozen=True, slots=True)
class Recipient:
    """A chat that something is sent to; one of its two names is enough.

    Attributes:
        channel: name of the channel, as in ``Incoming``.
        chat: the channel's own id of the chat; empty when it is not known.
        pseudonym: the name under which the store keeps the chat; empty when it is not known.
    """

    channel: str
    chat: str = ""
    pseudonym: str = ""


Act = Literal["head", "message", "note", "edit", "withdraw", "close", "reopen", "delete"]
"""What a delivery about a ticket does where it goes: it opens it there, adds to it, changes what
stands there already, or ends it."""


@dataclass(frozen=True, slots=True)
class About:
    """The ticket that a delivery belongs to, for whoever delivers it.

    Attributes:
        ticket: id of the ticket.
        act: what is done where it goes.
        message: id of the message that this is a copy of; 0: of none.
        for_desk: whether it goes to those who answer; else to the asker.
    """

    ticket: int
    act: Act = "message"
    message: int = 0
    for_desk: bool = False

    def to_dict(self) -> dict[str, Any]:
        """As JSON types."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Delivery:
    """Something that is sent besides the reply.

    Attributes:
        to: who gets it.
        reply: what they read.
        not_before: the moment before which it is not sent; None: it is sent at once.
        about: the ticket that it belongs to; None: to none.
    """

    to: Recipient
    reply: Reply
    not_before: datetime | None = None
    about: About | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one message leads to.

    Attributes:
        reply: what is answered in the chat that asked; an empty one says nothing.
        deliveries: what else is sent, to that chat or to others.
        erased: whether all that was kept of the chat has just been erased, so that nothing of
            this exchange is to be kept either.
    """

    reply: Reply
    deliveries: tuple[Delivery, ...] = ()
    erased: bool = False


@dataclass(frozen=True, slots=True)
class Retention:
    """The periods that a person is told; whoever purges goes by the same settings.

    Attributes:
        text_days: how long the masked text of a message is kept; 0: texts are not kept.
        turns_days: how long what was decided on it is kept.
        ticket_days: how long what is written to a desk is kept after the end of its ticket; 0: no
            desk answers here.
    """

    text_days: int = 90
    turns_days: int = 395
    ticket_days: int = 0
