from __future__ import annotations

import pytest

from classifier.decision import Action, Decision, Target
from classifier.serving.bare import BareWords, read_request
from classifier.serving.ranker import ReadWord

DESK, ENTRY, FAMILY = (
    Target("desk", "atelier"),
    Target("faq", "tarifs"),
    Target("outside", "banque"),
)
OURS, THEIRS, ALL = bytes([1, 1, 0]), bytes([0, 0, 1]), bytes([1, 1, 1])
BARE = BareWords((DESK, ENTRY, FAMILY))
TARGETS: dict[Action, Target] = {"answer": ENTRY, "route": DESK, "decline": FAMILY}


def barred(text: str, action: Action, held: bytes = ALL, row: int = 0) -> frozenset[Action]:
    words = [ReadWord(word, row, 1.0, b"", held, {}) for word in text.split()]
    decision = Decision(action, TARGETS.get(action), (), (), 0.9, "model")
    return BARE.barred(text, words, decision)


@pytest.mark.parametrize("text", ["tarifs", "les tarifs", "Mes tarifs", "my fares"])
def test_who_says_one_word_is_asked_what_they_want(text: str) -> None:
    assert {"answer", "route"} <= barred(text, "answer")
    assert {"answer", "route"} <= barred(text, "route")


@pytest.mark.parametrize("text", ["tarifs réduits", "vos tarifs étudiants", "quels tarifs"])
def test_who_says_more_may_be_answered(text: str) -> None:
    assert not barred(text, "answer")
    assert not barred(text, "decline", OURS)


def test_a_word_that_only_we_use_is_not_declined() -> None:
    assert "decline" in barred("tarifs", "decline", OURS)


@pytest.mark.parametrize("held", [THEIRS, ALL])
def test_a_word_of_the_family_may_be_declined(held: bytes) -> None:
    assert "decline" not in barred("virement", "decline", held)


def test_what_nobody_ever_wrote_may_be_declined() -> None:
    assert "decline" not in barred("azertyuiop", "decline", bytes(3), row=-1)


@pytest.mark.parametrize(
    "text",
    [
        *("aide svp", "aide, svp !", "aide stp merci", "aide s’il vous plaît", "aide please"),
        *("svp aide", "aide merci", "AIDE SVP", "aide"),
    ],
)
def test_a_bare_word_with_a_polite_one_is_read_as_the_word_alone(text: str) -> None:
    message = read_request(text)
    assert (message.kept.lower(), message.asks) == ("aide", True)
    assert all(piece.text == text[piece.start : piece.end].strip(" ,") for piece in message.aside)


@pytest.mark.parametrize(
    "text", ["merci", "svp", "bonjour svp", "bonjour merci", "s'il vous plaît"]
)
def test_courtesy_alone_stays_courtesy(text: str) -> None:
    assert (read_request(text).kept, read_request(text).asks) == (text, False)
