from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from kb.entries import About, Desk, FaqEntry, KnowledgeBase, Outside, Question
from kb.lint import MAX_ANSWER, MIN_QUESTIONS, lint, pending
from kb.loader import load

if TYPE_CHECKING:
    from pathlib import Path

    from kb.problems import Problem

WORDS = ["alpha", "bravo", "charlie", "delta", "echo", "fox", "golf", "hotel", "india", "juliet"]
PLENTY = [f"question {n} numéro{n} sujet{n}" for n in range(MIN_QUESTIONS)]


def entry(
    key: str, asked: list[str], *, answer: str = "Oui.", status: str = "published"
) -> FaqEntry:
    questions = tuple(Question(text) for text in asked)
    return FaqEntry(key, f"Et {key} ?", ("V1",), answer, questions=questions, status=status)


def base(*entries: FaqEntry, outside: tuple[Outside, ...] = ()) -> KnowledgeBase:
    desk = Desk("atelier", "Atelier", "Atelier@veloville.example", "tout", "Dites où.")
    return KnowledgeBase(
        about=About("A", "B"),
        entries={e.id: e for e in entries},
        desks={desk.id: desk},
        outside={family.id: family for family in outside},
    )


def found(*entries: FaqEntry, outside: tuple[Outside, ...] = ()) -> list[Problem]:
    return lint(base(*entries, outside=outside))


def test_an_entry_in_order_is_left_alone() -> None:
    assert found(entry("bon", PLENTY)) == []


def test_a_warning_is_served_and_says_so() -> None:
    (problem,) = found(entry("mince", PLENTY[1:]))
    assert not problem.blocking
    assert str(problem).startswith("mince : à revoir [questions] : 19 questions seulement")


def test_one_question_is_counted_as_one() -> None:
    assert "1 question seulement" in found(entry("mince", PLENTY[:1]))[0].message


def test_a_long_answer_is_named_from_one_character_too_many() -> None:
    assert found(entry("juste", PLENTY, answer="a" * MAX_ANSWER)) == []
    (problem,) = found(entry("longue", PLENTY, answer="a" * (MAX_ANSWER + 1)))
    assert (problem.file, "1501 caractères" in problem.message) == ("longue", True)


def test_a_withheld_entry_may_be_thin_and_long() -> None:
    assert found(entry("retiree", [], answer="a" * 2000, status="withheld")) == []


def test_an_address_that_no_desk_has_is_named() -> None:
    family = Outside("meteo", "Météo", "Écrivez à meteo@ailleurs.example.")
    problems = found(
        entry("bon", PLENTY, answer="Écrivez à atelier@VELOVILLE.example."),
        entry("faux", [f"autre {q} z" for q in PLENTY], answer="Ou à x@y.example."),
        outside=(family,),
    )
    todo = "corrigez-la ou retirez-la."
    assert [(p.file, p.message) for p in problems] == [
        ("meteo", f"aucun guichet n’a l’adresse meteo@ailleurs.example ; {todo}"),
    ]


def test_an_answer_without_source_gives_no_address_but_a_desk_s() -> None:
    own = FaqEntry("libre", "Et ?", (), "Écrivez à x@y.example.", origin="éditeur", dated="2025")
    (problem,) = found(replace(own, questions=entry("libre", PLENTY).questions))
    assert "x@y.example" in problem.message


def test_what_is_not_served_is_listed_and_a_draft_is_not_looked_at() -> None:
    draft = FaqEntry("b", "Et ?", (), "Voir http://x.example, x@y.example.", status="draft")
    withheld = FaqEntry("r", "Et ?", ("V1",), "Oui.", status="withheld", reason="la date manque")
    assert found(draft, withheld) == []
    said = [(p.file, p.message) for p in pending(base(draft, withheld, entry("bon", PLENTY)))]
    assert said == [
        ("b", "brouillon, ni servi ni appris."),
        ("r", "retirée, à confirmer : la date manque"),
    ]


@pytest.mark.parametrize(
    "again",
    [
        "Où rendre le vélo ?",
        "ou rendre le velo",
        "LE VÉLO, OÙ RENDRE ?",
        "où rendre, rendre le vélo",
    ],
)
def test_the_same_words_in_another_entry_are_named_with_both_entries(again: str) -> None:
    (problem,) = found(entry("un", [*PLENTY, "où rendre le vélo"]), entry("deux", _with(again)))
    assert problem.file == "un"
    assert again in problem.message
    assert "(dans deux)" in problem.message


def test_the_same_words_twice_in_one_entry_are_named() -> None:
    (problem,) = found(entry("un", [*PLENTY, "rendre le vélo", "le vélo rendre"]))
    assert "dans" not in problem.message


def test_a_family_or_a_desk_that_asks_the_same_is_named() -> None:
    family = Outside("meteo", "Météo", "Non.", (Question("pleut-il demain"),))
    (problem,) = found(entry("un", [*PLENTY, "demain pleut-il ?"]), outside=(family,))
    assert "(dans meteo)" in problem.message


def test_nine_words_of_ten_are_near_and_nine_of_eleven_are_not() -> None:
    text = " ".join(WORDS)
    assert found(entry("un", [*PLENTY, text]), entry("deux", _with(" ".join(WORDS[:9]))))
    other = " ".join([*WORDS[:9], "kilo"])
    assert found(entry("un", [*PLENTY, text]), entry("deux", _with(other))) == []


def test_questions_without_words_are_not_alike() -> None:
    assert found(entry("un", [*PLENTY, "?!", "..."])) == []


def test_a_folder_of_thin_entries_is_served_with_one_warning_each(folder: Path) -> None:
    loaded = load(folder)
    assert [problem.file for problem in lint(loaded)] == list(loaded.entries)


def test_the_second_knowledge_base_of_the_tests_is_clean(second: Path) -> None:
    assert lint(load(second)) == []


def _with(text: str) -> list[str]:
    return [*(f"ailleurs {question} bis" for question in PLENTY), text]


@pytest.mark.parametrize("link", ["http://veloville.example/aide", "www.veloville.example/aide"])
def test_a_link_without_https_is_named_in_answers_and_replies(link: str) -> None:
    answer = entry("lien", PLENTY, answer=f"Voir {link}.")
    family = Outside("meteo", "La météo", f"Voyez {link}, plutôt.")
    problems = found(answer, outside=(family,))
    assert [problem.file for problem in problems] == ["lien", "meteo"]
    assert all(link in problem.message for problem in problems)


@pytest.mark.parametrize("text", ["https://www.veloville.example", "veloville.example", "3www.x"])
def test_whole_addresses_and_names_of_sites_are_left_alone(text: str) -> None:
    assert found(entry("lien", PLENTY, answer=f"Voir {text}.")) == []
