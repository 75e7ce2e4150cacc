from __future__ import annotations

import os
import pickle
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from classifier.errors import TrainingError
from classifier.serving.artifact import SERVED, model_folder, read_manifest
from classifier.serving.policy import Policy
from classifier.serving.ranker import Ranker
from classifier.serving.triage import Triage
from classifier.training.examples import ALWAYS_TRAINED, examples
from classifier.training.folds import ABSENT, cross_validate
from classifier.training.machines import NOBODY
from classifier.training.recipe import Recipe
from classifier.training.saving import RANKINGS, Passport, save
from classifier.training.train import train
from kb.entries import Question
from kb.learning import learning_fingerprint

if TYPE_CHECKING:
    from classifier.training.examples import Examples
    from classifier.training.train import TriageModel
    from kb.entries import KnowledgeBase

ROOT = Path(__file__).parents[3]
ELSEWHERE = """
import pickle, sys
from pathlib import Path
from classifier.training.saving import RANKINGS, Passport, save
from classifier.training.train import train
base = pickle.loads(Path(sys.argv[1]).read_bytes())
save(train(base), base, Path(sys.argv[2]), Passport({"faq_top1": 71.5}))
"""


def served_bytes(folder: Path) -> dict[str, bytes]:
    return {name: (folder / name).read_bytes() for name in SERVED}


def triage_of(model: TriageModel) -> Triage:
    return Triage(Ranker(model.compiled), model.calibration, model.policy, "feed", model.desks)


def unasked(base: KnowledgeBase) -> KnowledgeBase:
    bare = {key: replace(entry, questions=()) for key, entry in base.entries.items()}
    return replace(base, entries=bare, desks={}, outside={})


def test_training_twice_gives_the_same_bytes(
    base: KnowledgeBase, saved: Path, tmp_path: Path
) -> None:
    folder = model_folder(tmp_path, "again")
    fingerprint = save(train(base), base, folder, Passport({"faq_top1": 71.5}))
    assert served_bytes(folder) == served_bytes(saved)
    assert lasting(read_manifest(folder)) == lasting(read_manifest(saved))
    assert read_manifest(saved)["fingerprint"] == fingerprint


def lasting(manifest: dict[str, Any]) -> dict[str, Any]:
    """A manifest without the hash of the pickle, whose bytes tell equal objects from the same."""
    kept = {name: value for name, value in manifest.items() if name not in {"self", "training"}}
    return {**kept, "rankings": manifest["training"][RANKINGS]}


@pytest.mark.parametrize(
    "place",
    [
        {
            "LC_ALL": "C",
            "TZ": "Asia/Tokyo",
            "PYTHONHASHSEED": "1",
            "LOKY_MAX_CPU_COUNT": "2",
        },
        {
            "LC_ALL": "tr_TR.UTF-8",
            "TZ": "America/Lima",
            "PYTHONHASHSEED": "2",
            "LOKY_MAX_CPU_COUNT": "1",
        },
    ],
    ids=["tokyo", "lima on one core"],
)
def test_training_elsewhere_gives_the_same_bytes(
    base: KnowledgeBase, saved: Path, tmp_path: Path, place: dict[str, str]
) -> None:
    (tmp_path / "base").write_bytes(pickle.dumps(base))
    place = {**os.environ, **place, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", ELSEWHERE, "base", "data/models/model"]
    subprocess.run(command, cwd=tmp_path, env=place, check=True)  # noqa: S603
    folder = tmp_path / "data" / "models" / "model"
    assert served_bytes(folder) == served_bytes(saved)
    assert lasting(read_manifest(folder)) == lasting(read_manifest(saved))


def test_the_order_of_the_files_changes_no_model(base: KnowledgeBase, model: TriageModel) -> None:
    backwards = replace(
        base,
        entries=dict(reversed(list(base.entries.items()))),
        outside=dict(reversed(list(base.outside.items()))),
    )
    again = train(backwards)
    assert again.compiled.vocabulary() == model.compiled.vocabulary()
    for name, array in model.compiled.arrays().items():
        assert (again.compiled.arrays()[name] == array).all()
    assert again.calibration == model.calibration


def test_a_model_remembers_what_it_was_made_of(
    two_desks: KnowledgeBase,
) -> None:
    dear = Policy(wrong=7.0)
    model = train(two_desks, seed=5, policy=dear)
    assert (model.content, model.seed, model.policy) == (learning_fingerprint(two_desks), 5, dear)


def test_progress_is_told_to_the_end(two_desks: KnowledgeBase) -> None:
    told: list[tuple[str, int, int]] = []
    train(two_desks, progress=lambda *step: told.append(step))
    stages = {stage: (done, total) for stage, done, total in told}
    assert list(stages) == ["cross-validation", "fit"]
    assert all(done == total for done, total in stages.values())


def test_two_desks_are_enough(two_desks: KnowledgeBase) -> None:
    triage = triage_of(train(two_desks))
    for key, desk in two_desks.desks.items():
        for question in desk.questions:
            decision = triage.decide(question.text)
            assert decision.candidates[0].target.id == key
    assert triage.decide("").action == "decline"


def test_families_alone_only_decline(base: KnowledgeBase) -> None:
    triage = triage_of(train(replace(base, entries={}, desks={})))
    decision = triage.decide("bonsoir")
    assert (decision.action, decision.candidates) == ("decline", ())
    assert decision.target
    assert decision.target.id == "salutation"


def test_a_base_without_outside_families_trains(base: KnowledgeBase) -> None:
    decision = triage_of(train(replace(base, outside={}))).decide("pneu crevé")
    assert decision.candidates[0].target.id == "crevaison"


def test_messages_told_apart_without_fail_are_learnt(base: KnowledgeBase) -> None:
    desks = {
        key: replace(base.desks[key], questions=tuple(Question(f"{word} {n}") for n in range(10)))
        for key, word in (("atelier", "frein"), ("facturation", "facture"))
    }
    triage = triage_of(train(replace(base, entries={}, desks=desks, outside={})))
    decision = triage.decide("ma facture")
    assert decision.candidates[0].target.id == "facturation"
    assert 0.5 < decision.confidence < 0.99


@pytest.mark.parametrize("titles", [0, 1, 8])
def test_no_question_at_all_is_an_error(base: KnowledgeBase, titles: int) -> None:
    kept = dict(list(unasked(base).published.items())[:titles])
    with pytest.raises(TrainingError, match="train again"):
        train(replace(unasked(base), entries=kept))


def test_one_target_is_nothing_to_choose_from(base: KnowledgeBase) -> None:
    with pytest.raises(TrainingError, match="at least two"):
        train(replace(base, entries={}, desks={"atelier": base.desks["atelier"]}, outside={}))


def test_one_question_a_desk_is_too_few(two_desks: KnowledgeBase) -> None:
    desks = {k: replace(d, questions=d.questions[:1]) for k, d in two_desks.desks.items()}
    with pytest.raises(TrainingError, match="too few"):
        train(replace(two_desks, desks=desks))


def test_a_single_manner_of_asking_is_enough(two_desks: KnowledgeBase) -> None:
    desks = {
        k: replace(d, questions=tuple(replace(q, manner="hurried") for q in d.questions))
        for k, d in two_desks.desks.items()
    }
    assert triage_of(train(replace(two_desks, desks=desks))).decide("freins").candidates


def test_every_question_is_ranked_once_known_and_once_unknown(
    model: TriageModel, found: Examples
) -> None:
    held_out = model.held_out
    answered = found.labels != NOBODY
    tested = set(np.flatnonzero(answered & (found.blocks != ALWAYS_TRAINED)).tolist())
    entries = {n for n in tested if found.targets[found.labels[n]].kind == "faq"}
    for known, rows in ((True, tested), (False, entries)):
        assert Counter(held_out.rows[held_out.known == known].tolist()) == Counter(rows)


def test_a_held_out_target_is_absent_from_its_ranking(model: TriageModel, found: Examples) -> None:
    held_out = model.held_out
    for row, known, ranking in zip(held_out.rows, held_out.known, held_out.rankings, strict=True):
        own = ranking.scores[found.labels[row]]
        assert own > ABSENT if known else own == ABSENT


def test_a_target_known_by_one_question_is_unknown_to_its_fold(two_desks: KnowledgeBase) -> None:
    lone = replace(two_desks.desks["atelier"], id="lone", questions=(Question("x", "formal"),))
    found = examples(replace(two_desks, desks={**two_desks.desks, "lone": lone}))
    held_out = cross_validate(found, Recipe(), found.blocks)
    label = next(n for n, target in enumerate(found.targets) if target.id == "lone")
    assert not held_out.known[found.labels[held_out.rows] == label].any()


def test_leaving_manners_out_ranks_the_same_messages(model: TriageModel, found: Examples) -> None:
    held_out = cross_validate(found, Recipe(), found.manners)
    assert sorted(held_out.rows) == sorted(model.held_out.rows)
