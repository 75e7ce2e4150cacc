from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import classifier.serving.ranker
from classifier.decision import Target
from classifier.serving.compiled import CompiledModel
from classifier.serving.ranker import Ranker, best_columns, best_two

if TYPE_CHECKING:
    from classifier.serving.triage import Triage
    from classifier.training.train import TriageModel


def best(ranker: Ranker, text: str) -> Target:
    ranking = ranker.rank(text)
    assert ranking is not None
    return ranker.model.targets[int(ranking.scores.argmax())]


@pytest.mark.parametrize("text", ["", "   ", "?!…", "🚲🚲", "\x00\x07\n", "\u200b\ufeff", "\ud800"])
def test_a_message_without_a_word_has_no_ranking(triage: Triage, text: str) -> None:
    assert triage.ranker.rank(text) is None


def test_words_never_seen_leave_the_intercepts(triage: Triage) -> None:
    ranking = triage.ranker.rank("щщщщ")
    assert ranking is not None
    assert (ranking.scores == triage.ranker.model.intercept).all()
    assert (ranking.unknown, ranking.seen) == (1.0, 0.0)


def test_the_share_of_known_words_is_the_best_targets(triage: Triage) -> None:
    known, half = (triage.ranker.rank(text) for text in ("pneu à plat", "pneu à plat, facture"))
    assert known is not None
    assert half is not None
    assert known.unknown == half.unknown == 0.0
    assert known.seen == pytest.approx(1.0)
    assert 0.0 < half.seen < 1.0


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("mon pneu est crevé", Target("faq", "crevaison")),
        ("où rendre le vélo, station pleine", Target("faq", "station-pleine")),
        ("deux prélèvements sur ma facture", Target("desk", "facturation")),
        ("salut !", Target("outside", "salutation")),
    ],
)
def test_new_wordings_find_their_target(triage: Triage, text: str, target: Target) -> None:
    assert best(triage.ranker, text) == target


@given(text=st.text(st.characters()))
def test_shares_stay_between_nothing_and_everything(triage: Triage, text: str) -> None:
    ranking = triage.ranker.rank(text)
    if ranking is not None:
        assert 0.0 <= ranking.unknown <= 1.0
        assert 0.0 <= ranking.seen <= 1.0 + 1e-6
        assert np.isfinite(ranking.scores).all()


@given(st.lists(st.floats(-3, 3), min_size=2, max_size=9))
def test_the_two_best_are_found_and_the_scores_left_as_they_were(scores: list[float]) -> None:
    array = np.array(scores)
    first, second = best_two(array)
    assert first != second
    assert [scores[first], scores[second]] == sorted(scores, reverse=True)[:2]
    assert array.tolist() == scores


@pytest.mark.parametrize("size", [2, 75, 599, 600, 2000])
def test_the_best_columns_are_those_of_a_sort(size: int) -> None:
    values = np.random.default_rng(size).random(size)
    by_value = sorted(range(size), key=lambda column: values[column], reverse=True)
    assert best_columns(values, 10).tolist() == by_value[:10]


@pytest.mark.parametrize("memo", ["MEMO_WORDS", "MEMO_PAIRS"])
def test_emptying_the_memo_changes_no_score(
    model: TriageModel, monkeypatch: pytest.MonkeyPatch, memo: str
) -> None:
    text = "bonjour, la station est pleine et le pneu est crevé"
    roomy = Ranker(model.compiled).rank(text)
    monkeypatch.setattr(classifier.serving.ranker, memo, 2)
    cramped = Ranker(model.compiled).rank(text)
    assert roomy is not None
    assert cramped is not None
    assert (roomy.scores == cramped.scores).all()


def test_a_model_in_parts_is_the_model(model: TriageModel) -> None:
    compiled = model.compiled
    rebuilt = CompiledModel.from_parts(compiled.vocabulary(), compiled.arrays())
    assert rebuilt.targets == compiled.targets
    assert (rebuilt.word_ids, rebuilt.gram_ids) == (compiled.word_ids, compiled.gram_ids)
    for name, array in compiled.arrays().items():
        assert (rebuilt.arrays()[name] == array).all()


def test_a_part_that_lacks_is_an_error(model: TriageModel) -> None:
    parts = {k: v for k, v in model.compiled.arrays().items() if k != "intercept"}
    with pytest.raises(KeyError):
        CompiledModel.from_parts(model.compiled.vocabulary(), parts)
