from __future__ import annotations

import json
from typing import Any

import pytest

from bot.cli.output.benchmark import lines, measure, targets
from bot.ops.settings import load_settings
from classifier.benchmark.growth import decisions, retrieval
from classifier.benchmark.timing import Rounds, time_calls
from tests.fakes.command import Aiguilleur  # noqa: TC001 - a fixture's type

FEW = Rounds(queries=3, starts=1, entries=(2, 5), notes=(10, 20))


@pytest.fixture(scope="module")
def data(trained: Aiguilleur) -> dict[str, Any]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DATA_DIR", str(trained.data_dir))
        return measure(load_settings(trained.kb, trained.folder / ".env"), FEW)


def test_all_three_programs_and_all_sizes_are_measured(data: dict[str, Any]) -> None:
    assert set(data["speed"]) >= {"aiguilleur", "scikit-learn"}
    assert set(data["process"]) == {"aiguilleur", "scikit-learn", "import numpy"}
    assert [row["entries"] for row in data["decisions"]] == [2, 5]
    assert [row["notes"] for row in data["retrieval"]] == [10, 20]
    for row in data["speed"].values():
        assert set(row) == {"one", "all", "model_mb"}
        assert set(row["one"]) == {"p50_us", "p99_us", "per_second"}
    for row in data["process"].values():
        assert row["cold_start_s"] > 0
        assert row["memory_mb"] > 0


def test_every_target_has_a_figure_and_a_verdict(data: dict[str, Any]) -> None:
    said = " ".join(row["target"] for row in data["targets"])
    for subject in ("scikit-learn", "p99", "a second", "cold start", "memory"):
        assert subject in said
    assert all(row["found"] > 0 and isinstance(row["met"], bool) for row in data["targets"])


def test_the_figures_are_json(data: dict[str, Any]) -> None:
    assert json.loads(json.dumps(data, allow_nan=False)) == data


def test_the_report_names_every_row_and_what_is_retrieval_alone(data: dict[str, Any]) -> None:
    said = "\n".join(lines(data))
    for name in (*data["speed"], *data["process"], "entries", "notes", "retrieval of the notes"):
        assert name in said
    assert all(row["target"] in said for row in data["targets"])


def test_a_missed_target_is_said(data: dict[str, Any]) -> None:
    slow = json.loads(json.dumps(data))
    slow["speed"]["aiguilleur"]["one"] = {"p50_us": 1e6, "p99_us": 9e6, "per_second": 1.0}
    slow["targets"] = targets(slow)
    assert not slow["targets"][0]["met"]
    assert "MISSED times faster" in "\n".join(lines(slow))


@pytest.mark.parametrize(("p50", "met"), [(300.0, True), (301.0, False)])
def test_retrieval_may_grow_tenfold_from_a_thousand_notes_to_a_hundred_thousand(
    data: dict[str, Any], p50: float, met: bool
) -> None:
    rows = [{"notes": 1000, "p50_us": 30.0}, {"notes": 100_000, "p50_us": p50}]
    (found,) = [row for row in targets({**data, "retrieval": rows}) if "retrieval" in row["target"]]
    assert found["met"] is met


def test_no_growth_target_is_judged_without_its_two_sizes(data: dict[str, Any]) -> None:
    assert not any("retrieval" in row["target"] for row in data["targets"])


def test_made_up_sizes_are_measured_as_named() -> None:
    assert decisions(3, 2)["entries"] == 3
    assert retrieval(4, 2)["notes"] == 4


def test_calls_go_round_what_is_given() -> None:
    seen: list[str] = []
    time_calls(seen.append, ["a", "b"], 3)
    assert seen.count("a") > seen.count("b") > 0


def test_a_round_that_takes_too_long_ends_with_the_calls_it_had_time_for() -> None:
    seen: list[str] = []
    timing = time_calls(seen.append, ["a", "b"], 1000, limit=-1.0)
    assert seen == ["a"] * 3  # one to warm up, one that is timed, one for the rate
    assert timing.p50_us == timing.p99_us
