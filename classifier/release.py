"""The release gate as a command runs it: the new model beside the last one saved."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from classifier.errors import ArtifactError, WorseModelError
from classifier.evaluation.gate import compare
from classifier.evaluation.judging import judge
from classifier.serving import artifact
from classifier.training import saving

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from classifier.evaluation.gate import Comparison
    from classifier.evaluation.judging import Labelled
    from classifier.serving.triage import Triage
    from kb.entries import KnowledgeBase


class NewModel(NamedTuple):
    """What the gate needs of a model that is not saved yet."""

    base: KnowledgeBase
    triage: Triage
    outcomes: Mapping[str, bool]


def compare_with_last(
    data_dir: Path, new: NewModel, questions: Sequence[Labelled], seed: int, *, force: bool
) -> list[str]:
    """Compare with the last model saved in ``data_dir``, and say how the new one fares.

    Raises:
        WorseModelError: it is worse beyond chance, and not forced.
    """
    last = artifact.latest_folder(data_dir)
    if last is None:
        return []
    try:
        compared = {"shared questions": compare(saving.load_outcomes(last), new.outcomes, seed)}
        if questions:
            compared["labelled messages"] = _compare_on_labelled(last, new, questions, seed)
    except ArtifactError:
        return []  # a last model that cannot be used is no reason to keep it
    for name, found in compared.items():
        if found.worse and not force:
            raise WorseModelError(
                f"the new model is worse than the last one, {_comparison_text(name, found)}: "
                "it was not saved. Look at `aiguilleur kb check --collisions`, "
                "or save it with --force"
            )
    return [
        f"against the last model: {_comparison_text(name, found)}"
        for name, found in compared.items()
    ]


def _compare_on_labelled(
    last: Path, new: NewModel, questions: Sequence[Labelled], seed: int
) -> Comparison:
    content = str(artifact.read_manifest(last)["content"])
    served = artifact.load(last, content)
    old = {row.question.id: row.worth for row in judge(questions, served.triage, served.base)}
    fresh = {row.question.id: row.worth for row in judge(questions, new.triage, new.base)}
    return compare(old, fresh, seed)


def _comparison_text(name: str, found: Comparison) -> str:
    if not found.shared:
        return f"no {name}, so nothing was compared"
    return (
        f"{found.difference:+.2f} points on {found.shared} {name} "
        f"(95 %: {found.low:+.2f} to {found.high:+.2f})"
    )
