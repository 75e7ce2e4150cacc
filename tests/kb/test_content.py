from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest

from bot.ops.settings import BUNDLED_KB
from kb.entries import MANNERS
from kb.lint import MAX_ANSWER, MIN_QUESTIONS
from kb.loader import load
from kb.review import review

if TYPE_CHECKING:
    from kb.entries import KnowledgeBase

FRENCH = set(MANNERS) - {"english"}
FACETS = {"offre", "couloir", "dispositif", "produit", "thematique"}


@pytest.fixture(scope="module")
def shipped() -> KnowledgeBase:
    return load(BUNDLED_KB)


def test_the_shipped_content_has_nothing_to_look_at_again(shipped: KnowledgeBase) -> None:
    assert [str(problem) for problem in review(BUNDLED_KB, shipped)] == []


def test_every_served_entry_is_asked_in_the_eight_french_manners(shipped: KnowledgeBase) -> None:
    for key, entry in shipped.published.items():
        asked = Counter(question.manner for question in entry.questions)
        assert set(asked) >= FRENCH, key
        assert sum(asked[manner] for manner in FRENCH) >= MIN_QUESTIONS, key


def test_seven_desks_know_at_least_a_hundred_messages_each(shipped: KnowledgeBase) -> None:
    counts = {key: len(desk.questions) for key, desk in shipped.desks.items()}
    assert len(counts) == 7
    assert min(counts.values()) >= 100, counts


def test_twelve_outside_families_know_at_least_six_hundred_messages(
    shipped: KnowledgeBase,
) -> None:
    assert len(shipped.outside) >= 12
    assert sum(len(family.questions) for family in shipped.outside.values()) >= 600


def test_no_answer_is_too_long_for_a_chat(shipped: KnowledgeBase) -> None:
    assert [k for k, e in shipped.entries.items() if len(e.answer) > MAX_ANSWER] == []


def test_every_served_entry_says_its_offer_product_and_topic(shipped: KnowledgeBase) -> None:
    for key, entry in shipped.published.items():
        assert {"offre", "produit", "thematique"} <= set(entry.themes) <= FACETS, key
        assert all(entry.themes.values()), key


def test_every_served_entry_says_who_takes_over_or_leaves_it_to_all(
    shipped: KnowledgeBase,
) -> None:
    assert {entry.desk for entry in shipped.published.values()} <= {None, *shipped.desks}


def test_the_organisation_and_the_lexicon_are_filled_in(shipped: KnowledgeBase) -> None:
    about = shipped.about
    assert all([about.name, about.serves, about.source_label, about.emergency])
    assert about.source_url.startswith("https://")
    shorts = Counter(term.short.lower() for term in shipped.lexicon)
    assert [short for short, count in shorts.items() if count > 1] == []
