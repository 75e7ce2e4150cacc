"""KnowledgeBase -> TriageModel with scikit-learn: calibrated, reproducible from a seed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from classifier.errors import TrainingError
from classifier.serving.desks import Desks
from classifier.serving.policy import Policy
from classifier.training.calibrate import calibrate
from classifier.training.examples import examples
from classifier.training.features import count
from classifier.training.folds import cross_validate
from classifier.training.pipeline import fit
from classifier.training.recipe import Recipe
from kb.learning import learning_fingerprint

if TYPE_CHECKING:
    from collections.abc import Callable

    from sklearn.pipeline import Pipeline

    from classifier.serving.calibration import (
        Calibration,
    )
    from classifier.serving.compiled import CompiledModel
    from classifier.training.examples import Examples
    from classifier.training.features import Counts
    from classifier.training.rankings import OutOfFold
    from kb.entries import KnowledgeBase


@dataclass(frozen=True, slots=True)
class TriageModel:
    """All that a training produced.

    Attributes:
        compiled: the arrays that serving reads.
        calibration: margins -> probabilities.
        policy: costs and thresholds.
        pipeline: the fitted scikit-learn pipeline that ``compiled`` was flattened from; None when
            an older training was calibrated anew.
        content: fingerprint of what it was trained on.
        seed: what the random parts were drawn from.
        held_out: rankings of every example by models that had not seen its manner of asking, and
            of entries' questions by models that had not seen their entry.
        desks: which desk takes over after which target.
    """

    compiled: CompiledModel
    calibration: Calibration
    policy: Policy
    pipeline: Pipeline | None
    content: str
    seed: int
    held_out: OutOfFold
    desks: Desks


def train(
    base: KnowledgeBase,
    seed: int = 0,
    recipe: Recipe | None = None,
    policy: Policy | None = None,
    progress: Callable[[str, int, int], None] | None = None,
) -> TriageModel:
    """Fit, calibrate and compile a model of ``base``.

    Args:
        base: the knowledge base; at least two targets with questions.
        seed: the same content and seed give the same model, to the byte.
        recipe: features and regularisation; the default suits a few dozen questions a target.
        policy: what mistakes cost.
        progress: called with ``(stage, done, total)``.

    Raises:
        TrainingError: fewer than two targets have questions, or no question can be tested.
    """
    tell = progress or (lambda _stage, _done, _total: None)
    recipe = recipe or Recipe()
    found = examples(base, seed)
    _require_choice(found)
    counts = count(found, recipe)
    desks = Desks.of(found.targets, base)
    held_out = _rank_held_out(found, recipe, seed, tell, counts)
    fitted = fit(found, recipe, counts, seed, jobs=-1)
    tell("fit", 1, 1)
    return TriageModel(
        compiled=fitted.compiled,
        calibration=calibrate(found, held_out, desks),
        policy=policy or Policy(),
        pipeline=fitted.pipeline,
        content=learning_fingerprint(base),
        seed=seed,
        held_out=held_out,
        desks=desks,
    )


def _require_choice(found: Examples) -> None:
    if len(found.targets) < 2:  # noqa: PLR2004 - a choice needs two
        raise TrainingError(
            "nothing to choose between: the knowledge base needs at least two entries with "
            "questions; add some and train again"
        )


def calibrate_again(
    base: KnowledgeBase,
    seed: int,
    policy: Policy,
    compiled: CompiledModel,
    held_out: OutOfFold,
) -> TriageModel:
    """A model of ``base`` from what an earlier training of the same questions kept.

    Args:
        base: the knowledge base.
        seed: of that training.
        policy: what mistakes cost.
        compiled: the arrays that it made.
        held_out: its rankings of what it had not seen.
    """
    found = examples(base, seed)
    desks = Desks.of(found.targets, base)
    return TriageModel(
        compiled=compiled,
        calibration=calibrate(found, held_out, desks),
        policy=policy,
        pipeline=None,
        content=learning_fingerprint(base),
        seed=seed,
        held_out=held_out,
        desks=desks,
    )


def _rank_held_out(
    found: Examples,
    recipe: Recipe,
    seed: int,
    tell: Callable[[str, int, int], None],
    counts: Counts,
) -> OutOfFold:
    """Leave one manner of asking out at a time; blocks of questions where there is but one."""
    try:
        return cross_validate(found, recipe, found.manners, seed, tell, counts=counts)
    except TrainingError:
        return cross_validate(found, recipe, found.blocks, seed, tell, counts=counts)
