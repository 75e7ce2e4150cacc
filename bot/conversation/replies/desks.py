"""The people behind the bot, and how to reach them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.conversation.messages import Reply
from bot.conversation.replies.answers import address
from bot.conversation.replies.parts import block, titled_reply

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kb.entries import About, Desk


def contacts(desks: Iterable[Desk]) -> Reply:
    """Every desk with what it takes, its e-mail address and its phone number."""
    return titled_reply("Les guichets de support", *map(_card, desks))


def _card(found: Desk) -> str:
    return f"{found.name}\n{found.takes}\n{address(found)}"


def all_contacts_after_misses(desks: Iterable[Desk]) -> Reply:
    """Every desk, shown after several replies that did not help, when no desk stands out."""
    lead = block("Je n’ai pas trouvé de réponse. Ces guichets peuvent vous aider\u00a0:")
    return Reply((lead, *contacts(desks).paragraphs[1:]))


def people(desks: Iterable[Desk], about: About) -> Reply:
    """Every desk as a way to a person: those with a phone number first."""
    known = sorted(desks, key=lambda found: not found.phone)
    if not known:
        return titled_reply(
            "Parler à un humain", "Aucun guichet n’est joignable ici.", about.emergency
        )
    call = " Le plus rapide est d’appeler, quand un numéro est donné." if known[0].phone else ""
    lead = f"Choisissez le guichet qui correspond à votre demande.{call}"
    return titled_reply("Parler à un humain", lead, *map(_card, known), about.emergency)
