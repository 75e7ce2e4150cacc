from __future__ import annotations

import pytest

from bot.channels.mail.authority import is_authentic, results_of, sender_of
from bot.channels.mail.reading_replies import parse_mail

FROM = "From: Camille <camille@atelier.example>\n"


def is_proved(*lines: str, sender: str = FROM) -> bool:
    found = "".join(f"Authentication-Results: {line}\n" for line in lines)
    return is_authentic(parse_mail(f"{found}{sender}\nOui.".encode()), "mx.example.org")


@pytest.mark.parametrize(
    "line",
    [
        "mx.example.org; dmarc=pass (p=reject) header.from=atelier.example",
        "mx.example.org 1; spf=fail; dkim=pass (2048-bit key) header.d=atelier.example",
        "mx.example.org; dkim=pass header.i=@mail.atelier.example header.s=a",
        "MX.example.org; spf=pass smtp.mailfrom=camille@atelier.example",
        "mx.example.org;\n dkim=fail header.d=x.example;\n dmarc=pass header.from=atelier.example",
    ],
)
def test_what_our_server_has_proved_of_the_sender_counts(line: str) -> None:
    assert is_proved(line)


@pytest.mark.parametrize(
    "line",
    [
        "mx.example.org; none",
        "mx.example.org; dmarc=fail header.from=atelier.example",
        "mx.example.org; dkim=pass header.d=evil.example",
        "mx.example.org; dkim=pass header.d=evilatelier.example",
        "mx.example.org; spf=pass smtp.mailfrom=x@evil.example",
        "mx.example.org; dkim=none (dkim=pass header.d=atelier.example)",
        'mx.example.org; dkim=fail reason="x; dkim=pass header.d=atelier.example"',
        "mx.evil.example; dmarc=pass header.from=atelier.example",
        "mx.example.org.evil.example; dmarc=pass header.from=atelier.example",
        "mx.example.org; arc=pass header.d=atelier.example",
        "",
    ],
)
def test_anything_else_proves_nothing(line: str) -> None:
    assert not is_proved(line)


def test_a_header_that_a_sender_has_put_in_does_not_count() -> None:
    ours = "mx.example.org; dmarc=fail header.from=atelier.example"
    injected = "mx.example.org; dmarc=pass header.from=atelier.example"
    assert not is_proved(ours, injected)
    assert is_proved(injected, ours)
    other = "mx.other.example; dmarc=fail"
    assert is_proved(other, injected)


def test_a_mail_of_several_senders_is_of_nobody() -> None:
    line = "mx.example.org; dmarc=pass header.from=atelier.example"
    assert not is_proved(line, sender="From: a@atelier.example, b@evil.example\n")
    assert not is_proved(line, sender=f"{FROM}From: b@evil.example\n")
    assert not is_proved(line, sender="")


def test_the_sender_is_the_address_and_not_the_name() -> None:
    mail = parse_mail(b'From: "chef@atelier.example" <X@Evil.example>\n\n')
    assert sender_of(mail) == "x@evil.example"


def test_results_are_read_with_their_properties() -> None:
    mail = parse_mail(b'Authentication-Results: mx; dkim=pass header.d="a.example" header.s=s\n\n')
    (result,) = results_of(mail, "mx")
    assert (result.method, result.verdict, result.properties["header.d"]) == (
        *("dkim", "pass"),
        "a.example",
    )
