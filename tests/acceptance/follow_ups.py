"""A second message gains by the first where it leans on it, and loses nothing where it does not.

    python -m tests.acceptance.follow_ups

Needs the model of the knowledge base that is shipped; it is trained when there is none. A second
message that leans on the first is right when it gets what the same question gets said in full.
"""

from __future__ import annotations

import asyncio
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from bot.conversation.follow_ups import FollowUps
from bot.conversation.messages import Incoming
from bot.ops.settings import load_settings
from bot.service.served_model import load_or_train_model
from tests.acceptance.harness import Run
from tests.fakes.brain import PlainBrain

if TYPE_CHECKING:
    from classifier.decision import Decision

CORPORA = Path(__file__).parents[1] / "bot" / "corpora"


class Before:
    """A ``Recall`` of one message."""

    def __init__(self, text: str) -> None:
        self.text = text

    async def last_message(self, _: Incoming) -> str:
        return self.text


def sequences(name: str) -> list[list[str]]:
    """The lines of a corpus, split at its bars."""
    lines = (CORPORA / name).read_text("utf-8").splitlines()
    return [line.split(" | ") for line in lines if line and not line.startswith("#")]


def after(brain: PlainBrain, first: str, second: str) -> Decision:
    """What the second message gets."""
    read = FollowUps(brain, Before(first)).read(Incoming("test", "1", second))
    return asyncio.run(read).decision


def worth(got: Decision, meant: Decision) -> str:
    """How a decision stands to the one on the question said in full."""
    if got.action in {"answer", "route"}:
        wanted = {meant.target, *(c.target for c in meant.candidates[:1])}
        return "right" if got.target in wanted else "wrong"
    shown = {meant.target, *(c.target for c in meant.candidates[:1])} & set(got.suggestions)
    return "suggested" if shown else "silent"


def loses(got: Decision, alone: Decision) -> bool:
    """Whether a message gets less than it does alone: its reply, or its first two suggestions."""
    if alone.action in {"answer", "route", "decline"}:
        return got != alone
    return not {*alone.suggestions[:2]} <= {*got.suggestions, got.target}


def main() -> int:
    """Read both corpora; exit code 1 when what leans does not gain or another question loses."""
    served = load_or_train_model(load_settings())
    brain, decide = PlainBrain(served.base, served.triage), served.triage.decide
    alone, together = Counter[str](), Counter[str]()
    for first, second, meant in sequences("follow_ups.txt"):
        alone[worth(decide(second), decide(meant))] += 1
        got = after(brain, first, second)
        together[worth(got, decide(meant))] += 1
        if got != decide(second):
            print(f"{first} | {second} -> {got.action} {got.target}")
    print(f"alone {dict(alone)}, together {dict(together)}")
    lost = [
        f"{first} | {second} -> {got.target}"
        for first, second in sequences("second_questions.txt")
        if loses(got := after(brain, first, second), decide(second))
    ]
    print("\n".join(lost))
    run = Run()
    gain = together["right"] - alone["right"]
    run.check("follow-ups answered rightly, more than alone", gain, "> 0", met=gain > 0)
    run.at_most("follow-ups answered wrongly", together["wrong"], alone["wrong"])
    helped = together["right"] + together["suggested"] - alone["right"] - alone["suggested"]
    run.check("follow-ups helped, more than alone", helped, "> 2", met=helped > 2)
    run.exactly("other questions that lose a reply or a first suggestion", len(lost), 0)
    return int(not run.met)


if __name__ == "__main__":
    sys.exit(main())
