"""Tickets, as whoever asks reads of them: what is sent, what comes back, and how it ends."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot.conversation import ticket_choices as act
from bot.conversation.messages import Paragraph, Reply
from bot.conversation.replies import dates
from bot.conversation.replies.parts import block, button, say, titled_reply
from bot.conversation.replies.ticket_buttons import (
    MOST_STARS,
    aside_button,
    close_button,
    contact_button,
    reopen_button,
    stars_buttons,
)
from bot.conversation.turns import TEXT

if TYPE_CHECKING:
    from datetime import datetime


REOPEN_DAYS = 14
ASIDE_MINUTES = 10


@dataclass(frozen=True, slots=True)
class Promise:
    """When a desk answers, as far as it is known.

    Attributes:
        due_at: the moment promised; None: none is.
        opens_at: when it opens; None: it is open, or its hours are not known.
    """

    due_at: datetime | None = None
    opens_at: datetime | None = None

    def in_words(self) -> str:
        """Both in sentences; empty when nothing is known."""
        opens = (
            f"Le guichet est fermé en ce moment : il ouvre {dates.spoken_moment(self.opens_at)}."
        )
        due = f"Réponse attendue au plus tard {dates.spoken_moment(self.due_at)}."
        return " ".join((opens if self.opens_at else "", due if self.due_at else "")).strip()


@dataclass(frozen=True, slots=True)
class Way:
    """How an asker goes on.

    Attributes:
        editable: whether a message can be changed after it was sent.
        brought: whether answers come by themselves; else they are read with ``/statut``.
    """

    editable: bool = True
    brought: bool = True


def opening_notice(
    number: str, desk: str, promise: Promise, ticket: int, way: Way | None = None
) -> Reply:
    """The ticket is at the desk."""
    way = way or Way()
    where = "qui vous répondra ici même" if way.brought else "dont la réponse se lit avec /statut"
    mend = "modifiez-le" if way.editable else "écrivez la correction"
    return titled_reply(
        f"Demande {_n(number)} transmise",
        f"Elle est au guichet « {desk} », {where}. {promise.in_words()}",
        f"Pour ajouter un détail, écrivez-le ici ; pour corriger un message, {mend}. Jusqu’à "
        "la fin de la demande, vos messages vont au guichet. /statut : où elle en est ; /clore : y "
        "mettre fin ; /oublier : tout effacer.",
        buttons=(aside_button(ticket), close_button(ticket)),
    )


def taking_notice(number: str, desk: str) -> Reply:
    """A person answers from now on."""
    return say(
        f"Une personne du guichet « {desk} » s’occupe de votre demande {_n(number)} et vous répond "
        "ici."
    )


def answer_of_desk(number: str, signature: str, text: str, ticket: int) -> Reply:
    """What the desk says, signed."""
    heading = block(f"{signature}, demande {_n(number)}", strong=True)
    # Their own words, as they stand.
    return Reply(
        (heading, *in_paragraphs(text)), (button("C’est réglé", act.data("close", ticket)),)
    )


def message_receipt(number: str, desk: str, ticket: int) -> Reply:
    """A message went to the desk and not to the bot."""
    return say(
        f"Message transmis au guichet « {desk} », demande {_n(number)} : c’est lui qui répond.",
        aside_button(ticket),
    )


def with_contact_masked(reply: Reply, ticket: int) -> Reply:
    """A reply that also says that the desk does not see how to reach the asker, and what to do."""
    masked = block(
        "Vos coordonnées sont masquées pour le guichet. Pour qu’il les voie, pressez « Montrer mes "
        "coordonnées », puis envoyez-les de nouveau."
    )
    buttons = (contact_button(ticket), *reply.buttons)
    return replace(reply, paragraphs=(*reply.paragraphs, masked), buttons=buttons)


def contact_shown(number: str) -> Reply:
    """From now on the desk sees how to reach the asker."""
    return say(
        f"C’est noté : dans la demande {_n(number)}, le guichet verra vos coordonnées. Celles que "
        "vous avez déjà envoyées n’ont pas été gardées : envoyez-les de nouveau."
    )


def failure_notice(number: str) -> Reply:
    """A message of the asker's could not be copied to the desk."""
    return say(
        f"Ce message n’a pas pu être remis au guichet, demande {_n(number)} : Telegram ne permet "
        "pas de le transmettre. Merci de l’envoyer sous une autre forme."
    )


def too_large(most: int) -> Reply:
    """A file is too large to be passed on; ``most`` in megabytes."""
    return say(f"Ce fichier n’est pas transmis : il dépasse {most}\u00a0Mo.")


def withdrawal(number: str) -> Reply:
    """A message was taken back."""
    return say(f"Message retiré de la demande {_n(number)}.")


def what_to_withdraw() -> Reply:
    """``/retirer`` without a message of one's own."""
    return say("Quel message ? Répondez /retirer à l’un des vôtres, transmis au guichet.")


def too_many_messages(number: str) -> Reply:
    """A message did not go to the desk: there were too many within the hour."""
    return say(
        f"Vous avez envoyé beaucoup de messages à la demande {_n(number)} : celui-ci n’est pas "
        "transmis. Merci de regrouper la suite en un seul message, dans une heure."
    )


def aside_notice(number: str) -> Reply:
    """The bot answers for some minutes."""
    return say(
        f"Posez votre question : je réponds pendant {ASIDE_MINUTES} minutes. Votre demande "
        f"{_n(number)} reste au guichet."
    )


def transfer_notice(number: str, desk: str, promise: Promise) -> Reply:
    """Another desk has the ticket."""
    said = f"Votre demande {_n(number)} est confiée au guichet « {desk} », qui répondra ici."
    return say(f"{said} {promise.in_words()}".strip())


def silence_notice(number: str, closes_at: datetime) -> Reply:
    """The ticket will be closed if nothing is said."""
    return say(
        f"Le guichet attend votre réponse à la demande {_n(number)}. Sans nouvelles de votre part, "
        f"elle sera close {dates.spoken_moment(closes_at)}."
    )


def end_by_desk(number: str, desk: str, ticket: int, *, asks_rating: bool) -> Reply:
    """The desk ended it; the bot is back."""
    told = f"Le guichet « {desk} » y a mis fin. Je réponds de nouveau à vos questions ici."
    return _end(number, told, ticket, asks_rating=asks_rating)


def end_by_asker(number: str, ticket: int, *, asks_rating: bool) -> Reply:
    """The asker ended it; the bot is back."""
    told = "C’est noté. Je réponds de nouveau à vos questions ici."
    return _end(number, told, ticket, asks_rating=asks_rating)


def end_by_silence(number: str, ticket: int) -> Reply:
    """It ended without a word; the bot is back, and nothing is asked."""
    return say(
        f"Sans nouvelles de votre part, la demande {_n(number)} est close. Je réponds de nouveau à "
        f"vos questions ici. Vous pouvez la rouvrir pendant {REOPEN_DAYS} jours.",
        reopen_button(ticket),
    )


def _end(number: str, told: str, ticket: int, *, asks_rating: bool) -> Reply:
    asked, stars = (_rating_words(), stars_buttons(ticket)) if asks_rating else ("", ())
    return titled_reply(
        f"Demande {_n(number)} close", told, asked, buttons=(*stars, reopen_button(ticket))
    )


def rating_thanks(stars: int) -> Reply:
    """Thanks for a rating, which may be changed."""
    return say(f"Merci : {stars} sur {MOST_STARS}. Vous pouvez changer d’avis pendant un jour.")


def reopening_notice(number: str, desk: str, promise: Promise, ticket: int) -> Reply:
    """The ticket goes on under its number."""
    said = f"La demande {_n(number)} est rouverte : vos messages vont au guichet « {desk} »."
    return say(f"{said} {promise.in_words()}".strip(), aside_button(ticket), close_button(ticket))


def offer_reopening(number: str, closed_at: datetime, ticket: int) -> Reply:
    """Somebody says that it is not settled: ask before anything is reopened."""
    return say(
        f"Votre demande {_n(number)} est close depuis le {dates.day(closed_at)}. Voulez-vous la "
        "rouvrir ? Le guichet recevra votre message.",
        reopen_button(ticket),
    )


def too_late_to_reopen(number: str) -> Reply:
    """It ended too long ago: a new one may be linked to it."""
    return say(
        f"La demande {_n(number)} est close depuis plus de {REOPEN_DAYS} jours : une nouvelle "
        "demande y sera rattachée. Voici ce que le guichet recevra."
    )


def already_open(number: str, desk: str, ticket: int) -> Reply:
    """There is one at this desk already."""
    return say(
        f"Votre demande {_n(number)} est déjà au guichet « {desk} » : écrivez ici, votre message "
        "s’y ajoutera.",
        close_button(ticket),
    )


def too_many_today(most: int) -> Reply:
    """No more tickets today."""
    how = "une demande" if most == 1 else f"{most} demandes"
    return say(f"Vous avez déjà ouvert {how} en un jour. Merci d’attendre demain pour la suivante.")


def refusal_of_blocked() -> Reply:
    """This person may open none for now."""
    return say(
        "Vous ne pouvez pas ouvrir de demande pour le moment. /contacts montre les autres façons "
        "de joindre les guichets."
    )


def change_meanwhile(number: str) -> Reply:
    """Somebody changed the ticket meanwhile."""
    return say(f"La demande {_n(number)} vient de changer. /statut montre où elle en est.")


def unknown_ticket() -> Reply:
    """No such ticket of this chat."""
    return say("Je ne trouve pas cette demande. /statut montre les vôtres.")


def nothing_to_close() -> Reply:
    """``/clore`` without a ticket."""
    return say("Aucune demande n’est en cours dans cette conversation.")


def name_number(number: str) -> str:
    """``n° 2026-00123``, on one line."""
    return f"n°\u00a0{number}"


def _n(number: str) -> str:
    return name_number(number)


def without_words(kind: str) -> str:
    """What the desk reads of a message without words."""
    return f"({'message' if kind == TEXT else kind} sans texte)"


def in_paragraphs(text: str) -> tuple[Paragraph, ...]:
    """Somebody's words as they stand, a paragraph for each part between empty lines."""
    return tuple(Paragraph(part) for part in text.split("\n\n") if part.strip())


def _rating_words() -> str:
    return f"Êtes-vous satisfait de la réponse ? De 1 (pas du tout) à {MOST_STARS} (tout à fait)."
