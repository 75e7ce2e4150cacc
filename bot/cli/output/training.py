"""Training as a command runs it: progress on stderr, figures as lines. Imports scikit-learn."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from bot.cli.output.model_card import align_figures, figure_lines
from bot.cli.output.progress import Telling
from bot.service.served_model import apply_costs, promise_targets
from classifier.evaluation.figures import by_manner, decision_figures, ranking_figures
from classifier.evaluation.gate import outcomes
from classifier.evaluation.judging import read_labelled
from classifier.evaluation.typing_noise import damage_examples, survival
from classifier.release import NewModel, compare_with_last
from classifier.serving import artifact
from classifier.serving.ranker import Ranker
from classifier.serving.triage import Policy, Triage
from classifier.training import saving
from classifier.training.certify import SPLITS, broken_promises, risk_coverage
from classifier.training.examples import examples
from classifier.training.folds import cross_validate, rank_damaged
from classifier.training.pipeline import Recipe
from classifier.training.promise import Targets, promise
from classifier.training.train import train
from kb.loader import load

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from bot.ops.settings import Settings
    from classifier.training.examples import Examples
    from classifier.training.promise import Promise
    from classifier.training.train import TriageModel
    from kb.entries import KnowledgeBase


def train_and_save(
    settings: Settings, seed: int, labelled: Path | None = None, *, force: bool = False
) -> list[str]:
    """Train the model of ``settings.kb_dir``, save it, and say what came out.

    Without ``force``, a model that is worse than the last one beyond chance is not saved: on the
    questions that both knowledge bases hold and, when given, on the ``labelled`` messages.

    Raises:
        ContentError: the knowledge base cannot be served.
        TrainingError: it holds too little to learn from.
        ArtifactError: the model cannot be written.
        LabelError: ``labelled`` cannot be read.
        WorseModelError: the last model is better.
    """
    started = time.perf_counter()
    base = load(settings.kb_dir)
    folder = artifact.model_folder(settings.data_dir, base.fingerprint)
    saving.check_writable(folder)
    questions = read_labelled(labelled) if labelled else []
    with Telling() as tell:
        model = train(base, seed, policy=apply_costs(Policy(), settings), progress=tell)
    found = examples(base, seed)
    model, figures = _certify_model(settings, found, model)
    ranked = outcomes(found, model.held_out)
    new = NewModel(base, _triage(model, base.courtesy), ranked)
    compared = compare_with_last(settings.data_dir, new, questions, seed, force=force)
    name = saving.save(model, base, folder, figures, ranked)
    size = sum((folder / file).stat().st_size for file in artifact.SERVED) / 1e6
    return [
        f"model {name} of {settings.kb_dir}",
        f"{_content_summary(base)}; {size:.1f} MB served, "
        f"trained in {time.perf_counter() - started:.0f} s",
        *compared,
        *figure_lines(figures),
    ]


def _certify_model(
    settings: Settings, found: Examples, model: TriageModel
) -> tuple[TriageModel, dict[str, Any]]:
    """The model with its certified thresholds, and the figures of its passport."""
    asked = promise_targets(settings)
    kept = promise(found, model.held_out, model.calibration, Targets(**asked), model.seed)
    model = replace(model, policy=kept.apply_to(model.policy))
    return model, {
        "targets": asked,
        "cross_validation": _figures(found, model),
        "promise": _promise_figures(kept, model.seed),
    }


def _promise_figures(kept: Promise, seed: int) -> dict[str, Any]:
    data: dict[str, Any] = {"suggest_from": kept.suggest_from, "suggested": kept.suggested}
    for name, kind, held in (("answer", "faq", kept.answer), ("route", "desk", kept.route)):
        broken = broken_promises(*kept.replies[kind], held.target, held.confidence, seed)
        data[name] = {
            **held.to_dict(),
            "broken_of_splits": {"certified": broken[0], "naive": broken[1], "splits": SPLITS},
            "risk_coverage": risk_coverage(*kept.replies[kind]),
        }
    return data


def cross_validation_lines(settings: Settings, seed: int) -> list[str]:
    """Cross-validate by leaving one manner of asking out at a time: the sternest estimate.

    Raises:
        ContentError: the knowledge base cannot be served.
    """
    found = examples(load(settings.kb_dir), seed)
    with Telling() as tell:
        held_out = cross_validate(found, Recipe(), found.manners, seed, tell)
    return [
        "cross-validation, one manner of asking left out at a time (%):",
        *align_figures(ranking_figures(found, held_out)),
        "faq_top1 by the manner left out (%):",
        *align_figures(by_manner(found, held_out)),
    ]


def damage_lines(settings: Settings, seed: int) -> list[str]:
    """How much of the ranking survives lost accents, capitals and typing errors.

    Raises:
        ContentError: the knowledge base cannot be served.
    """
    found = examples(load(settings.kb_dir), seed)
    with Telling() as tell:
        first = rank_damaged(found, damage_examples(found, seed), Recipe(), tell)
    rows = survival(found, first).items()
    return [
        "damaged messages, cross-validated (%):    faq_top1   same first target",
        *[f"  {name:36} {top1:9}   {kept:9}" for name, (top1, kept) in rows],
    ]


def _figures(found: Examples, model: TriageModel) -> dict[str, float]:
    return {
        **ranking_figures(found, model.held_out),
        **decision_figures(found, model.held_out, model.calibration, _triage(model)),
    }


def _triage(model: TriageModel, courtesy: Collection[str] = ()) -> Triage:
    return Triage(Ranker(model.compiled), model.calibration, model.policy, "", courtesy)


def _content_summary(base: KnowledgeBase) -> str:
    questions = sum(
        len(item.questions)
        for group in (base.published, base.desks, base.outside)
        for item in group.values()
    )
    return (
        f"{len(base.published)} entries, {len(base.desks)} desks, "
        f"{len(base.outside)} outside families, {questions} questions"
    )
