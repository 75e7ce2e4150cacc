from __future__ import annotations

import pytest
from starlette.requests import Request

from bot.channels.web.bureau.leaves import ROWS, cut_leaf, leaf_number

MANY = list(range(1, 2 * ROWS + 6))


def asking(query: str) -> Request:
    return Request({"type": "http", "query_string": query.encode(), "headers": []})


@pytest.mark.parametrize(
    ("query", "first", "last"),
    [
        ("", 1, ROWS),
        ("page=2", ROWS + 1, 2 * ROWS),
        ("page=3", 2 * ROWS + 1, len(MANY)),
        ("page=99", 2 * ROWS + 1, len(MANY)),
        ("page=0", 1, ROWS),
        ("page=-1", 1, ROWS),
        ("page=<script>", 1, ROWS),
        ("page=" + "9" * 5_000, 1, ROWS),
        ("page=²", 1, ROWS),
    ],
)
def test_an_address_names_a_leaf_and_any_other_is_one_that_there_is(
    query: str, first: int, last: int
) -> None:
    leaf = cut_leaf(asking(query), MANY)
    assert (leaf.first, leaf.last) == (first, last)
    assert list(leaf.rows) == MANY[first - 1 : last]


def test_every_row_is_reached_by_going_on_and_the_filter_stays() -> None:
    seen, query = [], "canal=web&depuis=2026-11-01"
    while True:
        leaf = cut_leaf(asking(query), MANY)
        seen += leaf.rows
        if leaf.after is None:
            break
        assert "canal=web" in leaf.after
        query = leaf.after.removeprefix("?")
    assert seen == MANY
    assert leaf.before == f"?canal=web&depuis=2026-11-01&page={leaf_number(asking(query)) - 1}"


def test_a_short_list_is_one_leaf() -> None:
    leaf = cut_leaf(asking("page=2"), [1, 2])
    assert (list(leaf.rows), leaf.before, leaf.after) == ([1, 2], None, None)
    assert list(cut_leaf(asking(""), []).rows) == []
