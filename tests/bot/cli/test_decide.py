from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cli.output.decide import decisions
from classifier.serving.artifact import Served
from tests.fakes.small_base import BIKE, ScriptedDecider, answering, small_base

if TYPE_CHECKING:
    from collections.abc import Iterable

KEYS = {
    "id",
    "action",
    "entry",
    "sources",
    "desk",
    "family",
    "suggestions",
    "candidates",
    "confidence",
    "model",
}


def decided(lines: Iterable[bytes]) -> list[dict[str, Any]]:
    """What is written for the lines, as a reader of the JSON sees it."""
    served = Served(ScriptedDecider(answering(BIKE)), small_base(), {})  # type: ignore[arg-type]
    return [json.loads(json.dumps(row, allow_nan=False)) for row in decisions(lines, served)]


def one(line: bytes) -> dict[str, Any]:
    (row,) = decided([line])
    return row


def test_decisions_come_in_the_order_read() -> None:
    lines = [json.dumps({"id": n, "text": f"question {n}"}).encode() for n in (3, 1, 2, 1)]
    found = decided(lines)
    assert [row["id"] for row in found] == [3, 1, 2, 1]
    assert all(set(row) == KEYS for row in found)


def test_blank_lines_are_skipped_but_counted() -> None:
    found = decided(
        [b"\n", b"  \r\n", b"\xef\xbb\xbf\n", b'{"id": "a", "text": "x"}\n', b"\t", b"["]
    )
    assert found[0]["id"] == "a"
    assert (found[1]["line"], found[1]["id"]) == (6, None)


@pytest.mark.parametrize(
    ("line", "name", "part"),
    [
        (b"pas du JSON", None, "not JSON"),
        (b'{"id": 1, "text": "x"', None, "not JSON"),
        (b'{"id": 1, "text": "x"} {}', None, "not JSON"),
        (b"{'id': 1}", None, "not JSON"),
        (b"[]", None, "not an object"),
        (b'"texte"', None, "not an object"),
        (b"3", None, "not an object"),
        (b"null", None, "not an object"),
        (b"{}", None, "no text"),
        (b'{"id": "a"}', "a", "no text"),
        (b'{"id": "a", "text": null}', "a", "no text"),
        (b'{"id": 7, "text": 3}', 7, "no text"),
        (b'{"id": null, "text": ["x"]}', None, "no text"),
        (b'{"id": {"a": 1}, "texte": "x"}', {"a": 1}, "no text"),
        (b'{"id": "\xff", "text": "x"}', None, "not UTF-8"),
        ('{"id": 1, "text": "x"}'.encode("utf-16"), None, "not UTF-8"),
        (b'{"id": NaN, "text": "x"}', None, "JSON"),
        (b'{"id": [1e999], "text": "x"}', None, "JSON"),
        (b'{"id": ' + b"9" * 5000 + b', "text": "x"}', None, "digits"),
        (b'{"id": 1, "text": "x", "more": ' + b"[" * 100_000, None, "nested too deeply"),
        (b'{"a":' * 100_000, None, "nested too deeply"),
    ],
    ids=lambda value: ascii(value)[:30],
)
def test_a_bad_line_gives_its_id_its_number_and_why(line: bytes, name: object, part: str) -> None:
    good = b'{"id": "good", "text": "x"}'
    first, bad, last = decided([good, line, good])
    assert set(bad) == {"id", "line", "error"}
    assert (bad["id"], bad["line"]) == (name, 2)
    assert part in bad["error"]
    assert first == last
    assert first["action"] == "answer"


@pytest.mark.parametrize(
    ("given_id", "name"),
    [
        ('"\\ud800"', "\ud800"),
        ('"é\\u0000"', "é\0"),
        ("null", None),
        ("12.5", 12.5),
        ("-0", 0),
        ("true", True),
        ('["a", 1]', ["a", 1]),
        ("123456789012345678901234567890", 123456789012345678901234567890),
    ],
)
def test_any_id_that_json_can_hold_comes_back(given_id: str, name: object) -> None:
    row = one(f'{{"id": {given_id}, "text": "x"}}'.encode())
    assert row["id"] == name
    assert row["action"] == "answer"


def test_an_id_is_not_needed() -> None:
    assert one(b'{"text": "x"}')["id"] is None


def test_a_mark_of_byte_order_is_read_as_if_absent() -> None:
    assert one(b'\xef\xbb\xbf{"id": 1, "text": "x"}\r\n')["action"] == "answer"


@pytest.mark.parametrize(
    "text", ["", " ", "é" * 10_000, "\ud800", "\0", "a\u0301" * 5000, "<" * 99]
)
def test_any_text_is_decided_by_a_real_model(served: Served, text: str) -> None:
    (row,) = decisions([json.dumps({"id": 1, "text": text}).encode()], served)
    assert set(row) == KEYS
    assert 0 <= row["confidence"] <= 1


def nested(depth: int) -> dict[str, Any]:
    return one(b'{"id": ' + b"[" * depth + b"]" * depth + b', "text": "x"}')


@pytest.mark.parametrize("depth", [1, 100, 500])
def test_a_nested_id_is_written_as_it_was_read(depth: int) -> None:
    row = nested(depth)
    assert row["action"] == "answer"
    assert json.dumps(row["id"]) == "[" * depth + "]" * depth


def test_an_id_that_is_nested_too_deeply_is_refused() -> None:
    row = nested(200_000)
    assert (row["id"], row["error"]) == (None, "nested too deeply")


@given(st.lists(st.binary(max_size=40)))
def test_no_bytes_at_all_stop_the_run(lines: list[bytes]) -> None:
    found = decided(lines)
    assert len(found) <= len(lines)
    assert all(("error" in row) != ("action" in row) for row in found)
