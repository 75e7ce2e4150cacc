from __future__ import annotations

import pytest

from bot.store.text_key import TextKeys, normalise

KEYS = TextKeys(b"a secret")
SAID = "Où est ma facture de l’œuvre n° 11 ?"

DISGUISES = [
    SAID.upper(),
    SAID.lower().replace("ù", "u").replace("œ", "oe"),
    SAID.replace(" ", "   "),
    SAID.replace(" ", ""),
    SAID.replace("?", "!!! …"),
    SAID.replace("’", "'"),
    SAID.replace("facture", "faaactuuure"),
    SAID.replace("Où", "\uff2f\u00f9").replace("ma", "m\u200ba"),
    "«\u00a0" + SAID + "\u00a0»",
]


@pytest.mark.parametrize("text", DISGUISES)
def test_a_disguise_says_the_same(text: str) -> None:
    assert KEYS.of(text) == KEYS.of(SAID)


@pytest.mark.parametrize("text", ["Où est ma facture n° 1 ?", "Où est ma facture n° 12 ?", ""])
def test_another_message_says_something_else(text: str) -> None:
    assert KEYS.of(text) != KEYS.of(SAID)


def test_a_message_of_signs_alone_is_told_from_another() -> None:
    assert KEYS.of("???") == KEYS.of(" ? ")
    assert KEYS.of("???") != KEYS.of("!")


def test_nobody_makes_a_digest_without_the_key() -> None:
    assert TextKeys(b"another").of(SAID) != KEYS.of(SAID)
    assert normalise("Allô 2026") not in KEYS.of("Allô 2026")
