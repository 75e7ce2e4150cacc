"""How far a check is, and how long it may still take."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

STAGES: Mapping[str, tuple[float, float]] = {
    "content": (0.0, 0.03),
    "training": (0.03, 0.08),
    "cross-validation": (0.08, 0.80),
    "fit": (0.80, 0.90),
    "replay": (0.90, 1.0),
}
"""Each stage with the shares of the whole at which it begins and ends, as measured."""

_SURE = 0.05
"""Below this share nothing is said of the time left."""


class Progress(NamedTuple):
    """How far a check is.

    Attributes:
        stage: what is being done.
        share: of the whole (0 to 1).
        elapsed: seconds since it began.
        left: seconds that it may still take; None: too early to say.
    """

    stage: str
    share: float
    elapsed: float
    left: float | None


def progress_of(check: Mapping[str, Any], now: datetime) -> Progress:
    """How far the check is that has said ``check`` last."""
    stage = str(check.get("stage", "content"))
    begin, end = STAGES.get(stage, (0.0, 1.0))
    done = float(check.get("done", 0)) / max(float(check.get("total", 1)), 1.0)
    share = begin + (end - begin) * min(done, 1.0)
    started = check.get("started")
    elapsed = (now - datetime.fromisoformat(started)).total_seconds() if started else 0.0
    left = elapsed * (1 - share) / share if share > _SURE else None
    return Progress(stage, share, elapsed, left)
