from __future__ import annotations

import json

from bot.analytics.proposals.findings import Findings, Gate
from bot.analytics.proposals.flips import Flip, Replay
from bot.analytics.proposals.objections import Objection

FLIP = Flip(3, "gained", "clarify", "answer entry:a", "mended", ((0, 4),))
REPLAY = Replay(10, 2, 1, {"gained": 1, "lost": 0, "other": 0}, 1, (FLIP,))
FOUND = Findings(
    quick=False,
    base="b",
    objections=(Objection("question 1", "non", "a"),),
    notes=("à savoir",),
    gate=Gate(5, 0.1, -0.2, 0.3),
    replay=REPLAY,
)


def test_what_was_found_comes_back_from_json() -> None:
    for found in (FOUND, Findings(quick=True, base="b")):
        assert Findings.from_dict(json.loads(json.dumps(found.to_dict()))) == found


def test_what_was_not_replayed_breaks_nothing() -> None:
    assert (FOUND.broken_count, Findings(quick=True, base="b").broken_count) == (1, 0)
