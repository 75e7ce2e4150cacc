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
        class_has_word: (W, C) bool, whether a class's questions hold the feature.
    """

    targets: tuple[Target, ...]
    compounds: tuple[str, ...]
    word_ids: Mapping[str, int]
    gram_ids: Mapping[str, int]
    idf: NDArray[np.float32]
    coef: NDArray[np.float32]
    intercept: NDArray[np.float32]
    class_has_word: NDArray[np.bool_]

    @property
    def word_idf(self) -> NDArray[np.float32]:
        """(W,) the word view's part of ``idf``."""
        return self.idf[: len(self.word_ids)]

    def arrays(self) -> dict[str, NDArray[Any]]:
        """The arrays by name, as ``from_parts`` takes them."""
        packed = np.packbits(self.class_has_word, axis=1)
        return {
            "idf": self.idf,
            "coef": self.coef,
            "intercept": self.intercept,
            "class_has_word": packed,
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
        seen = np.unpackbits(arrays["class_has_word"], axis=1, count=len(targets))
        return cls(
            targets=targets,
            compounds=tuple(vocabulary["compounds"]),
            word_ids={feature: row for row, feature in enumerate(vocabulary["words"])},
            gram_ids={feature: row for row, feature in enumerate(vocabulary["grams"])},
            idf=arrays["idf"],
            coef=arrays["coef"],
            intercept=arrays["intercept"],
            class_has_word=seen.astype(bool),
        )
