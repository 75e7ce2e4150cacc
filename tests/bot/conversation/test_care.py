from __future__ import annotations

import pytest

from bot.conversation.care import speaks_of_care


@pytest.mark.parametrize(
    "text",
    [
        "Ma fille ne respire plus !!",
        "JE VAIS MOURIR AIDEZ MOI",
        "quelqu’un fait un malaise à l'accueil",
        "un patient attend devant moi et ma carte est bloquée",
        "PATIENT AU BLOC, le logiciel est en panne, c'est URGENT",
        "carte refusée, il faut soigner ce bébé tout de suite",
        "j'ai envie de me suicider",
        "pronostic vital engagé, la carte ne passe pas",
        "he is not breathing",
        "une personne en danger",
        "faut-il appeler le 15 ?",
    ],
)
def test_a_person_in_danger_or_care_that_cannot_wait_is_heard(text: str) -> None:
    assert speaks_of_care(text)
    assert speaks_of_care(text.upper())


@pytest.mark.parametrize(
    "text",
    [
        "",
        "C'est urgent, mon certificat a expiré !",
        "Comment afficher l'identité du patient ?",
        "Le dossier patient de l'hôpital, réponse urgente s'il vous plaît",
        "Notre logiciel pour le SAMU doit-il être certifié ?",
        "Ma candidature est en danger, répondez vite",
        "Un résumé de passage aux urgences est-il un document de santé ?",
        "J'attends ma carte depuis deux mois",
        "exigence 15 du 112",
    ],
)
def test_questions_of_the_field_and_hurry_alone_are_not(text: str) -> None:
    assert not speaks_of_care(text)


def test_a_long_message_is_looked_at_in_no_time() -> None:
    assert not speaks_of_care("mot " * 100_000)
