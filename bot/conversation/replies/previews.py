"""What somebody sees before a ticket is opened: exactly what the desk will see, and the choices."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.conversation import choices
from bot.conversation import ticket_choices as act
from bot.conversation.messages import Paragraph, Reply
from bot.conversation.replies.parts import block, button, say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.conversation.messages import Button
    from bot.conversation.replies.tickets import Promise
    from kb.entries import Desk

DETAIL_MINUTES = 2
"""How long after a detail what is written is added too."""


def preview(
    desk: Desk,
    texts: Sequence[str],
    answer: str,
    promise: Promise,
    *,
    shows_contact: bool,
    other_desks: bool,
) -> Reply:
    """What a desk will see, and the choices.

    Args:
        desk: who gets it.
        texts: the question and the details, as the desk will see them.
        answer: what the bot had said; may be empty.
        promise: when the desk answers.
        shows_contact: whether the asker's contact is shown.
        other_desks: whether another desk can be chosen.
    """
    lead = f"Voici exactement ce que le guichet « {desk.name} » recevra :"
    said = (Paragraph(text) for text in texts)
    shown = (block(f"Réponse du robot : {answer}"),) if answer else ()
    masked = block(_masked(shows_contact=shows_contact))
    words = (block("Parler à un humain", strong=True), block(lead), *said, *shown, masked)
    known = (block(promise.in_words()),) if promise.in_words() else ()
    kept = _contact_button(shows_contact=shows_contact)
    others = (button("Choisir un autre guichet", act.data("desks")),) if other_desks else ()
    return Reply(
        (*words, *known),
        (
            button("Envoyer", act.data("send")),
            button("Ajouter un détail", act.data("detail")),
            kept,
            *others,
            button("Annuler", act.data("cancel")),
        ),
    )


def preview_for_any(desks: Sequence[Desk], texts: Sequence[str], *, shows_contact: bool) -> Reply:
    """What whichever desk is chosen will see: one press chooses and sends.

    Args:
        desks: those that answer here.
        texts: the question and the details, as the desk will see them.
        shows_contact: whether the asker's contact is shown.
    """
    lead = "Voici exactement ce que le guichet que vous choisirez recevra :"
    words = (block("Parler à un humain", strong=True), block(lead), *map(Paragraph, texts))
    listed = (block(f"{found.name} : {found.takes}") for found in desks)
    sending = (
        button(f"Envoyer à : {found.name}", act.data("send", value=choices.key(found.id)))
        for found in desks
    )
    return Reply(
        (*words, block(_masked(shows_contact=shows_contact)), *listed),
        (
            *sending,
            button("Ajouter un détail", act.data("detail")),
            _contact_button(shows_contact=shows_contact),
            button("Annuler", act.data("cancel")),
        ),
    )


def hand_over_button(name: str, turn: int, key: str) -> Button:
    """Leads from a reply to the preview.

    Args:
        name: of the desk, where there are several; else empty.
        turn: the turn's number; 0: of the question asked last.
        key: the desk's, as buttons carry it.
    """
    to = f" : {name}" if name else ""
    return button(f"Transmettre ma question au guichet{to}", act.data("begin", turn, key))


def _masked(*, shows_contact: bool) -> str:
    contact = "visibles" if shows_contact else "masquées"
    return f"Les identifiants de patients sont masqués ; vos coordonnées sont {contact}."


def _contact_button(*, shows_contact: bool) -> Button:
    if shows_contact:
        return button("Masquer mes coordonnées", act.data("anonymous"))
    return button("Montrer mes coordonnées", act.data("contact"))


def ask_for_contact() -> Reply:
    """The next message says how to reach them: what they wrote before is kept masked."""
    return say(
        "Écrivez les coordonnées à transmettre au guichet : je ne les ai pas gardées. Je vous "
        "remontre ensuite la demande avant l’envoi."
    )


def ask_for_detail() -> Reply:
    """The next message is a detail."""
    return say("Écrivez le détail à ajouter : je vous remontre ensuite la demande avant l’envoi.")


def with_more_details(shown: Reply) -> Reply:
    """A preview below which it is said how long what is written is added to it."""
    more = f"Ce que vous écrivez encore dans les {DETAIL_MINUTES} minutes s’y ajoute aussi."
    return replace(shown, paragraphs=(*shown.paragraphs, block(more)))


def ask_for_question(desk: Desk | None) -> Reply:
    """There is nothing to send yet: the next message is the question, which may lead to a desk."""
    whom = f"le guichet « {desk.name} »" if desk else "la personne qui vous répondra"
    return say(
        f"Écrivez votre question pour {whom} : je vous montre ensuite exactement ce qui sera "
        "transmis, avant l’envoi.",
        button("Annuler", act.data("cancel")),
    )


def choose_desk(desks: Sequence[Desk], *, all_contacts: bool) -> Reply:
    """The desks that answer here, one a button.

    Args:
        desks: those that answer.
        all_contacts: whether there are others, whose addresses can be shown.
    """
    buttons = [button(found.name, act.data("to", value=choices.key(found.id))) for found in desks]
    more = [button("Les autres guichets", choices.DESKS)] if all_contacts else []
    listed = (block(f"{found.name} : {found.takes}") for found in desks)
    head = block("Quel guichet doit vous répondre ?", strong=True)
    cancel = button("Annuler", act.data("cancel"))
    return Reply((head, *listed), (*buttons, *more, cancel))


def cancellation() -> Reply:
    """Nothing was sent."""
    return say("Rien n’a été envoyé. Je réponds à vos questions ici.")


def nothing_to_send() -> Reply:
    """The draft is gone: it was sent, cancelled, or is too old."""
    return say("Il n’y a plus rien à envoyer ici. /humain pour préparer une demande.")


def desk_is_gone() -> Reply:
    """The desk answers here no more."""
    return say("Ce guichet ne répond plus ici. /contacts montre comment le joindre.")
