"""The desks that answer here: those of the knowledge base that have a group."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.conversation.replies import answers

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.escalation.ports import Post
    from kb.entries import Desk, FaqEntry, KnowledgeBase

ANY = "*"
"""In the posts: every desk that is not named."""

BUREAU = "bureau"
"""The channel of a desk that reads its tickets in the bureau: nothing is sent to it."""


class StaffedDesks:
    """A :class:`bot.escalation.ports.DeskDirectory` over a knowledge base.

    Args:
        base: with the desks.
        posts: where each one answers; ``*`` for those that are not named.
    """

    def __init__(self, base: KnowledgeBase, posts: Mapping[str, Post]) -> None:
        self._base = base
        self._posts = posts

    def find(self, desk: str) -> Desk | None:
        """The desk of an id; None: this knowledge base has none."""
        return self._base.desks.get(desk)

    def entry(self, name: str) -> FaqEntry | None:
        """The entry of an id; None: this knowledge base has none."""
        return self._base.find_entry(name)

    def published_text(self, name: str) -> str:
        """The published answer of an entry as text, with its source; empty: there is none."""
        found = self._base.find_entry(name)
        return answers.answer(found, self._base).text if found else ""

    def post_of(self, desk: str) -> Post | None:
        """Where it answers; None: nowhere here."""
        if desk not in self._base.desks:
            return None
        return self._posts.get(desk) or self._posts.get(ANY)

    def list_staffed(self) -> Sequence[Desk]:
        """The desks that answer here."""
        return [desk for key, desk in self._base.desks.items() if self.post_of(key)]
