"""How times grow with the knowledge base, on made-up entries.

Speed does not look at what weights say, only at how many there are: so they are drawn at
random, and a thousand entries need no training.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import sparse

from classifier.benchmark.retrieval import Retriever
from classifier.benchmark.timing import time_calls
from classifier.decision import Target
from classifier.serving.calibration import Calibration, Head
from classifier.serving.compiled import CompiledModel, Holders
from classifier.serving.policy import Policy
from classifier.serving.ranker import Ranker
from classifier.serving.triage import Triage
from classifier.serving.weights import Weights
from classifier.text import char_features, french_stemmer, word_features

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

QUESTIONS = 10
"""Made-up questions an entry."""

MESSAGES = 200
"""Made-up messages that are timed."""

WORDS = 10
"""Words of a question and of a note."""

WEIGHTS = 8000
"""Weights that a class keeps after pruning."""

VOCABULARY = 50_000
"""Made-up words, the n-th used in proportion to 1 / n, as in any language."""

SHORTEST, LONGEST = 3, 8
"""Letters of a made-up word."""

_LETTERS = "eaistnrulodcpm"


def decisions(entries: int, queries: int) -> dict[str, Any]:
    """Times of whole decisions among ``entries`` made-up entries."""
    speak = _speaker(entries)
    texts = [speak() for _ in range(entries * QUESTIONS)]
    triage = Triage(Ranker(_model(entries, texts)), _CALIBRATION, Policy(), "made-up")
    messages = [" ".join(words) for words in texts[:: max(len(texts) // MESSAGES, 1)]]
    return {"entries": entries, **asdict(time_calls(triage.decide, messages, queries))}


def retrieval(notes: int, queries: int) -> dict[str, Any]:
    """Times of searching ``notes`` made-up notes by posting lists; nothing is decided."""
    speak = _speaker(notes)
    index = Retriever(speak() for _ in range(notes))
    asked = [speak() for _ in range(MESSAGES)]
    return {"notes": notes, **asdict(time_calls(index.search, asked, queries))}


def _speaker(seed: int) -> Callable[[], list[str]]:
    dice = np.random.default_rng(seed)
    vocabulary = _vocabulary(dice)
    bounds = np.cumsum(1 / np.arange(1, VOCABULARY + 1))

    def speak() -> list[str]:
        drawn = np.searchsorted(bounds, dice.random(WORDS) * bounds[-1])
        return [vocabulary[n] for n in drawn.tolist()]

    return speak


def _vocabulary(dice: np.random.Generator) -> list[str]:
    drawn = dice.choice(list(_LETTERS), (VOCABULARY, LONGEST)).tolist()
    sizes = dice.integers(SHORTEST, LONGEST + 1, VOCABULARY).tolist()
    return ["".join(row[:size]) for row, size in zip(drawn, sizes, strict=True)]


def _model(classes: int, texts: Sequence[list[str]]) -> CompiledModel:
    stem = french_stemmer()
    words = _frequent([word_features(text, stem) for text in texts])
    grams = _frequent([char_features(text) for text in texts])
    rows, dice = len(words) + len(grams), np.random.default_rng(classes)
    holders = dice.integers(0, classes, len(words))
    return CompiledModel(
        targets=tuple(Target("faq", f"{n:06}") for n in range(classes)),
        compounds=(),
        word_ids=words,
        gram_ids=grams,
        idf=dice.uniform(1, 8, rows).astype(np.float32),
        weights=Weights.of(_integers(rows, classes, dice), np.full(classes, 0.01, np.float32)),
        intercept=np.full(classes, -1, dtype=np.float32),
        holders=Holders(np.arange(len(words) + 1, dtype=np.int32), holders.astype(np.uint16)),
    )


def _integers(rows: int, classes: int, dice: np.random.Generator) -> sparse.csc_matrix:
    """Random weights (classes, rows), as many for each class as training leaves."""
    held = min(WEIGHTS, rows)
    drawn = [dice.choice(rows, held, replace=False, shuffle=False) for _ in range(classes)]
    values = dice.integers(1, 128, held * classes, dtype=np.int8)
    starts = np.arange(0, held * classes + 1, held)
    shape = (classes, rows)
    return sparse.csr_matrix((values, np.concatenate(drawn), starts), shape=shape).tocsc()


def _frequent(features: Sequence[Sequence[str]]) -> dict[str, int]:
    frequency = Counter(feature for one in features for feature in set(one))
    kept = [feature for feature, count in frequency.items() if count > 1]
    return {feature: row for row, feature in enumerate(sorted(kept))}


_WEIGHTS = (1.0, 1.0, 0.5, -2.0, 1.0, -0.5, 0.0, 0.0, -0.2)
_HEADS = (Head(_WEIGHTS, 0.0),) * 3
_CALIBRATION = Calibration(3.0, _HEADS, _HEADS)
