from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from classifier.decision import Decision, Target
from classifier.evaluation.judging import Labelled
from classifier.evaluation.removed import OUTCOMES, orphans, outcome, removed_figures

if TYPE_CHECKING:
    from classifier.decision import Action
    from classifier.serving.triage import Triage
    from kb.entries import KnowledgeBase

RIGHT, OTHER = Target("desk", "atelier"), Target("desk", "facturation")
ENTRY, FAMILY = Target("faq", "tarifs"), Target("outside", "meteo")


def question(text: str, *sources: str, kind: str = "faq") -> Labelled:
    return Labelled(text, text, kind, frozenset(sources), frozenset())


ASKED = [
    question("mon pneu est crevé", "B7"),
    question("la station est pleine", "B2"),
    question("combien coûte un trajet", "B4"),
    question("ma carte est perdue", "B3"),
]


@pytest.mark.parametrize(
    ("action", "target", "suggestions", "found"),
    [
        ("answer", ENTRY, (), "answered"),
        ("route", RIGHT, (), "helped"),
        ("route", OTHER, (), "wrong desk"),
        ("clarify", None, (ENTRY, RIGHT), "helped"),
        ("clarify", None, (ENTRY, OTHER), "not helped"),
        ("unanswered", None, (RIGHT,), "helped"),
        ("unanswered", None, (), "not helped"),
        ("decline", FAMILY, (), "declined"),
    ],
)
def test_only_the_desk_of_what_is_gone_helps(
    action: Action, target: Target | None, suggestions: tuple[Target, ...], found: str
) -> None:
    decision = Decision(action, target, suggestions, (), 0.5, "x")
    assert outcome(decision, frozenset({"atelier"})) == found


def test_only_questions_that_an_entry_with_a_desk_answers_are_asked(base: KnowledgeBase) -> None:
    left_out = [question("?", "B1", kind="near"), question("?", "B99"), question("?")]
    (orphan,) = orphans([*left_out, ASKED[0]], base)
    assert orphan.entries == {"crevaison"}
    assert orphan.desks == {"atelier"}


def test_what_is_withheld_answers_nothing(base: KnowledgeBase) -> None:
    assert orphans([question("?", "B9")], base) == []


def test_every_question_is_asked_once_a_seed(base: KnowledgeBase, triage: Triage) -> None:
    told: list[tuple[int, int]] = []
    found = removed_figures(
        ASKED, base, triage, tell=lambda _stage, done, total: told.append((done, total))
    )
    assert found["asked"] == 3 * len(ASKED)
    assert sum(found[name] for name in OUTCOMES) == pytest.approx(100, abs=0.3)
    assert told[-1] == (9, 9)


def test_entries_that_answer_one_question_leave_together(
    base: KnowledgeBase, triage: Triage
) -> None:
    both = question("vélo bloqué à la station pleine", "B1", "B2")
    found = removed_figures([both, *ASKED], base, triage)
    assert found["asked"] == 3 * (1 + len(ASKED))


def test_where_nothing_can_be_asked_there_is_no_figure(base: KnowledgeBase, triage: Triage) -> None:
    found = removed_figures([], base, triage)
    assert found["asked"] == 0
    assert found["helped"] != found["helped"]
