from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.facts import facts


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Écrivez à Aide.Velo+test@veloville.example.", {"aide.velo+test@veloville.example"}),
        ("(support-iop@esante.gouv.fr)", {"support-iop@esante.gouv.fr"}),
        ("a@b.fr, c@d.fr", {"a@b.fr", "c@d.fr"}),
    ],
)
def test_emails_are_found_without_the_punctuation_around(text: str, expected: set[str]) -> None:
    assert facts(text) == expected


@pytest.mark.parametrize(
    "written",
    [
        "https://www.velo.fr/aide",
        "http://www.velo.fr/aide/",
        "www.velo.fr/aide",
        "WWW.Velo.FR/Aide.",
        "(https://www.velo.fr/aide).",
        "<https://www.velo.fr/aide>",
        "[ici](https://www.velo.fr/aide),",
        "« www.velo.fr/aide »",
        "«www.velo.fr/aide»",
        '"https://www.velo.fr/aide"',
        "**https://www.velo.fr/aide**",
        "https://www.velo.fr/aide: suivez le guide",
        "https://www.velo.fr/aide!",
        "https://www.velo.fr/aide\u00a0?",
        "https://www.velo.fr/aide; puis",
    ],
)
def test_an_address_is_one_fact_however_it_is_written(written: str) -> None:
    assert facts(f"Voyez {written}") == {"www.velo.fr/aide"}


def test_an_address_with_a_scheme_is_a_fact_whatever_its_ending() -> None:
    assert facts("https://aide.velo.example/a?b=1#c") == {"aide.velo.example/a?b=1#c"}


def test_an_address_keeps_its_digits_to_itself() -> None:
    assert facts("industriels.esante.gouv.fr/vague-2/2024") == {
        "industriels.esante.gouv.fr/vague-2/2024"
    }


def test_abbreviations_are_no_addresses() -> None:
    assert facts("M. Dupont, c.-à-d. lui, etc. Fin.") == set()


@pytest.mark.parametrize(
    "phone",
    [
        "0825 852 000",
        "08 25 85 20 00",
        "08.25.85.20.00",
        "0825852000",
        "08\u00a025\u00a085\u202f20 00",
    ],
)
def test_a_phone_is_one_fact_with_spaces_or_dots(phone: str) -> None:
    assert facts(f"Appelez le {phone}.") == {"0825852000"}


@pytest.mark.parametrize(
    ("words", "iso"),
    [
        ("1er août 2025", "2025-08-01"),
        ("1 août 2025", "2025-08-01"),
        ("31 DÉCEMBRE 2024", "2024-12-31"),
        ("9\u00a0février\u00a02026", "2026-02-09"),
        ("30 septembre 2023", "2023-09-30"),
    ],
)
def test_a_date_in_words_is_the_iso_date(words: str, iso: str) -> None:
    assert facts(f"le {words},") == facts(f"({iso})") == {iso}


def test_a_date_without_its_year_is_its_number() -> None:
    assert facts("le 14 juillet") == {"14"}


@pytest.mark.parametrize(
    "code",
    [
        "SC.ORDN/CONF.01",
        "R.1112-7",
        "ANN.1.1.1",
        "CDA/HL7.02",
        "V2.4.0",
        "MSS/VA1.01",
        "N3",
        "#12-A",
    ],
)
def test_a_requirement_code_is_one_fact(code: str) -> None:
    assert facts(f"L'exigence {code}.") == {code.lstrip("#")}
    assert facts(f"({code.lower()}), puis") == {code.lstrip("#")}


def test_levels_side_by_side_are_facts_of_their_own() -> None:
    assert facts("CDA N1/N3") == facts("le N3, puis le N1") == {"N1", "N3"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [("sous 30 jours", {"30"}), ("60 %", {"60"}), ("150€", {"150"}), ("24h/24", {"24H", "24"})],
)
def test_numbers_are_facts(text: str, expected: set[str]) -> None:
    assert facts(text) == expected


def test_words_without_digits_are_no_facts() -> None:
    assert facts("Déposez la preuve sur la plateforme, puis attendez l'avis.") == set()


@given(st.text(max_size=200))
def test_neither_case_nor_the_form_of_accents_matter(text: str) -> None:
    found = facts(text)
    assert all(fact and fact == fact.strip() for fact in found)
    assert facts(unicodedata.normalize("NFD", text)) == facts(unicodedata.normalize("NFC", text))


@given(st.dates())
def test_any_day_is_the_same_fact_in_words_and_in_digits(day: object) -> None:
    assert facts(f"depuis le {day}") == {str(day)}
