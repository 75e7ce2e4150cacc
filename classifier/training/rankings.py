"""Many rankings at once, as few arrays: what cross-validation gives and calibration reads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, overload

import numpy as np

from classifier.serving.ranker import Ranking

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class RankingArrays(Sequence[Ranking]):
    """M rankings over C targets; each is made when it is asked for.

    Attributes:
        scores: (M, C) float32; half of what rankings hold, which counts with a thousand targets.
        first, second: (M,) the two best classes.
        words: (M,) number of words.
        unknown, seen, rival: (M,) as in ``Ranking``.
    """

    scores: NDArray[np.float32]
    first: NDArray[np.int32]
    second: NDArray[np.int32]
    words: NDArray[np.int32]
    unknown: NDArray[np.float64]
    seen: NDArray[np.float64]
    rival: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.scores)

    def __iter__(self) -> Iterator[Ranking]:
        return (self._make(n) for n in range(len(self)))

    @overload
    def __getitem__(self, n: int) -> Ranking: ...
    @overload
    def __getitem__(self, n: slice) -> Sequence[Ranking]: ...
    def __getitem__(self, n: int | slice) -> Ranking | Sequence[Ranking]:
        if isinstance(n, slice):
            return RankingArrays(*(getattr(self, field.name)[n] for field in fields(self)))
        return self._make(n)

    def _make(self, n: int) -> Ranking:
        return Ranking(
            self.scores[n].astype(np.float64),
            int(self.first[n]),
            int(self.second[n]),
            int(self.words[n]),
            float(self.unknown[n]),
            float(self.seen[n]),
            float(self.rival[n]),
        )

    @classmethod
    def joined(cls, parts: Iterable[RankingArrays]) -> RankingArrays:
        """The rankings of all ``parts``, in order; at least one."""
        columns = zip(*([getattr(p, f.name) for f in fields(cls)] for p in parts), strict=True)
        return cls(*map(np.concatenate, columns))


@dataclass(frozen=True, slots=True)
class OutOfFold:
    """Rankings by models that had not seen the message's fold, or its target at all.

    Attributes:
        rows: (M,) example numbers.
        known: (M,) bool, False where the message's target was held out of training.
        rankings: the M rankings, over all C targets.
    """

    rows: NDArray[np.intp]
    known: NDArray[np.bool_]
    rankings: RankingArrays

    def arrays(self) -> dict[str, NDArray[Any]]:
        """The arrays by name, to be stored; ``rankings`` are those of a cross-validation."""
        named = {field.name: getattr(self.rankings, field.name) for field in fields(RankingArrays)}
        return {"rows": self.rows, "known": self.known, **named}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]]) -> OutOfFold:
        """The inverse of ``arrays``.

        Raises:
            KeyError: one is missing.
        """
        rankings = RankingArrays(*(arrays[field.name] for field in fields(RankingArrays)))
        return cls(arrays["rows"], arrays["known"], rankings)


def best_two_of_each(scores: NDArray[np.float32]) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """(M,) the best and the second best column of (M, C) scores; the first of equal ones."""
    first = scores.argmax(axis=1)
    rows = np.arange(len(scores))
    best = scores[rows, first]
    scores[rows, first] = -np.inf
    second = scores.argmax(axis=1)
    scores[rows, first] = best
    return first.astype(np.int32), second.astype(np.int32)
