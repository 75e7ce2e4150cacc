"""Two models on the same masked messages: which replies change, how, and by which words.

Both decide on the text as the journal keeps it: a masked text is not the live one, so what was
decided then is no measure of what either would say now.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, get_args

from bot.analytics.proposals.deciding import decide_twice
from bot.store.replays import name_compared
from classifier.serving.explain import explain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from bot.analytics.proposals.deciding import Reply
    from bot.store.replays import KeptMessage
    from classifier.decision import Target
    from classifier.serving.triage import Triage

    Tell = Callable[[str, int, int], None]

Change: TypeAlias = Literal["gained", "lost", "other"]
CHANGES: tuple[Change, ...] = get_args(Change)
DIRECT = frozenset({"answer", "route"})
LISTED = 200
"""Flips that are kept one by one, those of judged messages first; the others are counted."""

WORDS = 3
"""Words that are shown of a flip: those that speak loudest."""


@dataclass(frozen=True, slots=True)
class Flip:
    """A message whose reply changes. It holds no words of it, which may have to be forgotten.

    Attributes:
        turn: its number.
        change: gained (a direct reply, where there was none), lost, or another one.
        before: what is replied now, as ``answer entry:slug``.
        after: what would be.
        judged: ``broken`` when people said that what is replied now is right and it would no
            longer be; ``mended`` the other way round; empty when nobody said, or neither.
        spans: where in the message the words stand that did it, as (begin, end).
    """

    turn: int
    change: Change
    before: str
    after: str
    judged: str = ""
    spans: tuple[tuple[int, int], ...] = ()

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Flip:
        """The inverse of ``dataclasses.asdict``, after JSON."""
        return cls(**{**data, "spans": tuple((begin, end) for begin, end in data["spans"])})


@dataclass(frozen=True, slots=True)
class Replay:
    """What came of deciding messages with two models.

    Attributes:
        replayed: messages decided by both.
        emptied: messages of the time whose words are gone: counted, and nothing more.
        judged: of the replayed ones, how many somebody judged.
        counts: flips by ``Change``.
        broken: how many that people judged right would not be any more.
        flips: the first ones, those of judged messages before the others.
    """

    replayed: int
    emptied: int
    judged: int
    counts: Mapping[str, int]
    broken: int
    flips: tuple[Flip, ...]

    def to_dict(self) -> dict[str, Any]:
        """As JSON types."""
        return asdict(self)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Replay:
        """The inverse of ``to_dict``, after JSON."""
        return cls(**{**data, "flips": tuple(Flip.from_dict(flip) for flip in data["flips"])})


def replay(
    old: Triage, new: Triage, asked: Sequence[KeptMessage], emptied: int, tell: Tell | None = None
) -> Replay:
    """Decide every message with both models; a text that comes twice is decided once.

    Args:
        old: the model in service.
        new: the one to come.
        asked: the messages.
        emptied: how many more there were whose words are gone.
        tell: called with ``(stage, done, total)``.
    """
    texts = list(dict.fromkeys(each.text for each in asked))

    def say(done: int, total: int) -> None:
        if tell:
            tell("replay", done, total)

    pairs = dict(zip(texts, decide_twice(old.decide, new.decide, texts, say), strict=True))
    flips = [flip for each in asked if (flip := _flip(each, *pairs[each.text]))]
    flips.sort(key=lambda flip: (_rank(flip.judged), flip.turn))
    known = {each.turn: each.text for each in asked}
    shown = [_with_words(flip, known[flip.turn], old, new) for flip in flips[:LISTED]]
    counts = Counter(flip.change for flip in flips)
    return Replay(
        replayed=len(asked),
        emptied=emptied,
        judged=sum(each.right is not None for each in asked),
        counts={change: counts[change] for change in CHANGES},
        broken=sum(flip.judged == "broken" for flip in flips),
        flips=tuple(shown),
    )


def _rank(judged: str) -> int:
    return {"broken": 0, "mended": 1}.get(judged, 2)


def _flip(asked: KeptMessage, before: Reply, after: Reply) -> Flip | None:
    """How a reply changes; None when the same is said, whatever else is offered beside it."""
    if (before.action, before.target) == (after.action, after.target):
        return None
    said = before.action in DIRECT, after.action in DIRECT
    change: Change = {(False, True): "gained", (True, False): "lost"}.get(said, "other")  # type: ignore[assignment]
    judged = _judge(asked.right, before, after) if asked.right else ""
    return Flip(asked.turn, change, _reply_of(before), _reply_of(after), judged)


def _judge(right: str, before: Reply, after: Reply) -> str:
    was, would = _gives(right, before), _gives(right, after)
    if was and not would:
        return "broken"
    return "mended" if would and not was else ""


def _gives(right: str, decision: Reply) -> bool:
    """Whether the reply gives what is right, at once or as a choice."""
    shown: Iterable[Target] = (decision.target,) if decision.target else decision.suggestions
    return right in {name_compared(target) for target in shown}


def _reply_of(decision: Reply) -> str:
    return (
        f"{decision.action} {name_compared(decision.target)}"
        if decision.target
        else decision.action
    )


def _with_words(flip: Flip, text: str, old: Triage, new: Triage) -> Flip:
    """The flip with the places of the words that did it.

    They speak for the new reply, or against the one that is lost.
    """
    found = explain(old if flip.change == "lost" else new, text).strongest()
    words = [share.word for share in found if share.contribution > 0][:WORDS]
    spans = sorted((at, at + len(word)) for word in words if (at := text.find(word)) >= 0)
    return Flip(flip.turn, flip.change, flip.before, flip.after, flip.judged, tuple(spans))
