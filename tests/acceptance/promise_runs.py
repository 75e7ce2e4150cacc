"""How often the promise is called broken or proven, and whether the audits are drawn fairly.

Run by hand: ``python -m tests.acceptance.promise_runs``; exits 1 when a share is out of bounds.
"""

from __future__ import annotations

import sys
from random import Random

from scipy.stats import chi2_contingency

from bot.analytics.drawing import is_drawn
from bot.analytics.evidence import BETTER, WORSE, weigh
from bot.ops.settings import Settings

RUNS, LABELS = 2_000, 1_000
THRESHOLD = 20.0
"""Both processes share a chance of 0.10."""

TURNS, RATE = 20_000, 0.1


def share(target: float, true: float, rates: tuple[float, ...], labels: int, dice: Random) -> float:
    """The share of runs whose evidence passes the threshold within so many labels."""
    passed = 0
    for _ in range(RUNS):
        judged = (dice.random() < true for _ in range(labels))
        passed += weigh(judged, target, rates).highest >= THRESHOLD
    return passed / RUNS


def main() -> int:
    target, faults = Settings.model_fields["target_answer"].default, []
    for seed in (1, 2, 3):
        dice = Random(seed)
        broken = share(target, target, WORSE, LABELS, dice)
        caught = share(target, 2 * target, WORSE, 500, dice)
        proven = share(target, 0.4 * target, BETTER, 600, dice)
        print(
            f"target {target}, seed {seed}: kept and called broken {broken:.3f}, twice the target "
            f"caught {caught:.3f}, at 0.4 of it proven {proven:.3f}"
        )
        if broken > 0.10 or caught < 0.95 or proven < 0.90:
            faults.append(f"seed {seed}")
        key = dice.randbytes(32)
        drawn = [is_drawn(key, turn, RATE) for turn in range(TURNS)]
        again = [is_drawn(key, turn, RATE) for turn in range(TURNS)]
        clicks = [dice.random() < 0.3 for _ in range(TURNS)]
        table = [
            [
                sum(d == one and c == two for d, c in zip(drawn, clicks, strict=True))
                for two in (0, 1)
            ]
            for one in (0, 1)
        ]
        chance = float(chi2_contingency(table).pvalue)
        rate = sum(drawn) / TURNS
        print(f"  drawn {rate:.4f} of {RATE}; with clicks: p = {chance:.2f}")
        if drawn != again or abs(rate - RATE) > RATE / 10 or chance <= 0.01:
            faults.append(f"draw of seed {seed}")
    print("\n".join(faults) or "all as it should be")
    return int(bool(faults))


if __name__ == "__main__":
    sys.exit(main())
