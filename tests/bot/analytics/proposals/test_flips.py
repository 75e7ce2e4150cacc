from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from bot.analytics.proposals.flips import Replay, replay
from bot.store.replays import KeptMessage
from classifier.decision import Decision, Target

if TYPE_CHECKING:
    from classifier.serving.artifact import Served
    from classifier.serving.triage import Triage

STOLEN = "on m'a volé mon vélo"


class Said:
    """A model that says what it is told; words are explained by the trained one."""

    def __init__(self, trained: Triage, **said: Decision) -> None:
        self._trained = trained
        self._said = said

    def __getattr__(self, name: str) -> object:
        return getattr(self._trained, name)

    def decide(self, text: str) -> Decision:
        return self._said.get(text) or self._said["all"]


def answers(entry: str) -> Decision:
    return Decision("answer", Target("faq", entry), (), (), 0.9, "m")


def suggests(*entries: str) -> Decision:
    return Decision("clarify", None, tuple(Target("faq", e) for e in entries), (), 0.5, "m")


def between(served: Served, before: Decision, after: Decision, right: str | None = None) -> Replay:
    old, new = (Said(served.triage, all=said) for said in (before, after))
    return replay(old, new, [KeptMessage(1, STOLEN, right)], 3)  # type: ignore[arg-type]


def test_a_model_against_itself_changes_nothing(served: Served) -> None:
    texts = [question.text for e in served.base.entries.values() for question in e.questions]
    asked = [KeptMessage(n, text) for n, text in enumerate([*texts, STOLEN, "???", ""])]
    done = replay(served.triage, served.triage, asked, 0)
    assert (done.replayed, done.flips, sum(done.counts.values())) == (len(asked), (), 0)


@pytest.mark.parametrize(
    ("before", "after", "change"),
    [
        (suggests("velo-vole"), answers("velo-vole"), "gained"),
        (answers("velo-vole"), suggests("velo-vole"), "lost"),
        (answers("velo-vole"), answers("station-pleine"), "other"),
    ],
)
def test_a_changed_reply_is_gained_lost_or_another(
    before: Decision, after: Decision, change: str, served: Served
) -> None:
    done = between(served, before, after)
    assert [flip.change for flip in done.flips] == [change]
    assert done.counts[change] == 1
    assert done.emptied == 3


def test_what_is_offered_beside_is_no_flip(served: Served) -> None:
    done = between(served, suggests("velo-vole"), suggests("station-pleine"))
    assert done.flips == ()


@pytest.mark.parametrize(
    ("after", "judged"),
    [
        (answers("station-pleine"), "broken"),
        (suggests("station-pleine"), "broken"),
        (suggests("station-pleine", "velo-vole"), ""),
    ],
)
def test_right_that_becomes_wrong_is_broken(after: Decision, judged: str, served: Served) -> None:
    done = between(served, answers("velo-vole"), after, right="entry:velo-vole")
    assert [flip.judged for flip in done.flips] == [judged]
    assert done.broken == (judged == "broken")


def test_wrong_that_becomes_right_is_mended(served: Served) -> None:
    done = between(served, answers("tarif"), answers("velo-vole"), right="entry:velo-vole")
    assert (done.flips[0].judged, done.broken) == ("mended", 0)


def test_broken_ones_come_first(served: Served) -> None:
    old = Said(served.triage, all=answers("velo-vole"))
    new = Said(served.triage, all=answers("station-pleine"))
    asked = [KeptMessage(1, STOLEN), KeptMessage(2, STOLEN, "entry:velo-vole")]
    done = replay(old, new, asked, 0)  # type: ignore[arg-type]
    assert [flip.turn for flip in done.flips] == [2, 1]


def test_the_words_that_did_it_are_kept_as_places(served: Served) -> None:
    words = served.triage.decide(STOLEN)
    done = between(served, suggests("velo-vole"), replace(words, action="answer"))
    shown = [STOLEN[begin:end] for begin, end in done.flips[0].spans]
    assert set(shown) & {"volé", "vélo"}
    assert STOLEN not in json.dumps(done.to_dict(), ensure_ascii=False)


def test_what_was_found_comes_back_from_json(served: Served) -> None:
    done = between(served, answers("velo-vole"), answers("station-pleine"), "entry:velo-vole")
    assert Replay.from_dict(json.loads(json.dumps(done.to_dict()))) == done
