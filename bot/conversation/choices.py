"""What a button carries: at most 64 bytes that name a turn and a candidate, or a place.

Places (a theme, an entry) are named by a hash of what they are called, never by a position: after
a reload of the knowledge base an old button leads where it said, or nowhere.
"""

from __future__ import annotations

import hashlib
import re
from typing import Literal, NamedTuple

Kind = Literal["candidate", "none", "yes", "no", "human", "people"]
Level = Literal["domain", "facet", "value", "topic", "entry", "help", "desk"]

THEMES = "themes"
DESKS = "desks"
DESK_DATA = "G:"
"""What leads to a desk begins with it."""

FORGET_ASKED, FORGET, KEEP = "forget", "forget:yes", "forget:no"

_LETTERS: dict[str, Kind] = {
    "c": "candidate",
    "n": "none",
    "y": "yes",
    "u": "no",
    "h": "human",
    "p": "people",
}
_LEVELS: dict[str, Level] = {
    "D": "domain",
    "F": "facet",
    "V": "value",
    "T": "topic",
    "E": "entry",
    "H": "help",
    "G": "desk",
}
_DIGITS = 12
_FORM = re.compile(r"([cnyuhp]):([0-9]{1,19}):([0-9]{1,3})")
_PLACE = re.compile(
    rf"([DFVTEHG]):([0-9a-f]{{{_DIGITS}}})(?::([0-9]{{1,4}}|[0-9a-f]{{{_DIGITS}}}))?"
)


class Choice(NamedTuple):
    """A button pressed: what it says, of which turn and of which of its candidates."""

    kind: Kind
    turn: int
    candidate: int


class Visit(NamedTuple):
    """A place to go to.

    Attributes:
        level: a domain, a facet, one of its values, a topic within that value, an entry, the
            people who help with an entry, or a desk.
        key: the hash of its name.
        page: from 0, of a list.
        origin: for an entry, the key of the value or topic it was reached from; empty without one.
    """

    level: Level
    key: str
    page: int = 0
    origin: str = ""


def candidate(turn: int, index: int) -> str:
    """Show candidate ``index`` of a turn."""
    return f"c:{turn}:{index}"


def none(turn: int) -> str:
    """The choice "none of these" below the suggestions of a turn."""
    return f"n:{turn}:0"


def useful(turn: int, index: int, *, helped: bool) -> str:
    """Whether candidate ``index`` of a turn helped."""
    return f"{'y' if helped else 'u'}:{turn}:{index}"


def human(turn: int, index: int) -> str:
    """Talk to the people who take candidate ``index`` of a turn."""
    return f"h:{turn}:{index}"


def people(turn: int) -> str:
    """Talk to somebody about a turn, whoever that may be."""
    return f"p:{turn}:0"


def domain(name: str, page: int = 0) -> str:
    """Page ``page`` of the values of a domain."""
    return f"D:{key(name)}:{page}"


def facet(name: str, page: int = 0) -> str:
    """Page ``page`` of the values of a facet."""
    return f"F:{key(name)}:{page}"


def value(name: str, found: str, page: int = 0) -> str:
    """Page ``page`` of the entries that carry a value of a facet."""
    return f"V:{key(name, found)}:{page}"


def topic(name: str, found: str, within: str, page: int = 0) -> str:
    """Page ``page`` of the entries that carry a value of a facet and the topic ``within``."""
    return f"T:{key(name, found, within)}:{page}"


def entry(name: str, origin: str = "") -> str:
    """An entry, reached from the value or topic whose key is ``origin``."""
    return f"E:{key(name)}" + (f":{origin}" if origin else "")


def entry_help(name: str) -> str:
    """The people who help with an entry."""
    return f"H:{key(name)}"


def desk(name: str) -> str:
    """A desk, by its id."""
    return DESK_DATA + key(name)


def key(*names: str) -> str:
    """What stands for a name in a button, the same for as long as the name is."""
    text = "\0".join(names).encode("utf-8", "surrogatepass")
    return hashlib.sha256(text).hexdigest()[:_DIGITS]


def parse(data: str) -> Choice | None:
    """The choice that ``data`` stands for; None when it is not one of ours."""
    found = _FORM.fullmatch(data)
    if not found:
        return None
    return Choice(_LETTERS[found[1]], int(found[2]), int(found[3]))


def parse_visit(data: str) -> Visit | None:
    """The place that ``data`` leads to; None when it is not one of ours."""
    found = _PLACE.fullmatch(data)
    if not found:
        return None
    level, name, rest = _LEVELS[found[1]], found[2], found[3] or ""
    if len(rest) == _DIGITS:
        return Visit(level, name, origin=rest)
    return Visit(level, name, page=int(rest or 0))
