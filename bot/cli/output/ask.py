"""One question on the command line: the reply as text, and why."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from bot.cli.output.styles import TITLE, style_figures, style_reply
from bot.conversation import choices, replies
from bot.conversation.care import speaks_of_care
from bot.conversation.language import wants_person
from bot.conversation.presenter import Presenter
from bot.ops.errors import BotError

if TYPE_CHECKING:
    from bot.cli.output.styles import StyleOf
    from bot.conversation.messages import Reply
    from classifier.decision import Candidate, Decision, Target
    from classifier.serving.artifact import Served
    from classifier.serving.explain import Explanation, WordShare
    from kb.entries import KnowledgeBase

MAX_RUNNERS_UP = 5
MAX_WORDS = 8
"""Words shown on each side; the JSON form has them all."""


class EmptyQuestionError(BotError):
    """Nothing was asked."""

    def __init__(self) -> None:
        super().__init__('the question is empty: write one, such as aiguilleur ask "Où … ?"')


def check_question(text: str) -> str:
    """The question as it was given.

    Raises:
        EmptyQuestionError: it holds no sign that anybody sees.
    """
    if not any(character.isprintable() and not character.isspace() for character in text):
        raise EmptyQuestionError
    return text


def replies_to(decision: Decision, base: KnowledgeBase, *, urgent: bool = False) -> list[Reply]:
    """The reply, and that to a second question; see ``Presenter.reply_to_decision``."""
    decisions = [decision, *([decision.also] if decision.also else [])]
    presenter = Presenter(base)
    return [presenter.reply_to_decision(0, each, urgent=urgent) for each in decisions]


def reply_text(decision: Decision, base: KnowledgeBase, *, urgent: bool = False) -> str:
    """What a person would read, without buttons (French)."""
    shown = replies_to(decision, base, urgent=urgent)
    first, *others = [
        _single_reply_text(each, reply, base)
        for each, reply in zip((decision, decision.also), shown, strict=False)
        if each
    ]
    return "\n\n".join([first, *(f"{replies.SECOND_QUESTION}\n\n{other}" for other in others)])


def _single_reply_text(decision: Decision, reply: Reply, base: KnowledgeBase) -> str:
    # Whether it helped is asked of those who can press a button.
    said = "\n\n".join(p.text for p in reply.paragraphs if p.text != replies.USEFUL)
    if decision.action != "clarify":
        return "\n".join([said, *_desks_offered(reply, base)])
    pressed = ((button.label, choices.parse(button.data)) for button in reply.buttons)
    offered = [f"- {label}" for label, choice in pressed if choice and choice.kind == "candidate"]
    return "\n".join([said, *offered])


def _desks_offered(reply: Reply, base: KnowledgeBase) -> list[str]:
    """The desks that buttons lead to, with their addresses."""
    pressed = {button.data for button in reply.buttons}
    offered = [found for found in base.desks.values() if choices.desk(found.id) in pressed]
    return [f"- {found.name}\u00a0: {found.email}" for found in offered]


def why(decision: Decision, served: Served) -> str:
    """The action, its confidence and the runners-up with their scores (English)."""
    lines = [f"action: {decision.action} (confidence {decision.confidence:.2f})"]
    if decision.target:
        lines.append(f"target: {_with_title(decision.target, served.base)}")
    lines += [f"beside: desk {decision.beside.id}"] if decision.beside else []
    lines += [f"term: {decision.term}"] * bool(decision.term)
    lines.append("candidates:")
    for candidate in decision.candidates[:MAX_RUNNERS_UP]:
        lines.append(f"  {candidate.score:6.3f}  {_with_title(candidate.target, served.base, 4)}")
    lines.append(f"model: {served.triage.fingerprint}")
    return "\n".join(lines)


def _with_title(target: Target, base: KnowledgeBase, width: int = 0) -> str:
    kind, name = target
    entry, desk, family = base.find_entry(name), base.desks.get(name), base.outside.get(name)
    titles = {
        "faq": entry.title if entry else "",
        "desk": desk.name if desk else "",
        "outside": family.title if family else "",
    }
    title = titles.get(kind, "")
    return f"{kind:{width}} {name}" + (f"  {title}" if title else "")


def as_json(decision: Decision, served: Served, explanation: Explanation | None = None) -> str:
    """The decision as one line of JSON, with ``why`` when it is explained."""
    why_so = {"why": explanation.to_dict()} if explanation else {}
    return json.dumps({**decision.to_dict(served.base), **why_so})


def as_text(
    text: str, decision: Decision, served: Served, explanation: Explanation | None = None
) -> str:
    """The reply to ``text`` (French), then all of why (English) when it is explained."""
    said = _whole_reply(text, decision, served.base)
    if explanation is None:
        return said
    parts = [said, f"{why(decision, served)}\n{explanation_text(explanation)}"]
    if decision.also and explanation.also:
        second = f"{why(decision.also, served)}\n{explanation_text(explanation.also)}"
        parts.append(f"the second question\n{second}")
    return "\n\n".join(parts)


def style_of_answer(text: str, decision: Decision, base: KnowledgeBase) -> StyleOf:
    """The styles of what :func:`as_text` says."""
    of_reply = style_reply(*replies_to(decision, base, urgent=speaks_of_care(text)))

    def style_of(line: str) -> str:
        is_heading = line in {replies.SECOND_QUESTION, "the second question"}
        return of_reply(line) or (TITLE if is_heading else style_figures(line))

    return style_of


def _whole_reply(text: str, decision: Decision, base: KnowledgeBase) -> str:
    if wants_person(text):
        reply = Presenter(base).people()
        return "\n".join([reply.text, *_desks_offered(reply, base)])
    return reply_text(decision, base, urgent=speaks_of_care(text))


def explanation_text(explanation: Explanation) -> str:
    """What spoke for the choice and against it, and how near a direct reply was (English)."""
    chosen, runner_up = explanation.chosen, explanation.runner_up
    if chosen is None or runner_up is None:
        return "words: none, so nothing was compared"
    shares = explanation.strongest()
    costs = [f"{action} {cost:.2f}" for action, cost in explanation.costs.items()]
    lines = [
        f"compared: {_candidate_text(chosen)} with {_candidate_text(runner_up)}",
        f"words for the choice: {_shares([s for s in shares if s.contribution > 0])}",
        f"words for the runner-up: {_shares([s for s in shares if s.contribution < 0])}",
        f"before any word: {explanation.intercept:+.2f}; in all: {explanation.difference:+.2f}",
        f"unknown words: {', '.join(explanation.unknown) or 'none'}",
        *_direct_reply(explanation),
        *_not_done(explanation),
        f"expected costs: {', '.join(costs)}",
        *_set_aside(explanation),
    ]
    return "\n".join(lines)


def _not_done(explanation: Explanation) -> list[str]:
    barred = ", ".join(sorted(explanation.barred))
    return [f"not done with such a message, however sure: {barred}"] * bool(barred)


def _set_aside(explanation: Explanation) -> list[str]:
    parts = [f"{' '.join(part.text.split())} ({part.kind})" for part in explanation.aside]
    return [f"set aside: {', '.join(parts)}"] * bool(parts)


def _candidate_text(candidate: Candidate) -> str:
    (kind, name), probability = candidate
    return f"{kind} {name} ({probability:.2f})"


def _shares(shares: list[WordShare]) -> str:
    shown, rest = shares[:MAX_WORDS], shares[MAX_WORDS:]
    parts = [f"{share.word} {share.contribution:+.2f}" for share in shown]
    if rest:
        parts.append(f"{len(rest)} more {sum(share.contribution for share in rest):+.2f}")
    return ", ".join(parts) or "none"


def _direct_reply(explanation: Explanation) -> list[str]:
    least, distance = explanation.least, explanation.distance
    if least is None or distance is None:
        return []
    best = explanation.decision.candidates[0]
    side = "above" if distance >= 0 else "short"
    return [
        f"direct reply: needs {least:.2f}; {_candidate_text(best)} is {abs(distance):.2f} {side}"
    ]
