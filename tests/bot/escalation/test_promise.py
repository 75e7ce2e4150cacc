from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.escalation.desks import StaffedDesks
from bot.escalation.ports import FirstReply, Post
from bot.escalation.promise import LEAST, expected_moment
from kb.entries import Desk
from tests.fakes.small_base import small_base

NOW = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)  # a Monday, 10:00 in Paris
HOURS = (("lun-ven", "9:00-17:00"),)


def desk(**said: object) -> Desk:
    return Desk("atelier", "L'atelier", "a@velo.example", "Les pannes.", "Dites.", **said)  # type: ignore[arg-type]


def replies(*hours: float) -> list[FirstReply]:
    start = NOW - timedelta(days=7)
    return [FirstReply(start, start + timedelta(hours=hour)) for hour in hours]


def test_a_desk_that_says_nothing_promises_nothing() -> None:
    assert expected_moment(desk(), [], NOW) is None


def test_what_a_desk_says_is_walked_through_its_hours() -> None:
    said = expected_moment(desk(hours=HOURS, reply_within="8h"), [], NOW)
    assert said == datetime(2026, 12, 1, 9, 0, tzinfo=UTC)


def test_who_is_slower_than_they_say_is_taken_at_what_they_do() -> None:
    slow = replies(*[1] * 16, *[4] * 4)
    said = desk(hours=HOURS, reply_within="1h")
    assert expected_moment(said, slow, NOW) == NOW + timedelta(hours=1)
    slower = replies(*[1] * 15, *[4] * 5)
    assert expected_moment(said, slower, NOW) == NOW + timedelta(hours=4)
    assert expected_moment(desk(hours=HOURS), slower, NOW) == NOW + timedelta(hours=4)


def test_too_few_replies_say_nothing() -> None:
    assert expected_moment(desk(hours=HOURS), replies(*[4] * (LEAST - 1)), NOW) is None


def test_who_is_faster_than_they_say_promises_what_they_say() -> None:
    said = desk(hours=HOURS, reply_within="3h")
    assert expected_moment(said, replies(*[1] * 20), NOW) == NOW + timedelta(hours=3)


def test_a_desk_answers_here_when_it_has_a_group_or_all_have() -> None:
    base, post, rest = small_base(), Post("telegram", "-1001"), Post("telegram", "-1002")
    some = StaffedDesks(base, {"atelier": post})
    assert [found.id for found in some.list_staffed()] == ["atelier"]
    assert (some.post_of("atelier"), some.post_of("abonnements")) == (post, None)
    every = StaffedDesks(base, {"atelier": post, "*": rest})
    assert (every.post_of("abonnements"), every.post_of("inconnu")) == (rest, None)
    assert every.find("atelier") == base.desks["atelier"]
