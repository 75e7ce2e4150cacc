from __future__ import annotations

import pickle
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifier.text import MAX_CHARS, Analyser, Words, french_stemmer, ngrams, normalise
from classifier.text import word_features as features

ANY_TEXT = st.text(st.characters() | st.sampled_from("\ud800\udfff\u200b\u0301œﬁ\u202e\u00a0 -_"))
"""Any code points, lone surrogates and marks included."""


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("Élève à l’œuvre", "eleve a l’oeuvre"),
        ("ŒUF, Æther, Straße", "oeuf, aether, strasse"),
        ("ｖéｌｏ　２", "velo 2"),
        ("vé\u200blo\u200d \ufeffbl\u00adeu", "velo bleu"),
        ("\u202eborne\u202c \u200fpleine", "borne pleine"),
        ("prix\u00a0: 3\u202f€", "prix : 3 €"),
        ("ﬁche ﬂuo", "fiche fluo"),
        ("𝐂𝐨𝐝𝐞 ①", "code 1"),
        ("İstanbul", "istanbul"),
        ("", ""),
    ],
)
def test_spellings_of_one_text_read_the_same(typed: str, read: str) -> None:
    assert normalise(typed) == read


@given(ANY_TEXT)
def test_composed_and_decomposed_spellings_are_equal(text: str) -> None:
    composed, apart = (unicodedata.normalize(form, text) for form in ("NFC", "NFD"))
    assert normalise(composed) == normalise(apart)


@given(ANY_TEXT)
def test_normalising_twice_changes_nothing_more(text: str) -> None:
    once = normalise(text)
    assert normalise(once) == once


@given(ANY_TEXT)
def test_any_text_has_words_and_features(text: str) -> None:
    for view in ("words", "chars"):
        assert all(isinstance(feature, str) for feature in Analyser(view, ["e-CPS"])(text))


@pytest.mark.parametrize("letter", ["é", "œ", "ﷺ", "a", "\u200bé"])
def test_a_long_text_is_read_up_to_the_limit_however_it_is_spelt(letter: str) -> None:
    text = letter * (3 * MAX_CHARS)
    once = normalise(text)
    assert len(once) == MAX_CHARS
    assert normalise(once) == once == normalise(unicodedata.normalize("NFD", text))


@pytest.mark.parametrize(
    "typed",
    ["e-CPS", "e CPS", "ecps", "E-cps", "e‑CPS", "e - cps", "_e-CPS_", "(e_cps)", "ｅ－ＣＰＳ"],
)
def test_a_compound_acronym_reads_as_one_word(typed: str) -> None:
    assert Words(["e-CPS"])(f"ma {typed}, où ?") == ["ma", "ecps", "ou"]


def test_the_longer_of_two_compounds_wins() -> None:
    assert Words(["CI-SIS", "CI-SIS X"])("le CI SIS x et le ci-sis") == [
        *("le", "cisisx", "et", "le", "cisis")
    ]


@pytest.mark.parametrize("typed", ["une CPS", "le cpse", "reçue cps", "e. Le CPS", "e-CPSure"])
def test_words_that_only_look_like_a_compound_stay_apart(typed: str) -> None:
    assert "ecps" not in Words(["e-CPS"])(typed)


def test_terms_of_one_word_are_no_compounds() -> None:
    assert Words(["VAE", "???"]).compounds == []


def test_stop_words_and_the_borders_of_the_message_count() -> None:
    assert features(["le", "velo"], french_stemmer()) == ["le", "velo", "^ le", "le velo", "velo $"]
    assert features([], french_stemmer()) == []


def test_ngrams_stay_inside_the_borders_of_a_word() -> None:
    assert ngrams("un") == [" u", "un", "n ", " un", "un ", " un "]
    assert ngrams("a") == [" a", "a ", " a "]
    assert all(gram in " vélos " for gram in ngrams("vélos"))


@pytest.mark.parametrize("view", ["words", "chars"])
def test_an_analyser_survives_a_pickle(view: str) -> None:
    analyser = Analyser(view, ["e-CPS"])
    analyser("déjà servi")
    woken = pickle.loads(pickle.dumps(analyser))  # noqa: S301 - our own bytes
    text = "Mon e-CPS ne débloque plus les vélos"
    assert woken(text) == analyser(text)
