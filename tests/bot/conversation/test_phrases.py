"""Phrases are found as whole words, wherever the writer put capitals, accents and commas."""

from __future__ import annotations

import pytest

from bot.conversation.phrases import MAX_READ, folded_words, phrase_pattern

PHRASES = phrase_pattern("pneu creve, selle*", "roue voilee")


@pytest.mark.parametrize(
    "text", ["Pneu crevé !", "mon PNEU, crevé", "les selles", "ma selle", "une roue voilée"]
)
def test_a_phrase_is_found(text: str) -> None:
    assert PHRASES.search(folded_words(text))


@pytest.mark.parametrize(
    "text", ["", "pneus crevés", "crevé, ce pneu", "rue voilée", "vaisselle", "roue dévoilée"]
)
def test_parts_of_words_and_another_order_are_no_phrase(text: str) -> None:
    assert not PHRASES.search(folded_words(text))


def test_only_the_start_of_a_long_message_is_read() -> None:
    assert PHRASES.search(folded_words("a " * (MAX_READ // 2 - 10) + "pneu crevé"))
    assert not PHRASES.search(folded_words("a " * MAX_READ + "pneu crevé"))
