from __future__ import annotations

import pytest

from bot.channels.mail.reading_replies import parse_mail
from bot.channels.mail.recognising import kind_of
from tests.fakes.mail_clients import CLIENTS
from tests.fakes.mails import ABSENCES, ADDRESSES, ticket_mail

ROBOTS = {
    "list": ("List-Id: <velo.lists.example>", "List-Unsubscribe: <mailto:x@y.example>"),
    "robot": ("Precedence: bulk", "Auto-Submitted: auto-generated", "Return-Path: <>"),
    "bounce": (
        "From: MAILER-DAEMON@mx.example",
        "X-Failed-Recipients: guichet@atelier.example",
        "Content-Type: multipart/report; report-type=delivery-status; boundary=x",
    ),
}
CASES = [("absence", line) for line in ABSENCES] + [
    (kind, line) for kind, lines in ROBOTS.items() for line in lines
]


def kind_of_text(text: str) -> str:
    return kind_of(parse_mail(text.encode()), ADDRESSES)


@pytest.mark.parametrize(("kind", "line"), CASES)
def test_what_machines_send_is_recognised(kind: str, line: str) -> None:
    sender = "" if line.startswith("From:") else "From: guichet@atelier.example\n"
    assert kind_of_text(f"{sender}{line}\n\nJe suis absent.") == kind


def test_read_receipts_are_of_machines() -> None:
    head = "Content-Type: multipart/report; report-type=disposition-notification; boundary=x"
    assert kind_of_text(f"From: a@b.example\n{head}\n\n--x--") == "robot"


def test_our_own_mail_is_recognised_when_it_comes_back() -> None:
    assert kind_of(ticket_mail(), ADDRESSES) == "own"
    sent_on = ticket_mail()
    sent_on.replace_header("From", "liste@atelier.example")
    assert kind_of(sent_on, ADDRESSES) == "own"


def test_what_people_write_is_never_taken_for_a_machine() -> None:
    for client in CLIENTS:
        assert kind_of(client("Je suis absent demain.", ticket_mail()), ADDRESSES) == "person"
    said_no = "From: a@b.example\nAuto-Submitted: no\nSubject: Re: absence de selle\n\nOui."
    assert kind_of_text(said_no) == "person"
