from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime

import pytest

from bot.analytics.tables_out import as_csv, as_json_lines, is_formula

FORMULAS = [
    *("=1+1", "+1", "-1", "@SUM(A1)", "|calc", "%0A", "\t=1", "\r=1", "\n=1"),
    *(" =1", "\u00a0=1", "\ufeff=1", "\u200b=1", "＝1", "＋1", "－1", "＠x", "\u200d +1"),
]
PLAIN = ["", "bonjour", "1+1", "a=b", "l’été", "(=)", "5 %", '"=1"', "« = »", "— tiret"]


@pytest.mark.parametrize("text", FORMULAS)
def test_what_a_spreadsheet_would_calculate_is_recognised(text: str) -> None:
    assert is_formula(text)


@pytest.mark.parametrize("text", PLAIN)
def test_plain_text_is_none(text: str) -> None:
    assert not is_formula(text)


def test_a_file_of_cells_is_read_back_whole_and_calculates_nothing() -> None:
    rows = [{"a": text, "b": 'x;"y"\nz'} for text in (*FORMULAS, *PLAIN)]
    text = "".join(as_csv(["a", "b"], rows))
    assert text.startswith("\ufeff")
    read = list(csv.DictReader(io.StringIO(text[1:], newline=""), delimiter=";"))
    assert [row["b"] for row in read] == ['x;"y"\nz'] * len(rows)
    for row, given in zip(read, rows, strict=True):
        assert row["a"] == (f"'{given['a']}" if given["a"] in FORMULAS else given["a"])


def test_numbers_stay_numbers_and_moments_are_written_plainly() -> None:
    at = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
    row = {"number": -5.2, "count": 3, "yes": True, "none": None, "at": at}
    *_, line = as_csv(row, [row])
    assert line == '"-5,2";"3";"oui";"";"2026-11-24T09:30:00+00:00"\r\n'
    *_, line = as_json_lines(row, [row])
    assert json.loads(line) == {**row, "at": "2026-11-24T09:30:00+00:00"}
