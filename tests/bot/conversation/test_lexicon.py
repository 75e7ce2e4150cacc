from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation import replies
from bot.conversation.commands import MAX_ECHO
from bot.conversation.lexicon import Lexicon
from kb.entries import Term
from kb.loader import load
from tests.fakes.small_base import small_base
from tests.fakes.talk import plain, talk

if TYPE_CHECKING:
    from kb.entries import KnowledgeBase

SHIPPED = Path(__file__).parent.parent.parent.parent / "kb" / "content"


def asked(text: str, base: KnowledgeBase | None = None) -> str:
    return plain(asyncio.run(talk(base=base).says(text)).text)


@pytest.mark.parametrize(
    ("written", "short"),
    [
        ("VAE", "VAE"),
        ("vae", "VAE"),
        ("V.A.E.", "VAE"),
        ("v-a-e", "VAE"),
        ("velo electrique", "VAE"),
        ("VÉLO  ÉLECTRIQUE", "VAE"),
        ("ve\u0301lo e\u0301lectrique", "VAE"),
        ("vélo\u00a0électrique ?", "VAE"),
        ("«\u00a0VAE\u00a0»", "VAE"),
        ("e-borne", "E-Borne"),
        ("E Borne", "E-Borne"),
        ("eborne", "E-Borne"),
        ("e‑borne", "E-Borne"),
        ("cle", "Clé"),
        ("BADGE", "Clé"),
        ("commission nationale qui veille sur les velos partages des communes", "CNVP"),
    ],
)
def test_a_term_is_found_however_it_is_written(written: str, short: str) -> None:
    said = asked(f"/lexique {written}")
    assert said.splitlines()[0].split(" : ")[0] == short


def test_a_term_shows_its_long_form_its_definition_and_its_other_names() -> None:
    said = asked("/lexique vae")
    for part in ("VAE : Vélo à assistance", "Un moteur aide.", "On dit aussi : vélo électrique."):
        assert part in said


@pytest.mark.parametrize("between", [" ", "   ", "\t", "\n", "\u00a0"])
def test_any_space_stands_between_the_command_and_its_term(between: str) -> None:
    assert asked(f"/lexique{between}VAE").startswith("VAE")


def test_an_unknown_term_gets_near_guesses() -> None:
    said = asked("/lexique vaee")
    assert "Je n’ai pas « vaee » dans le lexique." in said
    assert "Vouliez-vous dire : VAE ?" in said


def test_a_near_guess_is_a_short_form_said_once() -> None:
    lexicon = Lexicon(small_base().lexicon)
    near = lexicon.near("velo electriqe")
    assert near[0] == "VAE"
    assert len(near) == len(set(near))
    assert lexicon.near("zzzzzz") == []


def test_an_unknown_term_without_neighbour_gets_no_guess() -> None:
    assert asked("/lexique zzzzzz") == "Je n’ai pas « zzzzzz » dans le lexique."


@pytest.mark.parametrize("nothing", ["", " ", "\u200b", "\x00\x07", "\u202e"])
def test_the_command_alone_says_how_to_use_it(nothing: str) -> None:
    assert asked(f"/lexique {nothing}").startswith("Indiquez un sigle après la commande.")
    assert "/lexique VAE" in asked("/lexique")


def test_without_a_lexicon_the_help_shows_no_empty_example() -> None:
    assert replies.lexicon_help([]).text == "Indiquez un sigle après la commande."


@given(st.text(max_size=300))
def test_what_a_person_wrote_comes_back_short_and_printable(text: str) -> None:
    said = asked(f"/lexique {text}")
    if "dans le lexique" in said:
        echo = said.split("« ", 1)[1].rsplit(" » dans le lexique", 1)[0]
        assert 1 <= len(echo) <= MAX_ECHO
        assert echo.isprintable()


@pytest.mark.parametrize(
    "text",
    [
        "<b>gras</b>",
        "<script>alert(1)</script>",
        "a\x1b[31mrouge",
        "x\u202ey",
        "é" * 4000,
        "\ud800x",
    ],
)
def test_markup_and_control_characters_come_back_as_harmless_text(text: str) -> None:
    said = asked(f"/lexique {text}")
    assert all(char.isprintable() for char in said)
    assert len(said) < 200


def test_every_name_of_the_shipped_lexicon_finds_a_term() -> None:
    shipped: KnowledgeBase = load(SHIPPED)
    lexicon = Lexicon(shipped.lexicon)
    for term in shipped.lexicon:
        for name in filter(None, (term.short, term.long, *term.synonyms)):
            assert lexicon.find(name), name
    for term in shipped.lexicon[::20]:
        assert "Je n’ai pas" not in asked(f"/lexique {term.short}", shipped), term.short


@pytest.mark.parametrize(
    ("command", "part"),
    [
        ("/start", "je suis Pédalier"),
        ("/START", "je suis Pédalier"),
        ("/aide", "Comment poser une question"),
        ("/help", "Comment poser une question"),
        ("/contacts", "atelier@velo.example"),
        ("/contacts maintenant", "abo@velo.example"),
        ("/nouveau", "Je ne connais pas cette commande."),
        ("/", "Je ne connais pas cette commande."),
        ("/lexiqueVAE", "Je ne connais pas cette commande."),
        ("/<b>", "Je ne connais pas cette commande."),
    ],
)
def test_each_command_says_what_it_is_for(command: str, part: str) -> None:
    assert part in asked(command)


def test_a_sign_that_makes_another_term_counts() -> None:
    lexicon = Lexicon((Term("RPPS", "Un répertoire"), Term("RPPS+", "Un autre")))
    found = [lexicon.find(name) for name in ("rpps", "RPPS+", "rpps +", "R.P.P.S.")]
    assert [term.short if term else "" for term in found] == ["RPPS", "RPPS+", "RPPS+", "RPPS"]
