"""The model of a candidate: a whole training with its gate, or a rehearsal of one in seconds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.service.served_model import apply_costs, terms_of
from classifier.release import Order, rehearse_release, release
from classifier.serving.artifact import load, model_folder
from kb.learning import learning_fingerprint

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from bot.analytics.proposals.changes import Changes
    from bot.ops.settings import Settings
    from classifier.evaluation.gate import Comparison
    from classifier.serving.artifact import Served
    from classifier.serving.triage import Triage
    from kb.entries import KnowledgeBase

    Tell = Callable[[str, int, int], None]

MOST_REHEARSED = 20
"""Wordings of one proposal that a rehearsal takes: more move too much that it leaves alone."""


@dataclass(frozen=True, slots=True)
class Made:
    """A model to compare with the one in service.

    Attributes:
        triage: decides.
        learning: of what it learnt; empty when it was only rehearsed.
        gate: how it compares on shared questions; None: not asked.
    """

    triage: Triage
    learning: str
    gate: Comparison | None


def can_rehearse(changes: Changes) -> bool:
    """Whether a rehearsal is honest: wordings of entries, whose machines are fitted one by one.

    Those of desks and families are fitted together, and a new entry shifts every calibration.
    """
    return changes.kind == "wording" and len(changes.wordings) <= MOST_REHEARSED


def rehearse_model(served: Served, base: KnowledgeBase, changes: Changes) -> Made:
    """The served model with the machines that the wordings touch fitted anew.

    Args:
        served: the model in service.
        base: the knowledge base with the wordings in it.
        changes: they.
    """
    return Made(rehearse_release(served, base, changes.target, changes.wordings), "", None)


def train_model(served: Served, settings: Settings, kb: Path, place: Path, tell: Tell) -> Made:
    """The model of the content folder ``kb``, trained whole below ``place``.

    Raises:
        ContentError, TrainingError, ArtifactError, WorseModelError: see ``release``.
    """
    last = model_folder(settings.data_dir, str(served.manifest["content"]))
    seed = int(served.manifest["seed"])
    done = release(Order(kb, place, terms_of(settings), seed, last=last, reuse=True), tell)
    learning = learning_fingerprint(done.base)
    made = load(model_folder(place, learning), learning, done.base)
    made.triage.policy = apply_costs(made.triage.policy, settings)
    return Made(made.triage, learning, done.compared.get("shared questions"))
