"""The labelled utterances of a knowledge base, and how cross-validation splits them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from classifier.decision import Target
from classifier.serving.courtesy.aside import set_aside
from classifier.training.machines import NOBODY
from kb.entries import MANNERS
from kb.learning import compounds

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from kb.entries import KnowledgeBase, Question

PLAIN_FOLDS = 5
"""Folds for questions given as a plain list, which have no manner to leave out."""

ALWAYS_TRAINED = -1
"""The fold of titles: they teach, they are never tested on."""

_TITLE = "title"


@dataclass(frozen=True, slots=True)
class Examples:
    """N labelled utterances.

    Attributes:
        texts: the N utterances, their courtesy set aside as it is from messages.
        labels: (N,) index into ``targets``; ``NOBODY`` where no target is right.
        manners: (N,) fold that leaves a whole manner of asking out, or ``ALWAYS_TRAINED``:
            how a wording nobody foresaw will fare.
        blocks: (N,) fold that leaves half of two manners out: neighbours in a file, often
            written in one go, stay together, and the other half of the manner teaches.
        named: (N,) bool, whether ``manners`` is an index into ``MANNERS``: a plain list and
            a title have folds, but no manner.
        targets: what a label stands for, sorted.
        compounds: terms of the lexicon that must read as one word.
        asks: (N,) bool, whether an utterance holds more than courtesy.
        courtesy: (K,) index into ``targets`` of the families that such an utterance is never of.
    """

    texts: tuple[str, ...]
    labels: NDArray[np.intp]
    manners: NDArray[np.intp]
    blocks: NDArray[np.intp]
    named: NDArray[np.bool_]
    targets: tuple[Target, ...]
    compounds: tuple[str, ...] = ()
    asks: NDArray[np.bool_] = field(default_factory=lambda: np.zeros(0, dtype=bool))
    courtesy: NDArray[np.intp] = field(default_factory=lambda: np.zeros(0, dtype=np.intp))


class Row(NamedTuple):
    """A question or a title, its target and its two folds.

    Without a target it is asked, and nothing that is served answers it: entries learn what they
    are not taken for, and it is never tested.
    """

    text: str
    target: Target | None
    manner: int
    block: int
    named: bool = False


def examples(base: KnowledgeBase, seed: int = 0) -> Examples:
    """Every question of ``base`` with its target and its two kinds of fold."""
    rows = list_questions(base, seed)
    targets = tuple(sorted({row.target for row in rows if row.target is not None}))
    number: dict[Target | None, int] = {target: n for n, target in enumerate(targets)}
    number[None] = NOBODY
    read = [set_aside(row.text) for row in rows]
    polite = [
        n for n, (kind, key) in enumerate(targets) if kind == "outside" and key in base.courtesy
    ]
    return Examples(
        texts=tuple(message.kept for message in read),
        labels=np.array([number[row.target] for row in rows], dtype=np.intp),
        manners=np.array([row.manner for row in rows], dtype=np.intp),
        blocks=np.array([row.block for row in rows], dtype=np.intp),
        named=np.array([row.named for row in rows], dtype=bool),
        targets=targets,
        compounds=tuple(compounds(base.lexicon)),
        asks=np.array([message.asks for message in read], dtype=bool),
        courtesy=np.array(polite, dtype=np.intp),
    )


def list_questions(base: KnowledgeBase, seed: int = 0) -> list[Row]:
    """Every title and question of ``base`` as it stands there, in the order of its examples."""
    return list(_rows(base, np.random.default_rng(seed)))


def _rows(base: KnowledgeBase, rng: np.random.Generator) -> Iterator[Row]:
    for key, entry in sorted(base.published.items()):
        yield Row(entry.title, Target("faq", key), ALWAYS_TRAINED, ALWAYS_TRAINED)
        yield from _assign_folds(entry.questions, Target("faq", key), rng)
    for key, desk in sorted(base.desks.items()):
        yield from _assign_folds(desk.questions, Target("desk", key), rng)
    for key, family in sorted(base.outside.items()):
        yield from _assign_folds(family.questions, Target("outside", key), rng)
    for _, entry in sorted(base.withheld.items()):
        yield from _assign_folds(entry.questions, None, rng)


def _assign_folds(
    questions: tuple[Question, ...], target: Target | None, rng: np.random.Generator
) -> Iterator[Row]:
    by_manner: dict[str, list[str]] = defaultdict(list)
    for question in questions:
        by_manner[question.manner].append(question.text)
    for manner, texts in sorted(by_manner.items()):
        for n, text in enumerate(texts):
            share = n / len(texts)
            if manner in MANNERS:
                fold = MANNERS.index(manner)
                block = (fold + len(MANNERS) // 2 * (share >= HALF)) % len(MANNERS)
            else:
                fold, block = int(rng.integers(PLAIN_FOLDS)), int(share * PLAIN_FOLDS)
            yield Row(text, target, fold, block, manner in MANNERS)


HALF = 0.5
