"""Browsing the answers: a facet, one of its values, the questions that carry it, an answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from bot.conversation import choices, replies
from classifier.text import normalise

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from bot.conversation.choices import Level, Visit
    from bot.conversation.messages import Button, Reply
    from kb.entries import FaqEntry, KnowledgeBase

Item = TypeVar("Item")

PAGE = 8
"""Buttons of a list; more would fill the screen of a phone."""


class Themes:
    """The published entries by the facets that they carry in ``themes``."""

    def __init__(self, base: KnowledgeBase) -> None:
        self.base = base
        self.desks = base.desks
        self.facets = _facets(base.published.values())
        self._facet_of = {choices.key(name): name for name in self.facets}
        self._value_of = {
            choices.key(name, value): (name, value)
            for name, values in self.facets.items()
            for value in values
        }
        self._entry_of = {
            choices.key(name): entry
            for entry in base.published.values()
            for name in (*entry.formerly, entry.id)
        }
        self._levels: dict[Level, Callable[[Visit], Reply]] = {
            "facet": self._facet,
            "value": self._value,
            "entry": self._entry,
            "help": self._help,
        }

    def start(self) -> Reply:
        """The facets to choose from."""
        return replies.themes(list(self.facets))

    def visit(self, place: Visit) -> Reply:
        """What a button leads to; says so politely when that is no longer there."""
        return self._levels[place.level](place)

    def open_entry(self, entry: FaqEntry, back: str = "") -> Reply:
        """An answer that was looked up, not asked for; ``back`` leads back, if anywhere."""
        answer = replies.answer(entry, self.base)
        return replies.theme_answer(answer, choices.entry_help(entry.id), back)

    def _facet(self, place: Visit) -> Reply:
        name = self._facet_of.get(place.key)
        if name is None:
            return replies.stale_theme()
        values = [(value, len(found)) for value, found in self.facets[name].items()]
        page = _clamp_page(place.page, values)
        turning = _page_buttons(page, values, lambda number: choices.facet(name, number))
        around = [*turning, replies.back_to(choices.THEMES)]
        return replies.values(name, _items_on_page(page, values), around)

    def _value(self, place: Visit) -> Reply:
        if place.key not in self._value_of:
            return replies.stale_theme()
        name, value = self._value_of[place.key]
        titles = [(entry.id, entry.title) for entry in self.facets[name][value]]
        page = _clamp_page(place.page, titles)
        turning = _page_buttons(page, titles, lambda number: choices.value(name, value, number))
        back = choices.facet(name, list(self.facets[name]).index(value) // PAGE)
        around = [*turning, replies.back_to(back)]
        return replies.titles(value, _items_on_page(page, titles), place.key, around)

    def _entry(self, place: Visit) -> Reply:
        entry = self._entry_of.get(place.key)
        if entry is None:
            return replies.stale_theme()
        return self.open_entry(entry, self._back(entry, place.origin))

    def _back(self, entry: FaqEntry, origin: str) -> str:
        name, value = self._value_of.get(origin, ("", ""))
        listed = self.facets[name][value] if name else []
        if entry not in listed:
            return choices.THEMES
        return choices.value(name, value, listed.index(entry) // PAGE)

    def _help(self, place: Visit) -> Reply:
        entry = self._entry_of.get(place.key)
        found = self.desks.get(entry.desk) if entry and entry.desk else None
        if found is None:
            return replies.people(self.desks.values(), self.base.about)
        return replies.desk_of_people(found)


def _facets(entries: Iterable[FaqEntry]) -> dict[str, dict[str, list[FaqEntry]]]:
    """Facet -> value -> entries, each in the order shown."""
    found: dict[str, dict[str, list[FaqEntry]]] = {}
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


def _clamp_page(page: int, items: Sequence[object]) -> int:
    """The page, or the last one there is: the list may have become shorter."""
    return min(page, (len(items) - 1) // PAGE)


def _items_on_page(page: int, items: Sequence[Item]) -> Sequence[Item]:
    return items[page * PAGE : (page + 1) * PAGE]


def _page_buttons(page: int, items: Sequence[object], data: Callable[[int], str]) -> list[Button]:
    previous = data(page - 1) if page else ""
    following = data(page + 1) if (page + 1) * PAGE < len(items) else ""
    return replies.page_buttons(previous, following)
