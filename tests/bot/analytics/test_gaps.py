from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime

from bot.analytics.gaps import NOTHING, WHY, render_gaps
from bot.analytics.review_groups import ReviewGroup, Wording
from bot.store.review_items import REASONS
from bot.store.review_queue import GroupLine, ReviewItem
from tests.fakes.small_base import small_base

NOW = datetime(2026, 11, 30, 9, tzinfo=UTC)


def group(*texts: str, nearest: str = "velo-casse", people: int = 1) -> ReviewGroup:
    decided = (
        "unanswered",
        None,
        None,
        None,
        {},
        [["desk", "atelier", 0.5], ["faq", nearest, 0.4]],
    )
    items = [
        ReviewItem(
            n, NOW, text, 1, "web:1", "unanswered", "new", None, NOW, text, *decided, [], None
        )  # type: ignore[arg-type]
        for n, text in enumerate(texts, 7)
    ]
    line = GroupLine(1, people, len(items), NOW)
    return ReviewGroup(line, [Wording(one, 1, ()) for one in items], Counter(unanswered=people), [])


def test_an_empty_queue_says_so() -> None:
    assert render_gaps([], (0, 0), small_base()) == NOTHING


def test_a_group_is_told_with_its_people_its_reasons_and_the_nearest_entries() -> None:
    said = render_gaps([group("mon vélo cassé", people=2)], (1, 2), small_base())
    assert "2 messages à revoir, en 1 groupe :" in said
    assert "1. 2 personnes (sans réponse : 2)" in said
    assert "[7] « mon vélo cassé »" in said
    assert "proche : velo-casse, Mon vélo est cassé : que faire ?" in said


def test_an_entry_that_is_gone_is_not_named() -> None:
    assert "aucune fiche proche" in render_gaps([group("quoi", nearest="x")], (1, 1), small_base())


def test_only_the_first_wordings_and_groups_are_shown() -> None:
    said = render_gaps([group("un", "deux", "trois", "quatre")], (4, 7), small_base())
    assert "« trois »" in said
    assert "« quatre »" not in said
    assert "et 3 groupes de plus." in said


def test_every_reason_has_a_name() -> None:
    assert set(WHY) == set(REASONS)
