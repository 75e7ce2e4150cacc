from __future__ import annotations

from bot.escalation.stopping import StopWords


def test_the_word_of_a_link_names_its_ticket_and_cannot_be_made_up() -> None:
    words = StopWords(b"secret")
    word = words.make(12)
    assert words.read(word) == 12
    forged = ["", "12", "12.", word[:-1], word.replace("12.", "13."), "x" * 500, f"{word}0"]
    assert [words.read(each) for each in forged] == [None] * len(forged)
    assert StopWords(b"another").read(word) is None
