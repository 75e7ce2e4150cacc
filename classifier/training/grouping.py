"""Groups messages that ask for about the same, and finds the nearest of each.

Rows of TF-IDF, cosine, average linkage (Sokal and Michener 1958) cut so tightly that a group can
be taken as a whole; what it misses is among the ten nearest of a message, for a person to tick.
Over 20 topics that the base does not hold, of 4 to 12 wordings each, and 150 strays (see
``tests/acceptance/review_groups.py``): cutting lower finds more topics and mixes them.
"""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy import sparse
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.spatial.distance import squareform
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.preprocessing import normalize

from classifier.text import Analyser
from classifier.training.features import TfIdf
from classifier.training.recipe import VIEWS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

TIGHT = 0.16
"""Mean likeness within a group, at least."""

RARE = 1.5
"""Exponent of the inverse document frequency: messages are short, and their rare words tell."""

NEIGHBOURS = 10
FAINT = 0.02
"""Below this likeness, two messages have nothing in common that is worth showing."""


class Near(NamedTuple):
    """Another message, by its place in the list, and how like it is: 0 to 1."""

    place: int
    score: float


@dataclass(frozen=True, slots=True)
class Grouping:
    """Messages in groups.

    Attributes:
        groups: of each message, the place of the first one of its group.
        nearest: of each message, the others that are most like it, best first.
    """

    groups: list[int]
    nearest: list[list[Near]]


def group_messages(
    texts: Sequence[str], known: Sequence[str] = (), tight: float = TIGHT
) -> Grouping:
    """Group messages by what they ask for.

    Args:
        texts: the messages, all different.
        known: other texts of the field, which tell what words are rare in it.
        tight: mean likeness within a group, at least.
    """
    if not texts:
        return Grouping([], [])
    likeness = _likeness(texts, known)
    return Grouping(_link(likeness, tight), [_nearest(row) for row in likeness])


def _likeness(texts: Sequence[str], known: Sequence[str]) -> NDArray[np.float32]:
    """(N, N) cosines, with 0 on the diagonal."""
    rows = normalize(sparse.hstack([_rows(view, texts, known) for view in VIEWS])).tocsr()
    likeness: NDArray[np.float32] = (rows @ rows.T).toarray().astype(np.float32)
    np.fill_diagonal(likeness, 0)
    return likeness


def _rows(view: str, texts: Sequence[str], known: Sequence[str]) -> sparse.csr_matrix:
    """(N, F) weighed features of the texts in one view; each row has length one."""
    # A vocabulary must not be empty: messages may all be signs.
    counts = CountVectorizer(analyzer=Analyser(view)).fit_transform([*texts, *known, "mot"])
    return TfIdf(RARE).fit(counts).transform(counts[: len(texts)])


def _link(likeness: NDArray[np.float32], tight: float) -> list[int]:
    if len(likeness) == 1:
        return [0]
    distance = np.clip(1 - likeness, 0, None)
    np.fill_diagonal(distance, 0)
    tree = linkage(squareform(distance, checks=False), "average")
    numbers = fcluster(tree, 1 - tight, "distance")
    first: dict[int, int] = {}
    return [first.setdefault(int(number), place) for place, number in enumerate(numbers)]


def _nearest(row: NDArray[np.float32]) -> list[Near]:
    most = min(NEIGHBOURS, len(row))
    some = np.argpartition(-row, most - 1)[:most]
    places = some[np.lexsort((some, -row[some]))]
    return [Near(int(place), round(float(row[place]), 3)) for place in places if row[place] > FAINT]


def group_json(given: Mapping[str, Sequence[str]]) -> dict[str, object]:
    """:func:`group_messages` from and to what JSON can hold."""
    found = group_messages(given["texts"], given["known"])
    return {"groups": found.groups, "nearest": found.nearest}


if __name__ == "__main__":
    # A process of its own: whoever serves imports no scikit-learn, and goes on meanwhile.
    json.dump(group_json(json.load(sys.stdin)), sys.stdout)
