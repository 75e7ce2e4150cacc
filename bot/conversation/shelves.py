"""The lists of answers that one walks through, each found by the key that a button carries."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from bot.conversation import choices, replies
from classifier.text import normalise
from kb.walk import CHOICES, TOPIC, split_by_topic

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from kb.entries import FaqEntry

Facets = dict[str, dict[str, list["FaqEntry"]]]
"""Facet -> value -> entries, each in the order shown."""


@dataclass(frozen=True)
class Shelf:
    """The entries that carry a value of a facet, or those of them that carry a topic too.

    Attributes:
        facet: the facet.
        value: its value.
        entries: in the order shown.
        topic: empty for the whole value.
        topics: the shelves to choose from first; empty when the entries are shown at once.
        labels: how facets, values and topics are shown that have other names there.
    """

    facet: str
    value: str
    entries: Sequence[FaqEntry]
    topic: str = ""
    topics: Sequence[Shelf] = field(default=())
    labels: Mapping[str, str] = field(default_factory=dict)

    @property
    def label(self) -> str:
        """What stands on the button that leads there."""
        name = self.topic or self.value
        return self.labels.get(name, name)

    @property
    def title(self) -> str:
        """What stands above the list."""
        value = self.labels.get(self.value, self.value)
        return f"{value} : {self.label}" if self.topic else value

    @property
    def key(self) -> str:
        """What stands for it in a button."""
        return choices.key(*filter(None, (self.facet, self.value, self.topic)))

    def page(self, number: int = 0) -> str:
        """The data of a button to a page of it, from 0."""
        if self.topic:
            return choices.topic(self.facet, self.value, self.topic, number)
        return choices.value(self.facet, self.value, number)

    def page_of(self, entry: FaqEntry) -> str:
        """The data of a button to the page that shows ``entry``; empty when none does."""
        return self.page(self.entries.index(entry) // CHOICES) if entry in self.entries else ""


def group_by_facet(entries: Iterable[FaqEntry]) -> Facets:
    """Every value that ``entries`` carry; a facet that is not known follows the known ones."""
    found: Facets = {}
    for entry in sorted(entries, key=lambda entry: normalise(entry.title)):
        for name, values in entry.themes.items():
            for value in dict.fromkeys(values):
                found.setdefault(name, {}).setdefault(value, []).append(entry)
    known = replies.FACETS
    names = sorted(found, key=lambda name: (known.index(name) if name in known else 99, name))
    return {
        name: {value: found[name][value] for value in sorted(found[name], key=normalise)}
        for name in names
    }


def index_shelves(facets: Facets, labels: Mapping[str, str], *, split: bool) -> Mapping[str, Shelf]:
    """Every shelf by its key; with ``split``, a value with too many entries has topics."""
    return {
        shelf.key: shelf
        for facet, values in facets.items()
        for value, entries in values.items()
        for shelf in _shelves(
            Shelf(facet, value, entries, labels=labels), split=split and facet != TOPIC
        )
    }


def _shelves(whole: Shelf, *, split: bool) -> Iterator[Shelf]:
    parts = split_by_topic(whole.entries) if split else {}
    topics = [replace(whole, topic=topic, entries=found) for topic, found in parts.items()]
    yield replace(whole, topics=topics)
    yield from topics
