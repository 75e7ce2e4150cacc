"""One question on the command line: the reply as text, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot import replies

if TYPE_CHECKING:
    from bot.messages import Reply
    from classifier.artifact import Served
    from classifier.decision import Decision, Target
    from kb.entries import KnowledgeBase

MAX_RUNNERS_UP = 5


def reply_text(decision: Decision, base: KnowledgeBase) -> str:
    """What a person would read, without buttons (French)."""
    if decision.action == "clarify":
        lines = [f"- {replies.french(_label(target, base))}" for target in decision.suggestions]
        return "\n".join([replies.UNSURE, *lines])
    return _reply(decision, base).text


def _reply(decision: Decision, base: KnowledgeBase) -> Reply:
    target = decision.target
    if target and target.kind == "desk":
        return replies.desk(base.desks[target.id])
    if target and target.kind == "faq":
        return replies.answer(base.entries[target.id], base.about)
    return replies.declined(base.outside.get(target.id) if target else None)


def _label(target: Target, base: KnowledgeBase) -> str:
    if target.kind == "desk":
        return replies.desk_label(base.desks[target.id])
    return base.entries[target.id].title


def why(decision: Decision, served: Served) -> str:
    """The action, its confidence and the runners-up with their scores (English)."""
    lines = [f"action: {decision.action} (confidence {decision.confidence:.2f})"]
    if decision.target:
        lines.append(f"target: {decision.target.kind} {decision.target.id}")
    lines.append("candidates:")
    for candidate in decision.candidates[:MAX_RUNNERS_UP]:
        kind, name = candidate.target
        lines.append(f"  {candidate.score:6.3f}  {kind:4} {name}")
    lines.append(f"model: {served.triage.fingerprint}")
    return "\n".join(lines)
