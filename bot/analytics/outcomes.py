"""What became of an episode: nine classes, read from its facts whenever one looks.

Resolved is never one figure: it lies between what people confirmed and what they confirmed or
left unsaid. An episode is in the first class that fits it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias, get_args

from bot.analytics.episodes import BACK

if TYPE_CHECKING:
    from datetime import datetime

    from bot.store.facts import Episode

Outcome: TypeAlias = Literal[
    "transmis",
    "recontacté",
    "sans réponse",
    "refusé",
    "hors sujet",
    "trop tôt",
    "confirmé",
    "abandonné",
    "supposé",
]
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)
"""In the order in which they are tried."""

SETTLED = BACK
"""The age from which an episode cannot become "recontacté" any more."""

_HANDED_OVER = frozenset({"desks", "contacts"})
_CHOICE_OPEN = frozenset({"suggestions", "notice", "unknown"})


def classify(episode: Episode, now: datetime) -> Outcome:
    """The class of an episode, as it stands at ``now``."""
    refused = max(filter(None, [episode.no_at, episode.none_at]), default=None)
    confirmed = episode.yes_at is not None and (refused is None or episode.yes_at > refused)
    fits: dict[Outcome, bool] = {
        "transmis": bool(episode.ticket_id or episode.human_at or episode.shown in _HANDED_OVER),
        "recontacté": episode.back_at is not None,
        "sans réponse": episode.action == "unanswered",
        "refusé": refused is not None and not confirmed,
        "hors sujet": episode.action == "decline",
        "trop tôt": now - episode.last_at < SETTLED,
        "confirmé": confirmed,
        "abandonné": episode.shown in _CHOICE_OPEN,
        "supposé": True,
    }
    return next(outcome for outcome in OUTCOMES if fits[outcome])
