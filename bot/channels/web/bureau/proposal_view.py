"""What the pages of proposals show of them: names instead of ids, words instead of places."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from bot.analytics.proposals.changes import Changes
from bot.analytics.proposals.objections import name_of
from bot.channels.web.bureau import proposal_texts

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from bot.analytics.proposals.changes import ChangeKind
    from bot.analytics.proposals.findings import Findings
    from bot.analytics.proposals.flips import Flip
    from bot.analytics.proposals.ports import ProposalOffice
    from bot.store.proposals import Proposal
    from kb.entries import KnowledgeBase


class ShownFlip(NamedTuple):
    """One reply that would change.

    Attributes:
        text: the message, masked; empty when its words are gone.
        before: what is replied now; ``after``: what would be.
        words: those that did it.
        judged: what people said of it; empty when nobody did.
        broken: whether something right would be right no more.
    """

    text: str
    before: str
    after: str
    words: tuple[str, ...]
    judged: str
    broken: bool


def headline_of(proposal: Proposal, base: KnowledgeBase) -> str:
    """What a proposal adds, in a line: the title or name of what gets it."""
    changes = Changes.from_dict(proposal.changes)
    named = changes.title if changes.kind == "entry" else name_of(changes.target, base)
    return named or proposal_texts.LIST["unnamed"]


def targets_of(kind: ChangeKind, base: KnowledgeBase) -> Mapping[str, str]:
    """What can get wordings of a kind: id -> name, by name."""
    found = {
        "wording": {key: entry.title for key, entry in base.published.items()},
        "desk": {key: desk.name for key, desk in base.desks.items()},
        "outside": {key: family.title for key, family in base.outside.items()},
    }.get(kind, {})
    return dict(sorted(found.items(), key=lambda pair: pair[1].casefold()))


async def flips_of(
    found: Findings, changes: Changes, base: KnowledgeBase, office: ProposalOffice
) -> list[ShownFlip]:
    """What a check found to change, with the words as far as they are kept.

    Args:
        found: the findings.
        changes: what was checked: a new entry is named before it is in the base.
        base: tells the other names.
        office: reads the words.
    """
    if found.replay is None:
        return []
    flips = found.replay.flips
    texts = await office.texts({flip.turn for flip in flips})
    named = {changes.owner: changes.title} if changes.kind == "entry" else {}
    name = lambda owner: named.get(owner) or name_of(owner, base)  # noqa: E731
    return [_show_flip(flip, texts.get(flip.turn, ""), name) for flip in flips]


def _show_flip(flip: Flip, text: str, name: Callable[[str], str]) -> ShownFlip:
    words = tuple(text[begin:end] for begin, end in flip.spans if text)
    judged = proposal_texts.JUDGED.get(flip.judged, "")
    before, after = _tell_reply(flip.before, name), _tell_reply(flip.after, name)
    return ShownFlip(text, before, after, words, judged, flip.judged == "broken")


def _tell_reply(reply: str, name: Callable[[str], str]) -> str:
    """A reply such as ``answer entry:slug`` in words."""
    action, _, target = reply.partition(" ")
    told = proposal_texts.ACTIONS.get(action, action)
    named = name(target.partition(":")[2]) if target else ""
    return f"{told}\u00a0: {named}" if named else told
