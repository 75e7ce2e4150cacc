from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from bot.cli.output.growth import growth_lines
from classifier.benchmark.enciphered import enlarge
from classifier.benchmark.footprint import watch
from classifier.benchmark.larger import growth, targets
from classifier.text import Words

if TYPE_CHECKING:
    from kb.entries import KnowledgeBase

CONTENT = Path(__file__).parents[2] / "content"
HOLD = "held = bytearray(80_000_000); import time; time.sleep(1.5)"
START = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {HOLD!r}], check=True)"


def words_of(base: KnowledgeBase, key: str) -> set[str]:
    split = Words()
    return {word for question in base.entries[key].questions for word in split(question.text)}


def test_copies_have_as_many_words_and_none_of_the_same(base: KnowledgeBase) -> None:
    large = enlarge(base, 20)
    assert len(large.published) == 20
    own, copy = words_of(large, "crevaison"), words_of(large, "crevaison-1")
    assert len(own) == len(copy)
    assert len(own & copy) < 0.2 * len(own)
    assert words_of(large, "age-1") != words_of(large, "age-2")
    assert large.desks == base.desks


def test_a_smaller_base_is_a_part(base: KnowledgeBase) -> None:
    assert list(enlarge(base, 3).entries) == sorted(base.published)[:3]


def test_the_same_seed_makes_the_same_copies(base: KnowledgeBase) -> None:
    assert enlarge(base, 20) == enlarge(base, 20)
    assert enlarge(base, 20) != enlarge(base, 20, seed=1)


def test_what_a_program_starts_counts_as_well() -> None:
    used = watch([sys.executable, "-c", START], os.environ)
    assert used.memory_mb > 80
    assert used.seconds >= 1.5
    assert used.cpu_s > 0


def test_a_program_that_fails_is_an_error() -> None:
    with pytest.raises(OSError, match="failed"):
        watch([sys.executable, "-c", "raise SystemExit(3)"], os.environ)


def test_every_size_is_trained_and_asked() -> None:
    (row,) = growth(CONTENT, 3, (12,))
    assert row["entries"] == 12
    for name in ("questions", "cpu_s", "memory_mb", "served_mb", "p50_us", "p99_us"):
        assert row[name] > 0


def row(entries: int, **changed: float) -> dict[str, Any]:
    row = {"questions": 1, "cpu_s": 100.0, "seconds": 60.0, "memory_mb": 900, "served_mb": 20.0}
    return {"entries": entries, **row, "p50_us": 50.0, "p99_us": 90.0, **changed}


def test_growth_within_bounds_is_met_and_told() -> None:
    rows = [row(75), row(450, p50_us=150.0), row(1000, cpu_s=1600.0), row(2000, p50_us=450.0)]
    found = targets(rows)
    assert len(found) == 6
    assert all(target["met"] for target in found)
    lines = growth_lines({"growth": rows, "targets": found})
    assert sum(line.startswith("  met") for line in lines) == 6


@pytest.mark.parametrize(
    ("worse", "said"),
    [
        (row(1000, cpu_s=1601.0), "training CPU"),
        (row(2000, memory_mb=4001), "peak memory"),
        (row(450, served_mb=25.1), "served at 450"),
        (row(2000, served_mb=80.1), "served at 2000"),
        (row(450, p50_us=151.0), "p50 at 450"),
        (row(2000, p50_us=451.0), "p50 at 2000"),
    ],
)
def test_what_grows_too_fast_is_missed(worse: dict[str, Any], said: str) -> None:
    (missed,) = [target for target in targets([row(75), worse]) if not target["met"]]
    assert said in missed["target"]


def test_sizes_that_were_not_measured_are_not_judged() -> None:
    assert [target["met"] for target in targets([row(300)])] == [True]
