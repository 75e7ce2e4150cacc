from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from kb.duplicates import Asked, find_duplicates, near_pairs
from kb.entries import Domain, Question, Term
from kb.loader import load
from tests.fakes.content import write_entry

if TYPE_CHECKING:
    from pathlib import Path

    from kb.entries import KnowledgeBase

WORDS = ["alpha", "bravo", "charlie", "delta", "echo", "fox", "golf", "hotel", "india", "juliet"]


def said(base: KnowledgeBase) -> list[str]:
    return [f"{problem.file}: {problem.message}" for problem in find_duplicates(base)]


@given(st.lists(st.sets(st.sampled_from(WORDS * 2), min_size=1), min_size=2, max_size=12))
def test_the_pairs_found_are_those_of_comparing_all_with_all(sets: list[set[str]]) -> None:
    asked = [Asked(n, "un", "", frozenset(words)) for n, words in enumerate(sets)]
    expected = {
        (other, n)
        for n, one in enumerate(sets)
        for other, words in enumerate(sets[:n])
        if len(one & words) >= 0.9 * len(one | words)
    }
    found = [(first.number, second.number) for first, second in near_pairs(asked)]
    assert (set(found), len(found)) == (expected, len(expected))


def test_a_copy_of_a_neighbour_is_one_line(folder: Path) -> None:
    asked = [f"sujet{n} question numéro{n}" for n in range(82)]
    write_entry(folder, "voisine", questions=asked)
    write_entry(folder, "copie", title="Et quoi d’autre ?", questions=[*asked, "une de plus"])
    (line,) = said(load(folder))
    assert line == f"copie: 82 questions en commun avec voisine, dont « {asked[0]} »."


def test_a_few_in_common_are_written_out(folder: Path) -> None:
    write_entry(folder, "voisine", questions=["rendre le vélo", "casser le vélo"])
    write_entry(folder, "copie", questions=["le vélo rendre", "le vélo, casser ?", "autre"])
    assert [line.count("(dans voisine)") for line in said(load(folder))] == [1, 1]


def test_an_entry_that_repeats_itself_is_one_line(folder: Path) -> None:
    write_entry(folder, "bavarde", questions=["rendre le vélo"] * 5)
    assert said(load(folder)) == [
        "bavarde: 5 questions presque les mêmes entre elles, dont « rendre le vélo »."
    ]


def test_the_same_title_twice_is_named(folder: Path) -> None:
    write_entry(folder, "une", title="Où rendre ?")
    write_entry(folder, "deux", title="ou rendre")
    (line,) = said(load(folder))
    assert "est aussi celui de deux" in line


def test_a_term_that_is_defined_twice_is_named_and_a_sign_makes_another(folder: Path) -> None:
    base = load(folder)
    terms = (Term("VAE", synonyms=("vélo électrique",)), Term("Vélo Électrique"), Term("VAE+"))
    (line,) = said(replace(base, lexicon=terms))
    assert line.startswith("lexicon.toml: « Vélo Électrique » est défini deux fois")
    assert "« VAE »" in line


def test_a_domain_or_a_value_that_stands_twice_is_named(folder: Path) -> None:
    values = (("produit", "Vélo"), ("produit", "Vélo"))
    domains = (Domain("Louer", values), Domain("louer", ()))
    lines = said(replace(load(folder), domains=domains))
    assert [line.partition("« ")[2].partition(" »")[0] for line in lines] == [
        *("Louer", "Louer", "louer")
    ]


def test_questions_without_words_are_not_alike(folder: Path) -> None:
    base = load(folder)
    entry = replace(next(iter(base.entries.values())), questions=(Question("?"), Question("!")))
    assert said(replace(base, entries={entry.id: entry})) == []
