"""An address is taken as people type it, and nothing that could reach anybody else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.escalation.addresses import read_address


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("claire@cabinet.example", "claire@cabinet.example"),
        (" Claire.D+suivi@mail.cabinet.example. ", "Claire.D+suivi@mail.cabinet.example"),
        ("mon adresse est <claire@cabinet.example>, merci", "claire@cabinet.example"),
        ("mailto:claire@cabinet.example", "claire@cabinet.example"),
    ],
)
def test_an_address_is_read_however_it_is_typed(typed: str, read: str) -> None:
    assert read_address(typed) == read


@pytest.mark.parametrize(
    "typed",
    [
        *("", "claire", "claire@", "@cabinet.example", "claire@cabinet", "a@b..example"),
        *("a@x.example b@x.example", "a,b@x.example@y.example", "a..b@x.example", "a@-x.example"),
        *("a\r\nBcc: b@x.example, c@x.example", '"a b"@x.example', "a@[127.0.0.1]", "é@x.example"),
        *("a" * 65 + "@x.example", "a@" + "x" * 64 + ".example", "a@" + "x." * 130 + "example"),
        "Bonjour, mon vélo grince encore et je voudrais savoir s’il faut écrire à a@x.example",
    ],
)
def test_what_is_no_address_of_a_person_is_none(typed: str) -> None:
    assert read_address(typed) == ""


@given(st.text())
def test_whatever_is_read_can_stand_in_a_header_and_is_one_recipient(text: str) -> None:
    read = read_address(f"{text}@x.example")
    assert not set(read) & set(' ,;:<>()[]"\r\n\0\\')
    assert read.count("@") <= 1
