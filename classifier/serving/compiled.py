"""The trained model as flat arrays and dictionaries: what the query path reads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from classifier.decision import Target
from classifier.serving.weights import Weights

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    from numpy.typing import NDArray


class Holders(NamedTuple):
    """Which classes' questions hold a word of the word view; of pairs nothing is kept.

    Attributes:
        starts: (W + 1,) int32, where each word's classes begin and, in the next, end.
        classes: uint16, rising for each word.
    """

    starts: NDArray[np.int32]
    classes: NDArray[np.uint16]

    def of(self, row: int) -> NDArray[np.uint16]:
        """The classes of one word."""
        return self.classes[self.starts[row] : self.starts[row + 1]]


@dataclass(frozen=True, slots=True)
class CompiledModel:
    """Two TF-IDF views and a linear model, with C classes.

    Attributes:
        targets: the C classes, in column order.
        compounds: terms that read as one word.
        word_ids: word view feature (stem or pair of stems) -> row, 0 to W - 1.
        gram_ids: character view feature -> row less W, 0 to G - 1.
        idf: (W + G,) float32 inverse document frequencies, the word view first.
        weights: of the W + G features for the C classes.
        intercept: (C,) float32.
        holders: which classes' questions hold a word.
    """

    targets: tuple[Target, ...]
    compounds: tuple[str, ...]
    word_ids: Mapping[str, int]
    gram_ids: Mapping[str, int]
    idf: NDArray[np.float32]
    weights: Weights
    intercept: NDArray[np.float32]
    holders: Holders

    @property
    def word_idf(self) -> NDArray[np.float32]:
        """(W,) the word view's part of ``idf``."""
        return self.idf[: len(self.word_ids)]

    def classes_with(self, row: int) -> bytes:
        """C bytes, 1 where a class's questions hold the single word in ``row``."""
        line = bytearray(len(self.targets))
        for holder in self.holders.of(row).tolist():
            line[holder] = 1
        return bytes(line)

    def arrays(self) -> dict[str, NDArray[Any]]:
        """The arrays by name, as ``from_parts`` takes them."""
        return {
            "idf": self.idf,
            "intercept": self.intercept,
            "holder_starts": self.holders.starts,
            "holder_classes": self.holders.classes,
            **self.weights.arrays(),
        }

    def vocabulary(self) -> dict[str, Any]:
        """The rest, as JSON types; features stand in row order."""
        return {
            "targets": [list(target) for target in self.targets],
            "compounds": list(self.compounds),
            "words": list(self.word_ids),
            "grams": list(self.gram_ids),
        }

    @classmethod
    def from_parts(
        cls, vocabulary: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]
    ) -> CompiledModel:
        """The inverse of ``vocabulary`` and ``arrays``.

        Raises:
            KeyError: a part is missing.
        """
        targets = tuple(Target(kind, key) for kind, key in vocabulary["targets"])
        return cls(
            targets=targets,
            compounds=tuple(vocabulary["compounds"]),
            word_ids=_number_features(vocabulary["words"]),
            gram_ids=_number_features(vocabulary["grams"]),
            idf=arrays["idf"],
            weights=Weights.from_arrays(arrays),
            intercept=arrays["intercept"],
            holders=Holders(arrays["holder_starts"], arrays["holder_classes"]),
        )


def _number_features(features: list[str]) -> dict[str, int]:
    return dict(zip(features, range(len(features)), strict=True))
