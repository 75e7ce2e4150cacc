"""How often a quiet year of traffic is flagged, and whether another domain is within a week.

The traffic is drawn from what a trained model makes of the wordings of its own knowledge base, a
part of them with typing errors; then from what it makes of another organisation's questions.

Run by hand: ``python -m tests.acceptance.drift_runs --seed 1``; exits 1 when a share is out of
bounds. ``--runs 20`` for a first look.
"""

from __future__ import annotations

import argparse
import sys
from datetime import date, timedelta
from functools import partial
from random import Random
from typing import TYPE_CHECKING

from bot.analytics.drift import REFERENCE, WEEKS_A_YEAR, WordRead, compare_week, count_week
from bot.ops.settings import load_settings
from bot.service.served_model import load_or_train_model
from bot.store.drift import Week, WeekMessage
from classifier.text import Words
from tests.acceptance.harness import SMALL, questions

if TYPE_CHECKING:
    from collections.abc import Sequence

    from classifier.serving.artifact import Served

RUNS = 200
SIZES = (40, 150)
"""Messages a week: a small desk, and a busier one."""

MOST_FLAGGED = 0.05
WITH_ERRORS, OUTSIDE = 0.3, 0.15
FIRST = date(2026, 1, 5)
CHATS = 60

Message = tuple[WeekMessage, list[WordRead]]


def spoil(text: str, dice: Random) -> str:
    """A text with one letter left out or doubled."""
    place = dice.randrange(len(text))
    return text[:place] + dice.choice(["", text[place] * 2]) + text[place + 1 :]


def judge_texts(served: Served, texts: Sequence[str]) -> list[Message]:
    """What the model makes of texts."""
    ranker = served.triage.ranker
    cut = Words(ranker.model.compounds)
    found = []
    for text in texts:
        decision = served.triage.decide(text)
        words = [WordRead(w, r.row >= 0) for w, r in zip(cut(text), ranker.read(text), strict=True)]
        # One word tells whether a message holds an unknown one, and makes a year quick to count.
        telling = sorted(words, key=lambda word: word.is_known)[:1]
        found.append((WeekMessage(text, decision.action, decision.confidence, ""), telling))
    return found


def count(week: int, pools: Sequence[Sequence[Message]], size: int, dice: Random) -> Week:
    """A week of so many messages, drawn from the first pool and some from the second."""
    ours, others = pools
    drawn = [dice.choice(others if dice.random() < OUTSIDE else ours) for _ in range(size)]
    asked = [message._replace(chat=f"c{dice.randrange(CHATS)}") for message, _ in drawn]
    return Week("m", FIRST + timedelta(weeks=week), count_week(asked, [read for _, read in drawn]))


def flagged_after(
    pools: Sequence[Sequence[Message]],
    other: Sequence[Sequence[Message]],
    size: int,
    dice: Random,
) -> tuple[bool, bool]:
    """Whether a quiet year was flagged, and whether the first week of another domain was."""
    weeks = [count(number, pools, size, dice) for number in range(REFERENCE)]
    draw = partial(count, size=size, dice=dice)
    year = (compare_week(draw(REFERENCE + n, pools), weeks) for n in range(WEEKS_A_YEAR))
    quiet = any(week.signs for week in year)
    return quiet, bool(compare_week(draw(99, other), weeks).signs)


def main() -> int:
    """Play the runs; 1 when a bar is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--runs", type=int, default=RUNS)
    options = parser.parse_args()
    dice, settings = Random(options.seed), load_settings()
    served = load_or_train_model(settings)
    wordings = questions(settings.kb_dir)
    typed = [spoil(t, dice) if dice.random() < WITH_ERRORS else t for t in wordings]
    aside = [text.text for family in served.base.outside.values() for text in family.questions]
    ours, others = judge_texts(served, typed), judge_texts(served, aside or typed)
    foreign = judge_texts(served, questions(SMALL))
    missed = 0
    for size in SIZES:
        found = [
            flagged_after((ours, others), (foreign, foreign), size, dice)
            for _ in range(options.runs)
        ]
        quiet = sum(one for one, _ in found) / len(found)
        caught = sum(one for _, one in found) / len(found)
        met = quiet <= MOST_FLAGGED and caught == 1.0
        missed += not met
        print(
            f"{size} messages a week, {len(found)} years, seed {options.seed}: quiet and flagged "
            f"{quiet:.3f} (<= {MOST_FLAGGED}); another domain flagged in its first week "
            f"{caught:.3f} (= 1) {'OK' if met else 'NOT MET'}",
            flush=True,
        )
    return int(bool(missed))


if __name__ == "__main__":
    sys.exit(main())
