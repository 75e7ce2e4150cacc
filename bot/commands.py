"""The commands that need nothing but the knowledge base."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot import replies
from bot.lexicon import Lexicon

if TYPE_CHECKING:
    from bot.messages import Reply
    from kb.entries import KnowledgeBase

EXAMPLES = 1
MAX_ECHO = 60
"""What a reply repeats of a person's own words."""


class Commands:
    """Answers ``/start``, ``/aide``, ``/contacts`` and ``/lexique``."""

    def __init__(self, base: KnowledgeBase) -> None:
        self.base = base
        self.lexicon = Lexicon(base.lexicon)

    def handle(self, text: str) -> Reply:
        """The reply to a command with its argument."""
        name, argument = [*text.split(maxsplit=1), "", ""][:2]
        name = name.lower()
        if name == "/start":
            return replies.welcome(self.base.about)
        if name in {"/aide", "/help"}:
            return replies.help_text(self.base.about)
        if name == "/contacts":
            return replies.contacts(self.base.desks.values())
        if name == "/lexique":
            asked = " ".join(argument.split())
            return self._term("".join(char for char in asked if char.isprintable()).strip())
        return replies.unknown_command()

    def _term(self, asked: str) -> Reply:
        if not asked:
            return replies.lexicon_help([term.short for term in self.lexicon.terms[:EXAMPLES]])
        term = self.lexicon.find(asked)
        if term is None:
            return replies.lexicon_unknown(asked[:MAX_ECHO].strip(), self.lexicon.near(asked))
        return replies.lexicon_term(term)
