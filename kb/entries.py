"""Frozen types of the knowledge base."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

MANNERS = (
    "keywords",
    "formal",
    "reworded",
    "hurried",
    "newcomer",
    "problem",
    "belief",
    "long",
    "english",
)
"""How people ask; cross-validation leaves one manner out at a time."""


@dataclass(frozen=True, slots=True)
class Question:
    """One utterance of an entry; ``manner`` is empty when the file gives a plain list."""

    text: str
    manner: str = ""


@dataclass(frozen=True, slots=True)
class Waiver:
    """A fact that the audit must not report, and why the editor decided so."""

    fact: str
    reason: str


@dataclass(frozen=True, slots=True)
class FaqEntry:
    """A curated answer and the published answers (``sources``) that it stands for.

    Attributes:
        id: the file's stem.
        title: the canonical question.
        sources: catalogue ids; may be empty with an ``origin``, and in a draft.
        answer: what is shown.
        desk: who takes over when the answer did not help; None: any of them.
        themes: facet -> values.
        questions: how people ask; not served.
        status: ``published``, ``withheld`` (with a ``reason``) or ``draft``.
        reason: why it is withheld.
        waivers: facts that the audit leaves alone.
        url: the pages that the answer was published on; empty: the organisation's own page.
        dated: when it was published, ``YYYY`` or ``YYYY-MM``; empty when unknown.
        wave: ``vague 1``, ``vague 2`` or ``both``; empty when that does not matter.
        contact: the desk whose contact is all that the entry gives: both are one reply.
        formerly: ids that it had: old buttons and links still lead here.
        origin: ``guichet`` or ``éditeur`` when it was written by them and published nowhere.
    """

    id: str
    title: str
    sources: tuple[str, ...]
    answer: str
    desk: str | None = None
    themes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    questions: tuple[Question, ...] = ()
    status: str = "published"
    reason: str = ""
    waivers: tuple[Waiver, ...] = ()
    url: tuple[str, ...] = ()
    dated: str = ""
    wave: str = ""
    contact: str | None = None
    formerly: tuple[str, ...] = ()
    origin: str = ""


HolidayCalendar = Literal[
    "metropole",
    "alsace-moselle",
    "guadeloupe",
    "martinique",
    "guyane",
    "reunion",
    "mayotte",
    "aucun",
]
"""Whose public holidays a desk keeps."""

Relay = Literal["reply", "all"]
Signature = Literal["desk", "first_name"]


@dataclass(frozen=True, slots=True)
class Desk:
    """A support desk: where to write, and what to put in the message (``guidance``).

    What concerns tickets is kept as it is written; ``kb.opening`` reads it. Absent, a desk is
    always open and promises nothing.

    Attributes:
        id: the file's stem.
        name: what it is called.
        email: where to write.
        takes: what it is for.
        guidance: what to put in a message.
        phone: where to call; may be empty.
        questions: what people ask it; not served.
        hours: days and their spans of opening, such as ``("lun-jeu", "9:00-12:30, 14:00-17:30")``.
        holidays: whose public holidays it keeps; empty: none.
        closed: days or periods on which it is closed, such as ``2026-12-24/2027-01-02``.
        reply_within: the time of work in which it answers, such as ``8h``; empty: unknown.
        remind_after: when it is reminded, each time of work counted from the one before.
        close_after: the time of work after which a silent ticket is closed; empty: never.
        relay: which messages of a desk's group reach the asker: a ``reply``, or ``all``.
        signature: how an answer is signed: by the ``desk``, or with a ``first_name``.
    """

    id: str
    name: str
    email: str
    takes: str
    guidance: str
    phone: str = ""
    questions: tuple[Question, ...] = ()
    hours: tuple[tuple[str, str], ...] = ()
    holidays: str = ""
    closed: tuple[str, ...] = ()
    reply_within: str = ""
    remind_after: tuple[str, ...] = ()
    close_after: str = ""
    relay: Relay = "reply"
    signature: Signature = "desk"


@dataclass(frozen=True, slots=True)
class Outside:
    """A family of messages that are not for us, with the reply they get.

    Attributes:
        id: the file's stem.
        title: what they are about.
        reply: what is said to them.
        questions: how they are worded; not served.
        courtesy: a greeting or thanks, which counts only when nothing else is in the message.
        closing: a last word, which reopens no ticket.
    """

    id: str
    title: str
    reply: str
    questions: tuple[Question, ...] = ()
    courtesy: bool = False
    closing: bool = False


@dataclass(frozen=True, slots=True)
class Term:
    """A line of the lexicon; ``entries`` are the ids of those that say more."""

    short: str
    long: str = ""
    synonyms: tuple[str, ...] = ()
    definition: str = ""
    entries: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Domain:
    """What people come for, in their words, and the values of facets that answer it.

    Attributes:
        name: how it is shown.
        values: pairs of a facet and one of its values, in the order shown.
    """

    name: str
    values: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class About:
    """The organisation's own words, so that the code names no subject."""

    name: str
    serves: str
    source_label: str = ""
    source_url: str = ""
    emergency: str = ""


@dataclass(frozen=True, slots=True)
class KnowledgeBase:
    """A whole content folder; ``fingerprint`` changes with any byte that an editor changes.

    ``labels``: a facet or one of its values -> how it is shown, where its name says too little.
    """

    about: About
    entries: Mapping[str, FaqEntry]
    desks: Mapping[str, Desk]
    outside: Mapping[str, Outside]
    lexicon: tuple[Term, ...] = ()
    fingerprint: str = ""
    domains: tuple[Domain, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict)

    @property
    def courtesy(self) -> frozenset[str]:
        """The outside families that are courtesy, by id."""
        return frozenset(key for key, family in self.outside.items() if family.courtesy)

    @property
    def published(self) -> Mapping[str, FaqEntry]:
        """The entries that are served, by id."""
        return {key: e for key, e in self.entries.items() if e.status == "published"}

    @property
    def withheld(self) -> Mapping[str, FaqEntry]:
        """The entries that are not served for a reason, by id: their questions have no answer."""
        return {key: e for key, e in self.entries.items() if e.status == "withheld"}

    def find_entry(self, name: str) -> FaqEntry | None:
        """The served entry that has, or once had, the id ``name``."""
        found = self.find_any_entry(name)
        return found if found and found.status == "published" else None

    def find_any_entry(self, name: str) -> FaqEntry | None:
        """The entry that has, or once had, the id ``name``, served or not."""
        return self.entries.get(name) or next(
            (entry for entry in self.entries.values() if name in entry.formerly), None
        )

    def contact_of(self, desk: str) -> FaqEntry | None:
        """The served entry that gives the contact of ``desk`` and nothing else."""
        return next((e for e in self.published.values() if e.contact == desk), None)

    def to_dict(self) -> dict[str, Any]:
        """Everything a reply needs, without the questions, as JSON types."""
        groups: dict[str, Mapping[str, Any]] = {
            "entries": self.published,
            "desks": self.desks,
            "outside": self.outside,
        }
        data: dict[str, Any] = {
            name: [
                {k: v for k, v in asdict(item).items() if k != "questions"} for item in g.values()
            ]
            for name, g in groups.items()
        }
        data["about"] = asdict(self.about)
        data["lexicon"] = [asdict(term) for term in self.lexicon]
        data["domains"] = [asdict(domain) for domain in self.domains]
        data["labels"] = dict(self.labels)
        data["fingerprint"] = self.fingerprint
        return data

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> KnowledgeBase:
        """The inverse of ``to_dict``.

        Raises:
            KeyError, TypeError: ``data`` is not what ``to_dict`` gives.
        """
        return cls(
            about=About(**data["about"]),
            entries={row["id"]: _entry(row) for row in data["entries"]},
            desks={row["id"]: _desk(row) for row in data["desks"]},
            outside={row["id"]: Outside(**row) for row in data["outside"]},
            lexicon=tuple(Term(**_tuples(row)) for row in data["lexicon"]),
            # What an older program wrote has neither.
            domains=tuple(_domain(row) for row in data.get("domains", ())),
            labels=data.get("labels", {}),
            fingerprint=data["fingerprint"],
        )


def _entry(row: Mapping[str, Any]) -> FaqEntry:
    themes = {facet: tuple(values) for facet, values in row["themes"].items()}
    waivers = tuple(Waiver(**waiver) for waiver in row["waivers"])
    return FaqEntry(**{**_tuples(row), "themes": themes, "waivers": waivers})


def _desk(row: Mapping[str, Any]) -> Desk:
    hours = tuple((days, spans) for days, spans in row.get("hours", ()))
    return Desk(**{**_tuples(row), "hours": hours})


def _domain(row: Mapping[str, Any]) -> Domain:
    return Domain(row["name"], tuple((facet, value) for facet, value in row["values"]))


def _tuples(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row of JSON with tuples for its lists."""
    return {key: tuple(value) if isinstance(value, list) else value for key, value in row.items()}
