"""Browsing the answers: a domain or a facet, one of its values, perhaps a topic, an answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from bot.conversation import choices, replies
from bot.conversation.shelves import group_by_facet, index_shelves
from kb.walk import CHOICES as PAGE

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bot.conversation.choices import Level, Visit
    from bot.conversation.messages import Button, Reply
    from bot.conversation.shelves import Shelf
    from kb.entries import FaqEntry, KnowledgeBase

Item = TypeVar("Item")


class Themes:
    """The published entries by the domains of the base, or else by the facets in ``themes``."""

    def __init__(self, base: KnowledgeBase) -> None:
        self.base = base
        self.desks = base.desks
        self.facets = group_by_facet(base.published.values())
        self._facet_of = {choices.key(name): name for name in self.facets}
        self._shelf_of = index_shelves(self.facets, base.labels, split=bool(base.domains))
        self.domains = self._domains()
        self._domain_of = {choices.key(name): name for name in self.domains}
        self._entry_of = {
            choices.key(name): entry
            for entry in base.published.values()
            for name in (*entry.formerly, entry.id)
        }
        self._desk_of = {choices.key(name): found for name, found in base.desks.items()}
        self._levels: dict[Level, Callable[[Visit], Reply]] = {
            "domain": self._domain,
            "facet": self._facet,
            "value": self._shelf,
            "topic": self._shelf,
            "entry": self._entry,
            "help": self._help,
            "desk": self._desk,
        }

    def start(self) -> Reply:
        """The domains to choose from; the facets when the base defines none."""
        return replies.domains(list(self.domains)) if self.domains else self._facets()

    def visit(self, place: Visit) -> Reply:
        """What a button leads to; says so politely when that is no longer there."""
        return self._levels[place.level](place)

    def open_entry(self, entry: FaqEntry, back: str = "") -> Reply:
        """An answer that was looked up, not asked for; ``back`` leads back, if anywhere."""
        answer = replies.answer(entry, self.base)
        return replies.theme_answer(answer, choices.entry_help(entry.id), back)

    def _facets(self) -> Reply:
        return replies.themes({name: self._label(name) for name in self.facets})

    def _label(self, facet: str) -> str:
        return self.base.labels.get(facet) or replies.facet_label(facet)

    def _domains(self) -> dict[str, list[Shelf]]:
        """Domain -> its shelves; what holds no entry is left out."""
        found = {
            domain.name: [
                shelf
                for facet, value in domain.values
                if (shelf := self._shelf_of.get(choices.key(facet, value)))
            ]
            for domain in self.base.domains
        }
        return {name: shelves for name, shelves in found.items() if shelves}

    def _domain(self, place: Visit) -> Reply:
        name = self._domain_of.get(place.key)
        if name is None:
            return replies.stale_theme()
        shelves, back = self.domains[name], choices.THEMES
        return _choose(name, shelves, place.page, lambda page: choices.domain(name, page), back)

    def _facet(self, place: Visit) -> Reply:
        name = self._facet_of.get(place.key)
        if name is None:
            return replies.stale_theme()
        shelves = [self._shelf_of[choices.key(name, value)] for value in self.facets[name]]
        title, back = self._label(name), choices.THEMES
        return _choose(title, shelves, place.page, lambda page: choices.facet(name, page), back)

    def _shelf(self, place: Visit) -> Reply:
        shelf = self._shelf_of.get(place.key)
        if shelf is None:
            return replies.stale_theme()
        back = self._back_from(shelf)
        if shelf.topics:
            return _choose(shelf.title, shelf.topics, place.page, shelf.page, back)
        titles = [(entry.id, entry.title) for entry in shelf.entries]
        page = _clamp_page(place.page, titles)
        around = [*_page_buttons(page, titles, shelf.page), replies.back_to(back)]
        return replies.titles(shelf.title, _items_on_page(page, titles), place.key, around)

    def _back_from(self, shelf: Shelf) -> str:
        """The data of the way back: from a topic to its value, from a value to who lists it."""
        if shelf.topic:
            whole = self._shelf_of[choices.key(shelf.facet, shelf.value)]
            return whole.page(list(whole.topics).index(shelf) // PAGE)
        for name, shelves in self.domains.items():
            if shelf in shelves:
                return choices.domain(name, shelves.index(shelf) // PAGE)
        values = list(self.facets[shelf.facet])
        return choices.facet(shelf.facet, values.index(shelf.value) // PAGE)

    def _entry(self, place: Visit) -> Reply:
        entry = self._entry_of.get(place.key)
        if entry is None:
            return replies.stale_theme()
        shelf = self._shelf_of.get(place.origin)
        back = (_page_showing(entry, shelf) if shelf else "") or choices.THEMES
        return self.open_entry(entry, back)

    def _help(self, place: Visit) -> Reply:
        entry = self._entry_of.get(place.key)
        found = self.desks.get(entry.desk) if entry and entry.desk else None
        if found is None:
            return replies.people(self.desks.values(), self.base.about)
        return replies.desk_of_people(found)

    def _desk(self, place: Visit) -> Reply:
        found = self._desk_of.get(place.key)
        if found is None:
            return replies.people(self.desks.values(), self.base.about)
        return replies.chosen_desk(found)


def _page_showing(entry: FaqEntry, shelf: Shelf) -> str:
    """The data of the page of titles with ``entry``: an old button may name the whole value."""
    for part in shelf.topics or (shelf,):
        if found := part.page_of(entry):
            return found
    return ""


def _choose(
    title: str, shelves: Sequence[Shelf], number: int, data: Callable[[int], str], back: str
) -> Reply:
    """A page of shelves to choose from; ``data`` leads to a page of this same list."""
    page = _clamp_page(number, shelves)
    around = [*_page_buttons(page, shelves, data), replies.back_to(back)]
    shown = _items_on_page(page, shelves)
    counted = [(shelf.label, len(shelf.entries), shelf.page()) for shelf in shown]
    return replies.shelves(title, counted, around)


def _clamp_page(page: int, items: Sequence[object]) -> int:
    """The page, or the last one there is: the list may have become shorter."""
    return min(page, (len(items) - 1) // PAGE)


def _items_on_page(page: int, items: Sequence[Item]) -> Sequence[Item]:
    return items[page * PAGE : (page + 1) * PAGE]


def _page_buttons(page: int, items: Sequence[object], data: Callable[[int], str]) -> list[Button]:
    previous = data(page - 1) if page else ""
    following = data(page + 1) if (page + 1) * PAGE < len(items) else ""
    return replies.page_buttons(previous, following)
