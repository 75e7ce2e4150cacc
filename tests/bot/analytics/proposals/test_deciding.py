from __future__ import annotations

import os

from bot.analytics.proposals.deciding import Reply, decide_twice
from classifier.decision import Decision, Target

TEXTS = [f"question {n}" for n in range(40)]


def says(entry: str, text: str) -> Decision:
    suggested = (Target("faq", text), Target("faq", entry))
    return Decision("clarify", None, suggested, (), 0.5, "m")


def old(text: str) -> Decision:
    return says("old", text)


def new(text: str) -> Decision:
    return says("new", text)


def reply(entry: str, text: str) -> Reply:
    return Reply("clarify", None, (Target("faq", text), Target("faq", entry)))


EXPECTED = [(reply("old", text), reply("new", text)) for text in TEXTS]


def test_a_second_process_decides_the_same_as_one() -> None:
    told: list[tuple[int, int]] = []
    alone = list(decide_twice(old, new, TEXTS, lambda *said: told.append(said)))
    together = list(decide_twice(old, new, TEXTS, lambda *_: None, many=1))
    assert alone == together == EXPECTED
    assert told == [(0, len(TEXTS))]


def test_what_a_process_that_dies_has_not_said_is_decided_all_the_same() -> None:
    here = os.getpid()

    def die_elsewhere(text: str) -> Decision:
        if os.getpid() != here:
            os._exit(1)
        return new(text)

    assert list(decide_twice(old, die_elsewhere, TEXTS, lambda *_: None, many=1)) == EXPECTED
