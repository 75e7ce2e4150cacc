from __future__ import annotations

import json
import math
from itertools import product
from typing import TYPE_CHECKING

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from classifier.benchmark import selective
from classifier.benchmark.abstention import Signals, rounds, signals_of
from classifier.benchmark.intent_figures import benchmark_file
from classifier.benchmark.intents import Intents, Labelled, train_intents
from classifier.benchmark.labelled import read_utterances
from classifier.benchmark.recipes import Check, Trial, best, folds, language_of, own_weight, scores
from classifier.errors import LabelError, TrainingError
from classifier.serving.calibration import Head
from classifier.training.calibrate import fit_head
from classifier.training.features import count
from classifier.training.recipe import Recipe

if TYPE_CHECKING:
    from pathlib import Path

    from classifier.benchmark.intents import IntentModel

THINGS = [
    *("bicycle", "invoice", "password", "parcel", "weather", "holiday", "printer", "salary"),
    *("elevator", "coffee", "insurance", "calendar"),
]
TRAIN_FRAMES = ["where is my {}", "i lost the {}", "help with {} please", "my {} is broken"]
TEST_FRAMES = ["the {} does not work", "please help, {} lost"]
OUTSIDE = ["sing about dragons", "quantum chromodynamics lecture", "zebra yodelling tournament"]


def rows(frames: list[str]) -> list[Labelled]:
    return [Labelled(frame.format(thing), thing) for frame, thing in product(frames, THINGS)]


@pytest.fixture(scope="module")
def taught() -> IntentModel:
    return train_intents(rows(TRAIN_FRAMES), rows(TEST_FRAMES[:1]))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    splits = {
        "train": [*rows(TRAIN_FRAMES), Labelled("zebra tournament", "oos")],
        "val": [*rows(TEST_FRAMES[:1]), Labelled(OUTSIDE[0], "oos")],
        "test": [*rows(TEST_FRAMES), *[Labelled(text, "oos") for text in OUTSIDE]],
    }
    return written(tmp_path, splits)


def written(folder: Path, splits: dict[str, list[Labelled]]) -> Path:
    lines = [
        json.dumps({"text": row.text, "label": row.label, "split": split})
        for split, found in splits.items()
        for row in found
    ]
    path = folder / "utterances.jsonl"
    path.write_text("\n".join(lines) + "\n\n", "utf-8")
    return path


def test_new_wordings_find_their_intent(taught: IntentModel) -> None:
    asker = Intents(taught)
    assert all(asker.guess(row.text).label == row.label for row in rows(TEST_FRAMES))


def test_what_no_intent_speaks_of_is_less_sure(taught: IntentModel) -> None:
    asker = Intents(taught)
    least = min(asker.guess(row.text).confidence for row in rows(TEST_FRAMES))
    assert all(asker.guess(text).confidence < least for text in OUTSIDE)


@pytest.mark.parametrize("text", ["", "?!", "\n"])
def test_a_text_without_a_word_has_no_intent(taught: IntentModel, text: str) -> None:
    assert Intents(taught).guess(text) == (None, -math.inf)


def test_asking_gives_the_margins_of_scikit_learn(taught: IntentModel) -> None:
    ranker = Intents(taught).ranker
    for text in [row.text for row in rows(TEST_FRAMES)] + OUTSIDE:
        theirs = taught.pipeline.decision_function([text])[0]
        assert ranker.margins(ranker.read(text)) == pytest.approx(theirs, abs=1e-6)


def test_the_same_seed_gives_the_same_model(taught: IntentModel) -> None:
    again = train_intents(rows(TRAIN_FRAMES), rows(TEST_FRAMES[:1]))
    assert again.head == taught.head
    assert again.recipe == taught.recipe
    for name, array in taught.compiled.arrays().items():
        assert (again.compiled.arrays()[name] == array).all()


@pytest.mark.parametrize("power", [1.0, 0.3])
def test_the_head_is_fitted_on_the_signals_that_asking_gives(power: float) -> None:
    from classifier.benchmark.intents import _ask_round, _examples  # noqa: PLC0415
    from classifier.serving.ranker import Ranker  # noqa: PLC0415
    from classifier.training.pipeline import fit  # noqa: PLC0415

    # One word that stands in one text only: no pair of words is rarer.
    learnt = [*rows(TRAIN_FRAMES), Labelled("tyre", THINGS[0])]
    found, own = _examples([*learnt, *rows(TEST_FRAMES)]), _examples(learnt)
    recipe = Recipe(language="english", idf_power=power, own_weight=3.0)
    size = len(own.texts)
    whole = next(rounds(found.labels, np.arange(len(found.texts)), 0))
    split = whole._replace(train=np.arange(size), test=np.arange(size, len(found.texts)))
    expected = _ask_round(count(found, recipe), found, split, recipe).signals
    ranker = Ranker(fit(own, recipe).compiled, "english")
    for row, text in zip(expected, found.texts[size:], strict=True):
        words = ranker.read(text)
        assert signals_of(words, ranker.margins(words), power) == pytest.approx(
            tuple(row), abs=1e-5
        )


def test_every_intent_plays_out_of_scope_once_and_is_then_not_taught() -> None:
    labels = np.repeat(np.arange(10), 20)
    learnt = np.arange(0, 200, 2)
    hidden = []
    for split in rounds(labels, learnt, seed=3):
        out = labels[split.test[~split.inside]]
        hidden += np.unique(out).tolist()
        assert not np.isin(labels[split.train], out).any()
        assert not np.isin(split.train, split.test).any()
        assert np.isin(np.concatenate([split.train, split.test]), learnt).all()
        assert split.inside.any()
    assert sorted(hidden) == list(range(10))


def test_the_head_weighs_both_sides_the_same() -> None:
    inside = np.array([True] * 90 + [False] * 10)
    signals = np.column_stack([np.where(inside, 1.0, -1.0), np.zeros(100), np.ones(100)])
    balanced = LogisticRegression(class_weight="balanced")
    head = fit_head(balanced, signals, inside)
    assert head.weights[0] > 0
    assert head.weights[1] == head.weights[2] == 0
    assert head.log_odds(Signals(0.0, 0.0, 1.0)) == pytest.approx(0.0, abs=0.01)


def test_a_head_is_a_weighted_sum() -> None:
    assert Head((2.0, -1.0, 0.5), 0.25).log_odds(Signals(1.0, 0.5, 1.0)) == 2.25


def test_the_best_recipe_is_the_most_regularised_of_those_as_good() -> None:
    bad, good, better = (
        Trial(Recipe(cost=c), a) for c, a in ((0.5, 0.7), (1.0, 0.799), (2.0, 0.8))
    )
    assert best([bad, better, good]) is good
    assert best([bad, better]) is better


def test_of_equal_costs_the_recipe_with_most_right_is_best() -> None:
    worse, better, equal = (Trial(Recipe(), accuracy) for accuracy in (0.8, 0.801, 0.801))
    assert best([worse, better, equal]) is better


def test_without_a_val_split_every_training_row_is_asked_once() -> None:
    checks = folds(np.arange(50), seed=0)
    assert sorted(np.concatenate([check.test for check in checks]).tolist()) == list(range(50))
    assert all(not np.isin(check.train, check.test).any() for check in checks)
    assert train_intents(rows(TRAIN_FRAMES)).trials


def test_a_class_never_taught_has_the_lowest_margin() -> None:
    from classifier.benchmark.intents import _examples  # noqa: PLC0415

    found = _examples(rows(TRAIN_FRAMES))
    train, test = np.flatnonzero(found.labels > 0), np.flatnonzero(found.labels == 0)
    recipe = Recipe(own_weight=own_weight(len(rows(TRAIN_FRAMES)), len(THINGS)))
    margins = scores(count(found, recipe), found, Check(train, test), recipe)
    assert (margins.argmin(axis=1) == 0).all()


@pytest.mark.parametrize(
    ("texts", "language"),
    [
        (["how do i reset the password", "what is my balance"], "english"),
        (["comment rendre le vélo", "je veux un duplicata de la facture"], "french"),
        (["wie komme ich nach Hause", "passwort vergessen"], None),
        (["???"], None),
    ],
)
def test_the_stemmer_follows_the_language_of_the_texts(
    texts: list[str], language: str | None
) -> None:
    assert language_of(texts) == language


def test_few_intents_are_refused() -> None:
    with pytest.raises(TrainingError, match="2 intents"):
        train_intents([Labelled("a b", "x"), Labelled("c d", "y")])


def test_a_benchmark_prints_its_figures_and_writes_them(file: Path, tmp_path: Path) -> None:
    out = tmp_path / "figures.json"
    lines = "\n".join(benchmark_file(file, out))
    figures = json.loads(out.read_text("utf-8"))
    assert figures["rows"] == {"train": [48, 1], "val": [12, 1], "test": [24, 3]}
    assert figures["in_scope_accuracy"] == 100.0
    assert figures["auroc"] == 1.0
    assert figures["budget_one_point"]["oos_recall"] == 100.0
    assert figures["larson"]["oos_recall"] == 100.0
    assert figures["differs_from_sklearn"] < 1e-6
    assert "in-scope accuracy          100.0 %" in lines
    assert "AUROC                      1.0" in lines
    whole = figures["with_oos_as_a_label"]
    assert whole["threshold_on"] == "val"
    assert (whole["accuracy"], whole["mcc"]) == (100.0, 1.0)


def test_no_text_out_of_scope_is_learnt_from(file: Path, tmp_path: Path) -> None:
    benchmark_file(file, tmp_path / "with.json")
    splits = read_utterances(file)
    splits["train"] = [row for row in splits["train"] if row.label != "oos"]
    splits["val"] = [row for row in splits["val"] if row.label != "oos"]
    benchmark_file(written(tmp_path, splits), tmp_path / "without.json")
    with_oos, without = (
        json.loads((tmp_path / f"{name}.json").read_text("utf-8")) for name in ("with", "without")
    )
    for same in ("recipe", "auroc", "aurc_all", "budget_one_point", "model_mb"):
        assert with_oos[same] == without[same]
    assert without["larson"] is None


def test_a_file_without_val_or_oos_says_what_it_cannot_measure(tmp_path: Path) -> None:
    path = written(tmp_path, {"train": rows(TRAIN_FRAMES), "test": rows(TEST_FRAMES)})
    lines = "\n".join(benchmark_file(path, None))
    assert "recipe chosen on           3 folds of train" in lines
    assert "lacks the val rows" in lines
    assert "lacks oos rows" in lines


def test_without_val_rows_intents_held_out_set_the_threshold(tmp_path: Path) -> None:
    test = [*rows(TEST_FRAMES), *[Labelled(text, "oos") for text in OUTSIDE]]
    path = written(tmp_path, {"train": rows(TRAIN_FRAMES), "test": test})
    lines = "\n".join(benchmark_file(path, tmp_path / "figures.json"))
    whole = json.loads((tmp_path / "figures.json").read_text("utf-8"))["with_oos_as_a_label"]
    assert whole["threshold_on"] == "held-out intents of train"
    assert whole["oos_recall"] == 100.0
    assert whole["in_scope_recall"] >= 50.0
    assert 0.5 < whole["mcc"] <= 1.0
    right = whole["in_scope_recall"] * len(rows(TEST_FRAMES)) + 100.0 * len(OUTSIDE)
    assert whole["accuracy"] == pytest.approx(right / len(test), abs=0.01)
    assert f"oos recall 100.0 %, MCC {whole['mcc']}; threshold set on held-out intents" in lines


@pytest.mark.parametrize(
    "line",
    [
        *("{", "[]", "{}", '{"text": "a", "label": "b", "split": "dev"}'),
        *('{"text": 1, "label": "b", "split": "test"}', '{"text": "a", "split": "test"}'),
        '{"text": "a", "label": " ", "split": "test"}',
    ],
)
def test_a_line_that_is_no_labelled_utterance_is_named(file: Path, line: str) -> None:
    file.write_text(line + "\n" + file.read_text("utf-8"), "utf-8")
    with pytest.raises(LabelError, match=r"utterances\.jsonl:1: needs an object with text, label"):
        read_utterances(file)


def test_a_label_that_is_never_taught_is_named_with_its_line(tmp_path: Path) -> None:
    path = written(tmp_path, {"train": rows(TRAIN_FRAMES), "test": [Labelled("hi", "greeting")]})
    with pytest.raises(LabelError, match=f"jsonl:{len(rows(TRAIN_FRAMES)) + 1}: .*`greeting`"):
        read_utterances(path)


@pytest.mark.parametrize("lacking", ["train", "test"])
def test_a_file_needs_rows_to_learn_from_and_rows_to_test_on(file: Path, lacking: str) -> None:
    splits = {**read_utterances(file), lacking: []}
    with pytest.raises(LabelError, match="needs labelled rows"):
        read_utterances(written(file.parent, splits))


def test_a_file_that_cannot_be_read_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(LabelError, match="cannot read"):
        read_utterances(tmp_path / "none.jsonl")


def test_abstaining_pays_on_texts_out_of_scope(taught: IntentModel) -> None:
    from classifier.benchmark.intent_figures import ask  # noqa: PLC0415

    asked = [*rows(TEST_FRAMES), *[Labelled(text, "oos") for text in OUTSIDE]]
    answers = ask(Intents(taught), asked).answers
    assert selective.auroc(answers) == 1.0
