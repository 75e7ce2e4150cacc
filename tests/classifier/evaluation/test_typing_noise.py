from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from classifier.evaluation.typing_noise import (
    DAMAGES,
    add_typing_error,
    damage_examples,
    survival,
)
from classifier.evaluation.wrappings import WRAPPINGS
from classifier.training.folds import rank_damaged
from classifier.training.recipe import Recipe

if TYPE_CHECKING:
    from classifier.training.examples import Examples


@given(text=st.text(), seed=st.integers(0, 99))
def test_a_typing_error_changes_one_place(text: str, seed: int) -> None:
    wrong = add_typing_error(text, np.random.default_rng(seed))
    assert abs(len(wrong) - len(text)) <= 1
    if not any(char.isalpha() for char in text):
        assert wrong == text


def test_every_damage_is_ranked_by_models_that_learnt_undamaged(found: Examples) -> None:
    first = rank_damaged(found, damage_examples(found), Recipe())
    assert first.shape == (len(DAMAGES), len(found.texts))
    asked = (found.blocks >= 0) & (found.labels >= 0)
    assert ((first >= 0).any(axis=0) == asked).all()
    figures = survival(found, first)
    assert figures["as typed"][1] == 100.0
    assert figures["in capitals"] == figures["as typed"]
    assert all(figures[name] == figures["as typed"] for name in WRAPPINGS)
    assert all(0 <= figure <= 100 for pair in figures.values() for figure in pair)
