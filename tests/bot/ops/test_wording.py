from __future__ import annotations

from bot.ops.wording import count_of


def test_one_alone_is_singular() -> None:
    assert [count_of(n, "turn") for n in (0, 1, 2)] == ["0 turns", "1 turn", "2 turns"]
    assert count_of(2, "outside family", "outside families") == "2 outside families"
