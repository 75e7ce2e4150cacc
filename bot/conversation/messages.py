"""What goes between a channel and the conversation, in no channel's own terms."""

from __future__ import annotations

from dataclasses import dataclass


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
    """

    channel: str
    chat: str
    text: str = ""
    choice: str = ""
    update_id: int | None = None
    group: bool = False
    kind: str = "text"


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
class Paragraph:
    """A block of plain text; a strong one is a heading."""

    text: str
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Reply:
    """What a person reads: paragraphs, then buttons, one a row. Without any: nothing is said.

    Attributes:
        paragraphs: what is said.
        buttons: what may be chosen.
        private: set when the talk had better go on between two: the argument of ``/start`` with
            which a channel that has links to private chats can offer one; empty otherwise.
    """

    paragraphs: tuple[Paragraph, ...] = ()
    buttons: tuple[Button, ...] = ()
    private: str = ""

    @property
    def text(self) -> str:
        """The paragraphs as plain text, an empty line between two."""
        return "\n\n".join(paragraph.text for paragraph in self.paragraphs)


@dataclass(frozen=True, slots=True)
class Retention:
    """The periods that a person is told; whoever purges goes by the same settings.

    Attributes:
        text_days: how long the masked text of a message is kept; 0: texts are not kept.
        turns_days: how long what was decided on it is kept.
    """

    text_days: int = 90
    turns_days: int = 395
