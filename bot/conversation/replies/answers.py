"""What is said to a question: an answer, a desk, suggestions, or that it is not for us."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.conversation import choices
from bot.conversation.messages import Reply
from bot.conversation.replies.parts import block, button, say, titled_reply, to_somebody
from bot.conversation.replies.source import source

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
MORE = "Voulez-vous en savoir plus\u00a0?"

_SENTENCE_END = re.compile(r"(?<=[.!?…])\s+(?=[^\W\d_])")
_TELLS_WHERE = re.compile(r"\d|\w\.\w|@")
"""A number to call, a site or an address."""


def answer(entry: FaqEntry, base: KnowledgeBase) -> Reply:
    """A curated answer and where it comes from."""
    return titled_reply(entry.title, entry.answer, source(entry, base.about, base.desks))


def with_desk_beside(reply: Reply, turn: int, index: int, found: Desk) -> Reply:
    """An answer, with the desk that may be meant as well: candidate ``index`` of the turn."""
    line = block(f"Ce guichet peut aussi vous aider\u00a0: {found.name}.")
    offered = button(desk_label(found), choices.candidate(turn, index))
    buttons = (*reply.buttons[:-1], offered, *reply.buttons[-1:])
    return replace(reply, paragraphs=(*reply.paragraphs, line), buttons=buttons)


def was_it_useful(reply: Reply, turn: int, index: int, *, asked: bool = True) -> Reply:
    """The same reply, asking whether candidate ``index`` of the turn helped.

    Args:
        reply: what is shown.
        turn: the turn's number.
        index: which of its candidates is shown.
        asked: whether the question is spelt out; the buttons alone do where space is short.
    """
    question = (block(USEFUL),) if asked else ()
    return Reply((*reply.paragraphs, *question), _useful(turn, index))


def _useful(turn: int, index: int) -> tuple[Button, ...]:
    return (
        button("👍 Oui, merci", choices.useful(turn, index, helped=True)),
        button("👎 Non, pas vraiment", choices.useful(turn, index, helped=False)),
        to_somebody(choices.human(turn, index)),
    )


def desk(found: Desk, *, intro: str = "", contact: str = "", emergency: str = "") -> Reply:
    """Where to write, and what to put in the message.

    Args:
        found: who takes it.
        intro: said instead of the usual words.
        contact: the published answer that gives this contact; the address is added when it
            holds another.
        emergency: whom to call rather than wait for a letter's answer.
    """
    lead = intro or "Votre demande relève d’un guichet de support, qui pourra la traiter."
    reached = "" if found.email in contact else address(found)
    return titled_reply(found.name, lead, contact, reached, found.guidance, emergency)


def contestable(reply: Reply, turn: int, index: int) -> Reply:
    """A desk's reply, with a way to say that candidate ``index`` of the turn is the wrong one."""
    wrong = button("Ce n’est pas le bon guichet", choices.useful(turn, index, helped=False))
    return replace(reply, buttons=(wrong,))


def desk_after_misses(found: Desk) -> Reply:
    """Nothing helped: the desk that can take it from here."""
    lead = "Je n’ai pas la bonne réponse\u00a0: ce guichet pourra vous aider."
    return replace(desk(found, intro=lead), buttons=(_other_desks(),))


def desk_of_people(found: Desk) -> Reply:
    """The people who take what was asked about."""
    lead = "Voici à qui écrire\u00a0: des personnes vous répondront."
    return replace(desk(found, intro=lead), buttons=(_other_desks(),))


def _other_desks() -> Button:
    return button("Voir tous les guichets", choices.DESKS)


def address(found: Desk) -> str:
    """How a desk is reached."""
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
        again: whether something was shown before.
        short: whether few words must do.
        more: whether what they ask was said above, and this is what goes on from there.
        people: leads to the right people, when they are known.
    """
    lead = MORE if more else OTHER_LEADS if again else IN_SHORT if short else UNSURE
    buttons = [button(label, choices.candidate(turn, index)) for index, label in offered]
    none = button("Aucune de ces propositions", choices.none(turn))
    return say(lead, *buttons, none, people or to_somebody(choices.people(turn)))


def desk_label(found: Desk) -> str:
    """A desk as a button."""
    return f"Écrire à\u00a0: {found.name}"


def out_of_scope(family: Outside | None) -> Reply:
    """Not for us: the family's own reply, or a plain one."""
    if family is None:
        return say(
            "Je n’ai pas trouvé de question dans votre message. "
            "Pouvez-vous l’écrire en une phrase\u00a0?"
        )
    return say(family.reply)


def out_of_scope_in_short(family: Outside | None) -> Reply:
    """The same in few words: the first sentence, and those that tell where to turn to."""
    if family is None:
        return say("Quelle est votre question\u00a0?")
    first, *others = _SENTENCE_END.split(family.reply)
    return say(" ".join([first, *(text for text in others if _TELLS_WHERE.search(text))]))


def empty_message() -> Reply:
    """The message is empty."""
    return say(
        "Votre message est vide. Écrivez votre question en une ou deux phrases, s’il vous plaît.",
        to_somebody(),
    )


def thanks() -> Reply:
    """The answer helped."""
    said = "Merci pour votre retour. N’hésitez pas si vous avez une autre question."
    return say(said, to_somebody())


def stale_button() -> Reply:
    """The button belongs to a message that is no longer known."""
    return say(
        "Ce bouton n’est plus valable. Posez de nouveau votre question, s’il vous plaît.",
        to_somebody(),
    )


def join_replies(first: Reply, second: Reply) -> Reply:
    """The replies to two questions of one message; each button says which one it is for."""
    heading = block(SECOND_QUESTION, strong=True)
    buttons = [
        replace(found, label=f"{number}. {found.label}")
        for number, reply in enumerate((first, second), 1)
        for found in reply.buttons
    ]
    return Reply((*first.paragraphs, heading, *second.paragraphs), tuple(buttons), first.private)


def in_english(reply: Reply, hint: str) -> Reply:
    """The same reply below a line in English."""
    return replace(reply, paragraphs=(english(hint), *reply.paragraphs))


def english(hint: str) -> Paragraph:
    """A line in English; French spaces have no business in it."""
    return replace(block(""), text=hint)


ENGLISH: dict[Action, str] = {
    "answer": "Answers are in French. This is the one that fits your question best.",
    "route": "Answers are in French. To reach a person, send /human.",
    "clarify": "Answers are in French. Is your question one of these?",
    "unanswered": "There is no published answer to this question. To reach a person, send /human.",
    "decline": "Answers are in French. To reach a person, send /human.",
}
"""What is said first to somebody who wrote in English."""


def english_desk(found: Desk) -> str:
    """Whom to write to."""
    return f"Answers are in French. For this question, please write to {found.name}: {found.email}"
