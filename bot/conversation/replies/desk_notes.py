"""Tickets, as those who answer for a desk read of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.conversation.messages import Paragraph, Reply
from bot.conversation.replies import dates
from bot.conversation.replies.parts import block, one_line_quote, say

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

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
) -> Reply:
    """A new ticket: its number, why, the question, what the robot had said, when it is due.

    Args:
        number: of the ticket.
        reason: one of those of tickets.
        texts: what was written, as the desk may see it.
        answer: what the robot had said; may be empty.
        due_at: when an answer was promised for.
        linked: the number of an older ticket; empty: of none.
    """
    due = f"Réponse promise {dates.spoken_moment(due_at)}." if due_at else ""
    again = f"Fait suite à la demande n°\u00a0{linked}." if linked else ""
    why = f"Motif : {_REASONS.get(reason, reason)}."
    facts = " ".join(part for part in (why, due, again) if part)
    tried = (block(f"Réponse du robot : {answer}"),) if answer else ()
    said = (Paragraph(text) for text in texts)
    return Reply((block(f"Demande n°\u00a0{number}", strong=True), *said, *tried, block(facts)))


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


def rating_note(number: str, stars: int, most: int) -> Reply:
    """What the asker thinks of it."""
    return say(f"Demande n°\u00a0{number} : la personne donne {stars} sur {most}.")


def change_meanwhile(number: str) -> Reply:
    """Somebody was faster."""
    return say(f"Demande n°\u00a0{number} : quelqu’un a été plus rapide, rien n’a été changé.")


def erasure_note(number: str) -> Reply:
    """All that was written is gone."""
    return say(f"Demande n°\u00a0{number} effacée à la demande de la personne.")
