"""Times of work on the clock of Paris: lunch, week-ends, holidays, closed days, clock changes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.escalation.opening_hours import NeverOpenError, OpeningHours, public_holidays
from kb.opening import Duration, parse_duration, parse_hours, parse_period

PARIS = ZoneInfo("Europe/Paris")
OFFICE = {"lun-jeu": "9:00-12:30, 14:00-17:30", "ven": "9:00-12:00"}
DAYS = dict.fromkeys(("lun-dim",), "8:00-20:00")
NIGHT = {"lun-dim": "0:00-6:00"}


def hours(week: dict[str, str] = OFFICE, calendar: str = "metropole", *closed: str) -> OpeningHours:
    return OpeningHours(parse_hours(week), calendar, tuple(map(parse_period, closed)))


def at(written: str, *, fold: int = 0) -> datetime:
    return datetime.fromisoformat(written).replace(tzinfo=PARIS, fold=fold).astimezone(UTC)


ADDED = [
    # within a span, over lunch, into the evening, over the night
    ("2026-11-30 09:00", "1h", "2026-11-30 10:00"),
    ("2026-11-30 09:00", "90min", "2026-11-30 10:30"),
    ("2026-11-30 12:00", "1h", "2026-11-30 14:30"),
    ("2026-11-30 12:30", "1h", "2026-11-30 15:00"),
    ("2026-11-30 13:10", "1h", "2026-11-30 15:00"),
    ("2026-11-30 12:00", "30min", "2026-11-30 14:00"),
    ("2026-11-30 17:00", "1h", "2026-12-01 09:30"),
    ("2026-11-30 17:00", "30min", "2026-12-01 09:00"),
    ("2026-11-30 20:00", "1h", "2026-12-01 10:00"),
    ("2026-11-30 03:00", "1h", "2026-11-30 10:00"),
    ("2026-11-30 09:00", "7h", "2026-12-01 09:00"),
    ("2026-11-30 09:00", "8h", "2026-12-01 10:00"),
    ("2026-11-30 09:00", "14h", "2026-12-02 09:00"),
    # Friday afternoon and the week-end
    ("2026-12-04 11:00", "1h", "2026-12-07 09:00"),
    ("2026-12-04 11:30", "1h", "2026-12-07 09:30"),
    ("2026-12-04 15:00", "1h", "2026-12-07 10:00"),
    ("2026-12-05 15:00", "1h", "2026-12-07 10:00"),
    ("2026-12-06 23:59", "1h", "2026-12-07 10:00"),
    ("2026-12-03 16:30", "3h", "2026-12-04 11:00"),
    # opening days: the same time of the next one, or the first moment after it
    ("2026-11-30 10:00", "1j", "2026-12-01 10:00"),
    ("2026-11-30 10:00", "5j", "2026-12-07 10:00"),
    ("2026-12-03 10:00", "1j", "2026-12-04 10:00"),
    ("2026-12-03 16:00", "1j", "2026-12-07 09:00"),
    ("2026-12-04 10:00", "1j", "2026-12-07 10:00"),
    ("2026-12-05 10:00", "1j", "2026-12-08 09:00"),
    ("2026-11-30 13:00", "1j", "2026-12-01 14:00"),
    # the eleven public holidays of 2026, and what is beside them
    ("2025-12-31 17:00", "1h", "2026-01-02 09:30"),
    ("2026-04-03 11:30", "1h", "2026-04-07 09:30"),
    ("2026-04-06 10:00", "1h", "2026-04-07 10:00"),
    ("2026-04-30 17:00", "1h", "2026-05-04 09:30"),
    ("2026-05-01 09:30", "1h", "2026-05-04 10:00"),
    ("2026-05-07 17:00", "1h", "2026-05-11 09:30"),
    ("2026-05-13 17:00", "1h", "2026-05-15 09:30"),
    ("2026-05-22 11:30", "1h", "2026-05-26 09:30"),
    ("2026-05-25 10:00", "1h", "2026-05-26 10:00"),
    ("2026-07-13 17:00", "1h", "2026-07-15 09:30"),
    ("2026-08-14 11:30", "1h", "2026-08-17 09:30"),
    ("2026-10-30 11:30", "1h", "2026-11-02 09:30"),
    ("2026-11-10 17:00", "1h", "2026-11-12 09:30"),
    ("2026-12-24 17:00", "1h", "2026-12-28 09:30"),
    # a leap day, and the year before it
    ("2028-02-28 17:00", "1h", "2028-02-29 09:30"),
    ("2028-02-29 17:00", "1h", "2028-03-01 09:30"),
    ("2027-02-26 11:30", "1h", "2027-03-01 09:30"),
]


@pytest.mark.parametrize(("start", "time", "end"), ADDED)
def test_work_is_added_within_the_hours(start: str, time: str, end: str) -> None:
    assert hours().add(at(start), parse_duration(time)) == at(end)


OTHERS = [
    # Alsace and Moselle keep two days more
    (hours(OFFICE, "alsace-moselle"), "2026-04-02 17:00", "1h", "2026-04-07 09:30"),
    (hours(OFFICE, "metropole"), "2026-04-02 17:00", "1h", "2026-04-03 09:30"),
    (hours(DAYS, "alsace-moselle"), "2026-12-24 19:30", "1h", "2026-12-27 08:30"),
    (hours(DAYS, "metropole"), "2026-12-24 19:30", "1h", "2026-12-26 08:30"),
    # overseas, each its own day; nobody's holidays
    (hours(DAYS, "guadeloupe"), "2026-05-26 19:30", "1h", "2026-05-28 08:30"),
    (hours(DAYS, "martinique"), "2026-05-21 19:30", "1h", "2026-05-23 08:30"),
    (hours(DAYS, "guyane"), "2026-06-09 19:30", "1h", "2026-06-11 08:30"),
    (hours(DAYS, "reunion"), "2026-12-19 19:30", "1h", "2026-12-21 08:30"),
    (hours(DAYS, "mayotte"), "2026-04-26 19:30", "1h", "2026-04-28 08:30"),
    (hours(DAYS, "aucun"), "2026-12-24 19:30", "1h", "2026-12-25 08:30"),
    # closed besides, for one day and over the New Year
    (hours(OFFICE, "metropole", "2026-12-01"), "2026-11-30 17:00", "1h", "2026-12-02 09:30"),
    (
        hours(OFFICE, "metropole", "2026-12-24/2027-01-02"),
        "2026-12-23 17:00",
        "1h",
        "2027-01-04 09:30",
    ),
    # both changes of the clocks: an hour less, an hour more
    (hours(NIGHT, "aucun"), "2026-03-28 05:00", "3h", "2026-03-29 03:00"),
    (hours(NIGHT, "aucun"), "2026-03-29 00:00", "4h", "2026-03-29 05:00"),
    (hours(NIGHT, "aucun"), "2026-10-25 00:00", "4h", "2026-10-25 03:00"),
    (hours(NIGHT, "aucun"), "2026-10-25 00:00", "7h", "2026-10-26 00:00"),
    (hours(DAYS, "aucun"), "2026-03-28 19:00", "2h", "2026-03-29 09:00"),
    (hours(DAYS, "aucun"), "2026-10-24 19:00", "2h", "2026-10-25 09:00"),
    (hours({"dim": "1:00-2:30, 2:45-4:00"}, "aucun"), "2026-03-29 01:00", "1h", "2026-03-29 03:00"),
    # without hours, always open
    (OpeningHours(), "2026-12-25 03:00", "2h", "2026-12-25 05:00"),
    (OpeningHours(), "2026-12-31 23:30", "2j", "2027-01-02 23:30"),
]


@pytest.mark.parametrize(("desk", "start", "time", "end"), OTHERS)
def test_other_calendars_closed_days_and_changes_of_the_clock(
    desk: OpeningHours, start: str, time: str, end: str
) -> None:
    assert desk.add(at(start), parse_duration(time)) == at(end)


def test_there_are_sixty_cases() -> None:
    assert len(ADDED) + len(OTHERS) >= 60


WEEKS = st.sampled_from(
    [
        hours(),
        hours(DAYS, "alsace-moselle"),
        hours(NIGHT, "aucun"),
        hours(OFFICE, "reunion", "2026-07-01/2026-08-31"),
        OpeningHours(),
    ]
)


BEGINNING = datetime(2025, 1, 1, tzinfo=UTC)
FOUR_YEARS = 4 * 365 * 24 * 60


@given(WEEKS, st.integers(0, FOUR_YEARS), st.integers(0, 6000))
def test_what_is_added_is_the_difference(desk: OpeningHours, start: int, minutes: int) -> None:
    begin = BEGINNING + timedelta(minutes=start)
    end = desk.add(begin, Duration(0, minutes))
    assert desk.between(begin, end) == timedelta(minutes=minutes)
    assert desk.is_open(end)


def test_it_is_open_from_its_first_minute_to_before_its_last() -> None:
    desk = hours()
    assert desk.is_open(at("2026-11-30 09:00"))
    assert desk.is_open(at("2026-11-30 12:29"))
    assert not desk.is_open(at("2026-11-30 12:30"))
    assert desk.next_open(at("2026-11-30 12:30")) == at("2026-11-30 14:00")


def test_time_does_not_run_backwards() -> None:
    assert hours().between(at("2026-12-01 10:00"), at("2026-11-30 10:00")) == timedelta()


def test_a_desk_that_is_closed_for_years_promises_nothing() -> None:
    with pytest.raises(NeverOpenError):
        hours(OFFICE, "aucun", "2026-01-01/2036-01-01").add(at("2026-02-01 10:00"), Duration(0, 1))


def test_every_calendar_that_a_file_may_name_is_known() -> None:
    counts = {
        name: len(public_holidays(name, 2026))
        for name in ("metropole", "alsace-moselle", "guadeloupe", "guyane", "aucun")
    }
    assert counts["metropole"] == 11
    assert counts["alsace-moselle"] == 13
    assert counts["guadeloupe"] > 11
    assert counts["aucun"] == 0
