"""A reply that waits to be sent, in no channel's own terms: whoever sends it renders it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from bot.conversation.messages import About, Reply
from bot.ops.errors import BotError

if TYPE_CHECKING:
    from collections.abc import Mapping

VERSION = 1
"""Of the stored form; raise it when the form changes, and go on reading the older ones."""


class UnknownVersionError(BotError):
    """A letter was written by a newer version of the program; that one can send it."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A reply and where it goes.

    Attributes:
        reply: what is said.
        place: where exactly, as JSON that the channel understands; empty: where the sealed
            address of the chat leads.
        about: the ticket that it belongs to, if any.
    """

    reply: Reply
    place: Mapping[str, Any] = field(default_factory=dict)
    about: About | None = None

    def to_dict(self) -> dict[str, Any]:
        """As JSON types."""
        form = {"version": VERSION, "reply": self.reply.to_dict(), "place": dict(self.place)}
        return form if self.about is None else {**form, "about": self.about.to_dict()}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Letter:
        """The inverse of ``to_dict``.

        Raises:
            UnknownVersionError: it is of a version that this program does not know.
        """
        if data.get("version") != VERSION:
            raise UnknownVersionError
        about = About(**data["about"]) if "about" in data else None
        return cls(Reply.from_dict(data["reply"]), data["place"], about)
