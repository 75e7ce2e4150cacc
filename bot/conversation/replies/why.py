"""Why a message was understood so, for the person who wrote it."""

from __future__ import annotations

from dataclasses import replace
from math import ceil
from typing import TYPE_CHECKING

from bot.conversation.replies.answers import out_of_scope
from bot.conversation.replies.parts import block, one_line_quote, say, to_somebody
from classifier.text import LITTLE_WORDS, word_set

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.conversation.messages import Reply
    from classifier.decision import Target
    from classifier.serving.explain import Explanation, WordShare
    from kb.entries import KnowledgeBase

MAX_CITED, MAX_CITED_CHARS = 3, 30
MAX_MESSAGE = 120
"""Characters shown of the message that is explained."""

ROUNDING = 1e-6

_LITTLE = (
    LITTLE_WORDS["french"]
    | LITTLE_WORDS["english"]
    | word_set(
        "quels quelles lequel laquelle on a y ont suis es sommes etes sera serait avoir fait "
        "faire peuvent pouvez pouvons peux doit dois doivent lui eux elle elles me te m t s moi "
        "comme donc alors aussi tres plus moins tout tous toute toutes apres avant chez entre vers "
        "oui non ici bien voila puis or car sous nos quelqu il ya deja encore toujours plait"
    )
)
"""Words that count for the model, but tell a person nothing of why."""


def because(explanation: Explanation, base: KnowledgeBase) -> Reply:
    """Why a message was understood so, in two to four sentences."""
    chosen, runner_up = explanation.chosen, explanation.runner_up
    if chosen is None or runner_up is None:
        return out_of_scope(None)
    spoke = _heaviest_words(explanation.strongest())
    reasons = _quote_words([share.word for share in spoke if share.contribution > 0])
    against = _quote_words([share.word for share in spoke if share.contribution < 0])
    other = f"à cause de {against}, j’ai aussi pensé à « {_title(runner_up.target, base)} »"
    unknown = _quote_words(explanation.unknown)
    doubts = [other] * bool(against) + [f"je n’ai jamais rencontré {unknown}"] * bool(unknown)
    lead = f"{_outcome(explanation, _title(chosen.target, base))}, "
    said = [lead + (f"surtout à cause de {reasons}" if reasons else "sans qu’un mot le désigne")]
    said += ["\u00a0; ".join(doubts)] * bool(doubts)
    sentences = [*said, *_set_aside(explanation), _how_sure(explanation)]
    return say(" ".join(f"{text[0].upper()}{text[1:]}." for text in sentences))


def reasons_below_text(reasons: Reply, text: str) -> Reply:
    """The reasons, below the kept text that they were drawn from."""
    shown = block(f"Votre dernier message\u00a0: « {one_line_quote(text, MAX_MESSAGE)} »")
    how = block("J’explique d’après le texte conservé, où les données personnelles sont masquées.")
    return replace(reasons, paragraphs=(shown, *reasons.paragraphs, how), buttons=(to_somebody(),))


def reasons_for_contacts(reasons: Reply) -> Reply:
    """The reasons, when the contacts were given because they were asked for."""
    lead = block("Vous demandiez à parler à quelqu’un\u00a0: je vous ai donné les contacts.")
    return replace(reasons, paragraphs=(reasons.paragraphs[0], lead, reasons.paragraphs[-1]))


def nothing_to_explain() -> Reply:
    """No message of this chat is kept."""
    said = "Je n’ai pas de message à expliquer. Posez-moi d’abord une question."
    return say(said, to_somebody())


def missing_text() -> Reply:
    """The last message is kept without its text."""
    return say(
        "Le texte de votre dernier message n’est plus conservé\u00a0: je ne peux pas l’expliquer.",
        to_somebody(),
    )


def _heaviest_words(shares: Sequence[WordShare]) -> list[WordShare]:
    """The words that tell something, but for those below a tenth of the heaviest of them."""
    told = [share for share in shares if share.read not in _LITTLE]
    return [s for s in told if abs(s.contribution) > abs(told[0].contribution) / 10]


def _quote_words(words: Sequence[str]) -> str:
    """Words between quotation marks, long ones cut; nothing when there is none."""
    short = [w if len(w) <= MAX_CITED_CHARS else f"{w[:MAX_CITED_CHARS]}…" for w in words]
    return ", ".join(f"« {word} »" for word in short[:MAX_CITED])


def _set_aside(explanation: Explanation) -> list[str]:
    """That the courtesy of the message was no part of the decision, when there was any."""
    polite = _quote_words([" ".join(part.text.split()) for part in explanation.aside])
    said = f"j’ai laissé de côté {polite}, qui ne change rien à la question"
    return [said] * bool(polite)


def _title(target: Target, base: KnowledgeBase) -> str:
    if target.kind == "desk":
        return base.desks[target.id].name
    return (base.entries if target.kind == "faq" else base.outside)[target.id].title


def _outcome(explanation: Explanation, title: str) -> str:
    decision = explanation.decision
    if decision.action == "clarify" and decision.term:
        return f"j’ai donné la définition de « {decision.term} », en pensant à « {title} »"
    if decision.action == "decline" and decision.target is None:
        return f"je n’ai rien trouvé de plus proche que « {title} »"
    return {
        "answer": f"j’ai répondu par « {title} »",
        "route": f"je vous ai indiqué le guichet « {title} »",
        "clarify": f"j’ai hésité, en pensant d’abord à « {title} »",
        "unanswered": f"je n’ai trouvé aucune réponse publiée, le plus proche étant « {title} »",
        "decline": f"j’ai compris que vous parliez d’autre chose (« {title} »)",
    }[decision.action]


def _how_sure(explanation: Explanation) -> str:
    decision, least = explanation.decision, explanation.least
    if decision.action == "clarify" and decision.term:
        return "cette définition est celle du lexique"
    if decision.action == "decline" or least is None:
        return f"j’en suis sûr à {decision.confidence * 100:.0f}\u00a0%"
    had = int(decision.candidates[0].score * 100 + ROUNDING)
    if decision.action in {"clarify", "unanswered"}:
        needed = ceil(least * 100 - ROUNDING)
        return f"j’en étais sûr à {had}\u00a0%, il fallait {needed}\u00a0% pour répondre"
    return f"j’en suis sûr à {had}\u00a0%, il fallait {int(least * 100 + ROUNDING)}\u00a0%"
