from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from classifier.errors import WorseModelError
from classifier.evaluation.gate import outcomes
from classifier.evaluation.judging import Labelled
from classifier.release import NewModel, compare_with_last
from classifier.serving.artifact import latest_folder, model_folder
from classifier.serving.ranker import Ranker
from classifier.serving.triage import Triage
from classifier.training.examples import examples
from classifier.training.saving import Passport, save
from classifier.training.train import train
from kb.loader import load

CONTENT = Path(__file__).parent.parent.parent / "content"

if TYPE_CHECKING:
    from classifier.training.train import TriageModel
    from kb.entries import KnowledgeBase

    Trained = tuple[KnowledgeBase, TriageModel, NewModel]


@pytest.fixture(scope="module")
def trained() -> Trained:
    base = load(CONTENT)
    model = train(base)
    triage = Triage(Ranker(model.compiled), model.calibration, model.policy, "x", model.desks)
    return base, model, NewModel(base, triage, outcomes(examples(base), model.held_out))


@pytest.fixture
def data(trained: Trained, tmp_path: Path) -> Path:
    base, model, new = trained
    always = dict.fromkeys(new.outcomes, True)
    save(model, base, model_folder(tmp_path, model.content), Passport(outcomes=always))
    return tmp_path


def test_without_a_last_model_nothing_is_compared(trained: Trained, tmp_path: Path) -> None:
    assert compare_with_last(latest_folder(tmp_path), trained[2], [], 0, force=False) == {}


def test_a_model_that_loses_the_shared_questions_is_refused_unless_forced(
    trained: Trained, data: Path
) -> None:
    worse = trained[2]._replace(outcomes=dict.fromkeys(trained[2].outcomes, False))
    with pytest.raises(WorseModelError, match=r"-100\.00 points on \d+ shared questions"):
        compare_with_last(latest_folder(data), worse, [], 0, force=False)
    compared = compare_with_last(latest_folder(data), worse, [], 0, force=True)
    assert compared["shared questions"].difference == -100.0


def test_the_same_decisions_on_labelled_messages_pass(trained: Trained, data: Path) -> None:
    same = trained[2]._replace(outcomes=dict.fromkeys(trained[2].outcomes, True))
    asked = [Labelled("1", "une question", "near", frozenset(), frozenset())]
    compared = compare_with_last(latest_folder(data), same, asked, 0, force=False)
    assert list(compared) == ["shared questions", "labelled messages"]
    assert (compared["labelled messages"].difference, compared["labelled messages"].shared) == (
        0,
        1,
    )


def test_a_damaged_last_model_is_not_compared_with(trained: Trained, data: Path) -> None:
    (manifest,) = data.glob("models/*/manifest.json")
    manifest.write_text("{}")
    assert compare_with_last(latest_folder(data), trained[2], [], 0, force=False) == {}


def test_a_last_model_of_other_questions_is_said_not_to_compare(
    trained: Trained, data: Path
) -> None:
    other = trained[2]._replace(outcomes={"another question": True})
    ((name, found),) = compare_with_last(latest_folder(data), other, [], 0, force=False).items()
    assert found.describe(name) == "no shared questions, so nothing was compared"
