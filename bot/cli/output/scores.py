"""The model scored on labelled messages, with what it promised when it was trained."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.cli.output.figure_names import explain_figures
from bot.cli.output.model_card import figure_lines, risk_coverage_lines
from bot.ops.wording import count_of
from bot.service.served_model import load_or_train_model
from classifier.evaluation.judging import figures, judge, read_labelled
from classifier.evaluation.spellings import same_decision_shares

if TYPE_CHECKING:
    from pathlib import Path

    from bot.ops.settings import Settings


def score_lines(settings: Settings, labelled: Path) -> list[str]:
    """Figures on the messages of ``labelled``, then those of the model's passport.

    Raises:
        LabelError: the file cannot be read; nothing was trained for it.
        ContentError, ArtifactError: there is no model to score.
    """
    questions, served = read_labelled(labelled), load_or_train_model(settings)
    found = figures(judge(questions, served.triage, served.base), served.base)
    passport = served.manifest["figures"]
    return [
        f"on {labelled} (%):",
        *explain_figures(found, 26),
        *figure_lines(passport),
        *risk_coverage_lines(passport),
    ]


def damage_lines(settings: Settings, labelled: Path, seed: int) -> list[str]:
    """How many decisions on the messages of ``labelled`` stay the same, however these are spelt.

    Raises:
        LabelError: the file cannot be read; nothing was trained for it.
        ContentError, ArtifactError: there is no model to ask.
    """
    questions, served = read_labelled(labelled), load_or_train_model(settings)
    found = same_decision_shares(served.triage, [question.text for question in questions], seed)
    return [
        f"same decision on {count_of(len(questions), 'message')} (%):",
        *[f"  {name:30} {share:5.1f}" for name, share in found.items()],
    ]


def removed_lines(settings: Settings, labelled: Path, seed: int) -> list[str]:
    """What becomes of the questions of ``labelled`` when their own entries were never written.

    Raises:
        LabelError: the file cannot be read; nothing was trained for it.
        ContentError, ArtifactError: there is no model to ask.
    """
    # Slow to import, as what trains is: only this needs it.
    from bot.cli.output.progress import Telling  # noqa: PLC0415
    from classifier.evaluation.removed import removed_figures  # noqa: PLC0415
    from kb.loader import load  # noqa: PLC0415

    questions, served = read_labelled(labelled), load_or_train_model(settings)
    with Telling() as tell:
        found = removed_figures(questions, load(settings.kb_dir), served.triage, seed, tell)
    number = count_of(round(found.pop("asked")), "question")
    return [
        f"{number} asked without their own entry, a third of the entries at a time (%):",
        *[f"  {name:12} {share:5.1f}" for name, share in found.items()],
    ]
