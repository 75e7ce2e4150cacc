"""Where tickets are, as their askers read it: the list, receipts, what desks have said."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot.conversation.replies import dates
from bot.conversation.replies.parts import block, say, titled_reply
from bot.conversation.replies.ticket_buttons import (
    aside_button,
    close_button,
    receipt_button,
    reopen_button,
)
from bot.conversation.replies.tickets import in_paragraphs, name_number

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from bot.conversation.messages import Button, Paragraph, Receipt, Reply

_STATES = {
    "open": "transmise",
    "held": "en cours",
    "waiting": "le guichet attend votre réponse",
    "closed": "close",
    "erased": "effacée",
}


@dataclass(frozen=True, slots=True)
class Line:
    """A ticket in a list: its number, its desk's name, its state and when an answer is due."""

    id: int
    number: str
    desk: str
    state: str
    due_at: datetime | None = None


def status(lines: Sequence[Line], *, receipts: bool = False) -> Reply:
    """The tickets of this chat.

    Args:
        lines: the newest first.
        receipts: whether a new receipt can be asked for.
    """
    if not lines:
        return say("Vous n’avez aucune demande à un guichet. /humain pour en ouvrir une.")
    texts = [_status_line(line) for line in lines]
    live = next((line for line in lines if line.state in {"open", "held", "waiting"}), None)
    buttons = (aside_button(live.id), close_button(live.id)) if live else _after_end(lines[0])
    found = live or lines[0]
    another = (receipt_button(found.id),) if receipts and found.state != "erased" else ()
    return titled_reply("Vos demandes", *texts, buttons=(*buttons, *another))


def name_state(state: str) -> str:
    """A state in words."""
    return _STATES.get(state, state)


def new_answers(answers: Sequence[tuple[str, str, str]]) -> tuple[Paragraph, ...]:
    """What desks have said, where nothing is brought by itself, as in the terminal.

    Args:
        answers: a ticket's number, the name of its desk, and its words, each.
    """
    said = (
        (block(f"{desk}, demande {name_number(number)} :", strong=True), *in_paragraphs(text))
        for number, desk, text in answers
    )
    return tuple(part for parts in said for part in parts)


def with_receipt(reply: Reply, receipt: Receipt) -> Reply:
    """A reply with the receipt of a ticket, which the channel shows."""
    kept = block(
        "Gardez le numéro et le code de suivi : avec eux, vous retrouvez la réponse même après "
        "avoir fermé cette page. Le code ne s’affiche qu’une fois ; /statut en donne un autre."
    )
    return replace(reply, paragraphs=(*reply.paragraphs, kept), receipt=receipt)


def new_receipt(number: str) -> Reply:
    """Another code for a ticket."""
    return say(
        f"Nouveau code de suivi de la demande {name_number(number)} : le précédent n’ouvre "
        "plus rien."
    )


def change_meanwhile_here(number: str) -> Reply:
    """What was wished could not be done with a ticket that is on the page."""
    return say(f"Rien n’a été changé à la demande {name_number(number)} : voici où elle en est.")


def end_here(number: str) -> Reply:
    """It is closed, on a page where the bot does not answer."""
    return say(f"C’est noté : la demande {name_number(number)} est close.")


def erasure_notice(number: str) -> Reply:
    """All that was written in a ticket is gone."""
    return say(f"Tout ce que vous aviez écrit dans la demande {name_number(number)} est effacé.")


def _after_end(line: Line) -> tuple[Button, ...]:
    return (reopen_button(line.id),) if line.state == "closed" else ()


def _status_line(line: Line) -> str:
    due = f", réponse attendue {dates.spoken_moment(line.due_at)}" if line.due_at else ""
    return f"N°\u00a0{line.number}, « {line.desk} » : {name_state(line.state)}{due}."
