"""What the model confuses, told to the editor (in French). Imports scikit-learn."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.cli.output.progress import Telling
from classifier.evaluation.confusions import colliding_pairs, confusions, mislabelled_questions
from classifier.serving.desks import Desks
from classifier.training.calibrate import calibrate
from classifier.training.examples import examples
from classifier.training.folds import cross_validate
from classifier.training.recipe import Recipe
from kb.wording import count_of

if TYPE_CHECKING:
    from classifier.decision import Target
    from classifier.evaluation.confusions import Confusion
    from kb.entries import KnowledgeBase

MAX_PAIRS = 20
MAX_SHOWN = 5
MAX_SUSPECTS = 40


def collision_lines(base: KnowledgeBase, seed: int = 0) -> list[str]:
    """The confused pairs with the questions at fault, then the questions that look misfiled."""
    found = examples(base, seed)
    with Telling() as tell:
        held_out = cross_validate(found, Recipe(), found.blocks, seed, tell)
    wrong = confusions(found, held_out, calibrate(found, held_out, Desks.of(found.targets, base)))
    pairs = colliding_pairs(wrong)
    suspects = mislabelled_questions(wrong)
    return [
        f"{count_of(len(pairs), 'paire')} que le modèle confond (les {MAX_PAIRS} premières)\u00a0:",
        *[line for pair in pairs[:MAX_PAIRS] for line in _pair(*pair)],
        f"{_misfiled_count(len(suspects))} (les {MAX_SUSPECTS} premières)\u00a0:",
        *[_suspect(confusion) for confusion in suspects[:MAX_SUSPECTS]],
    ]


def _pair(first: Target, second: Target, confused: list[Confusion]) -> list[str]:
    shown = [f"    « {c.text} » ({c.filed.id})" for c in confused[:MAX_SHOWN]]
    return [f"  {first.id} / {second.id}\u00a0: {count_of(len(confused), 'question')}", *shown]


def _misfiled_count(number: int) -> str:
    several = "questions qui semblent mal rangées"
    return count_of(number, "question qui semble mal rangée", several)


def _suspect(confusion: Confusion) -> str:
    sure = f"{100 * confusion.confidence:.0f}\u00a0%"
    return (
        f"  « {confusion.text} »\u00a0: rangée dans {confusion.filed.id}, "
        f"le modèle dit {confusion.ranked.id} ({sure})"
    )
