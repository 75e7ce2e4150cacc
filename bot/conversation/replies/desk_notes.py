"""Tickets, as those who answer for a desk read of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.conversation.messages import Button, Paragraph, Reply
from bot.conversation.replies import dates
from bot.conversation.replies.parts import block, one_line_quote, say

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

WITHDRAWN = "(message retiré)"
TITLE_WORDS = 6
MAX_TITLE = 120
"""Characters: Telegram cuts the name of a topic at 128."""

_REASONS = {
    "customer_request": "a demandé une personne",
    "missing_knowledge": "aucune réponse publiée",
    "unsupported": "hors des réponses publiées",
    "policy": "transmis par le robot",
    "tool_failure": "le robot n’a pas pu répondre",
    "pending_clarification": "la question restait à préciser",
    "usage_limit": "limite d’usage atteinte",
}


def title(number: str, question: str) -> str:
    """``2026-00123 · six words``: the name of a topic."""
    words = one_line_quote(question, MAX_TITLE).split()[:TITLE_WORDS]
    return f"{number} · {' '.join(words)}"[:MAX_TITLE]


def head(
    number: str,
    reason: str,
    texts: Sequence[str],
    answer: str,
    *,
    due_at: datetime | None = None,
    linked: str = "",
    candidates: Sequence[tuple[str, str]] = (),
) -> Reply:
    """A new ticket: its number, why, the question, what the robot had said, when it is due.

    Args:
        number: of the ticket.
        reason: one of those of tickets.
        texts: what was written, as the desk may see it.
        answer: what the robot had said; may be empty.
        due_at: when an answer was promised for.
        linked: the number of an older ticket; empty: of none.
        candidates: published answers that may fit: title, and what its button carries.
    """
    due = f"Réponse promise {dates.spoken_moment(due_at)}." if due_at else ""
    again = f"Fait suite à la demande n°\u00a0{linked}." if linked else ""
    why = f"Motif : {_REASONS.get(reason, reason)}."
    facts = " ".join(part for part in (why, due, again) if part)
    tried = (block(f"Réponse du robot : {answer}"),) if answer else ()
    said = (Paragraph(text) for text in texts)
    heading = block(f"Demande n°\u00a0{number}", strong=True)
    offered = (block("Réponses publiées qui peuvent convenir :"),) if candidates else ()
    buttons = tuple(Button(label, data) for label, data in candidates)
    return Reply((heading, *said, *tried, block(facts), *offered), buttons)


def with_links(head: Reply, pages: Sequence[tuple[str, str]]) -> Reply:
    """The head of a ticket where nothing can be pressed: links to published answers instead.

    Args:
        head: with the buttons.
        pages: title and address of each; an answer without a page is named.
    """
    named = tuple(Paragraph(title) for title, url in pages if not url)
    links = tuple(Button(title, url=url) for title, url in pages if url)
    return Reply((*head.paragraphs, *named), links)


def asker_words(text: str) -> Reply:
    """What the asker adds, in their own words."""
    return Reply((Paragraph(text),))


def history(texts: Sequence[tuple[str, str]]) -> Reply:
    """What was said so far, author and text, for a desk or a topic that is new to it."""
    who = {"asker": "Demandeur", "desk": "Guichet", "bot": "Robot"}
    said = (Paragraph(f"{who.get(author, author)}\u00a0: {text}") for author, text in texts)
    return Reply((block("Échanges précédents", strong=True), *said))


def reminder(number: str, due_at: datetime | None, step: int) -> Reply:
    """Somebody waits."""
    due = f" Réponse promise {dates.spoken_moment(due_at)}." if due_at else ""
    return say(f"Rappel {step} : la demande n°\u00a0{number} attend une réponse.{due}")


def end_by_asker(number: str) -> Reply:
    """The asker ended it."""
    return say(f"Demande n°\u00a0{number} close par la personne : c’est réglé.")


def closing_note(number: str, who: str) -> Reply:
    """It ended."""
    return say(f"Demande n°\u00a0{number} close ({who}).")


def end_by_silence(number: str) -> Reply:
    """It ended without an answer of the asker's."""
    return say(f"Demande n°\u00a0{number} close : la personne n’a plus répondu.")


def reopening_note(number: str) -> Reply:
    """The asker says that it is not settled."""
    return say(f"Demande n°\u00a0{number} rouverte : pour la personne, ce n’est pas réglé.")


def transfer_note(number: str, desk: str) -> Reply:
    """Another desk has it."""
    return say(
        f"Demande n°\u00a0{number} confiée au guichet « {desk} » : la suite se passe là-bas."
    )


def change_meanwhile(number: str) -> Reply:
    """Somebody was faster."""
    return say(f"Demande n°\u00a0{number} : quelqu’un a été plus rapide, rien n’a été changé.")


def is_over(number: str) -> Reply:
    """A command for a ticket that has ended."""
    return say(f"Demande n°\u00a0{number} déjà close. /rouvrir pour la reprendre.")


def failure_note(number: str, reason: str) -> Reply:
    """An answer did not reach the asker."""
    blocked = "blocked" in reason or "deactivated" in reason
    why = "la personne a bloqué le robot ou quitté Telegram" if blocked else f"Telegram : {reason}"
    return say(f"Demande n°\u00a0{number} : ce message n’a pas été remis ({why}).")


def ready_answer(text: str, seconds: int, stop: str) -> Reply:
    """A published answer that is about to be sent; ``stop`` is what the button carries."""
    heading = block(f"Envoi dans {seconds} secondes :", strong=True)
    return Reply((heading, *_as_written(text)), (Button("Annuler l’envoi", stop),))


def answer_is_ready(number: str) -> Reply:
    """It was pressed before, and waits."""
    return say(f"Demande n°\u00a0{number} : cette réponse part dans quelques secondes.")


def answer_was_sent(number: str) -> Reply:
    """It went out, or had gone out before."""
    return say(f"Demande n°\u00a0{number} : réponse publiée envoyée.")


def answer_is_stopped(number: str) -> Reply:
    """It is not sent."""
    return say(f"Demande n°\u00a0{number} : envoi annulé.")


def no_such_answer(number: str) -> Reply:
    """The entry is not published any more, or the ticket is over."""
    return say(f"Demande n°\u00a0{number} : cette réponse ne peut pas être envoyée.")


def taking_note(number: str, name: str) -> Reply:
    """Somebody has it."""
    return say(f"Demande n°\u00a0{number} prise par {name or 'le guichet'}.")


def release_note(number: str) -> Reply:
    """Nobody has it."""
    return say(f"Demande n°\u00a0{number} rendue : elle n’est à personne.")


def block_note(number: str, days: int) -> Reply:
    """Its asker may open none for a while."""
    return say(
        f"Demande n°\u00a0{number} close ; son auteur ne peut plus en ouvrir pendant {days} jours."
    )


def not_reopened(number: str) -> Reply:
    """It goes on already, or ended too long ago."""
    return say(
        f"Demande n°\u00a0{number} : elle est en cours, ou close depuis trop longtemps pour être "
        "rouverte."
    )


def closed_to_answers(number: str) -> Reply:
    """An answer to a ticket that has ended."""
    return say(
        f"Demande n°\u00a0{number} close : ce message n’est pas envoyé. /rouvrir, puis répondez de "
        "nouveau."
    )


def whom_to_assign() -> Reply:
    """``/assigner`` without anybody."""
    return say("À qui ? Répondez /assigner à un message de la personne, membre de ce groupe.")


def what_to_withdraw() -> Reply:
    """``/retirer`` without a message."""
    return say("Quel message ? Répondez /retirer à la réponse envoyée.")


def where_to_transfer(desks: Sequence[tuple[str, str]]) -> Reply:
    """``/transferer`` without a desk: id and name of each."""
    listed = "\n".join(f"- /transferer {key} : {name}" for key, name in desks)
    return Reply((block("À quel guichet ?"), Paragraph(listed)))


def too_large(most: int) -> Reply:
    """A file is too large to be passed on; ``most`` in megabytes."""
    return say(f"Ce fichier n’est pas transmis : il dépasse {most}\u00a0Mo.")


def digest(new: int, waiting: int, minutes: int) -> Reply:
    """More tickets come than the group can be shown at once.

    Args:
        new: tickets opened within a minute.
        waiting: those that are not shown yet.
        minutes: until the last of them is, about.
    """
    how = "une minute" if minutes <= 1 else f"{minutes}\u00a0minutes"
    return say(
        f"{new} nouvelles demandes en une minute. Elles s’affichent au rythme que Telegram "
        f"permet\u00a0: {waiting} suivent, la dernière dans {how} environ."
    )


def usage(*, replies_only: bool) -> Reply:
    """What can be done in a topic."""
    how = "Répondez à un message du robot" if replies_only else "Écrivez ici"
    return say(
        f"{how} : la personne le reçoit. Commandes : /prendre, /rendre, /assigner, /transferer, "
        "/clore, /rouvrir, /bloquer, /retirer. Si aucune fiche ne répond à cette question : "
        "/clore réponse manquante."
    )


def _as_written(text: str) -> tuple[Paragraph, ...]:
    return tuple(Paragraph(part) for part in text.split("\n\n") if part.strip())


def erasure_request(number: str) -> Reply:
    """To a mailbox, from which nothing can be called back: its copies are to be deleted."""
    heading = block(f"Demande n°\u00a0{number} : effacement demandé", strong=True)
    asked = (
        "La personne a demandé l’effacement de ce qu’elle avait écrit. Tout est effacé ici. Merci "
        f"de supprimer de votre messagerie tous les messages de la demande n°\u00a0{number}, vos "
        "réponses et vos transferts compris. Il n’y a rien à répondre."
    )
    return Reply((heading, block(asked)))
