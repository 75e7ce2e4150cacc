"""The e-mail that an asker may leave, so that the answer of the desk reaches them there too."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.conversation import ticket_choices as act
from bot.conversation.replies.parts import block, button, say
from bot.conversation.replies.tickets import name_number

if TYPE_CHECKING:
    from bot.conversation.messages import Button, Receipt, Reply


def offer_in_preview(preview: Reply, address: str) -> Reply:
    """A preview with the choice to leave an address, or to take it back; before the last button.

    Args:
        preview: of what the desk will see.
        address: that was left; empty: none.
    """
    *others, last = preview.buttons
    if not address:
        return replace(preview, buttons=(*others, _leave_button(0), last))
    kept = block(f"La réponse du guichet vous sera aussi envoyée à {address}, qu’il ne voit pas.")
    paragraphs = (*preview.paragraphs, kept)
    return replace(preview, paragraphs=paragraphs, buttons=(*others, _drop_button(0), last))


def offer_beside(reply: Reply, ticket: int, *, left: bool = False) -> Reply:
    """A reply about an open ticket with the same choice.

    Args:
        reply: what is said of it.
        ticket: its id.
        left: whether an address was left.
    """
    offered = _drop_button(ticket) if left else _leave_button(ticket)
    return replace(reply, buttons=(*reply.buttons, offered))


def ask_for_address(ticket: int) -> Reply:
    """The next message is the address; what becomes of it is said before it is given."""
    return say(
        "Écrivez votre adresse e-mail. Elle ne sert qu’à vous envoyer les réponses du guichet à "
        "cette demande ; le guichet ne la voit pas, elle est gardée chiffrée et effacée avec la "
        "demande. Chaque e-mail permet de ne plus en recevoir.",
        button("Sans e-mail", act.data("nomail", ticket)),
    )


def not_an_address(ticket: int) -> Reply:
    """It cannot be written to."""
    return say(
        "Je ne reconnais pas d’adresse e-mail dans ce message, et je n’en ai rien transmis. "
        "Écrivez-la seule, par exemple prenom.nom@exemple.fr.",
        button("Sans e-mail", act.data("nomail", ticket)),
    )


def address_is_kept(number: str, address: str, ticket: int) -> Reply:
    """From now on, the answers go there too."""
    return say(
        f"Les réponses du guichet à la demande {name_number(number)} vous seront aussi envoyées à "
        f"{address}. Elles restent affichées ici.",
        _drop_button(ticket),
    )


def with_code(reply: Reply, receipt: Receipt) -> Reply:
    """A reply with the code that the page of the mails asks for."""
    kept = block(
        f"Pour suivre la demande sur la page indiquée dans ces e-mails : numéro {receipt.number}, "
        f"code de suivi {receipt.code}."
    )
    return replace(reply, paragraphs=(*reply.paragraphs, kept))


def no_mails(number: str) -> Reply:
    """Nothing is sent there any more, and the address is gone."""
    return say(
        f"C’est noté : aucun e-mail pour la demande {name_number(number)}, et aucune adresse n’est "
        "gardée. Les réponses du guichet s’affichent ici."
    )


def _leave_button(ticket: int) -> Button:
    return button("Recevoir aussi la réponse par e-mail", act.data("mail", ticket))


def _drop_button(ticket: int) -> Button:
    return button("Ne pas recevoir d’e-mail", act.data("nomail", ticket))
