from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from bot.analytics.promise import OVERDUE, UNKNOWN, judge_promise
from bot.store.audits import Audited

if TYPE_CHECKING:
    from bot.analytics.promise import Standing
    from bot.store.audits import Verdict

START = datetime(2026, 1, 5, tzinfo=UTC)
LATER = START + timedelta(days=300)
TARGET = 0.1


def labels(
    *verdicts: Verdict | None, model: str = "new", target: str | None = None
) -> list[Audited]:
    return [
        Audited(
            number,
            "answer",
            model,
            START,
            verdict,
            START + timedelta(hours=number) if verdict else None,
            target,
        )
        for number, verdict in enumerate(verdicts)
    ]


def standing(audited: list[Audited], now: datetime = LATER) -> Standing:
    return judge_promise(audited, "answer", TARGET, "new", now)


def test_without_a_label_nothing_speaks_against_it() -> None:
    found = standing([])
    assert (found.word, found.labels, found.bounds) == ("rien ne la contredit", 0, (0.0, 1.0))


def test_many_wrong_ones_break_it() -> None:
    assert standing(labels(*["wrong", "right"] * 15)).word == "rompue"


def test_many_right_ones_prove_it() -> None:
    assert standing(labels(*["right"] * 150)).word == "prouvée"


def test_the_model_in_force_is_watched_by_itself() -> None:
    before = labels(*["right"] * 200, model="old")
    now = labels(*["wrong", "right", "right"] * 8, model="new")
    assert judge_promise(before + now, "answer", TARGET, "old", LATER).word == "prouvée"
    assert standing(before + now).word == "rompue"


def test_another_kind_of_reply_has_its_own_promise() -> None:
    handed = [found._replace(kind="route") for found in labels(*["wrong"] * 30)]
    assert standing(handed).labels == 0


@pytest.mark.parametrize("verdict", [None, "unsure"])
def test_what_was_never_judged_counts_against_a_proof_and_for_no_alarm(
    verdict: Verdict | None,
) -> None:
    silent = labels(*["right"] * 150, *[verdict] * 40)
    found = standing(silent)
    assert (found.word, found.overdue, found.missing) == ("rien ne la contredit", 40, 0)
    assert (found.proof.wrong, found.against.wrong) == (40, 0)


def test_a_label_that_may_still_come_counts_for_nothing() -> None:
    soon = START + OVERDUE - timedelta(seconds=1)
    found = standing(labels(*["right"] * 150, *[None] * 40), soon)
    assert (found.word, found.missing, found.overdue) == ("prouvée", 40, 0)


def test_questions_that_nothing_published_answers_are_counted() -> None:
    assert standing(labels("wrong", "wrong", target=UNKNOWN)).unknown == 2
