"""What a message means after what was said just before it, in a chat with one person.

"et le prix ?" says little alone. A short message that is unsure alone is also read together
with the last one, and messages that were waiting together are also read as one. Such a reading
wins where it is sure, by the same thresholds as any message, and alone is not. Where it is not
sure either, its likeliest target joins the suggestions; none of the first two is lost.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from bot.conversation.language import wants_person
from bot.conversation.typed_choices import read_typed_choice
from classifier.decision import MAX_SUGGESTIONS

if TYPE_CHECKING:
    from bot.conversation.messages import Incoming
    from bot.conversation.ports import Decider, Recall
    from classifier.decision import Decision

MAX_READ = 10_000
"""Characters of a message that are thought about; the rest of a longer one is not."""

RECENT = timedelta(minutes=10)
"""A message before this is not what a person goes on from."""

LIKELY = 0.2
"""Least probability of what the last message adds to the suggestions."""

SHORT = 8
"""Words of a message that may lean on the one before; a longer one says what it is about."""


class Reading(NamedTuple):
    """How a message was read.

    Attributes:
        decision: what is done with it.
        is_piece: whether the reply comes under a later message, of which this one is a piece.
    """

    decision: Decision
    is_piece: bool = False


class NoRecall:
    """A ``Recall`` that remembers nothing."""

    async def last_message(self, _: Incoming) -> str:
        """Nothing."""
        return ""


class FollowUps:
    """Reads messages, alone and with what stands around them.

    Args:
        brain: decides.
        recall: knows what was said before.
    """

    def __init__(self, brain: Decider, recall: Recall) -> None:
        self._brain = brain
        self._recall = recall

    async def read(self, incoming: Incoming) -> Reading:
        """The surest reading of a message with words; alone, unless that is unsure."""
        alone = await self._decide(incoming.text)
        if incoming.group or not _may_lean(incoming.text, alone):
            return Reading(alone)
        whole = await self._read_pieces(incoming)
        if whole is not None:
            return Reading(whole, incoming.text_number < len(incoming.pieces) - 1)
        return Reading(await self._after_last(incoming, alone))

    async def _read_pieces(self, incoming: Incoming) -> Decision | None:
        """The messages that waited together as one, if that is sure and none of them is."""
        pieces = incoming.pieces
        if len(pieces) < 2:  # noqa: PLR2004 - one is no more than itself
            return None
        if not all([_may_lean(piece, await self._decide(piece)) for piece in pieces]):
            return None
        whole = await self._decide("\n".join(pieces))
        return whole if _is_sure(whole) else None

    async def _after_last(self, incoming: Incoming, alone: Decision) -> Decision:
        """The decision on a short message that is unsure alone, with the last one in mind."""
        if len(incoming.text.split()) > SHORT:
            return alone
        last = await self._recall.last_message(incoming)
        if not last:
            return alone
        together = await self._decide(f"{last}\n{incoming.text}")
        if not _is_sure(together) and together.action != "clarify":
            return alone
        return _surer(alone, together, await self._decide(last))

    async def _decide(self, text: str) -> Decision:
        return await self._brain.decide(text.lstrip()[:MAX_READ])


def _surer(alone: Decision, together: Decision, before: Decision) -> Decision:
    """The surer reading of a message, or what it may mean alone with one suggestion more.

    Args:
        alone: the decision on the message.
        together: on the last message and this one.
        before: on the last message. What it led to is no news: then the new words say nothing.
    """
    seen = before.target or before.candidates[0].target if before.candidates else before.target
    if _is_sure(together):
        meant = {candidate.target for candidate in alone.candidates}
        news = together.target in meant and together.target != before.target
        return together if news else alone
    fresh = next((found for found in together.candidates if found.target != seen), None)
    if fresh is None or fresh.score < LIKELY or fresh.target in alone.suggestions:
        return alone
    others = [found for found in alone.candidates if found.target != fresh.target]
    return replace(
        alone,
        action="clarify",
        suggestions=(fresh.target, *alone.suggestions)[:MAX_SUGGESTIONS],
        candidates=tuple(sorted((fresh, *others), key=lambda found: -found.score)),
        confidence=together.confidence,
    )


def _may_lean(text: str, decision: Decision) -> bool:
    """Whether a message is a question that is unsure alone."""
    unsure = decision.action in {"clarify", "unanswered"} and not decision.term
    return unsure and read_typed_choice(text) is None and not wants_person(text)


def _is_sure(decision: Decision) -> bool:
    return decision.action in {"answer", "route"} and decision.also is None
