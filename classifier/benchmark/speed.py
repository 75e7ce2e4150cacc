"""Ours, the scikit-learn pipeline with the same features, and bm25s, on the same messages."""

from __future__ import annotations

import importlib.util
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from classifier.benchmark.timing import time_calls
from classifier.serving import artifact
from classifier.text import Words
from classifier.training import saving
from classifier.training.examples import examples

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from classifier.serving.artifact import Served
    from classifier.training.examples import Examples
    from kb.entries import KnowledgeBase

USUAL_LENGTH = 60
"""Characters of the one message that the tail of the times is measured on."""

OURS, THEIRS, BM25S = "aiguilleur", "scikit-learn", "bm25s"


def side_by_side(
    served: Served, folder: Path, base: KnowledgeBase, queries: int
) -> dict[str, dict[str, Any]]:
    """Times and sizes by the name of the peer.

    Args:
        served: the model, as loaded from ``folder``.
        folder: the model's files, the fitted pipeline among them.
        base: the knowledge base with its questions, which are the messages.
        queries: timed calls a row.
    """
    found = examples(base)
    pipeline = saving.load_pipeline(folder)
    rows = {
        OURS: _times(served.triage.decide, found, queries),
        THEIRS: _times(lambda text: pipeline.decision_function([text]), found, queries),
    }
    rows[OURS]["model_mb"] = _megabytes(folder, *artifact.SERVED)
    rows[THEIRS]["model_mb"] = _megabytes(artifact.training_folder(folder), saving.PIPELINE)
    if importlib.util.find_spec(BM25S):
        rows[BM25S] = _bm25s(found, queries)
    return rows


def usual_message(texts: tuple[str, ...]) -> str:
    """The message whose length is nearest to the usual one."""
    return min(texts, key=lambda text: abs(len(text) - USUAL_LENGTH))


def _times(call: Callable[[str], object], found: Examples, queries: int) -> dict[str, Any]:
    one = time_calls(call, [usual_message(found.texts)], queries)
    return {"one": asdict(one), "all": asdict(time_calls(call, found.texts, queries))}


def _bm25s(found: Examples, queries: int) -> dict[str, Any]:
    bm25s = importlib.import_module(BM25S)
    words, index = Words(found.compounds), bm25s.BM25()
    index.index([words(text) for text in found.texts], show_progress=False)
    held = sum(array.nbytes for array in index.scores.values() if hasattr(array, "nbytes"))

    def search(text: str) -> object:
        return index.retrieve([words(text)], k=1, show_progress=False)

    return {**_times(search, found, queries), "model_mb": round(held / 1e6, 1)}


def _megabytes(folder: Path, *names: str) -> float:
    return round(sum((folder / name).stat().st_size for name in names) / 1e6, 1)
