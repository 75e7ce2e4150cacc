"""JSON Lines, as everybody who reads them gets them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kb.jsonl import JsonLinesError, json_lines, read_json_lines

if TYPE_CHECKING:
    from pathlib import Path


def test_blank_lines_are_skipped_and_the_others_keep_their_numbers(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_bytes(b'\xef\xbb\xbf{"id": 1}\r\n\n  \n{"id": 2}')
    lines = read_json_lines(path)
    assert [(line.number, line.read_object()["id"]) for line in lines] == [(1, 1), (4, 2)]


def test_a_line_separator_within_a_text_ends_no_line(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_text('{"text": "a\u2028b\u0085c"}\n', "utf-8")
    assert [line.read_object() for line in read_json_lines(path)] == [{"text": "a\u2028b\u0085c"}]


def test_a_file_that_cannot_be_read_is_told_with_its_name(tmp_path: Path) -> None:
    with pytest.raises(JsonLinesError, match=r"cannot read .*none\.jsonl: no such file"):
        read_json_lines(tmp_path / "none.jsonl")
    (tmp_path / "latin.jsonl").write_bytes(b'{"text": "\xe9"}')
    with pytest.raises(JsonLinesError, match="UTF-8"):
        read_json_lines(tmp_path / "latin.jsonl")


@pytest.mark.parametrize(
    ("raw", "error"),
    [
        (b"[1]", "not an object"),
        (b"{'id': 1}", "property name"),
        (b'{"id": "\xff"}', "utf-8"),
    ],
)
def test_a_bad_line_is_an_error_of_its_own(raw: bytes, error: str) -> None:
    (line,) = json_lines([raw])
    with pytest.raises(ValueError, match=error):
        line.read_object()


def test_lines_are_read_as_they_come() -> None:
    def endless() -> object:
        while True:
            yield b'{"id": 1}\n'

    assert next(json_lines(endless())).number == 1  # type: ignore[arg-type]
