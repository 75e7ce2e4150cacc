"""Training as a command runs it: progress on stderr, figures as lines. Imports scikit-learn."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.cli.output.figure_names import explain_figures
from bot.cli.output.model_card import align_figures, figure_lines
from bot.cli.output.progress import Telling
from bot.ops.wording import count_of
from bot.service.served_model import terms_of
from classifier.evaluation.figures import by_manner, ranking_figures
from classifier.evaluation.typing_noise import damage_examples, survival
from classifier.release import Order, release
from classifier.training.examples import examples
from classifier.training.folds import cross_validate, rank_damaged
from classifier.training.recipe import Recipe
from kb.loader import load

if TYPE_CHECKING:
    from pathlib import Path

    from bot.ops.settings import Settings
    from kb.entries import KnowledgeBase


def train_lines(
    settings: Settings,
    seed: int,
    labelled: Path | None = None,
    *,
    force: bool = False,
    reuse: bool = False,
) -> list[str]:
    """Train the model of ``settings.kb_dir``, save it, and say what came out.

    Raises:
        ContentError, TrainingError, ArtifactError, LabelError, WorseModelError: see ``release``.
    """
    order = Order(
        kb=settings.kb_dir,
        data_dir=settings.data_dir,
        terms=terms_of(settings),
        seed=seed,
        labelled=labelled,
        force=force,
        reuse=reuse,
    )
    with Telling() as tell:
        made = release(order, tell)
    done = "trained" if made.trained else "certified anew"
    return [
        f"model {made.fingerprint} of {settings.kb_dir}",
        f"{_content_summary(made.base)}; {made.megabytes:.1f} MB served, "
        f"{done} in {made.seconds:.0f} s",
        *(f"against the last model: {c.describe(name)}" for name, c in made.compared.items()),
        *figure_lines(made.figures),
    ]


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
        *explain_figures(ranking_figures(found, held_out)),
        "right entry ranked first, by the manner left out (%):",
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
        "damaged messages, cross-validated (%): right first   same first target",
        *[f"  {name:36} {top1:9}   {kept:9}" for name, (top1, kept) in rows],
    ]


def _content_summary(base: KnowledgeBase) -> str:
    questions = sum(
        len(item.questions)
        for group in (base.published, base.desks, base.outside)
        for item in group.values()
    )
    unanswered = sum(len(entry.questions) for entry in base.withheld.values())
    return ", ".join(
        [
            count_of(len(base.published), "entry", "entries"),
            count_of(len(base.desks), "desk"),
            count_of(len(base.outside), "outside family", "outside families"),
            count_of(questions, "question"),
            *[f"{unanswered} that nothing served answers"] * bool(unanswered),
        ]
    )
