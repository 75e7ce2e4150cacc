from __future__ import annotations

from datetime import date, timedelta

import pytest

from bot.analytics.drift import WordRead, compare_week, count_week
from bot.store.drift import Counts, Week, WeekMessage

MONDAY = date(2026, 3, 2)
KNOWN = [WordRead("vélo", is_known=True), WordRead("casse", is_known=True)]
STRANGE = [WordRead("facture", is_known=False), WordRead("vélo", is_known=True)]


def week_of(
    number: int, *, size: int = 60, strange: int = 3, action: str = "answer", sure: float = 0.9
) -> Week:
    """A week of which so many messages hold a word that the model does not know."""
    asked = [WeekMessage("", action, sure, f"c{n}") for n in range(size)]
    read = [STRANGE if n < strange else KNOWN for n in range(size)]
    return Week("m", MONDAY + timedelta(weeks=number), count_week(asked, read))


QUIET = [week_of(number) for number in range(4)]


def test_a_week_is_counted_by_messages_words_and_actions() -> None:
    counts = week_of(0, size=10, strange=4, action="decline", sure=1.0).counts
    assert (counts.messages, counts.strange, counts.words, counts.unknown) == (10, 4, 20, 4)
    assert counts.actions == {"decline": 10}
    assert (counts.confidence, counts.bins[-1]) == (10.0, 10)
    assert counts.heard == {"vélo": 10, "casse": 6, "facture": 4}
    assert counts.strangers == ["facture"]


def test_a_word_that_few_chats_used_is_not_kept() -> None:
    asked = [WeekMessage("", "answer", 0.9, f"c{n % 2}") for n in range(9)]
    assert count_week(asked, [STRANGE] * 9).heard == {}


def test_the_first_four_weeks_of_a_model_are_compared_with_nothing() -> None:
    found = compare_week(week_of(3, strange=60), QUIET[:3])
    assert (found.signs, found.has_reference) == ((), False)


def test_a_week_like_the_others_is_not_flagged() -> None:
    found = compare_week(week_of(9, strange=4), [*QUIET, week_of(8, strange=60)])
    assert (found.signs, found.words, found.has_reference) == ((), (), True)


@pytest.mark.parametrize(
    ("changed", "what"),
    [
        (week_of(4, strange=40), {"strange"}),
        (week_of(4, action="decline"), {"answer", "decline"}),
        (week_of(4, sure=0.3), {"confidence"}),
    ],
)
def test_what_has_changed_is_named(changed: Week, what: set[str]) -> None:
    found = compare_week(changed, QUIET)
    assert {sign.what for sign in found.signs} == what


def test_the_words_behind_a_change_are_shown_with_their_shares() -> None:
    found = compare_week(week_of(4, strange=40), QUIET)
    (word,) = found.words
    assert (word.word, word.is_known) == ("facture", False)
    assert (round(word.before, 3), round(word.now, 3)) == (0.05, 0.667)


def test_a_week_reads_back_as_it_was_counted() -> None:
    counts = QUIET[0].counts
    assert Counts(**{name: getattr(counts, name) for name in Counts.__dataclass_fields__}) == counts
