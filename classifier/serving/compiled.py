"""The trained model as flat arrays and dictionaries: what the query path reads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from classifier.decision import Target

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class CompiledModel:
    """Two TF-IDF views and a linear one-against-rest model, with C classes.

    Attributes:
        targets: the C classes, in column order.
        compounds: terms that read as one word.
        word_ids: word view feature (stem or pair of stems) -> row, 0 to W - 1.
        gram_ids: character view feature -> row less W, 0 to G - 1.
        idf: (W + G,) float32 inverse document frequencies, the word view first.
        coef: (W + G, C) float32 linear weights.
        intercept: (C,) float32.
        seen_bits: (W, C / 8 rounded up) uint8, a bit for each class whose
            questions hold a feature of the word view.
    """

    targets: tuple[Target, ...]
    compounds: tuple[str, ...]
    word_ids: Mapping[str, int]
    gram_ids: Mapping[str, int]
    idf: NDArray[np.float32]
    coef: NDArray[np.float32]
    intercept: NDArray[np.float32]
    seen_bits: NDArray[np.uint8]

    @property
    def word_idf(self) -> NDArray[np.float32]:
        """(W,) the word view's part of ``idf``."""
        return self.idf[: len(self.word_ids)]

    def classes_with(self, row: int) -> NDArray[np.uint8]:
        """(C,) 1 where a class's questions hold the feature ``row`` of the word view."""
        return np.unpackbits(self.seen_bits[row], count=len(self.targets))

    def arrays(self) -> dict[str, NDArray[Any]]:
        """The arrays by name, as ``from_parts`` takes them."""
        return {
            "idf": self.idf,
            "coef": self.coef,
            "intercept": self.intercept,
            "seen_bits": self.seen_bits,
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
            coef=arrays["coef"],
            intercept=arrays["intercept"],
            seen_bits=arrays["seen_bits"],
        )


def _number_features(features: list[str]) -> dict[str, int]:
    return dict(zip(features, range(len(features)), strict=True))
