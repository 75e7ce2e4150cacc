"""What is said to a question that no published answer fits: nothing of whose question it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.conversation import choices
from bot.conversation.messages import Reply
from bot.conversation.replies.answers import address, desk_label, guidance, with_contact
from bot.conversation.replies.desks import desk_buttons
from bot.conversation.replies.parts import block, button, say, titled_reply, to_somebody

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from kb.entries import Desk

NO_ANSWER = "Je n’ai pas de réponse publiée à cette question"


def unanswered_by_desk(turn: int, index: int, found: Desk, emergency: str = "") -> Reply:
    """One desk may help: where to write, and a way to say that it is the wrong one.

    Args:
        turn: the turn's number.
        index: the desk's place among the turn's candidates.
        found: the desk.
        emergency: whom to call rather than wait for a letter's answer.
    """
    lead = f"{NO_ANSWER}. Ce guichet peut peut-être vous aider\u00a0:"
    wrong = button("Ce n’est pas le bon guichet", choices.useful(turn, index, helped=False))
    reply = titled_reply(found.name, address(found), guidance(found), emergency)
    people = to_somebody(choices.people(turn))
    return with_contact(Reply((block(lead), *reply.paragraphs), (wrong, people)), found)


def unanswered_by_desks(
    turn: int, offered: Sequence[tuple[int, Desk]], emergency: str = ""
) -> Reply:
    """Two or three desks may help: how each is reached, and a button that shows more of it."""
    lead = block(f"{NO_ANSWER}. Ces guichets peuvent peut-être vous aider\u00a0:")
    cards = [block(f"{found.name}\n{address(found)}") for _, found in offered]
    buttons = [button(desk_label(found), choices.candidate(turn, n)) for n, found in offered]
    urgent = (block(emergency),) if emergency else ()
    people = to_somebody(choices.people(turn))
    return Reply((lead, *cards, *urgent), (*buttons, people))


def unanswered(turn: int, desks: Iterable[Desk], emergency: str = "") -> Reply:
    """No desk stands out: a button for each of them."""
    buttons = desk_buttons(desks)
    said = f"{NO_ANSWER}. Voici à qui vous pouvez écrire\u00a0:" if buttons else f"{NO_ANSWER}."
    urgent = (block(emergency),) if emergency else ()
    return Reply((block(said), *urgent), (*buttons, to_somebody(choices.people(turn))))


def unanswered_in_short(turn: int, offered: Sequence[Desk]) -> Reply:
    """Say on one line that no published answer fits: for groups."""
    reached = " ou ".join(f"{found.name} ({found.email})" for found in offered)
    helped = f"\u00a0; à qui écrire\u00a0: {reached}" if reached else ""
    return say(f"{NO_ANSWER}{helped}.", to_somebody(choices.people(turn)))
