from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bot.analytics.proposals.changes import Changes
from bot.analytics.proposals.objections import (
    advice_on,
    facts_beside_original,
    objections_of_review,
    objections_to_facts,
    objections_to_owner,
    objections_to_texts,
)
from kb.audit import Published
from kb.loader import load

CONTENT = Path(__file__).parents[3] / "content"
BASE = load(CONTENT)
OWNED = BASE.entries["velo-vole"].questions[0].text


def wording(text: str, target: str = "tarif") -> Changes:
    return Changes("wording", target, wordings=(text,))


@pytest.mark.parametrize(
    ("text", "place", "said"),
    [
        ("bonjour [NOM] mon vélo", "question 1, caractère 9", "[NOM]"),
        ("écrivez à jean.dupont@example.org svp", "question 1, caractère 11", "jean.dupont"),
        ("rappelez moi au 06 12 34 56 78", "question 1, caractère 17", "06 12 34"),
        ("a" * 1501, "question 1, caractère 1501", "1501 caractères"),
        ("???", "question 1", "aucun mot"),
    ],
)
def test_a_wording_that_may_not_be_published_is_refused_with_its_place(
    text: str, place: str, said: str
) -> None:
    (found,) = objections_to_texts(wording(text))
    assert found.place == place
    assert said in found.message


def test_a_plain_wording_is_not_refused() -> None:
    assert objections_to_texts(wording("combien coûte une heure de vélo ?")) == []


def test_the_title_and_the_answer_of_an_entry_are_looked_at_too() -> None:
    changes = Changes("entry", title="Qui est [NOM] ?", answer="Demandez à [NOM].")
    assert [each.place.split(",")[0] for each in objections_to_texts(changes)] == [
        "titre",
        "réponse",
    ]


def test_a_wording_that_another_entry_owns_is_refused_and_the_other_shown() -> None:
    (found,) = objections_to_owner(wording(OWNED.upper(), "prix-d-un-trajet"), BASE)
    assert (found.place, found.owner) == ("question 1", "velo-vole")
    assert BASE.entries["velo-vole"].title in found.message


def test_a_wording_that_its_entry_has_already_is_refused() -> None:
    (found,) = objections_to_owner(wording(OWNED, "velo-vole"), BASE)
    assert "le dit déjà" in found.message


def test_the_title_of_another_entry_is_no_wording() -> None:
    title = BASE.entries["velo-vole"].title
    assert "velo-vole" in {each.owner for each in objections_to_owner(wording(title), BASE)}


def test_two_wordings_alike_are_one() -> None:
    changes = Changes(
        "wording", "tarif", wordings=("un vélo pour mon oncle", "UN VELO pour mon oncle")
    )
    (found,) = objections_to_owner(changes, BASE)
    assert "la question" in found.message


def test_a_title_whose_name_is_taken_is_refused() -> None:
    changes = Changes("entry", title="Vélo volé")
    (found,) = objections_to_owner(changes, BASE)
    assert (found.place, found.owner) == ("titre", "velo-vole")


def test_what_was_wrong_before_is_not_held_against_the_change() -> None:
    assert objections_of_review(CONTENT, CONTENT, (BASE, BASE)) == []


def test_few_questions_are_advice_and_no_reason_to_refuse() -> None:
    changes = Changes(
        "entry", title="Peut-on emmener un chien ?", answer="Oui.", wordings=("chien",)
    )
    entry = changes.entry()
    after = replace(BASE, entries={**BASE.entries, entry.id: entry})
    assert objections_of_review(CONTENT, CONTENT, (BASE, after)) == []
    assert any("question" in note for note in advice_on(changes, after))


def test_facts_of_published_answers_are_compared_where_they_are_known() -> None:
    changes = Changes("entry", title="Nouveau", answer="Il faut 3 jours.", sources=("R9",))
    entry = changes.entry()
    after = replace(BASE, entries={**BASE.entries, entry.id: entry})
    known = {"R9": Published("Il faut 5 jours.", "")}
    said = " ".join(each.message for each in objections_to_facts(changes, after, known))
    assert "5" in said
    assert "3" in said
    assert objections_to_facts(changes, after, {}) == []


def test_facts_beside_the_answer_of_a_desk_are_told() -> None:
    changes = Changes("entry", answer="Sous 3 jours.", original="Sous 5 jours.")
    assert len(facts_beside_original(changes)) == 2
    assert facts_beside_original(replace(changes, original="")) == []
