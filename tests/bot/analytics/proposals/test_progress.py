from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.analytics.proposals.progress import progress_of

BEGAN = datetime(2026, 11, 30, 9, tzinfo=UTC)


def at(seconds: float, stage: str, done: int = 0, total: int = 1) -> tuple[float, float | None]:
    check = {"started": BEGAN.isoformat(), "stage": stage, "done": done, "total": total}
    found = progress_of(check, BEGAN + timedelta(seconds=seconds))
    return found.share, found.left


def test_the_time_left_is_told_once_there_is_something_to_go_by() -> None:
    assert at(1, "content")[1] is None
    share, left = at(44, "cross-validation", 5, 10)
    assert 0.4 < share < 0.5
    assert left is not None
    assert 44 < left < 66


def test_a_check_only_gets_further() -> None:
    stages = [("content", 1), ("training", 1), ("cross-validation", 1), ("fit", 1), ("replay", 1)]
    shares = [at(10, stage, done)[0] for stage, done in stages]
    assert shares == sorted(shares)
    assert shares[-1] == 1.0


def test_a_check_that_has_said_nothing_has_just_begun() -> None:
    assert progress_of({}, BEGAN).elapsed == 0
