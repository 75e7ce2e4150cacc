from __future__ import annotations

import re
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifier.evaluation.wrappings import WRAPPINGS
from classifier.serving.courtesy.aside import READ_CHARS, set_aside

CORPORA = Path(__file__).parent.parent / "corpora"
QUESTIONS = (
    "Où déposer les preuves du volet 3",
    "Comment obtenir une carte de test ?",
    "la borne affiche une erreur 403",
    "prix du duplicata",
    "je ne reçois plus le code par SMS depuis lundi",
)


def corpus(name: str) -> list[str]:
    lines = (CORPORA / f"{name}.txt").read_text("utf-8").splitlines()
    return [line.replace("\\n", "\n") for line in lines if line and not line.startswith("#")]


def words(text: str) -> list[str]:
    return re.findall(r"\w+", text)


def kinds(text: str) -> list[str]:
    return [part.kind for part in set_aside(text).aside]


def test_the_corpora_are_large_enough_to_count() -> None:
    assert len(corpus("courtesy_wrappings")) >= 60
    assert len(corpus("courtesy_questions")) >= 60


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize(
    "form",
    [
        *corpus("courtesy_wrappings"),
        *corpus("courtesy_later"),
        *(way.form for way in WRAPPINGS.values()),
    ],
)
def test_what_is_wrapped_around_a_question_is_set_aside(form: str, question: str) -> None:
    found = set_aside(form.replace("{}", question))
    assert words(found.kept) == words(question)
    assert found.asks


@pytest.mark.parametrize("line", corpus("courtesy_questions"))
def test_a_question_keeps_all_of_its_words(line: str) -> None:
    polite, _, question = line.partition("| ")
    kept = words(set_aside(f"{polite}{question}").kept)
    assert kept == words(question)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Bonjour Sophie, la borne est éteinte", "greeting"),
        ("J'espère que vous allez bien. La borne est éteinte", "wishes"),
        ("Désolée de vous déranger. La borne est éteinte", "apology"),
        ("J'ai une question. La borne est-elle payante ?", "opening"),
        ("Je suis cheffe de projet dans une agence. La borne est éteinte", "introduction"),
        ("La borne est éteinte svp", "please"),
        ("La borne est éteinte, merci d'avance", "thanks"),
        ("La borne est éteinte, bonne journée", "closing"),
        ("Parfait. Et la borne du port ?", "acknowledgement"),
        ("La borne est éteinte\n-- \nLéa", "signature"),
        ("La borne est éteinte\nSent from my iPhone", "device"),
        ("La borne est éteinte\nLe 3 mai, X a écrit :\n> Bonjour", "quoted"),
    ],
)
def test_each_kind_is_named(text: str, kind: str) -> None:
    assert kinds(text) == [kind]


@pytest.mark.parametrize(
    "text",
    [
        "Bonjour !",
        "bjr",
        "Merci beaucoup, bonne journée à toute l'équipe",
        "Bonjour, j'espère que vous allez bien. Je me permets de vous contacter.",
        "ok merci",
        "Hello, can you help me please?",
        "Bonjour l'équipe Vélocité",
        "Cordialement,\nJean Dupont\nDirecteur",
        *("c'est noté", "ok ça marche", "à demain", "pas mal du tout", "bien joué le bot"),
        *("franchement chapeau", "merci bcp t'es au top", "vous êtes vraiment efficaces"),
        *("waouh, merci", "ah d'accord je vois", "félicitations !", "got it, thanks"),
    ],
)
def test_a_message_of_courtesy_alone_is_decided_as_a_whole(text: str) -> None:
    found = set_aside(text)
    assert not found.asks
    assert found.kept == text


@pytest.mark.parametrize(
    "text",
    [
        *("ça marche pas", "ça marche comment ?", "c'est noté où ?", "pas mal de pannes au port"),
        *("vous gérez les comptes ?", "à demain si la borne remarche", "compris dans le forfait ?"),
        *("good job but the dock is broken", "vous êtes les meilleurs clients de qui ?"),
    ],
)
def test_a_question_that_begins_as_an_approval_keeps_its_words(text: str) -> None:
    found = set_aside(text)
    assert (found.asks, found.kept) == (True, text)


def test_whom_a_greeting_names_is_read_with_the_question() -> None:
    found = set_aside("Bonjour l'équipe Vélocité, mon compte est bloqué")
    assert found.kept == "Vélocité, mon compte est bloqué"


def test_a_message_without_courtesy_is_left_as_it_is() -> None:
    text = "  Où est   la borne ? (au port)\n"
    assert set_aside(text).kept == text
    assert set_aside(text).aside == ()


def test_punctuation_between_two_questions_stays() -> None:
    found = set_aside("Bonjour. Où est la borne ? Merci. Et combien coûte-t-elle ? Cdt")
    assert found.kept == "Où est la borne ? Et combien coûte-t-elle ?"


@pytest.mark.parametrize(
    "text",
    [
        "Bonjour, où est la borne ? Je vous remercie d'avance.\nCordialement,\nHélène Garnier",
        "Désolé de vous déranger, la borne est éteinte ; belle soirée à vous",
    ],
)
def test_spelling_changes_nothing(text: str) -> None:
    plain = words(unicodedata.normalize("NFKD", set_aside(text).kept.lower()))
    for spelt in (
        unicodedata.normalize("NFD", text),
        text.upper(),
        text.replace(" ", "\u00a0"),
        "\u202e" + text + "\u202c",
    ):
        folded = unicodedata.normalize("NFKD", set_aside(spelt).kept.lower())
        assert [w for w in words(folded) if w.strip("\u202c\u202e")] == plain
    hidden = set_aside("\u200b".join(text)).kept.replace("\u200b", "")
    assert words(hidden) == words(set_aside(text).kept)


def test_below_a_quotation_the_reply_is_kept() -> None:
    text = "Le 3 mai 2025 à 10:00, Support a écrit :\n> Avez-vous la borne ?\nCelle du port"
    assert set_aside(text).kept == "Celle du port"
    headers = "La borne ?\nDe : Support\nEnvoyé : lundi\nÀ : Léa\nObjet : borne\n\nVotre dossier"
    assert set_aside(headers).kept == "La borne ?"


def test_who_goes_on_has_not_signed() -> None:
    text = "Bonjour, j'espère que vous allez bien. Léa, jeune loueuse. Mon vélo est bloqué"
    assert set_aside(text).kept == "Léa, jeune loueuse. Mon vélo est bloqué"
    signed = "Mon vélo est bloqué.\nCordialement,\nLéa\nPS : la borne ne répond pas"
    assert set_aside(signed).kept == "Mon vélo est bloqué. PS : la borne ne répond pas"


def test_a_notice_of_confidentiality_is_no_question() -> None:
    notice = "Ce message et ses pièces jointes sont confidentiels et destinés à leur destinataire."
    assert set_aside(f"La borne est éteinte\n{notice}").kept == "La borne est éteinte"
    asked = "Ce message est-il confidentiel pour tous les destinataires de la liste commune ?"
    assert set_aside(f"Bonjour\n{asked}").kept == asked


def test_what_lies_beyond_what_is_read_is_kept() -> None:
    text = "Bonjour " + "borne " * READ_CHARS + "fin"
    found = set_aside(text)
    assert found.kept.startswith("borne borne")
    assert found.kept.endswith("fin")


@given(text=st.text(max_size=200))
def test_any_text_is_divided(text: str) -> None:
    found = set_aside(text)
    for part in found.aside:
        assert text[part.start : part.end] == part.text
    assert len(found.kept) <= len(text)


PIECES = (
    "bonjour",
    "merci",
    "de",
    ",",
    "\n",
    "cordialement",
    "Jean",
    "svp",
    "?",
    "borne",
    "> ",
    "et",
)


@given(parts=st.lists(st.sampled_from(PIECES), max_size=40))
def test_what_is_left_holds_words_of_the_message_in_their_order(parts: list[str]) -> None:
    text = " ".join(parts)
    left = iter(words(text))
    assert all(word in left for word in words(set_aside(text).kept))


@pytest.mark.parametrize("piece", [*PIECES, "a écrit :\n", "bonjour madame ", "-- \n", "de : x\n"])
def test_a_hostile_message_is_read_to_its_end(piece: str) -> None:
    text = (f"{piece} " * 10_000)[:10_000]
    assert len(set_aside(text).kept) <= len(text)
