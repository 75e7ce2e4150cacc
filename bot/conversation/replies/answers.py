"""What is said to a question: an answer, a desk, suggestions, or that it is not for us."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.conversation import choices
from bot.conversation.messages import Contact, Reply
from bot.conversation.replies.parts import block, button, say, titled_reply, to_somebody
from bot.conversation.replies.source import source
from bot.conversation.wording import WAY

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.conversation.messages import Button, Paragraph
    from classifier.decision import Action
    from kb.entries import Desk, FaqEntry, KnowledgeBase, Outside

UNSURE = "Je ne suis pas certain d’avoir compris. Votre question porte-t-elle sur\u00a0:"
OTHER_LEADS = "Voici d’autres pistes. L’une d’elles répond-elle à votre question\u00a0?"
SECOND_QUESTION = "Pour votre autre question"
IN_SHORT = "Parlez-vous de\u00a0:"
USEFUL = "Cette réponse vous a-t-elle été utile\u00a0?"
MANY = 2
MORE = "Voulez-vous en savoir plus\u00a0?"

_SENTENCE_END = re.compile(r"(?<=[.!?…])\s+(?=[^\W\d_])")
_TELLS_WHERE = re.compile(r"\d|\w\.\w|@")
"""A sentence with a phone number, a site or an address in it."""


def answer(entry: FaqEntry, base: KnowledgeBase) -> Reply:
    """The curated answer of an entry, with its source."""
    return titled_reply(entry.title, entry.answer, source(entry, base.about, base.desks))


def with_desk_beside(reply: Reply, turn: int, index: int, found: Desk) -> Reply:
    """Add a second desk to an answer: candidate ``index`` of the turn, one button to reach it."""
    line = block(f"Ce guichet peut aussi vous aider\u00a0: {found.name}.")
    offered = button(desk_label(found), choices.candidate(turn, index))
    buttons = (*reply.buttons[:-1], offered, *reply.buttons[-1:])
    return replace(reply, paragraphs=(*reply.paragraphs, line), buttons=buttons)


def was_it_useful(reply: Reply, turn: int, index: int, *, asked: bool = True) -> Reply:
    """Ask below ``reply`` whether candidate ``index`` of the turn helped.

    Args:
        reply: what is shown.
        turn: the turn's number.
        index: which of its candidates is shown.
        asked: whether the question is written out; where space is short, the buttons suffice.
    """
    question = (block(USEFUL),) if asked else ()
    return Reply((*reply.paragraphs, *question), _useful(turn, index))


WRITE_TO = "Écrire à\u00a0: "
"""How the label of a button begins that leads to a desk."""


def _useful(turn: int, index: int) -> tuple[Button, ...]:
    return (
        button("👍 Oui, merci", choices.useful(turn, index, helped=True)),
        button("👎 Non, pas vraiment", choices.useful(turn, index, helped=False)),
        to_somebody(choices.human(turn, index)),
    )


def desk(found: Desk, *, intro: str = "", contact: str = "", emergency: str = "") -> Reply:
    """A desk's address, and what to put in a message to it.

    Args:
        found: who takes it.
        intro: said instead of the usual words.
        contact: the published answer that gives this contact; the address is added when it
            holds another.
        emergency: whom to call rather than wait for a letter's answer.
    """
    lead = intro or "Votre demande relève d’un guichet de support, qui pourra la traiter."
    reached = "" if found.email in contact else address(found)
    return with_contact(
        titled_reply(found.name, lead, contact, reached, guidance(found), emergency), found
    )


def with_contact(reply: Reply, found: Desk) -> Reply:
    """Note in ``reply`` that the desk's address stands in it."""
    contact = Contact(found.name, found.email, found.phone)
    return replace(reply, contacts=(*reply.contacts, contact))


def guidance(found: Desk) -> str:
    """What a desk asks of who writes to it: one line as it is, more of them as a list."""
    lines = [line.strip() for line in found.guidance.splitlines() if line.strip()]
    if len(lines) < MANY:
        return found.guidance
    listed = (line if line.startswith("- ") else f"- {line}" for line in lines)
    return "\n".join(["Avant d’écrire\u00a0:", *listed])


def contestable(reply: Reply, turn: int, index: int) -> Reply:
    """A desk's reply, with a way to say that candidate ``index`` of the turn is the wrong one."""
    wrong = button("Ce n’est pas le bon guichet", choices.useful(turn, index, helped=False))
    return replace(reply, buttons=(wrong,))


def desk_after_misses(found: Desk) -> Reply:
    """The desk that is shown after several replies that did not help."""
    lead = "Je n’ai pas la bonne réponse\u00a0: ce guichet pourra vous aider."
    return replace(desk(found, intro=lead), buttons=(_other_desks(),))


def desk_of_people(found: Desk) -> Reply:
    """The desk behind a reply, for somebody who asked for people below it."""
    lead = "Voici à qui écrire\u00a0: des personnes vous répondront."
    return replace(desk(found, intro=lead), buttons=(_other_desks(),))


def chosen_desk(found: Desk) -> Reply:
    """A desk that somebody chose among all: what it takes, and how to reach it."""
    return replace(desk(found, intro=found.takes), buttons=(_other_desks(),))


def _other_desks() -> Button:
    return button("Voir tous les guichets", choices.DESKS)


def address(found: Desk) -> str:
    """A desk's e-mail address and, where it has one, its phone number, on a line each."""
    lines = [f"Courriel\u00a0: {found.email}"]
    if found.phone:
        lines.append(f"Téléphone\u00a0: {found.phone}")
    return "\n".join(lines)


def suggestions(
    turn: int,
    offered: Sequence[tuple[int, str]],
    *,
    again: bool = False,
    short: bool = False,
    more: bool = False,
    people: Button | None = None,
) -> Reply:
    """Up to three guesses to choose from, and the way to a person.

    Args:
        turn: the turn's number.
        offered: candidate index and label of each guess.
        again: whether an earlier reply did not help.
        short: whether to use few words, as in a group.
        more: whether a definition was shown above, so that the guesses lead on from it.
        people: the button to the right desk, when it is known.
    """
    lead = MORE if more else OTHER_LEADS if again else IN_SHORT if short else UNSURE
    buttons = [button(label, choices.candidate(turn, index)) for index, label in offered]
    none = button("Aucune de ces propositions", choices.none(turn))
    return say(lead, *buttons, none, people or to_somebody(choices.people(turn)))


def desk_label(found: Desk) -> str:
    """The label of the button that leads to a desk."""
    return f"{WRITE_TO}{found.name}"


def out_of_scope(family: Outside | None) -> Reply:
    """Decline a message: with its family's reply, or without a family by asking for a question."""
    if family is None:
        return say(
            "Je n’ai pas trouvé de question dans votre message. "
            "Pouvez-vous l’écrire en une phrase\u00a0?"
        )
    return say(family.reply)


def out_of_scope_in_short(family: Outside | None) -> Reply:
    """A family's reply for a group: its first sentence, and those that name a contact."""
    if family is None:
        return say("Quelle est votre question\u00a0?")
    first, *others = _SENTENCE_END.split(family.reply)
    return say(" ".join([first, *(text for text in others if _TELLS_WHERE.search(text))]))


def empty_message() -> Reply:
    """Tell somebody that their message is empty."""
    return say(
        "Votre message est vide. Écrivez votre question en une ou deux phrases, s’il vous plaît.",
        to_somebody(),
    )


def unclear_choice() -> Reply:
    """A "yes" or a number that chooses nothing that was offered."""
    return say(
        "Je ne vois pas à quoi cela répond. Choisissez parmi ce qui vous est proposé, ou écrivez "
        "votre question en une phrase.",
        to_somebody(),
    )


def thanks() -> Reply:
    """Thank somebody who said that the answer helped."""
    said = "Merci pour votre retour. N’hésitez pas si vous avez une autre question."
    return say(said, to_somebody())


def stale_button() -> Reply:
    """Tell somebody that the button pressed belongs to a message that is no longer kept."""
    return say(
        "Ce bouton n’est plus valable. Posez de nouveau votre question, s’il vous plaît.",
        to_somebody(),
    )


def join_replies(first: Reply, second: Reply) -> Reply:
    """Put the replies to two questions of one message together; buttons say 1. or 2. in front."""
    heading = block(SECOND_QUESTION, strong=True)
    buttons = [
        replace(found, label=f"{number}. {found.label}")
        for number, reply in enumerate((first, second), 1)
        for found in reply.buttons
    ]
    return Reply(
        (*first.paragraphs, heading, *second.paragraphs),
        tuple(buttons),
        first.private,
        (*first.contacts, *second.contacts),
    )


def in_english(reply: Reply, hint: str) -> Reply:
    """Put a line in English above ``reply``."""
    return replace(reply, paragraphs=(english(hint), *reply.paragraphs))


def english(hint: str) -> Paragraph:
    """A paragraph in English, without the non-breaking spaces of French."""
    return replace(block(""), text=hint)


ENGLISH: dict[Action, str] = {
    "answer": "Answers are in French. This is the one that fits your question best.",
    "route": f"Answers are in French. {WAY.hint}, send /human.",
    "clarify": "Answers are in French. Is your question one of these?",
    "unanswered": f"There is no published answer to this question. {WAY.hint}, send /human.",
    "decline": f"Answers are in French. {WAY.hint}, send /human.",
}
"""Action -> the line above the reply, for somebody who wrote in English."""


def english_desk(found: Desk) -> str:
    """The line in English above a desk's reply."""
    return f"Answers are in French. For this question, please write to {found.name}: {found.email}"
