"""How much of what is personal the scrubbing finds, and how much it spoils of the rest."""

from __future__ import annotations

import pytest

from bot.scrubbing.scrub import scrub
from tests.fakes.personal_texts import WORDS, kept, lines, personal_texts

SEEDS = (0, 1, 2)


def missed(seed: int) -> dict[bool, list[bool]]:
    """For names and for identifiers, whether each was kept."""
    found: dict[bool, list[bool]] = {True: [], False: []}
    for text in personal_texts(seed):
        masked = scrub(text.text)
        for hidden in text.hidden:
            found[hidden.kind in WORDS].append(kept(hidden, masked))
    return found


def test_the_corpora_are_large_enough_to_count() -> None:
    assert len(personal_texts()) >= 200
    assert len(lines("technical")) >= 200
    assert len(set(lines("personal"))) == len(lines("personal"))


def test_what_is_hidden_is_known_to_be_there() -> None:
    for text in personal_texts():
        assert all(kept(hidden, text.text) for hidden in text.hidden), text


def test_texts_written_after_the_first_mend_are_masked_too() -> None:
    found = [
        kept(hidden, scrub(text.text))
        for text in personal_texts(0, "personal_later")
        for hidden in text.hidden
    ]
    assert len(found) >= 80
    # Two numbers have nothing beside them that says what they are.
    assert sum(found) <= 2
    changed = [text for text in lines("technical_later") if scrub(text) != text]
    assert len(changed) <= 0.02 * len(lines("technical_later")), changed


@pytest.mark.parametrize("seed", SEEDS)
def test_texts_of_another_hand_are_masked(seed: int) -> None:
    hidden = [
        (found.kind in WORDS, kept(found, scrub(text.text)))
        for text in personal_texts(seed, "personal_others")
        for found in text.hidden
    ]
    assert len(hidden) >= 300
    assert sum(left for is_name, left in hidden if not is_name) <= 0.02 * len(hidden)
    assert sum(left for is_name, left in hidden if is_name) <= 2
    changed = [text for text in lines("technical_others") if scrub(text) != text]
    assert len(changed) <= 0.01 * len(lines("technical_others")), changed


@pytest.mark.parametrize("seed", SEEDS)
def test_no_form_of_a_number_is_unknown(seed: int) -> None:
    texts = personal_texts(seed, "personal_forms")
    assert len(texts) >= 200
    left = [text.text for text in texts for found in text.hidden if kept(found, scrub(text.text))]
    assert len(left) <= 2, left


@pytest.mark.parametrize("seed", SEEDS)
def test_identifiers_are_masked(seed: int) -> None:
    identifiers = missed(seed)[False]
    assert sum(identifiers) <= 0.02 * len(identifiers)


def test_names_that_a_title_or_a_field_tells_are_masked() -> None:
    names = missed(0)[True]
    assert sum(names) <= 0.10 * len(names)


def test_technical_texts_are_left_alone() -> None:
    changed = [text for text in lines("technical") if scrub(text) != text]
    assert len(changed) <= 0.02 * len(lines("technical")), changed


@pytest.mark.parametrize("seed", SEEDS)
def test_masking_twice_is_masking_once(seed: int) -> None:
    for text in personal_texts(seed):
        once = scrub(text.text)
        assert scrub(once) == once


@pytest.mark.parametrize(("text", "masked"), [
    ("mme durand n'arrive plus", "mme [nom] n'arrive plus"),
    ("voir m. martin svp", "voir m. [nom] svp"),
    ("mme jeanne durand appelle", "mme [nom] appelle"),
    ("Monsieur girard appelle", "Monsieur [nom] appelle"),
    ("dr d'amico absent", "dr [nom] absent"),
    ("mme el amrani absente", "mme [nom] absente"),
    ("mr lopez absent", "mr [nom] absent"),
])  # fmt: skip
def test_a_name_in_lower_case_after_a_title_is_masked(text: str, masked: str) -> None:
    assert scrub(text) == masked


@pytest.mark.parametrize("text", [
    "bonjour monsieur je voudrais une preuve",
    "madame pouvez-vous m'aider",
    "monsieur avez vous une date",
    "mme ou m. au choix",
    "un câble de 5 m. puis un autre",
    "madame l'accès est fermé",
    "monsieur serait-il possible",
    "pr avoir la date",
    "merci madame n'hésitez pas",
])  # fmt: skip
def test_what_follows_a_title_is_not_always_a_name(text: str) -> None:
    assert scrub(text) == text


@pytest.mark.parametrize("name", [
    "IHE_XDM_20240101123045.zip", "photo_20240315_101112.jpg", "AB-12345678903.bin",
    "lot_0612345678901.csv", "trace-1718191234567.log",
])  # fmt: skip
def test_dates_and_serials_in_file_names_stay(name: str) -> None:
    assert scrub(name) == name
