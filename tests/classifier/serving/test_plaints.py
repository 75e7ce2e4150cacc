from __future__ import annotations

import pytest

from classifier.decision import Target
from classifier.serving.plaints import Plaints
from classifier.serving.ranker import ReadWord

TARGETS = (Target("desk", "atelier"), Target("faq", "tarifs"), Target("outside", "banque"))
DESK, FAMILY, BOTH = bytes([1, 0, 0]), bytes([0, 0, 1]), bytes([1, 0, 1])


def read(text: str, *, foreign: str = "") -> list[ReadWord]:
    """Words that the desk's messages hold, but for one of the family's."""
    named = [(word, FAMILY if word == foreign else BOTH) for word in text.split()]
    return [ReadWord(word, n, 1.0, b"", held, {}) for n, (word, held) in enumerate(named)]


@pytest.mark.parametrize(
    "text",
    [
        "vous ne répondez jamais",
        "le support ne répond pas",
        "TOUJOURS AUCUNE RÉPONSE",
        "mon compte ne marche plus",
        "mon dossier est bloqué",
        "qui peut débloquer ma demande",
        "ça fait deux mois que j'attends",
        "le site est en panne",
        "hotline injoignable",
        "nobody answers my ticket",
        "l'accès n'est pas revenu",
        "le code n'est toujours pas arrivé",
        "the certificate has not arrived",
    ],
)
def test_who_waits_and_names_nothing_else_is_not_declined(text: str) -> None:
    assert Plaints(TARGETS).holds(text, read(text))


def test_who_names_what_no_desk_hears_of_may_be_declined() -> None:
    text = "banque répond pas"
    assert not Plaints(TARGETS).holds(text, read(text, foreign="banque"))


@pytest.mark.parametrize(
    "text", ["mon mari ne répond plus", "elle ne répond pas", "le 15 ne décroche pas"]
)
def test_somebody_who_does_not_answer_may_be_in_danger(text: str) -> None:
    assert not Plaints(TARGETS).holds(text, read(text))


def test_a_long_message_says_what_it_is_about() -> None:
    text = "mon dossier est bloqué " + "et encore " * 10
    assert not Plaints(TARGETS).holds(text, read(text))


@pytest.mark.parametrize(
    "text",
    ["mon dossier", "Mes accès", "la demande", "mdp perdu", "my account", "un problème", "bug"],
)
def test_a_file_or_an_account_and_nothing_more_is_not_declined(text: str) -> None:
    assert Plaints(TARGETS).holds(text, read(text))


def test_a_file_of_something_that_no_desk_hears_of_may_be_declined() -> None:
    text = "mon compte banque"
    assert not Plaints(TARGETS).holds(text, read(text, foreign="banque"))
    assert not Plaints(TARGETS).holds("mon dossier de vacances", read("mon dossier de vacances"))


def test_the_contact_of_a_desk_by_its_name_is_not_declined() -> None:
    assert Plaints(TARGETS).holds("contact atelier", read("contact atelier"))
    assert not Plaints(TARGETS).holds("contact presse", read("contact presse"))
    text = "contact atelier banque"
    assert not Plaints(TARGETS).holds(text, read(text, foreign="banque"))


def test_an_ordinary_question_is_no_plaint() -> None:
    assert not Plaints(TARGETS).holds("quel temps fera-t-il", read("quel temps fera-t-il"))
    assert not Plaints(TARGETS).holds("", [])
