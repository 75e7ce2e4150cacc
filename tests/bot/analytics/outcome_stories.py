"""Stories of one chat with the class in which its first episode ends, long after."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from tests.bot.analytics.stories import DAY, MINUTE, START, Story

if TYPE_CHECKING:
    from bot.store.outcomes import Outcome

LATER = START + 100 * DAY
HOUR = timedelta(hours=1)


def _chosen() -> Story:
    return Story().asks("clarify", "a").says("choice", about="entry:a")


def _young() -> Story:
    return Story(now=LATER - 3 * DAY)


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
    ("transmis", "a person after a choice", _chosen().says("human")),
    ("transmis", "all contacts, nothing fits", Story().asks("unanswered", shown="contacts")),
    ("transmis", "a person after a decline", Story().asks("decline").says("human")),
    ("transmis", "a photo, then a ticket", Story().asks(None).opens_ticket()),
    ("transmis", "a desk that helped", Story().asks("route", "ecps").says("useful", "yes")),
    (
        "transmis",
        "a ticket hours later",
        Story().asks("answer", "a").later(2 * HOUR).opens_ticket(),
    ),
    ("transmis", "a young ticket", _young().asks("unanswered").opens_ticket()),
    (
        "recontacté",
        "just within seven days",
        Story().asks("answer", "a").later(7 * DAY - 2 * MINUTE).asks("answer", "a"),
    ),
    (
        "recontacté",
        "refused, and back",
        Story().asks("answer", "a").says("useful", "no").later(DAY).asks("answer", "a"),
    ),
    (
        "recontacté",
        "unanswered, and back",
        Story().asks("unanswered", "a").later(DAY).asks("unanswered", "a"),
    ),
    (
        "recontacté",
        "declined, and back with the same first candidate",
        Story().asks("decline", "a").later(DAY).asks("answer", "a"),
    ),
    (
        "recontacté",
        "back twice",
        Story().asks("answer", "a").later(DAY).asks("answer", "a").later(DAY).asks("answer", "a"),
    ),
    ("recontacté", "young, and back", _young().asks("answer", "a").later(HOUR).asks("answer", "a")),
    ("sans réponse", "unanswered and young", _young().asks("unanswered")),
    ("sans réponse", "unanswered at last", Story().asks("answer", "a").asks("unanswered")),
    ("sans réponse", "unanswered, and yes", Story().asks("unanswered").says("useful", "yes")),
    (
        "sans réponse",
        "unanswered, and back for something else",
        Story().asks("unanswered", "a").later(DAY).asks("answer", "b"),
    ),
    (
        "refusé",
        "yes, then none of the choices",
        Story().asks("clarify", "a").says("useful", "yes").says("none"),
    ),
    (
        "refusé",
        "no on the first of two answers",
        Story().asks("answer", "a").says("useful", "no").asks("answer", "b"),
    ),
    ("refusé", "no and young", _young().asks("answer", "a").says("useful", "no")),
    ("refusé", "a choice that did not help", _chosen().says("useful", "no")),
    ("hors sujet", "declined and young", _young().asks("decline")),
    ("hors sujet", "declined, and yes", Story().asks("decline").says("useful", "yes")),
    ("trop tôt", "an answer of this week", _young().asks("answer", "a")),
    ("trop tôt", "yes of this week", _young().asks("answer", "a").says("useful", "yes")),
    ("trop tôt", "choices of this week", _young().asks("clarify", "a")),
    (
        "confirmé",
        "none, then a choice that helped",
        Story()
        .asks("clarify", "a")
        .says("none")
        .says("choice", about="entry:a")
        .says("useful", "yes"),
    ),
    ("abandonné", "an answer, then open choices", Story().asks("answer", "a").asks("clarify", "b")),
    ("supposé", "open choices, then an answer", Story().asks("clarify", "a").asks("answer", "b")),
]
