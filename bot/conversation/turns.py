"""What is known of one message, before and after it is answered; what is shown and said of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from classifier.decision import Target

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from bot.conversation.messages import Incoming
    from classifier.decision import Action, Decision, Kind

FeedbackKind = Literal["choice", "useful", "none", "human"]
ShownKind = Literal[
    "answer", "desks", "suggestions", "unanswered", "decline", "contacts", "notice", "unknown"
]

USEFUL: FeedbackKind = "useful"
NONE: FeedbackKind = "none"
YES, NO = "yes", "no"
TEXT = "text"
"""The kind of a message that has words, whatever is attached to it."""

IMPORTED = "imported"
"""The kind of a message that another installation's queue brought: nobody wrote it here."""

MANY_CHATS = 5
"""Of how many chats something is said in public: fewer might be recognised."""

LATELY = 2_000
"""Turns, the last ones, among which what is asked most is looked for."""

ENTRY_PREFIX = "entry:"
_PREFIXES: dict[Kind, str] = {"faq": ENTRY_PREFIX, "desk": "desk:", "outside": "family:"}
_SHOWN_OF_ACTION: dict[Action, ShownKind] = {
    "answer": "answer",
    "route": "desks",
    "clarify": "suggestions",
    "unanswered": "unanswered",
    "decline": "decline",
}


def name_target(target: Target | None) -> str | None:
    """A target as it is stored and reported: ``entry:slug``, ``desk:id`` or ``family:id``."""
    return None if target is None else _PREFIXES[target.kind] + target.id


def parse_target(name: str | None) -> Target | None:
    """The inverse of ``name_target``; None for what it would not write."""
    for kind, prefix in _PREFIXES.items():
        if name is not None and name.startswith(prefix):
            return Target(kind, name.removeprefix(prefix))
    return None


@dataclass(frozen=True, slots=True)
class Feedback:
    """What a person said of one turn, by a button or in words.

    Attributes:
        kind: ``choice``: they want to see what it is about; ``useful``: whether that helped;
            ``none``: nothing that was suggested fits; ``human``: they want to talk to somebody.
        about: the entry, desk or family that is chosen or judged; of ``none`` and ``human``, what
            they had before them; None when that was neither of these, such as suggestions alone.
        value: ``yes`` or ``no`` of ``useful``; the desk that ``human`` led to, empty for all of
            them; else empty.
    """

    kind: FeedbackKind
    about: Target | None = None
    value: str = ""

    @property
    def is_miss(self) -> bool:
        """Whether it says that nothing helped."""
        return self.kind == NONE or (self.kind == USEFUL and self.value == NO)

    @property
    def ends_misses(self) -> bool:
        """Whether misses are counted anew after it: something helped, or a person will."""
        return self.kind == "human" or (self.kind == USEFUL and self.value == YES)


def count_misses(newest_first: Iterable[Feedback]) -> int:
    """How much of the last feedback, uninterrupted, said that nothing helped; choices aside."""
    misses = 0
    for said in newest_first:
        if said.ends_misses:
            break
        misses += said.is_miss
    return misses


@dataclass(frozen=True, slots=True)
class Shown:
    """What a reply showed; it may be other than what was decided.

    Attributes:
        kind: ``answer``: an entry; ``desks``: whom to write to; ``suggestions``: to choose from;
            ``unanswered``: no answer, and desks that may help;
            ``decline``: not for us; ``contacts``: all desks, since a person was wished for;
            ``notice``: a sentence that shows nothing of the knowledge base; ``unknown``: written
            by a version that did not note it.
        entries: ids of the entries shown or suggested.
        desks: ids of the desks shown or suggested.
        family: id of the outside family declined as, if any.
    """

    kind: ShownKind
    entries: tuple[str, ...] = ()
    desks: tuple[str, ...] = ()
    family: str | None = None

    @property
    def target(self) -> Target | None:
        """The one thing that was shown; None when it was several, or none to judge."""
        if self.kind == "answer" and self.entries:
            return Target("faq", self.entries[0])
        if self.kind == "desks" and self.desks:
            return Target("desk", self.desks[0])
        return Target("outside", self.family) if self.kind == "decline" and self.family else None

    def offered_among(self, candidates: Sequence[Target]) -> tuple[int, ...]:
        """Which of ``candidates`` could be chosen, in the order in which they were shown."""
        if self.kind not in {"suggestions", "unanswered"}:
            return ()
        named = {*(("faq", name) for name in self.entries), *(("desk", d) for d in self.desks)}
        return tuple(n for n, target in enumerate(candidates) if tuple(target) in named)

    def to_dict(self) -> dict[str, Any]:
        """The form stored: ``{"kind", "entries": [ids], "desks": [ids], "family": id or null}``."""
        return {
            "kind": self.kind,
            "entries": list(self.entries),
            "desks": list(self.desks),
            "family": self.family,
        }

    @staticmethod
    def from_dict(stored: Mapping[str, Any]) -> Shown:
        """The inverse of ``to_dict``; what a newer version added is passed over."""
        entries, desks = stored.get("entries") or (), stored.get("desks") or ()
        return Shown(stored["kind"], tuple(entries), tuple(desks), stored.get("family"))


CONTACTS = Shown("contacts")
NOTICE = Shown("notice")


def shown_by(decision: Decision | None) -> Shown:
    """What the reply to a decision shows; the reply to no decision is a notice."""
    if decision is None:
        return NOTICE
    targets = [*filter(None, [decision.target, decision.beside]), *decision.suggestions]
    return Shown(
        _SHOWN_OF_ACTION[decision.action],
        tuple(found.id for found in targets if found.kind == "faq"),
        tuple(found.id for found in targets if found.kind == "desk"),
        next((found.id for found in targets if found.kind == "outside"), None),
    )


@dataclass(frozen=True, slots=True)
class Prepared:
    """A message with all that could be found out before the journal is written.

    Attributes:
        incoming: the message.
        decision: what is done with it; None for what takes no thinking: commands, button presses
            and messages that are empty or have no words.
        latency_ms: how long that took.
        is_piece: whether the reply comes under a later message, of which this one is a piece.
    """

    incoming: Incoming
    decision: Decision | None = None
    latency_ms: float = 0.0
    is_piece: bool = False


@dataclass(frozen=True, slots=True)
class PastTurn:
    """A turn of this chat as the journal remembers it.

    Attributes:
        id: the turn's number.
        candidates: entries and desks, best first, as they were when the turn was answered.
        target: the one entry, desk or family that the first reply showed, if any.
        feedback: all that was said of this turn, oldest first.
        offered: which of the candidates were offered to choose from, as they were shown.
    """

    id: int
    candidates: tuple[Target, ...]
    target: Target | None
    feedback: tuple[Feedback, ...] = ()
    offered: tuple[int, ...] = ()

    @property
    def displayed(self) -> tuple[Target, ...]:
        """All that was shown of this turn, one after the other: first reply, then choices."""
        chosen = [said.about for said in self.feedback if said.kind == "choice"]
        return tuple(filter(None, [self.target, *chosen]))

    @property
    def last_displayed(self) -> Target | None:
        """What was shown last; None when only suggestions or contacts were."""
        return next(reversed(self.displayed), None)


@dataclass(frozen=True, slots=True)
class KeptTurn:
    """What is kept of one message of a chat.

    Attributes:
        id: the turn's number.
        at: when it came (UTC).
        text: the message as it is kept: scrubbed, empty once its time is over.
        action: what was decided; None for a message without words.
        kind: ``text``, or what came without words: ``photo``, ``voice`` ...
    """

    id: int
    at: datetime
    text: str
    action: str | None
    kind: str = TEXT
