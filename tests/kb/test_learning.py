from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from kb.entries import Question, Term
from kb.learning import compounds, learning_fingerprint
from kb.loader import load

if TYPE_CHECKING:
    from pathlib import Path

    from kb.entries import KnowledgeBase


@pytest.fixture
def base(folder: Path) -> KnowledgeBase:
    return load(folder)


def with_entry(base: KnowledgeBase, **changed: object) -> KnowledgeBase:
    key, entry = next(iter(base.published.items()))
    return replace(base, entries={**base.entries, key: replace(entry, **changed)})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "changed", [{"answer": "Autre texte."}, {"sources": ("X",)}, {"desk": None}, {"themes": {}}]
)
def test_what_an_answer_says_is_not_learnt(base: KnowledgeBase, changed: dict[str, object]) -> None:
    assert learning_fingerprint(with_entry(base, **changed)) == learning_fingerprint(base)


@pytest.mark.parametrize(
    "changed",
    [{"title": "Autre titre ?"}, {"questions": (Question("autre"),)}, {"status": "withheld"}],
)
def test_titles_questions_and_targets_are_learnt(
    base: KnowledgeBase, changed: dict[str, object]
) -> None:
    assert learning_fingerprint(with_entry(base, **changed)) != learning_fingerprint(base)


def test_what_a_withheld_entry_is_asked_is_learnt(base: KnowledgeBase) -> None:
    silent, asked, again = (
        with_entry(base, status="withheld", title=title, questions=questions)
        for title, questions in (
            ("T", ()),
            ("T", (Question("autre"),)),
            ("U", (Question("autre"),)),
        )
    )
    assert learning_fingerprint(asked) != learning_fingerprint(silent)
    assert learning_fingerprint(asked) == learning_fingerprint(again)


def test_the_manner_of_a_question_is_learnt(base: KnowledgeBase) -> None:
    plain, long = (
        with_entry(base, questions=(Question("autre", manner),)) for manner in ("formal", "long")
    )
    assert learning_fingerprint(plain) != learning_fingerprint(long)


def test_a_desk_may_move_and_its_questions_may_not(base: KnowledgeBase) -> None:
    key, desk = next(iter(base.desks.items()))
    moved = replace(base, desks={**base.desks, key: replace(desk, email="x@y.fr", phone="1")})
    asked = replace(base, desks={**base.desks, key: replace(desk, questions=())})
    assert learning_fingerprint(moved) == learning_fingerprint(base)
    assert learning_fingerprint(asked) != learning_fingerprint(base)


def test_only_compounds_of_the_lexicon_are_learnt(base: KnowledgeBase) -> None:
    plain = replace(base, lexicon=(*base.lexicon, Term("nouveau", "mot")))
    compound = replace(base, lexicon=(*base.lexicon, Term("A-BC", "mot")))
    assert learning_fingerprint(plain) == learning_fingerprint(base)
    assert learning_fingerprint(compound) != learning_fingerprint(base)


def test_the_order_of_the_files_is_not_learnt(base: KnowledgeBase) -> None:
    backwards = replace(base, entries=dict(reversed(list(base.entries.items()))))
    assert learning_fingerprint(backwards) == learning_fingerprint(base)


def test_short_terms_of_several_words_are_compounds() -> None:
    shorts = ["VAE", "e-Pass", "CI SIS", "plan de mobilité urbaine", "a/b", "-x"]
    assert compounds([Term(short) for short in shorts]) == ["CI SIS", "e-Pass"]
