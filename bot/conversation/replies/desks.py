"""The people behind the bot, and how to reach them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.conversation import choices
from bot.conversation.replies.answers import address
from bot.conversation.replies.parts import button, say, titled_reply
from bot.conversation.wording import WAY

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.conversation.messages import Button, Reply
    from kb.entries import About, Desk


def contacts(desks: Iterable[Desk]) -> Reply:
    """Every desk with what it takes, its e-mail address and its phone number."""
    return titled_reply("Les guichets de support", *map(_card, desks))


def _card(found: Desk) -> str:
    return f"{found.name}\n{found.takes}\n{address(found)}"


def desks_after_misses(desks: Iterable[Desk]) -> Reply:
    """A button for each desk, after several replies that did not help, when none stands out."""
    known = list(desks)
    if not known:
        return say("Je n’ai pas trouvé de réponse, et aucun autre guichet n’est joignable ici.")
    said = "Je n’ai pas trouvé de réponse. Ces guichets peuvent vous aider\u00a0:"
    return say(said, *desk_buttons(known))


def people(desks: Iterable[Desk], about: About) -> Reply:
    """A button for each desk: those with a phone number first."""
    known = sorted(desks, key=lambda found: not found.phone)
    if not known:
        return titled_reply(WAY.label, "Aucun guichet n’est joignable ici.", about.emergency)
    call = " Le plus rapide est d’appeler, quand un numéro est donné." if known[0].phone else ""
    lead = f"Choisissez le guichet qui correspond à votre demande.{call}"
    return titled_reply(WAY.label, lead, about.emergency, buttons=desk_buttons(known))


def desk_buttons(desks: Iterable[Desk]) -> list[Button]:
    """A button that leads to each desk."""
    return [button(found.name, choices.desk(found.id)) for found in desks]
