from __future__ import annotations

from dataclasses import replace
from math import isnan
from typing import TYPE_CHECKING

import numpy as np
import pytest

from classifier.decision import Target
from classifier.evaluation.figures import by_manner, decision_figures, ranking_figures
from classifier.serving.ranker import Ranking, best_two
from classifier.training.examples import ALWAYS_TRAINED, Examples
from classifier.training.folds import cross_validate
from classifier.training.rankings import OutOfFold
from classifier.training.recipe import Recipe
from kb.entries import MANNERS

if TYPE_CHECKING:
    from classifier.serving.triage import Triage
    from classifier.training.train import TriageModel

KEYWORDS, HURRIED = MANNERS.index("keywords"), MANNERS.index("hurried")
TARGETS = (
    *(Target("desk", "d"), Target("faq", "a"), Target("faq", "b"), Target("faq", "c")),
    Target("outside", "o"),
)


@pytest.fixture
def by_hand() -> tuple[Examples, OutOfFold]:
    """Three entries, a desk and a family; the family's score never counts in a rank."""
    rows = [
        # label, manner, scores, known
        (1, KEYWORDS, [0.0, 0.9, 0.1, 0.2, 1.0], True),  # first
        (1, HURRIED, [0.5, 0.4, 0.1, 0.2, 1.0], True),  # second
        (2, HURRIED, [0.5, 0.4, -0.1, 0.2, 1.0], True),  # fourth
        (0, HURRIED, [0.3, 0.4, -0.1, 0.2, 1.0], True),  # second
        (4, KEYWORDS, [0.3, 0.4, -0.1, 0.2, 1.0], True),
        (3, KEYWORDS, [0.3, 0.4, -0.1, -3.0, 1.0], False),
    ]
    labels, manners, scores, known = zip(*rows, strict=True)
    found = Examples(
        texts=("title", *map(str, range(len(rows)))),
        labels=np.array([3, *labels]),
        manners=np.array([ALWAYS_TRAINED, *manners]),
        blocks=np.array([ALWAYS_TRAINED, *manners]),
        named=np.array([False] + [True] * len(rows)),
        targets=TARGETS,
    )
    rankings = tuple(
        Ranking(np.array(row), *best_two(np.array(row)), 3, 0.0, 0.5, 0.5) for row in scores
    )
    return found, OutOfFold(np.arange(1, len(rows) + 1), np.array(known), rankings)


def test_ranks_are_counted_among_entries_and_desks(by_hand: tuple[Examples, OutOfFold]) -> None:
    assert ranking_figures(*by_hand) == {
        "faq_top1": 33.3,
        "faq_top3": 66.7,
        "desk_top1": 0.0,
        "desk_top3": 100.0,
    }


def test_ranks_are_told_by_manner(by_hand: tuple[Examples, OutOfFold]) -> None:
    assert by_manner(*by_hand) == {"keywords": 100.0, "hurried": 0.0}


def test_a_plain_list_counts_as_no_manner(by_hand: tuple[Examples, OutOfFold]) -> None:
    found, held_out = by_hand
    plain = replace(found, named=found.named & (found.manners != KEYWORDS))
    assert by_manner(plain, held_out) == {"hurried": 0.0}


def test_a_share_of_nothing_is_no_number(by_hand: tuple[Examples, OutOfFold]) -> None:
    found, held_out = by_hand
    none = replace(held_out, known=np.zeros(len(held_out.rows), dtype=bool))
    assert all(isnan(figure) for figure in ranking_figures(found, none).values())


def test_figures_of_a_training_are_percentages(
    model: TriageModel, found: Examples, triage: Triage
) -> None:
    shown = {
        **ranking_figures(found, model.held_out),
        **decision_figures(found, model.held_out, triage),
    }
    assert set(shown) == {
        *("faq_top1", "faq_top3", "desk_top1", "desk_top3"),
        *("direct_share", "wrong_of_direct", "outside_declined"),
    }
    assert all(0.0 <= figure <= 100.0 for figure in shown.values())
    assert shown["faq_top1"] <= shown["faq_top3"]
    assert shown["desk_top1"] <= shown["desk_top3"]


def test_wordings_left_out_are_found_better_than_by_chance(
    model: TriageModel, found: Examples
) -> None:
    assert ranking_figures(found, model.held_out)["faq_top3"] > 300 / len(found.targets)


def test_every_manner_that_was_asked_has_a_figure(found: Examples) -> None:
    held_out = cross_validate(found, Recipe(), found.manners)
    figures = by_manner(found, held_out)
    assert set(figures) == set(MANNERS)
    assert all(0.0 <= figure <= 100.0 for figure in figures.values())
