"""The queue of what is to be reviewed as lines for a terminal, in French."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kb.wording import count_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.analytics.review_groups import ReviewGroup
    from bot.store.review_items import Reason
    from kb.entries import KnowledgeBase

SHOWN, EXAMPLES = 30, 3
NEAREST = 3
NOTHING = "Aucune question sans réponse dans le journal."

WHY: dict[Reason, str] = {
    "unanswered": "sans réponse",
    "declined": "écartée",
    "refused": "réponse refusée",
    "none": "aucune proposition ne convenait",
    "abandoned": "choix abandonné",
    "ticket": "réponse manquante au guichet",
    "audit": "fausse au contrôle",
}
"""What each reason is called."""


def render_gaps(groups: Sequence[ReviewGroup], size: tuple[int, int], base: KnowledgeBase) -> str:
    """The groups as lines, in French.

    Args:
        groups: the first ones.
        size: how many groups and messages there are in all.
        base: tells the titles of entries.
    """
    if not groups:
        return NOTHING
    number, messages = size
    lines = [f"{count_of(messages, 'message')} à revoir, en {count_of(number, 'groupe')} :"]
    for place, group in enumerate(groups, 1):
        lines += ["", *_group_lines(place, group, base)]
    if number > len(groups):
        lines += ["", f"et {count_of(number - len(groups), 'groupe')} de plus."]
    lines += ["", "Pour répondre : aiguilleur kb new, ou ajoutez ces questions à la fiche proche."]
    return "\n".join(lines)


def _group_lines(place: int, group: ReviewGroup, base: KnowledgeBase) -> list[str]:
    reasons = ", ".join(f"{WHY[why]} : {n}" for why, n in group.reasons.most_common())
    near = nearest_entries(group, base)
    return [
        f"{place}. {count_of(group.line.people, 'personne')} ({reasons})",
        *(f"   [{w.item.turn}] « {w.item.text} »" for w in group.wordings[:EXAMPLES]),
        *(f"   proche : {name}, {base.entries[name].title}" for name in near),
        *([] if near else ["   aucune fiche proche"]),
    ]


def nearest_entries(group: ReviewGroup, base: KnowledgeBase) -> list[str]:
    """Ids of the entries that the model held nearest to a group, as far as there still are any."""
    held = [found for kind, found, _ in group.item.candidates if kind == "faq"]
    return [name for name in held if name in base.entries][:NEAREST]
