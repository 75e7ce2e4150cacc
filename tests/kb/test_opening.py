from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from kb.entries import KnowledgeBase
from kb.loader import load
from kb.opening import Duration, Period, Span, parse_duration, parse_hours, parse_period
from tests.fakes.content import problems_of, write_document

if TYPE_CHECKING:
    from pathlib import Path

DESK = {
    "name": "Le comptoir",
    "email": "comptoir@veloville.example",
    "takes": "Le reste.",
    "questions": ["où est le comptoir ?"],
}
SAID = {
    "hours": {"lun-jeu": "9:00-12:30, 14:00-17:30", "ven": "9h-12h"},
    "holidays": "alsace-moselle",
    "closed": ["2026-12-24/2027-01-02", "2026-05-15"],
    "reply_within": "8h",
    "remind_after": ["6h", "8h"],
    "close_after": "5j",
    "relay": "all",
    "signature": "first_name",
}


def test_a_desk_says_when_it_is_open_and_how_fast_it_answers(folder: Path) -> None:
    write_document(folder, "desks/comptoir", {**DESK, **SAID}, "Dites tout.")
    base = load(folder)
    desk = base.desks["comptoir"]
    assert dict(desk.hours) == SAID["hours"]
    assert (desk.holidays, desk.reply_within, desk.close_after) == ("alsace-moselle", "8h", "5j")
    assert (desk.remind_after, desk.relay, desk.signature) == (("6h", "8h"), "all", "first_name")
    assert desk.closed == ("2026-12-24/2027-01-02", "2026-05-15")
    assert KnowledgeBase.from_dict(base.to_dict()).desks["comptoir"].hours == desk.hours


def test_a_desk_that_says_nothing_of_it_is_as_before(folder: Path) -> None:
    write_document(folder, "desks/comptoir", DESK, "Dites tout.")
    desk = load(folder).desks["comptoir"]
    assert (desk.hours, desk.holidays, desk.reply_within) == ((), "", "")
    assert (desk.relay, desk.signature) == ("reply", "desk")
    assert hash(desk) == hash(load(folder).desks["comptoir"])


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("hours", {"lun-jeu": "9:00-12:30, 12:00-17:30"}, "se chevauchent"),
        ("hours", {"lundi": "9:00-12:00"}, "jour inconnu"),
        ("hours", {"ven-lun": "9:00-12:00"}, "finit avant de commencer"),
        ("hours", {"lun-mer": "9:00-12:00", "mer": "14:00-15:00"}, "écrit deux fois"),
        ("hours", {"lun": "12:00-9:00"}, "horaire mal formé"),
        ("hours", {"lun": "9:00-25:00"}, "horaire mal formé"),
        ("holidays", "paris", "valeur inconnue"),
        ("closed", ["2026-02-30"], "période mal formée"),
        ("closed", ["2027-01-02/2026-12-24"], "période mal formée"),
        ("reply_within", "bientôt", "durée mal formée"),
        ("reply_within", "0h", "durée mal formée"),
        ("remind_after", ["6h", "tôt"], "durée mal formée"),
        ("remind_after", ["1h"] * 11, "plus de 10 rappels"),
        ("close_after", "5 semaines", "durée mal formée"),
        ("relay", "tout", "valeur inconnue"),
    ],
)
def test_what_cannot_be_read_is_named_in_french_with_its_key(
    folder: Path, key: str, value: object, said: str
) -> None:
    write_document(folder, "desks/comptoir", {**DESK, key: value}, "Dites tout.")
    (problem,) = problems_of(folder)
    assert problem.key.split(".")[0] == key
    assert said in problem.message


def test_days_spans_times_and_periods_are_read() -> None:
    week = parse_hours({"lun-mar": "8h30-12h, 14:00-17:30", "dim": "0:00-24:00"})
    assert week[0] == week[1] == (Span(510, 720), Span(840, 1050))
    assert (week[2], week[6]) == ((), (Span(0, 1440),))
    assert parse_duration("90min") == Duration(0, 90)
    assert (parse_duration("8h"), parse_duration("5j")) == (Duration(0, 480), Duration(5, 0))
    assert parse_period("2026-05-15") == Period(date(2026, 5, 15), date(2026, 5, 15))
