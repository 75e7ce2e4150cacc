"""What the way to the people behind the bot is called: in one place, for it is a promise."""

from __future__ import annotations

from typing import NamedTuple


class Way(NamedTuple):
    """The words for it.

    Attributes:
        label: of buttons, and the title of what they lead to.
        sign: stands before the label where channels show signs.
        english: the same for the menu in English.
        hint: ends an English sentence that names the command.
    """

    label: str
    sign: str
    english: str
    hint: str

    @property
    def button(self) -> str:
        """The label with its sign."""
        return f"{self.sign} {self.label}"


TO_A_DESK = Way("Contacter un guichet", "✉️", "Contact a support desk", "To write to a support desk")
TO_A_PERSON = Way("Parler à un humain", "👤", "Talk to a person", "To reach a person")

WAY = TO_A_DESK
"""The one in force. A desk that is written to by mail is no person in this chat."""
