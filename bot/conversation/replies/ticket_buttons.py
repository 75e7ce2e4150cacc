"""The buttons of tickets that are open, or were."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.conversation import ticket_choices as act
from bot.conversation.replies.parts import button

if TYPE_CHECKING:
    from bot.conversation.messages import Button

MOST_STARS = 5


def stars_buttons(ticket: int) -> tuple[Button, ...]:
    """One a number of stars: what the asker thinks of the answer."""
    numbers = range(1, MOST_STARS + 1)
    return tuple(button("★" * n, act.data("rate", ticket, str(n))) for n in numbers)


def aside_button(ticket: int) -> Button:
    """Ask the bot something else meanwhile."""
    return button("Poser une autre question au robot", act.data("aside", ticket))


def contact_button(ticket: int) -> Button:
    """Let the desk see how to reach the asker, in this ticket."""
    return button("Montrer mes coordonnées", act.data("contact", ticket))


def close_button(ticket: int) -> Button:
    """End it."""
    return button("Clore la demande", act.data("close", ticket))


def receipt_button(ticket: int) -> Button:
    """Give another code by which it is found again."""
    return button("Obtenir un nouveau code de suivi", act.data("receipt", ticket))


def reopen_button(ticket: int) -> Button:
    """It is not settled."""
    return button("Ce n’est pas réglé : rouvrir", act.data("reopen", ticket))
