"""Two questions in one message: how often both are answered, and how often wrongly.

    python -m tests.acceptance.two_questions

Pairs of questions of the knowledge base, with different targets, are written one after the
other; models that saw neither (nor their part of the manner) decide, by the calibration and the
thresholds of the model that is served. Every question alone shows how often a second reply is
given that nobody asked for. Takes a few minutes.
"""

from __future__ import annotations

import sys
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from bot.ops.settings import load_settings
from bot.service.served_model import load_or_train_model
from classifier.serving.ranker import Ranker
from classifier.serving.triage import Triage
from classifier.training.examples import examples
from classifier.training.pipeline import fit
from classifier.training.recipe import Recipe
from kb.loader import load
from tests.acceptance.harness import Run

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from classifier.training.examples import Examples

PAIRS = 400
"""Drawn from each fold."""

JOINTS = (" ", " Autre question : ", " Et aussi, ", "\n")


def fold_triage(found: Examples, served: Triage, rows: NDArray[np.intp]) -> Triage:
    """What decides as ``served`` does, but has learnt from ``rows`` alone."""
    taught = replace(found, texts=tuple(found.texts[n] for n in rows), labels=found.labels[rows])
    ranker = Ranker(fit(taught, Recipe()).compiled)
    return Triage(ranker, served.calibration, served.policy, "")


def pairs(found: Examples, rows: NDArray[np.intp], seed: int) -> Iterator[tuple[int, int, str]]:
    """Two example numbers and a message with both questions."""
    rng = np.random.default_rng(seed)
    for one, other in rng.choice(rows, (PAIRS, 2)).tolist():
        if found.labels[one] != found.labels[other]:
            first = found.texts[one].rstrip()
            ended = first if first[-1] in ".?!" else f"{first} ?"
            yield one, other, f"{ended}{rng.choice(JOINTS)}{found.texts[other]}"


def judged(found: Examples, triage: Triage, rows: NDArray[np.intp], seed: int) -> Counter[str]:
    """What became of the composed messages, and of every question alone."""
    seen: Counter[str] = Counter()
    for one, other, text in pairs(found, rows, seed):
        decision = triage.decide(text)
        seen["pairs"] += 1
        if decision.also:
            wanted = {found.targets[found.labels[n]] for n in (one, other)}
            right = [part.target in wanted for part in (decision, decision.also)]
            seen["shown"] += 1
            seen["both right"] += all(right)
            for part, good in zip((decision, decision.also), right, strict=True):
                seen[part.action] += 1
                seen[f"wrong {part.action}"] += not good
    for n in rows:
        seen["alone"] += 1
        seen["alone with two"] += triage.decide(found.texts[n]).also is not None
    return seen


def main() -> int:
    """Print the figures; exit code 1 when the promise does not hold on second questions."""
    run, settings = Run(), load_settings()
    found, served = examples(load(settings.kb_dir)), load_or_train_model(settings).triage
    inside = np.array([target.kind != "outside" for target in found.targets])[found.labels]
    seen: Counter[str] = Counter()
    for fold in np.unique(found.blocks[found.blocks >= 0]).tolist():
        triage = fold_triage(found, served, np.flatnonzero(found.blocks != fold))
        seen += judged(found, triage, np.flatnonzero((found.blocks == fold) & inside), fold)
    for name, whole in (("shown", "pairs"), ("both right", "pairs"), ("alone with two", "alone")):
        print(f"{name}: {seen[name]} of {seen[whole]} ({100 * seen[name] / seen[whole]:.2f} %)")
    for action, target in (("answer", settings.target_answer), ("route", settings.target_route)):
        share = 100 * seen[f"wrong {action}"] / max(seen[action], 1)
        run.at_most(f"wrong of {seen[action]} replies, {action}", share, 100 * target, " %")
    return int(not run.met)


if __name__ == "__main__":
    sys.exit(main())
