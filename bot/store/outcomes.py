"""What became of an episode: nine classes, read from its facts whenever one looks.

Resolved is never one figure: it lies between what people confirmed and what they confirmed or
left unsaid. An episode is in the first class that fits it.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Literal, TypeAlias, get_args

from sqlalchemy import and_, case, func, or_

from bot.store.fact_tables import episodes

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import ColumnElement

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

SETTLED = timedelta(days=7)
"""The age from which an episode cannot become "recontacté" any more."""

_HANDED_OVER = ("desks", "contacts")
_CHOICE_OPEN = ("suggestions", "notice", "unknown")


def outcome_at(now: datetime) -> ColumnElement[str]:
    """The class of a row of ``episodes``, as it stands at ``now``."""
    row = episodes.c
    refused_at = func.coalesce(_later(row.no_at, row.none_at), row.no_at, row.none_at)
    confirmed = and_(row.yes_at.is_not(None), or_(refused_at.is_(None), row.yes_at > refused_at))
    handed_over = or_(
        row.ticket_id.is_not(None), row.human_at.is_not(None), row.shown.in_(_HANDED_OVER)
    )
    fits: dict[Outcome, ColumnElement[bool]] = {
        "transmis": handed_over,
        "recontacté": row.back_at.is_not(None),
        "sans réponse": row.action == "unanswered",
        "refusé": and_(refused_at.is_not(None), ~confirmed),
        "hors sujet": row.action == "decline",
        "trop tôt": row.last_at > now - SETTLED,
        "confirmé": confirmed,
        "abandonné": row.shown.in_(_CHOICE_OPEN),
    }
    return case(*((fits[name], name) for name in OUTCOMES[:-1]), else_=OUTCOMES[-1])


def _later(one: ColumnElement[datetime], other: ColumnElement[datetime]) -> ColumnElement[datetime]:
    """The later of two moments; NULL when either is."""
    return case((one >= other, one), (other > one, other))
