from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.analytics.outcomes import OUTCOMES, classify
from tests.bot.analytics.stories import DAY, MINUTE, START, Story

if TYPE_CHECKING:
    from bot.analytics.outcomes import Outcome

MONTH = 30 * DAY
HOUR = timedelta(hours=1)

STORIES: list[tuple[Outcome, str, Story]] = [
    ("transmis", "a desk by decision", Story().asks("route", "ecps")),
    ("transmis", "all contacts on a wish", Story().asks("answer", "a", shown="contacts")),
    ("transmis", "a wish for a person", Story().asks("answer", "a").says("human")),
    (
        "transmis",
        "a desk that was chosen",
        Story().asks("clarify", "a").says("choice", about="desk:ecps"),
    ),
    ("transmis", "a ticket", Story().asks("unanswered").opens_ticket()),
    (
        "transmis",
        "a ticket after no",
        Story().asks("answer", "a").says("useful", "no").opens_ticket(),
    ),
    (
        "transmis",
        "a person, and back the next day",
        Story().asks("route", "ecps").later(DAY).asks("route", "ecps"),
    ),
    ("recontacté", "the same entry", Story().asks("answer", "a").later(DAY).asks("answer", "a")),
    (
        "recontacté",
        "the same entry although it helped",
        Story().asks("answer", "a").says("useful", "yes").later(DAY).asks("answer", "a"),
    ),
    (
        "recontacté",
        "the same first candidate",
        Story().asks("clarify", "a").later(6 * DAY).asks("unanswered", "a"),
    ),
    (
        "recontacté",
        "after another wish in between",
        Story().asks("answer", "a").later(HOUR).asks("answer", "b").later(HOUR).asks("answer", "a"),
    ),
    ("sans réponse", "unanswered", Story().asks("unanswered")),
    ("sans réponse", "unanswered, then thanks", Story().asks("unanswered").asks("decline")),
    ("sans réponse", "unanswered, nothing fits", Story().asks("unanswered").says("none")),
    ("refusé", "it did not help", Story().asks("answer", "a").says("useful", "no")),
    ("refusé", "none of the choices", Story().asks("clarify", "a").says("none")),
    (
        "refusé",
        "yes by mistake, then no",
        Story().asks("answer", "a").says("useful", "yes").says("useful", "no"),
    ),
    ("refusé", "no on a decline", Story().asks("decline").says("useful", "no")),
    ("hors sujet", "declined", Story().asks("decline")),
    ("hors sujet", "declined twice", Story().asks("decline").asks("decline")),
    ("confirmé", "it helped", Story().asks("answer", "a").says("useful", "yes")),
    (
        "confirmé",
        "no by mistake, then yes",
        Story().asks("answer", "a").says("useful", "no").says("useful", "yes"),
    ),
    (
        "confirmé",
        "a choice that helped",
        Story().asks("clarify", "a").says("choice", about="entry:a").says("useful", "yes"),
    ),
    (
        "confirmé",
        "a greeting around it",
        Story().asks("decline").asks("answer", "a").says("useful", "yes").asks("decline"),
    ),
    (
        "confirmé",
        "back after eight days",
        Story().asks("answer", "a").says("useful", "yes").later(8 * DAY).asks("answer", "a"),
    ),
    (
        "confirmé",
        "back for something else",
        Story().asks("answer", "a").says("useful", "yes").later(DAY).asks("answer", "b"),
    ),
    ("abandonné", "choices left open", Story().asks("clarify", "a")),
    ("abandonné", "a photo alone", Story().asks(None)),
    ("abandonné", "a version that did not note", Story().asks("clarify", "a", shown="unknown")),
    ("supposé", "an answer and no sign", Story().asks("answer", "a")),
    (
        "supposé",
        "a choice and no sign",
        Story().asks("clarify", "a").says("choice", about="entry:a"),
    ),
    ("supposé", "an answer, then thanks", Story().asks("answer", "a").asks("decline")),
    ("supposé", "asked again at once", Story().asks("answer", "a").asks("answer", "a")),
]


@pytest.mark.parametrize(
    ("outcome", "story"), [(o, s) for o, _, s in STORIES], ids=[name for _, name, _ in STORIES]
)
def test_a_story_ends_in_its_class(outcome: Outcome, story: Story) -> None:
    assert classify(story.episodes()[0], story.now + MONTH) == outcome


@pytest.mark.parametrize(
    ("before", "story"),
    [
        ("trop tôt", Story().asks("answer", "a").says("useful", "yes")),
        ("trop tôt", Story().asks("clarify", "a")),
        ("transmis", Story().asks("route", "ecps")),
        ("sans réponse", Story().asks("unanswered")),
        ("hors sujet", Story().asks("decline")),
    ],
)
def test_what_may_still_change_is_too_early_for_seven_days(before: Outcome, story: Story) -> None:
    episode = story.episodes()[0]
    assert classify(episode, episode.last_at + 7 * DAY - MINUTE) == before
    assert classify(episode, episode.last_at + 7 * DAY) != "trop tôt"


def test_every_class_is_met_by_some_story() -> None:
    met = {outcome for outcome, _, _ in STORIES} | {"trop tôt"}
    assert met == set(OUTCOMES)


def test_a_press_on_another_turn_chooses_nothing_of_this_one() -> None:
    story = Story().asks("clarify", "a").asks("answer", "b")
    story.says("choice", about="desk:ecps", turn=1)
    assert classify(story.episodes()[0], START + MONTH) == "supposé"
