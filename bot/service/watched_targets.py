"""The error rates that the settings promise."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.ops.settings import Settings
    from bot.store.audits import Promised


def targets_of(settings: Settings) -> dict[Promised, float]:
    """The promised error rate of each kind of direct reply."""
    return {
        "answer": settings.target_answer,
        "route": settings.target_route,
        "decline": settings.target_decline,
    }
