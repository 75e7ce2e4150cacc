"""The desks that answer here: those of the knowledge base that have a group or a mailbox."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.conversation.replies import answers
from bot.escalation.ports import Post

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from kb.entries import Desk, FaqEntry, KnowledgeBase

MAIL = "mail"
"""The channel of mailboxes."""

ANY = "*"
"""In the posts: every desk that is not named."""

BUREAU = "bureau"
"""The channel of a desk that reads its tickets in the bureau: nothing is sent to it."""


class StaffedDesks:
    """A :class:`bot.escalation.ports.DeskDirectory` over a knowledge base.

    Args:
        base: with the desks.
        posts: where each one answers; ``*`` for those that are not named.
        by_mail: the desks that are served by mail too, at the address in their files; ``*``: all.
    """

    def __init__(
        self, base: KnowledgeBase, posts: Mapping[str, Post], by_mail: Collection[str] = ()
    ) -> None:
        self._base = base
        self._posts = posts
        self._by_mail = frozenset(by_mail)

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
        return next(iter(self.posts_of(desk)), None)

    def posts_of(self, desk: str) -> Sequence[Post]:
        """Everywhere it answers: its group, its mailbox, or both."""
        if (known := self._base.desks.get(desk)) is None:
            return ()
        group = self._posts.get(desk) or self._posts.get(ANY)
        posts = [group] if group else []
        if known.email and self._by_mail & {desk, ANY}:
            posts.append(Post(MAIL, known.email))
        return posts

    def list_staffed(self) -> Sequence[Desk]:
        """The desks that answer here."""
        return [desk for key, desk in self._base.desks.items() if self.post_of(key)]

    def page_of(self, name: str) -> str:
        """The page where an entry was published: its own, else that of all of them, if any."""
        found = self._base.find_entry(name)
        if found is None or found.origin:
            return next(iter(found.url), "") if found else ""
        return next(iter(found.url), "") or self._base.about.source_url
