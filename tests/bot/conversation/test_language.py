from __future__ import annotations

from pathlib import Path

import pytest

from bot.conversation.language import asks_for_help, is_blank, is_english, wants_person
from kb.loader import load

SHIPPED = Path(__file__).parent.parent.parent.parent / "kb" / "content"


@pytest.mark.parametrize(
    "text",
    [
        "How do I return a broken bike?",
        "My bike is broken, what should I do?",
        "Where can I find the opening hours of your office",
        "We have not received our badge yet",
        "HOW DO I RETURN A BROKEN BIKE",
        "Is the VAE included in the yearly fee?",
    ],
)
def test_a_plain_english_question_is_english(text: str) -> None:
    assert is_english(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hello",
        "help please",
        "the bike",
        "OK",
        "VAE CNVP API URL HTTP",
        "mon vélo est cassé, que faire ?",
        "Le test « is not valid » échoue avec the error message",
        "Comment faire un upload to the cloud dans Drive ?",
        "feedback sur le workflow du bike sharing",
        "Mi bicicleta está rota, ¿qué hago?",
        "Wo kann ich mein Fahrrad abgeben?",
    ],
)
def test_short_french_foreign_and_technical_messages_are_not_english(text: str) -> None:
    assert not is_english(text)


def test_of_the_shipped_questions_no_french_one_is_taken_for_english() -> None:
    entries = load(SHIPPED).entries.values()
    asked = [question for entry in entries for question in entry.questions]
    wrong = [q.text for q in asked if q.manner != "english" and is_english(q.text)]
    assert wrong == []


def test_of_the_shipped_english_questions_most_are_recognised() -> None:
    entries = load(SHIPPED).entries.values()
    english = [q.text for e in entries for q in e.questions if q.manner == "english"]
    assert sum(map(is_english, english)) >= 0.9 * len(english)


@pytest.mark.parametrize(
    "text",
    [
        "je veux parler à un humain",
        "JE VEUX PARLER A UN HUMAIN !!!",
        "joindre quelqu’un",
        "joindre quelqu'un svp",
        "un conseiller svp",
        "Un humain",
        "Je voudrais parler a quelqu un",
        "passez-moi un conseiller s'il vous plaît",
        "Est-ce que je peux parler à une vraie personne ?",
        "Bonjour, je souhaite être mis en relation avec un interlocuteur, merci",
        "puis-je avoir un être humain au téléphone ?",
        "je veux pas d'un robot, je veux une vraie personne",
        "I want to talk to a human",
        "can i speak to someone please",
        "human please",
    ],
)
def test_a_plain_wish_for_a_person_is_understood(text: str) -> None:
    assert wants_person(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "êtes-vous un humain ?",
        "personne ne répond",
        "un conseiller pour ma carte",
        "je veux parler à quelqu'un de la borne éteinte",
        "quelqu'un a reçu son badge ?",
        "conseillez-moi un vélo",
        "il faut un opérateur pour la borne",
        "ressources humaines",
        "la carte est-elle liée à une personne ?",
        "can someone help me with my badge",
        "je veux parler à un humain " * 5,
    ],
)
def test_a_question_that_only_mentions_people_stays_a_question(text: str) -> None:
    assert not wants_person(text)


def test_of_all_shipped_questions_only_wishes_for_a_person_are_taken_for_one() -> None:
    base = load(SHIPPED)
    groups = (base.entries, base.desks, base.outside)
    asked = [q.text for group in groups for item in group.values() for q in item.questions]
    assert [text for text in asked if wants_person(text)] == ["passez moi un humain svp"]


@pytest.mark.parametrize("text", ["", " \n\t", "\u200b\u202e", "\0", "\ud800", "\u00a0\u2003"])
def test_what_shows_nothing_is_blank(text: str) -> None:
    assert is_blank(text)
    assert not is_blank(f"{text}😀{text}")


@pytest.mark.parametrize(
    "text",
    [
        *("aide", "Aide !", "aide svp", "AIDE s’il vous plaît", "help", "Help me please"),
        *("besoin d’aide", "bonjour, j'ai besoin d'aide", "aidez-moi", "pouvez-vous m’aider ?"),
    ],
)
def test_a_bare_call_for_help_is_one(text: str) -> None:
    assert asks_for_help(text)


@pytest.mark.parametrize(
    "text",
    [
        *("au secours", "aide à domicile", "besoin d’aide pour mon vélo", "help desk", "merci"),
        *("svp", "", "aide " * 30),
    ],
)
def test_who_says_what_with_or_may_be_in_danger_is_no_such_one(text: str) -> None:
    assert not asks_for_help(text)
