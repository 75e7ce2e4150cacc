"""Training as a command runs it: progress on stderr, figures as lines. Imports scikit-learn."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from bot.models import priced
from classifier import artifact
from classifier.crossvalidation import by_manner, decision_figures, ranking_figures
from classifier.examples import examples
from classifier.pipeline import Recipe
from classifier.ranker import Ranker
from classifier.training import cross_validate, train
from classifier.triage import Policy, Triage
from kb.loader import load

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.settings import Settings
    from classifier.training import TriageModel
    from kb.entries import KnowledgeBase

    Tell = Callable[[str, int, int], None]


def train_and_save(settings: Settings, seed: int) -> list[str]:
    """Train the model of ``settings.kb_dir``, save it, and say what came out.

    Raises:
        ContentError: the knowledge base cannot be served.
        TrainingError: it holds too little to learn from.
        ArtifactError: the model cannot be written.
    """
    started = time.perf_counter()
    base = load(settings.kb_dir)
    with _progress() as tell:
        model = train(base, seed, policy=priced(Policy(), settings), progress=tell)
    figures = _figures(base, model)
    folder = artifact.model_folder(settings.data_dir, base.fingerprint)
    name = artifact.save(model, base, folder, figures)
    size = sum((folder / file).stat().st_size for file in artifact.SERVED) / 1e6
    return [
        f"model {name} of {settings.kb_dir}",
        f"{_counted(base)}; {size:.1f} MB served, trained in {time.perf_counter() - started:.0f} s",
        "cross-validation, half of two manners left out at a time (%):",
        *_lines(figures),
    ]


def cross_validated(settings: Settings, seed: int) -> list[str]:
    """Cross-validate by leaving one manner of asking out at a time: the sternest estimate.

    Raises:
        ContentError: the knowledge base cannot be served.
    """
    found = examples(load(settings.kb_dir), seed)
    with _progress() as tell:
        held_out = cross_validate(found, Recipe(), found.manners, seed, tell)
    return [
        "cross-validation, one manner of asking left out at a time (%):",
        *_lines(ranking_figures(found, held_out)),
        "faq_top1 by the manner left out (%):",
        *_lines(by_manner(found, held_out)),
    ]


def _figures(base: KnowledgeBase, model: TriageModel) -> dict[str, float]:
    found = examples(base, model.seed)
    triage = Triage(Ranker(model.compiled), model.calibration, model.policy, "")
    return {
        **ranking_figures(found, model.held_out),
        **decision_figures(found, model.held_out, model.calibration, triage),
    }


def _counted(base: KnowledgeBase) -> str:
    questions = sum(
        len(item.questions)
        for group in (base.published, base.desks, base.outside)
        for item in group.values()
    )
    return (
        f"{len(base.published)} entries, {len(base.desks)} desks, "
        f"{len(base.outside)} outside families, {questions} questions"
    )


def _lines(figures: dict[str, float]) -> list[str]:
    return [f"  {name:18} {value}" for name, value in figures.items()]


class _progress:  # noqa: N801 - used as a function, ``with _progress() as tell``
    """A bar on a terminal, plain lines elsewhere; both on stderr."""

    def __init__(self) -> None:
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
        console = Console(stderr=True)
        self._bar = Progress(*columns, TimeElapsedColumn(), console=console)
        self._live = console.is_terminal
        self._task = self._bar.add_task("training", total=None)

    def __enter__(self) -> Tell:
        if self._live:
            self._bar.start()
        return self._tell

    def __exit__(self, *_: object) -> None:
        self._bar.stop()

    def _tell(self, stage: str, done: int, total: int) -> None:
        if self._live:
            self._bar.update(self._task, description=stage, completed=done, total=total)
        elif done == total:
            print(f"{stage}: {done} of {total}", file=sys.stderr)  # noqa: T201
