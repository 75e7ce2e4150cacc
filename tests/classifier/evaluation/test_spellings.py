from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from classifier.evaluation.spellings import SPELLINGS, respell_compounds, same_decision_shares
from classifier.evaluation.wrappings import WRAPPINGS

if TYPE_CHECKING:
    from classifier.serving.triage import Triage
    from classifier.training.examples import Examples


def test_another_spelling_of_the_same_letters_changes_no_decision(
    triage: Triage, found: Examples
) -> None:
    shares = same_decision_shares(triage, found.texts)
    mistyped = shares.pop("one typing error")
    polite = {name: shares.pop(name) for name in WRAPPINGS}
    assert set(shares.values()) == {100.0}
    assert min(polite.values()) > 90.0
    assert 80.0 < mistyped <= 100.0


@pytest.mark.parametrize("name", SPELLINGS)
def test_every_spelling_is_another_text(name: str) -> None:
    text = "Où va l'e\u0301te\u0301, œuf et oeuf à la ﬁn du flot ?"
    assert SPELLINGS[name](text) != text


@pytest.mark.parametrize(
    ("text", "joint", "spelt"),
    [
        ("ma e-Pass, mes e pass", " ", "ma e Pass, mes e Pass"),
        ("ma E-PASS.", "", "ma ePass."),
        ("le passage", "-", "le passage"),
        ("grande passion", "-", "grande passion"),
    ],
)
def test_only_whole_acronyms_are_respelt(text: str, joint: str, spelt: str) -> None:
    assert respell_compounds(text, ("e-Pass",), joint) == spelt


def test_the_same_seed_makes_the_same_errors(triage: Triage, found: Examples) -> None:
    assert same_decision_shares(triage, found.texts[:20], 3) == same_decision_shares(
        triage, found.texts[:20], 3
    )
