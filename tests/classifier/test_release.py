from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from classifier.errors import LabelError
from classifier.release import Order, release
from classifier.serving import artifact
from classifier.serving.policy import Policy
from classifier.serving.terms import Terms, certified_for
from kb.learning import learning_fingerprint
from kb.loader import load
from kb.texts import load_texts

if TYPE_CHECKING:
    from classifier.release import Release

CONTENT = Path(__file__).parent.parent / "content"
CHANGED = {
    "contact": lambda text: text.replace("desk: atelier", "desk: atelier\ncontact: atelier", 1),
    "desk": lambda text: text.replace("desk: atelier\n", "", 1),
}
TARGETS = {"answer": 0.05, "route": 0.3, "confidence": 0.9}


@pytest.fixture(scope="module")
def order(tmp_path_factory: pytest.TempPathFactory) -> Order:
    kb = shutil.copytree(CONTENT, tmp_path_factory.mktemp("kb") / "content")
    return Order(Path(kb), tmp_path_factory.mktemp("data"), Terms(TARGETS, Policy(wrong=7.0)))


@pytest.fixture(scope="module")
def made(order: Order) -> Release:
    return release(order)


def folder_of(order: Order) -> Path:
    return artifact.model_folder(order.data_dir, learning_fingerprint(load(order.kb)))


def test_what_came_out_is_what_is_served(order: Order, made: Release) -> None:
    served = artifact.load(folder_of(order), folder_of(order).name)
    assert served.triage.fingerprint == made.fingerprint
    assert served.triage.policy.wrong == 7.0
    assert served.manifest["figures"]["targets"] == made.figures["targets"] == TARGETS
    assert served.manifest["certified_for"] == certified_for(order.terms, load(order.kb))
    assert made.trained
    assert made.megabytes > 0
    assert made.compared == {}


def test_other_targets_are_certified_without_training(order: Order, made: Release) -> None:
    looser = Terms({**TARGETS, "answer": 0.2}, order.terms.policy)
    again = release(replace(order, terms=looser, reuse=True))
    assert not again.trained
    assert again.figures["cross_validation"]["faq_top1"] == pytest.approx(
        made.figures["cross_validation"]["faq_top1"]
    )
    assert again.figures["promise"]["answer"]["target"] == 0.2
    served = artifact.load(folder_of(order), folder_of(order).name)
    assert served.manifest["figures"]["targets"]["answer"] == 0.2
    back = release(replace(order, reuse=True))
    assert back.fingerprint == made.fingerprint


@pytest.mark.parametrize("seed", [0, 1])
def test_another_seed_or_a_lost_training_trains_again(
    order: Order, made: Release, tmp_path: Path, seed: int
) -> None:
    data = Path(shutil.copytree(order.data_dir, tmp_path / "data"))
    if seed == 0:
        shutil.rmtree(data / "training")
    again = release(replace(order, data_dir=data, reuse=True, seed=seed, force=True))
    assert again.trained
    assert (again.fingerprint == made.fingerprint) == (seed == 0)


@pytest.mark.parametrize("key", ["contact", "desk"])
def test_whose_an_entry_is_is_certified_anew_and_teaches_nothing(order: Order, key: str) -> None:
    before = load_texts(order.kb, order.data_dir / "texts")
    file = next(order.kb.rglob("velo-vole.md"))
    text = file.read_text("utf-8")
    file.write_text(CHANGED[key](text), "utf-8")
    try:
        after = load_texts(order.kb, order.data_dir / "texts")
    finally:
        file.write_text(text, "utf-8")
    assert after.learning == before.learning
    changed = after.base.entries["velo-vole"]
    assert (changed.desk, changed.contact) != ("atelier", None)
    assert certified_for(Terms(TARGETS), after.base) != certified_for(Terms(TARGETS), before.base)


def test_labels_are_read_before_anything_is_trained(order: Order, tmp_path: Path) -> None:
    with pytest.raises(LabelError, match="cannot read"):
        release(replace(order, data_dir=tmp_path, labelled=tmp_path / "absent.jsonl"))
    assert not list(tmp_path.rglob("manifest.json"))
