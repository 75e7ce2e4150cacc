"""The figures that a model carries in its manifest, as lines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.cli.output.figure_names import explain_figures

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

ACTIONS = ("answer", "route", "decline")


def figure_lines(figures: Mapping[str, Any]) -> list[str]:
    """Cross-validation, the promise on errors and how the promise held, for a person."""
    kept = figures["promise"]
    return [
        "cross-validation, one manner of asking left out at a time (%):",
        *explain_figures(figures["cross_validation"]),
        "promise on errors, on replies to questions whose manner of asking was left out:",
        *(line for name in ACTIONS for line in _promise_lines(name, kept[name])),
        f"  suggestions from probability {kept['suggest_from']:.3f} on: before the limit of three "
        f"they hold the right target of {100 * kept['suggested']:.1f} % of in-scope messages",
    ]


def risk_coverage_lines(figures: Mapping[str, Any]) -> list[str]:
    """A table: share of replies accepted, surest first, and share of wrong ones among them."""
    kept = figures["promise"]
    pairs = zip(kept["answer"]["risk_coverage"], kept["route"]["risk_coverage"], strict=True)
    lines = [
        f"  {100 * coverage:7.0f}  {100 * answer:10.1f}  {100 * route:9.1f}"
        for (coverage, answer), (_, route) in pairs
    ]
    return ["risk-coverage (%):", "  accepted  answer risk  route risk", *lines]


def table_lines(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """What could be promised at other targets and shares of unknown questions, as a table."""
    lines = [
        f"  {row['action']:8}{100 * row['target']:7.0f}{row['unknown']:9.2f}"
        + (
            f"{row['threshold']:11.3f}{100 * row['coverage']:9.1f}{100 * row['wrong']:7.1f}"
            if row["certified"]
            else "   cannot be certified"
        )
        for row in rows
    ]
    head = "  action   target  unknown  threshold  covered  wrong"
    return ["what could be promised, by share of unknown questions (%):", head, *lines]


def align_figures(figures: Mapping[str, Any]) -> list[str]:
    """One figure a line."""
    return [f"  {name:18} {value}" for name, value in figures.items()]


def _promise_lines(name: str, kept: Mapping[str, Any]) -> list[str]:
    cuts = kept["broken_of_cuts"]
    promise = f"at most {100 * kept['target']:g} % wrong with {100 * kept['confidence']:.0f} %"
    if not kept["certified"]:
        return [
            f"  {name}: {promise} confidence cannot be certified on {kept['rows']} replies; "
            f"the strictest threshold is used: {kept['threshold']:.3f}"
        ]
    return [
        f"  {name}: {promise} confidence from {kept['threshold']:.3f} on; "
        f"covers {100 * kept['coverage']:.1f} % of {kept['rows']} replies, "
        f"{100 * kept['risk']:.1f} % of them wrong",
        f"    broken in {cuts['certified']} of {cuts['cuts']} cuts by manner of asking; "
        f"by the naive threshold in {cuts['naive']}",
    ]
