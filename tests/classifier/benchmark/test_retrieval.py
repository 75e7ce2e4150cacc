from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.feature_extraction.text import TfidfVectorizer

import classifier.benchmark.retrieval
from classifier.benchmark.retrieval import Retriever

NOTES = st.lists(st.lists(st.sampled_from("abcdefgh"), max_size=6), max_size=12)
QUERY = st.lists(st.sampled_from("abcdefghxyz"), max_size=5)


def as_is(words: list[str]) -> list[str]:
    return words


def dense(notes: list[list[str]], query: list[str]) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """The same by scikit-learn, all cosines computed."""
    vectoriser = TfidfVectorizer(analyzer=as_is, sublinear_tf=True)
    table = vectoriser.fit_transform(notes)
    return np.asarray((table @ vectoriser.transform([query]).T).todense()).ravel()


@pytest.mark.parametrize("dense_from", [0.0, 0.5, 1e9])
@pytest.mark.parametrize("whole_from", [0.0, 0.5, 1e9])
@given(notes=NOTES, query=QUERY)
def test_scores_are_those_of_a_dense_computation(
    dense_from: float, whole_from: float, notes: list[list[str]], query: list[str]
) -> None:
    if not any(notes):
        return
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(classifier.benchmark.retrieval, "DENSE_FROM", dense_from)
        patch.setattr(classifier.benchmark.retrieval, "WHOLE_FROM", whole_from)
        assert Retriever(notes).scores(query) == pytest.approx(dense(notes, query), abs=1e-6)


@given(notes=NOTES, query=QUERY, top=st.integers(1, 20))
def test_the_best_come_first_and_strangers_never(
    notes: list[list[str]], query: list[str], top: int
) -> None:
    index = Retriever(notes)
    found = index.search(query, top)
    scores = index.scores(query)
    expected = sorted((-score, note) for note, score in enumerate(scores) if score > 0)[:top]
    assert [(-score, note) for note, score in found] == expected


def test_no_note_at_all_finds_nothing() -> None:
    assert Retriever([]).search(["velo"], 3) == []
    assert Retriever([[], []]).search(["velo"], 3) == []


def test_asking_for_no_note_is_an_error() -> None:
    with pytest.raises(ValueError, match="at least"):
        Retriever([["velo"]]).search(["velo"], 0)


@given(seed=st.integers(0, 200), size=st.integers(1, 3000), nth=st.integers(1, 20))
def test_the_best_of_many_notes_are_found_without_ordering_them_all(
    seed: int, size: int, nth: int
) -> None:
    scores = np.random.default_rng(seed).integers(0, 50, size).astype(float)
    nth = min(nth, size)
    assert classifier.benchmark.retrieval._nth_largest(scores, nth) == np.sort(scores)[-nth]
