from __future__ import annotations

import pytest

from kb.problems import Problem
from kb.signs import is_blank, show_name, show_unseen


def test_a_sign_that_nobody_sees_is_shown_by_its_number() -> None:
    assert show_unseen("a\u200bb\x00\u00adc\u3164") == "a<U+200B>b<U+0000><U+00AD>c<U+3164>"
    assert show_name("statut\u00a0\u202f\n") == "statut<U+00A0><U+202F><U+000A>"


def test_french_and_emoji_are_shown_as_they_are() -> None:
    text = "« Où ? »\u00a0: 👩\u200d🔧 l’été\nœuvre"
    assert show_unseen(text) == text


@pytest.mark.parametrize("text", ["", " \n", "\u200b\u2060", "\ufeff\u00a0", "\x00", "\u3164"])
def test_what_shows_nothing_is_blank(text: str) -> None:
    assert is_blank(text)
    assert not is_blank(f"{text}.")


def test_a_problem_shows_them_in_its_key_and_its_message() -> None:
    said = str(Problem("a.md", 2, "status\u00a0", "guichet inconnu « x\u200b »."))
    assert said == "a.md:2 : erreur [status<U+00A0>] : guichet inconnu « x<U+200B> »."
