"""Train, certify, compare, save: one call, and a value that says all that came out.

Whoever calls prints it. Where an earlier training of the same questions was kept, it can be
certified anew for other terms without fitting anything.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, NamedTuple

from classifier.errors import ArtifactError, WorseModelError
from classifier.evaluation.figures import decision_figures, ranking_figures
from classifier.evaluation.gate import compare, outcomes
from classifier.evaluation.judging import judge, read_labelled
from classifier.serving import artifact
from classifier.serving.desks import Desks
from classifier.serving.ranker import Ranker
from classifier.serving.terms import Terms, certified_for
from classifier.serving.triage import Triage
from classifier.training import saving
from classifier.training.examples import examples
from classifier.training.promise import Evidence, Targets, promise, promise_table
from classifier.training.shortcut import rehearse
from classifier.training.train import calibrate_again, train
from kb.learning import learning_fingerprint
from kb.loader import load

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from classifier.evaluation.gate import Comparison
    from classifier.evaluation.judging import Labelled
    from classifier.serving.artifact import Served
    from classifier.training.examples import Examples
    from classifier.training.train import TriageModel
    from kb.entries import KnowledgeBase

    Tell = Callable[[str, int, int], None]
    Compared = dict[str, Comparison]


@dataclass(frozen=True, slots=True)
class Order:
    """What a release is asked for.

    Attributes:
        kb: the content folder.
        data_dir: where models are kept.
        terms: what the operator asks of the model.
        seed: what the random parts are drawn from.
        labelled: labelled messages on which the last model must not be better.
        force: save even a model that is worse than the last.
        last: the folder of the model that must not be better; None: the one written last.
        reuse: where this seed has learnt from these very questions before, certify that anew.
    """

    kb: Path
    data_dir: Path
    terms: Terms = field(default_factory=Terms)
    seed: int = 0
    labelled: Path | None = None
    force: bool = False
    reuse: bool = False
    last: Path | None = None


@dataclass(frozen=True, slots=True)
class Release:
    """What came out.

    Attributes:
        fingerprint: of the model.
        base: the knowledge base with its questions.
        megabytes: size of what is served.
        seconds: it took.
        trained: False when an earlier training was certified anew.
        compared: the new model less the last one, by what both were judged on.
        figures: cross-validation and promises, as the manifest keeps them.
    """

    fingerprint: str
    base: KnowledgeBase
    megabytes: float
    seconds: float
    trained: bool
    compared: Compared
    figures: Mapping[str, Any]


class NewModel(NamedTuple):
    """A model that is not saved yet, with what the release gate needs of it."""

    base: KnowledgeBase
    triage: Triage
    outcomes: Mapping[str, bool]


def release(order: Order, tell: Tell = lambda _stage, _done, _total: None) -> Release:
    """Make the model of a knowledge base and put it where serving looks for it.

    Without ``order.force``, a model that is worse than the last one beyond chance is not saved: on
    the questions that both knowledge bases hold and, when given, on the labelled messages.

    Raises:
        ContentError: the knowledge base cannot be served.
        TrainingError: it holds too little to learn from.
        ArtifactError: the model cannot be written.
        LabelError: the labelled messages cannot be read.
        WorseModelError: the last model is better.
    """
    started = time.perf_counter()
    base = load(order.kb)
    folder = artifact.model_folder(order.data_dir, learning_fingerprint(base))
    saving.check_writable(folder)
    questions = read_labelled(order.labelled) if order.labelled else []
    found = examples(base, order.seed)
    model = _kept_model(base, folder, order) or train(
        base, order.seed, policy=order.terms.policy, progress=tell
    )
    model, figures = _certify(base, found, model, order.terms)
    new = NewModel(base, _triage(model, base), outcomes(found, model.held_out))
    last = order.last or artifact.latest_folder(order.data_dir)
    compared = compare_with_last(last, new, questions, order.seed, force=order.force)
    certified = certified_for(order.terms, base)
    name = saving.save(model, base, folder, saving.Passport(figures, certified, new.outcomes))
    return Release(
        fingerprint=name,
        base=base,
        megabytes=sum((folder / file).stat().st_size for file in artifact.SERVED) / 1e6,
        seconds=time.perf_counter() - started,
        trained=model.pipeline is not None,
        compared=compared,
        figures=figures,
    )


def rehearse_release(
    served: Served, base: KnowledgeBase, entry: str, wordings: Sequence[str]
) -> Triage:
    """About what a release of ``base`` would decide; see ``classifier.training.shortcut``.

    Args:
        served: the model of the knowledge base without the wordings.
        base: with them.
        entry: the published entry that they are of.
        wordings: what is new.
    """
    old = served.triage
    seed = int(served.manifest["seed"])
    model = rehearse(old.ranker.model, base, entry, wordings, seed)
    return Triage(
        Ranker(model),
        old.calibration,
        old.policy,
        "rehearsal",
        Desks.of(model.targets, base),
        courtesy=base.courtesy,
        lexicon=base.lexicon,
    )


def _kept_model(base: KnowledgeBase, folder: Path, order: Order) -> TriageModel | None:
    """The model that was trained before on the same questions, calibrated anew, if it is whole."""
    if not order.reuse:
        return None
    try:
        if artifact.read_model_manifest(folder)["seed"] != order.seed:
            return None
        compiled = artifact.load(folder, folder.name, base).triage.ranker.model
        held_out = saving.load_rankings(folder)
    except ArtifactError:
        return None
    return calibrate_again(base, order.seed, order.terms.policy, compiled, held_out)


def _certify(
    base: KnowledgeBase, found: Examples, model: TriageModel, terms: Terms
) -> tuple[TriageModel, dict[str, Any]]:
    """The model with its certified thresholds, and the figures of its passport."""
    asked = Targets.from_shares(terms.targets)
    evidence = Evidence.of(found, model.held_out, _triage(model, base))
    kept = promise(evidence, asked)
    model = replace(model, policy=kept.apply_to(model.policy))
    return model, {
        "targets": dict(terms.targets),
        "cross_validation": {
            **ranking_figures(found, model.held_out),
            **decision_figures(found, model.held_out, _triage(model, base)),
        },
        "promise": kept.figures(),
        "table": promise_table(evidence, asked),
    }


def _triage(model: TriageModel, base: KnowledgeBase) -> Triage:
    return Triage(
        Ranker(model.compiled),
        model.calibration,
        model.policy,
        "",
        model.desks,
        courtesy=base.courtesy,
        lexicon=base.lexicon,
    )


def compare_with_last(
    last: Path | None, new: NewModel, questions: Sequence[Labelled], seed: int, *, force: bool
) -> Compared:
    """Compare with the model in the folder ``last``; empty when there is none to compare.

    Raises:
        WorseModelError: the new one is worse beyond chance, and not forced.
    """
    if last is None:
        return {}
    try:
        compared = {"shared questions": compare(saving.load_outcomes(last), new.outcomes, seed)}
        if questions:
            compared["labelled messages"] = _compare_on_labelled(last, new, questions, seed)
    except ArtifactError:
        return {}  # a last model that cannot be used is no reason to keep it
    for name, found in compared.items():
        if found.worse and not force:
            raise WorseModelError(
                f"the new model is worse than the last one, {found.describe(name)}: "
                "it was not saved. Look at `aiguilleur kb check --collisions`, "
                "or save it with --force"
            )
    return compared


def _compare_on_labelled(
    last: Path, new: NewModel, questions: Sequence[Labelled], seed: int
) -> Comparison:
    content = str(artifact.read_manifest(last)["content"])
    served = artifact.load(last, content)
    old = {row.question.id: row.worth for row in judge(questions, served.triage, served.base)}
    fresh = {row.question.id: row.worth for row in judge(questions, new.triage, new.base)}
    return compare(old, fresh, seed)
