from __future__ import annotations

import pytest

from bot.channels.mail.first_line import Order, read_order


@pytest.mark.parametrize(
    "line", ["clore", "Clore.", "/clore", "« CLÔTURER »", "Fermer !", " clore "]
)
def test_a_word_alone_on_the_first_line_closes(line: str) -> None:
    assert read_order(f"{line}\nMerci, c'est fait.") == Order("close", "Merci, c'est fait.")


@pytest.mark.parametrize(
    "line",
    ["clore réponse manquante", "Clore : réponse manquante.", "/clôturer, Réponse manquante"],
)
def test_a_desk_says_that_an_answer_was_missing(line: str) -> None:
    assert read_order(f"{line}\nMerci.") == Order("close", "Merci.", is_missing=True)


@pytest.mark.parametrize(
    "line", ["transférer ecps", "Transferer à ecps", "/transferer ecps", "transférer : ecps."]
)
def test_a_ticket_is_transferred_to_the_desk_that_is_named(line: str) -> None:
    assert read_order(line) == Order("transfer", "", "ecps")
    assert read_order(line.replace("ecps", "aubergine")).desk == "aubergine"


@pytest.mark.parametrize(
    "text",
    [
        "Clore le dossier prendra deux jours.",
        "Bonjour\nclore",
        "Transférer le fichier à l'ECPS est possible.",
        "Nous allons clore.",
        "",
    ],
)
def test_a_sentence_is_no_order(text: str) -> None:
    assert read_order(text) == Order("", text)
