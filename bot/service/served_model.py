"""The model that serves a knowledge base: loaded, or trained first in a child process."""

from __future__ import annotations

import signal
import subprocess
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.ops.process import STOPPED
from classifier.errors import ArtifactError
from classifier.serving.artifact import Served, load, model_folder
from classifier.serving.policy import Policy
from classifier.serving.terms import Terms, certified_for
from kb.texts import load_texts

if TYPE_CHECKING:
    from pathlib import Path

    from bot.ops.settings import Settings

COPIES = "models/texts"
"""Below DATA_DIR: copies of the knowledge base's texts that are quick to read."""


def load_or_train_model(settings: Settings) -> Served:
    """Load the model of ``settings.kb_dir``; train it when missing, damaged or outdated.

    Training runs in a child process, so that this one never imports scikit-learn.

    Raises:
        ContentError: the knowledge base does not exist.
        ArtifactError: no model could be had; the child has said why on stderr.
    """
    try:
        return load_trained_model(settings)
    except ArtifactError as error:
        print(f"{error}; training it now", file=sys.stderr)  # noqa: T201
    _train_in_child(settings.kb_dir)
    return load_trained_model(settings)


def load_trained_model(settings: Settings) -> Served:
    """The model that was trained before for what ``settings.kb_dir`` says now.

    A change of texts alone needs no other model.

    Raises:
        ContentError: the knowledge base cannot be served.
        ArtifactError: there is no such model, or it is damaged.
    """
    base, learning = load_texts(settings.kb_dir, settings.data_dir / COPIES)
    served = load(model_folder(settings.data_dir, learning), learning, base)
    check_certificates(served, settings)
    served.triage.policy = apply_costs(served.triage.policy, settings)
    return served


def learning_of(settings: Settings) -> str:
    """The fingerprint of what a model learns from ``settings.kb_dir`` as it is now.

    Raises:
        ContentError: the knowledge base cannot be served.
    """
    return load_texts(settings.kb_dir, settings.data_dir / COPIES).learning


def promise_targets(settings: Settings) -> dict[str, float]:
    """The settings' targets and shares of the promise on errors, in the manifest's form."""
    return {
        "answer": settings.target_answer,
        "route": settings.target_route,
        "decline": settings.target_decline,
        "confidence": settings.target_confidence,
        "unknown": settings.unknown_share,
        "outside": settings.outside_share,
    }


def terms_of(settings: Settings) -> Terms:
    """The terms that the settings ask of a model: targets, shares and costs."""
    return Terms(promise_targets(settings), apply_costs(Policy(), settings))


def check_certificates(served: Served, settings: Settings) -> None:
    """Whether the model's promises are those that are asked of it.

    Raises:
        ArtifactError: it was certified for others.
    """
    asked = certified_for(terms_of(settings), served.base)
    if served.manifest.get("certified_for") != asked:
        raise ArtifactError("the model was certified for other targets or costs")


def apply_costs(policy: Policy, settings: Settings) -> Policy:
    """The model's thresholds with the costs that the operator set."""
    return replace(
        policy,
        wrong=settings.cost_wrong,
        wrong_desk=settings.cost_wrong_desk,
        missed=settings.cost_missed,
        needless=settings.cost_needless,
        question=settings.cost_question,
    )


def training_command(kb: Path) -> list[str]:
    """The program that trains the model of ``kb``, and its arguments."""
    # The environment and .env are the child's too; only --kb may differ from them.
    return [sys.executable, "-m", "bot", "train", "--quiet", "--force", "--reuse", "--kb", str(kb)]


def _train_in_child(kb: Path) -> None:
    with subprocess.Popen(training_command(kb), stdin=subprocess.DEVNULL) as child:  # noqa: S603 - no shell
        try:
            code = child.wait()
        except KeyboardInterrupt:
            # Ctrl-C reached the child as well, unless somebody meant this process alone.
            child.terminate()
            child.wait()
            raise
    if code in {STOPPED, -signal.SIGTERM, -signal.SIGKILL}:
        raise ArtifactError("the training was stopped before its end; start again")
    if code:
        raise ArtifactError("the model could not be trained; mend what is named above, then retry")
