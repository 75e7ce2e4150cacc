"""Every sentence that a person reads in chat."""

from __future__ import annotations

import re
from math import ceil
from typing import TYPE_CHECKING

from bot import choices
from bot.messages import Button, Paragraph, Reply

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from classifier.decision import Target
    from classifier.explain import Explanation, WordShare
    from kb.entries import About, Desk, FaqEntry, KnowledgeBase, Outside, Term

_PLAIN_SPACE = re.compile(r"(?<=\S) (?=[?!:;»])|(?<=«) ")


def apology() -> Reply:
    """Something broke on our side while a message was being answered."""
    return _say(
        "Désolé, un incident technique m’empêche de vous répondre. "
        "Merci de renvoyer votre message dans quelques minutes."
    )


def text_only() -> Reply:
    """The message holds nothing that can be read: a photo, a voice message, a sticker."""
    return _say(
        "Merci, mais je ne sais lire que le texte. "
        "Pouvez-vous m’écrire votre question en quelques mots\u00a0?"
    )


def command_descriptions() -> list[tuple[str, str]]:
    """The commands of the menu and what each does, without the slash."""
    return [
        ("start", "Commencer"),
        ("aide", "Comment poser une question"),
        ("contacts", "À qui s’adresser"),
        ("lexique", "Ce que veut dire un sigle"),
    ]


def _say(text: str) -> Reply:
    return Reply((_block(text),))


def _block(text: str, *, strong: bool = False) -> Paragraph:
    return Paragraph(french(text), strong)


def _button(label: str, data: str) -> Button:
    return Button(french(label), data)


def french(text: str) -> str:
    """The text with the non-breaking spaces that an editor cannot be asked to type."""
    return _PLAIN_SPACE.sub("\u00a0", text)


def answer(entry: FaqEntry, about: About) -> Reply:
    """A curated answer and where it comes from."""
    return Reply((_block(entry.title, strong=True), _block(entry.answer), *_source(about)))


def was_it_useful(reply: Reply, turn: int, index: int) -> Reply:
    """The same reply, asking whether candidate ``index`` of the turn helped."""
    asked = _block("Cette réponse vous a-t-elle été utile\u00a0?")
    return Reply((*reply.paragraphs, asked), _useful(turn, index))


def _useful(turn: int, index: int) -> tuple[Button, ...]:
    return (
        _button("👍 Oui, merci", choices.useful(turn, index, helped=True)),
        _button("👎 Non, pas vraiment", choices.useful(turn, index, helped=False)),
    )


def _source(about: About) -> tuple[Paragraph, ...]:
    label = "\u00a0: ".join(part for part in (about.source_label, about.source_url) if part)
    return (_block(f"Source\u00a0: {label}"),) if label else ()


def desk(found: Desk, *, intro: str = "") -> Reply:
    """Where to write, and what to put in the message."""
    lead = intro or "Votre demande relève d’un guichet de support, qui pourra la traiter."
    return Reply(
        (
            _block(found.name, strong=True),
            _block(lead),
            _block(_address(found)),
            _block(found.guidance),
        )
    )


def desk_after_misses(found: Desk) -> Reply:
    """Nothing helped: the desk that can take it from here."""
    return desk(found, intro="Je n’ai pas la bonne réponse\u00a0: ce guichet pourra vous aider.")


def _address(found: Desk) -> str:
    lines = [f"Courriel\u00a0: {found.email}"]
    if found.phone:
        lines.append(f"Téléphone\u00a0: {found.phone}")
    return "\n".join(lines)


def contacts(desks: Iterable[Desk]) -> Reply:
    """Every desk, what it takes and where it is reached."""
    blocks = [_block(f"{d.name}\n{d.takes}\n{_address(d)}") for d in desks]
    return Reply((_block("Les guichets de support", strong=True), *blocks))


def all_contacts_after_misses(desks: Iterable[Desk]) -> Reply:
    """Nothing helped and no desk stands out."""
    lead = _block("Je n’ai pas trouvé de réponse. Ces guichets peuvent vous aider\u00a0:")
    return Reply((lead, *contacts(desks).paragraphs[1:]))


UNSURE = "Je ne suis pas certain d’avoir compris. Votre question porte-t-elle sur\u00a0:"
OTHER_LEADS = "Voici d’autres pistes. L’une d’elles répond-elle à votre question\u00a0?"


def suggestions(turn: int, offered: Sequence[tuple[int, str]], *, again: bool = False) -> Reply:
    """Up to three guesses to choose from; ``offered`` holds candidate index and label."""
    lead = OTHER_LEADS if again else UNSURE
    buttons = [_button(label, choices.candidate(turn, index)) for index, label in offered]
    return Reply(
        (_block(lead),), (*buttons, _button("Aucune de ces propositions", choices.none(turn)))
    )


def desk_label(found: Desk) -> str:
    """A desk as a button."""
    return f"Écrire à\u00a0: {found.name}"


def declined(family: Outside | None) -> Reply:
    """Not for us: the family's own reply, or a plain one."""
    if family is None:
        return _say(
            "Je n’ai pas trouvé de question dans votre message. "
            "Pouvez-vous l’écrire en une phrase\u00a0?"
        )
    return _say(family.reply)


def thanks() -> Reply:
    """The answer helped."""
    return _say("Merci pour votre retour. N’hésitez pas si vous avez une autre question.")


def stale() -> Reply:
    """The button belongs to a message that is no longer known."""
    return _say("Ce bouton n’est plus valable. Posez de nouveau votre question, s’il vous plaît.")


def welcome(about: About) -> Reply:
    """The first words."""
    return Reply(
        (
            _block(f"Bonjour, je suis {about.name}.", strong=True),
            _block(
                f"Je réponds aux questions adressées à {about.serves}, ou je vous indique le "
                "guichet de support compétent. Écrivez votre question avec vos mots."
            ),
            _block(
                "Vos messages sont conservés sous un pseudonyme, adresses et numéros masqués, "
                "pour améliorer les réponses. N’envoyez pas de données de patients."
            ),
            *_emergency(about),
        )
    )


def _emergency(about: About) -> tuple[Paragraph, ...]:
    return (_block(about.emergency),) if about.emergency else ()


def help_text(about: About) -> Reply:
    """How to ask, and the commands."""
    commands = "\n".join(f"/{name}\u00a0: {what}" for name, what in command_descriptions())
    return Reply(
        (
            _block("Comment poser une question", strong=True),
            _block(
                "Écrivez une question à la fois, en une ou deux phrases. "
                f"Je cherche la réponse de {about.serves} ou le bon guichet de support."
            ),
            _block(commands),
        )
    )


def lexicon_help(examples: Sequence[str]) -> Reply:
    """The lexicon was asked without a term."""
    shown = f" Par exemple\u00a0: /lexique {', '.join(examples)}" if examples else ""
    return _say(f"Indiquez un sigle après la commande.{shown}")


def lexicon_term(term: Term) -> Reply:
    """What a term of the field means."""
    heading = "\u00a0: ".join(part for part in (term.short, term.long) if part)
    also = f"On dit aussi\u00a0: {', '.join(term.synonyms)}." if term.synonyms else ""
    rest = tuple(_block(text) for text in (term.definition, also) if text)
    return Reply((_block(heading, strong=True), *rest))


def lexicon_unknown(asked: str, near: Sequence[str]) -> Reply:
    """The term is not in the lexicon."""
    guess = f" Vouliez-vous dire\u00a0: {', '.join(near)}\u00a0?" if near else ""
    return _say(f"Je n’ai pas «\u00a0{asked}\u00a0» dans le lexique.{guess}")


def unknown_command() -> Reply:
    """A command that we do not have."""
    return _say("Je ne connais pas cette commande. Envoyez /aide pour voir ce que je sais faire.")


MAX_CITED, MAX_CITED_CHARS = 3, 30
ROUNDING = 1e-6


def because(explanation: Explanation, base: KnowledgeBase) -> Reply:
    """Why a message was understood so, in two or three sentences."""
    chosen, runner_up = explanation.chosen, explanation.runner_up
    if chosen is None or runner_up is None:
        return declined(None)
    spoke = _that_weigh(explanation.strongest())
    reasons = _cited([share.word for share in spoke if share.contribution > 0])
    against = _cited([share.word for share in spoke if share.contribution < 0])
    other = f"à cause de {against}, j’ai aussi pensé à « {_title(runner_up.target, base)} »"
    unknown = _cited(explanation.unknown)
    doubts = [other] * bool(against) + [f"je n’ai jamais rencontré {unknown}"] * bool(unknown)
    lead = f"{_outcome(explanation, _title(chosen.target, base))}, "
    said = [lead + (f"surtout à cause de {reasons}" if reasons else "sans qu’un mot le désigne")]
    said += ["\u00a0; ".join(doubts)] * bool(doubts)
    sentences = [*said, _how_sure(explanation)]
    return _say(" ".join(f"{text[0].upper()}{text[1:]}." for text in sentences))


def _that_weigh(shares: Sequence[WordShare]) -> list[WordShare]:
    """Without the words that weigh less than a tenth of the heaviest one, which comes first."""
    return [s for s in shares if abs(s.contribution) > abs(shares[0].contribution) / 10]


def _cited(words: Sequence[str]) -> str:
    """Words between quotation marks, long ones cut; nothing when there is none."""
    short = [w if len(w) <= MAX_CITED_CHARS else f"{w[:MAX_CITED_CHARS]}…" for w in words]
    return ", ".join(f"« {word} »" for word in short[:MAX_CITED])


def _title(target: Target, base: KnowledgeBase) -> str:
    if target.kind == "desk":
        return base.desks[target.id].name
    return (base.entries if target.kind == "faq" else base.outside)[target.id].title


def _outcome(explanation: Explanation, title: str) -> str:
    decision = explanation.decision
    if decision.action == "decline" and decision.target is None:
        return f"je n’ai rien trouvé de plus proche que « {title} »"
    return {
        "answer": f"j’ai répondu par « {title} »",
        "route": f"je vous ai indiqué le guichet « {title} »",
        "clarify": f"j’ai hésité, en pensant d’abord à « {title} »",
        "decline": f"j’ai compris que vous parliez d’autre chose (« {title} »)",
    }[decision.action]


def _how_sure(explanation: Explanation) -> str:
    decision, least = explanation.decision, explanation.least
    if decision.action == "decline" or least is None:
        return f"j’en suis sûr à {decision.confidence * 100:.0f}\u00a0%"
    had = int(decision.candidates[0].score * 100 + ROUNDING)
    if decision.action == "clarify":
        needed = ceil(least * 100 - ROUNDING)
        return f"j’en étais sûr à {had}\u00a0%, il fallait {needed}\u00a0% pour répondre"
    return f"j’en suis sûr à {had}\u00a0%, il fallait {int(least * 100 + ROUNDING)}\u00a0%"
