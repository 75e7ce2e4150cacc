"""Trains on any labelled utterances as on questions; measures accuracy and abstention."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from sklearn.metrics import matthews_corrcoef

from classifier.benchmark import selective
from classifier.benchmark.intents import Intents, train_intents
from classifier.benchmark.labelled import OUTSIDE, read_utterances
from classifier.benchmark.recipes import FOLDS, describe
from classifier.benchmark.selective import Answers

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from classifier.benchmark.intents import IntentModel, Labelled
    from classifier.serving.compiled import CompiledModel

    Tell = Callable[[str, int, int], None]

COMPARED = 300
"""Messages on which the compiled path is held against scikit-learn."""

WARM = 500
"""Messages asked before the clock starts: a service has met the common words."""


def _tell_nobody(_stage: str, _done: int, _total: int) -> None:
    """Progress that nobody watches."""


def benchmark_file(
    path: Path, json_out: Path | None, seed: int = 0, tell: Tell = _tell_nobody
) -> list[str]:
    """Train on the ``train`` rows of a JSONL file, choose on ``val``, report on ``test``.

    Args:
        path: objects with text, label and split; the label ``oos`` is out of scope.
        json_out: where the figures also go, as JSON.
        seed: draws what is held out.
        tell: called with ``(stage, done, total)``.

    Returns:
        The figures as lines to print.

    Raises:
        LabelError: the file cannot be read, or lacks a split.
        TrainingError: too few intents.
        OSError: ``json_out`` cannot be written.
    """
    splits = read_utterances(path)
    figures = {
        "file": path.name,
        "seed": seed,
        "rows": _rows(splits),
        **measure(splits, seed, tell),
    }
    if json_out:
        json_out.write_text(json.dumps(figures, indent=2) + "\n", "utf-8")
    return _lines(figures)


def measure(
    splits: Mapping[str, Sequence[Labelled]], seed: int, tell: Tell = _tell_nobody
) -> dict[str, Any]:
    """Train on ``splits`` and measure, as JSON types; None where nothing can be measured.

    Rows out of scope are left out of training and of the choice of a recipe: those of val
    serve Larson's threshold alone, those of test are only counted.
    """
    started = time.perf_counter()
    inside = {name: [row for row in rows if row.label != OUTSIDE] for name, rows in splits.items()}
    model = train_intents(inside["train"], inside["val"], seed, tell)
    seconds = time.perf_counter() - started
    asker = Intents(model)
    val = ask(asker, splits["val"]).answers
    timed = ask(asker, splits["test"])
    return {
        "recipe": describe(model.recipe),
        "chosen_on": "val" if inside["val"] else f"{FOLDS} folds of train",
        "trials": [[describe(trial.recipe), round(trial.accuracy, 4)] for trial in model.trials],
        **quality(val, timed.answers),
        "with_oos_as_a_label": whole_figures(timed, model.held_out, val),
        "latency_us": _latency(timed.nanoseconds),
        "training_s": round(seconds, 1),
        "model_mb": round(_bytes(model.compiled) / 1e6, 1),
        "differs_from_sklearn": _difference(model, asker, splits["test"]),
    }


class Asked(NamedTuple):
    """What came back, and how long each message took.

    Attributes:
        answers: to N messages.
        labels: N pairs, the label given, were it given, and the message's own.
        nanoseconds: N.
    """

    answers: Answers
    labels: list[tuple[str, str]]
    nanoseconds: list[int]


def ask(asker: Intents, rows: Sequence[Labelled]) -> Asked:
    """Ask every row, one at a time."""
    for row in rows[:WARM]:
        asker.guess(row.text)
    guesses, spent = [], []
    for row in rows:
        start = time.perf_counter_ns()
        guesses.append(asker.guess(row.text))
        spent.append(time.perf_counter_ns() - start)
    pairs = list(zip(guesses, rows, strict=True))
    answers = Answers(
        confidence=np.array([guess.confidence for guess in guesses], dtype=np.float64),
        right=np.array([guess.label == row.label for guess, row in pairs], dtype=bool),
        inside=np.array([row.label != OUTSIDE for row in rows], dtype=bool),
    )
    return Asked(answers, [(guess.label or OUTSIDE, row.label) for guess, row in pairs], spent)


def quality(val: Answers, test: Answers) -> dict[str, Any]:
    """Figures of the test answers; thresholds come from the val answers."""
    budget = _at(test, selective.budget_threshold(val)) if val.inside.any() else None
    outside = bool((~test.inside).any())
    larson = val.inside.any() and not val.inside.all()
    return {
        "in_scope_accuracy": _percent(selective.accuracy(test)),
        "budget_one_point": budget,
        "larson": _at(test, selective.larson_threshold(val)) if larson else None,
        "auroc": round(selective.auroc(test), 4) if outside else None,
        "aurc_in_scope": round(selective.aurc(test.only_inside()), 4),
        "aurc_all": round(selective.aurc(test), 4) if outside else None,
    }


def whole_figures(asked: Asked, held_out: Answers, val: Answers) -> dict[str, Any] | None:
    """Figures with out of scope as one more label; None where no message is out of scope.

    The threshold is Larson's on val; where val has not messages of both sides, on intents held out
    of training, at the share out of scope that is usual. The figures are those of Arora et al.
    2020 (HINT3); the correlation is Matthews's over all labels.
    """
    inside = asked.answers.inside
    if inside.all() or not inside.any():
        return None
    by_val = val.inside.any() and not val.inside.all()
    threshold = (
        selective.larson_threshold(val)
        if by_val
        else selective.larson_threshold(held_out, USUAL_OUTSIDE)
    )
    answered = asked.answers.confidence >= threshold
    pairs = zip(asked.labels, answered.tolist(), strict=True)
    given = [label if sure else OUTSIDE for (label, _), sure in pairs]
    own = [label for _, label in asked.labels]
    right = np.array([one == other for one, other in zip(given, own, strict=True)])
    return {
        "threshold_on": "val" if by_val else "held-out intents of train",
        "accuracy": _percent(float(right.mean())),
        "in_scope_recall": _percent(float(right[inside].mean())),
        "oos_recall": _percent(float(right[~inside].mean())),
        "mcc": round(float(matthews_corrcoef(own, given)), 4),
    }


USUAL_OUTSIDE = 0.15
"""Share of messages out of scope that a threshold is set for where no message tells it."""


def _at(test: Answers, threshold: float) -> dict[str, float | None]:
    outside = bool((~test.inside).any())
    return {
        "in_scope_accuracy": _percent(selective.accuracy(test, threshold)),
        "oos_recall": _percent(selective.outside_recall(test, threshold)) if outside else None,
    }


def _percent(share: float) -> float:
    return round(100 * share, 2)


def _rows(splits: Mapping[str, Sequence[Labelled]]) -> dict[str, list[int]]:
    outside = {name: sum(row.label == OUTSIDE for row in rows) for name, rows in splits.items()}
    return {name: [len(rows) - outside[name], outside[name]] for name, rows in splits.items()}


def _latency(nanoseconds: Sequence[int]) -> dict[str, float]:
    half, most = np.percentile(nanoseconds, [50, 99]) / 1000
    return {"p50": round(float(half), 1), "p99": round(float(most), 1)}


def _bytes(compiled: CompiledModel) -> int:
    arrays = sum(array.nbytes for array in compiled.arrays().values())
    return int(arrays) + len(json.dumps(compiled.vocabulary(), ensure_ascii=False).encode())


def _difference(model: IntentModel, asker: Intents, rows: Sequence[Labelled]) -> float:
    """The largest gap between a margin asked for and scikit-learn's."""
    texts = [row.text for row in rows[:COMPARED]]
    theirs = model.pipeline.decision_function(texts)
    gaps = [0.0]
    for text, margins in zip(texts, theirs, strict=True):
        words = asker.ranker.read(text)
        if words:
            gaps.append(float(np.abs(asker.ranker.margins(words) - margins).max()))
    return float(f"{max(gaps):.1e}")


def _lines(figures: Mapping[str, Any]) -> list[str]:
    recipe, latency = figures["recipe"], figures["latency_us"]
    counts = (f"{name} {inside} + {oos}" for name, (inside, oos) in figures["rows"].items())
    pairs = [
        ("rows (in scope + oos)", ", ".join(counts)),
        ("recipe", ", ".join(f"{name} {value}" for name, value in recipe.items())),
        ("recipe chosen on", f"{figures['chosen_on']}, {len(figures['trials'])} tried"),
        ("in-scope accuracy", _figure_text(figures["in_scope_accuracy"], " %")),
        ("one-point budget", _threshold_text(figures["budget_one_point"])),
        ("Larson's protocol", _threshold_text(figures["larson"])),
        ("oos as a label", _whole_text(figures["with_oos_as_a_label"])),
        ("AUROC", _figure_text(figures["auroc"])),
        ("AURC in scope", _figure_text(figures["aurc_in_scope"])),
        ("AURC with oos", _figure_text(figures["aurc_all"])),
        ("latency p50 / p99", f"{latency['p50']} / {latency['p99']} us, one text at a time"),
        ("training", f"{figures['training_s']} s, choice of the recipe included"),
        ("model", f"{figures['model_mb']} MB"),
        ("differs from scikit-learn", f"{figures['differs_from_sklearn']} at most, in margins"),
    ]
    return [f"{name:26} {value}" for name, value in pairs]


def _figure_text(value: float | None, unit: str = "") -> str:
    return f"{value}{unit}" if value is not None else "not measured: the file lacks oos rows"


def _threshold_text(found: Mapping[str, float | None] | None) -> str:
    if found is None:
        return "not measured: the file lacks the val rows that set a threshold"
    recall = _figure_text(found["oos_recall"], " %")
    return f"oos recall {recall}, in-scope accuracy left {found['in_scope_accuracy']} %"


def _whole_text(found: Mapping[str, Any] | None) -> str:
    if found is None:
        return _figure_text(None)
    return (
        f"accuracy {found['accuracy']} %, in-scope recall {found['in_scope_recall']} %, "
        f"oos recall {found['oos_recall']} %, MCC {found['mcc']}; "
        f"threshold set on {found['threshold_on']}"
    )
