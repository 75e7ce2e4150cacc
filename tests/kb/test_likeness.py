from __future__ import annotations

import pytest

from kb.likeness import Likeness, stems

TEXTS = {
    "lost": "J’ai perdu le badge du vélo",
    "price": "Combien coûte le vélo ?",
    "night": "Où rendre le vélo la nuit ?",
}


def test_the_nearest_shares_the_rare_words() -> None:
    near = Likeness(TEXTS).nearest("badges PERDUS, le vélo est là")
    assert near[0].name == "lost"


def test_the_same_words_are_as_near_as_can_be() -> None:
    (found, *_) = Likeness(TEXTS).nearest("le vélo, combien coûte ?")
    assert found.name == "price"
    assert found.score == pytest.approx(1)


def test_what_shares_no_word_is_not_near() -> None:
    assert Likeness(TEXTS).nearest("bonjour") == []
    assert Likeness({}).nearest("bonjour") == []


def test_only_as_many_as_asked_are_given() -> None:
    assert len(Likeness(TEXTS).nearest("vélo", limit=2)) == 2


def test_other_texts_may_tell_what_is_rare() -> None:
    pair = {"a": "le badge", "b": "le vélo"}
    alone = Likeness(pair).nearest("le badge bleu")[0].score
    assert Likeness(pair, known=Likeness(TEXTS)).nearest("le badge bleu")[0].score != alone


def test_accents_endings_and_capitals_do_not_matter() -> None:
    assert stems("Réinitialisée") == stems("réinitialiser")
