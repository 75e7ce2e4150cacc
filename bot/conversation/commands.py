"""The commands, by name."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from bot.conversation import links, replies
from bot.conversation.command_table import command_of_name, is_command_name
from bot.conversation.lexicon import Lexicon
from bot.conversation.samples import Samples

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bot.conversation.messages import Incoming, Reply
    from bot.conversation.personal import Personal
    from bot.conversation.ports import Journal
    from bot.conversation.themes import Themes
    from kb.entries import FaqEntry, KnowledgeBase

EXAMPLES = 1
MAX_ECHO = 60
"""Characters of a person's own words that a reply repeats."""


class Asked(NamedTuple):
    """A command as it came: its argument, where from, and the journal of the chat."""

    argument: str
    incoming: Incoming
    journal: Journal


def is_command(text: str) -> bool:
    """Whether a message is a command: one that there is, or a name that stands alone.

    With words behind it, a name of no command is part of a question: "/metadata répond-il ?".
    """
    if not text.lstrip().startswith("/"):
        return False
    name, argument = read_command(text)
    return not argument.strip() or is_command_name(name)


def read_command(text: str) -> tuple[str, str]:
    """The French name of a command, as its ``COMMANDS`` row has it, and what stands behind it."""
    name, argument = [*text.split(maxsplit=1), "", ""][:2]
    # In a group, a command may carry the name of the bot that it is for.
    return command_of_name(name.removeprefix("/").partition("@")[0]), argument


class Commands:
    """Answers what starts with a slash.

    Args:
        base: what is looked up.
        themes: how it is browsed.
        personal: what concerns one person.
    """

    def __init__(self, base: KnowledgeBase, themes: Themes, personal: Personal) -> None:
        self.base = base
        self.lexicon = Lexicon(base.lexicon)
        self.samples = Samples(base)
        self.themes = themes
        self.personal = personal
        self._on: dict[str, Callable[[Asked], Awaitable[Reply]]] = {
            "start": self._start,
            "aide": self._help,
            "themes": self._themes,
            "contacts": self._contacts,
            "humain": self._people,
            "lexique": self._term,
            "pourquoi": self._for_one(personal.why),
            "confidentialite": self._for_one(personal.privacy),
            "mesdonnees": self._for_one(personal.my_data),
            "oublier": self._for_one(personal.ask_to_forget),
        }

    async def handle(self, incoming: Incoming, journal: Journal) -> Reply:
        """The reply to a command with its argument."""
        name, argument = read_command(incoming.text)
        return await self._run(name, Asked(argument, incoming, journal))

    async def _run(self, name: str, asked: Asked) -> Reply:
        handler = self._on.get(name)
        return await handler(asked) if handler else replies.unknown_command()

    async def _start(self, asked: Asked) -> Reply:
        argument = asked.argument.strip()
        found = self._linked_entry(argument)
        if found is not None:
            return self.themes.open_entry(found)
        command = links.command_of(argument)
        if command in self._on and command != "start":
            return await self._run(command, asked._replace(argument=""))
        return await self._welcome(asked.incoming, asked.journal)

    async def _welcome(self, incoming: Incoming, journal: Journal) -> Reply:
        samples = [] if incoming.group else await self.samples.read(journal)
        return replies.welcome(
            self.base.about,
            self.personal.retention,
            incoming.channel,
            themes=bool(self.themes.facets),
            group=incoming.group,
            samples=[(entry.id, entry.title) for entry in samples],
        )

    def _linked_entry(self, argument: str) -> FaqEntry | None:
        served = self.base.published.values()
        names = (name for entry in served for name in (entry.id, *entry.formerly))
        found = links.entry_of(argument, names)
        return self.base.find_entry(found) if found else None

    async def _help(self, _: Asked) -> Reply:
        return replies.help_text(self.base.about)

    async def _themes(self, _: Asked) -> Reply:
        return self.themes.start()

    async def _contacts(self, _: Asked) -> Reply:
        return replies.contacts(self.base.desks.values())

    async def _people(self, _: Asked) -> Reply:
        return replies.people(self.base.desks.values(), self.base.about)

    async def _term(self, asked: Asked) -> Reply:
        wanted = replies.one_line_quote(asked.argument, MAX_ECHO)
        if not wanted:
            return replies.lexicon_help([term.short for term in self.lexicon.terms[:EXAMPLES]])
        name = "".join(char for char in asked.argument if char.isprintable() or char.isspace())
        term = self.lexicon.find(name)
        if term is None:
            return replies.lexicon_unknown(wanted, self.lexicon.near(name[:MAX_ECHO]))
        return replies.lexicon_term(term)

    @staticmethod
    def _for_one(
        answer: Callable[[Incoming, Journal], Awaitable[Reply]],
    ) -> Callable[[Asked], Awaitable[Reply]]:
        return lambda asked: answer(asked.incoming, asked.journal)
