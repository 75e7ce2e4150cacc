"""The commands of every channel: what each is called, and what it does, in two languages."""

from __future__ import annotations

from typing import NamedTuple

from bot.conversation.wording import WAY
from kb.folding import fold


class Command(NamedTuple):
    """One command.

    Attributes:
        name: in French, without the slash.
        alias: the English name, empty when it is the same.
        french, english: what it does, for the menu.
    """

    name: str
    alias: str
    french: str
    english: str


COMMANDS = (
    Command("start", "", "Commencer", "Start"),
    Command("aide", "help", "Comment poser une question", "How to ask a question"),
    Command("themes", "topics", "Parcourir les réponses par thème", "Browse the answers by topic"),
    Command("contacts", "", "À qui s’adresser", "Support desks and what they take"),
    Command("humain", "human", WAY.label, WAY.english),
    Command("lexique", "glossary", "Ce que veut dire un sigle", "What an acronym means"),
    Command("pourquoi", "why", "Pourquoi j’ai répondu cela", "Why I replied so"),
    Command("confidentialite", "privacy", "Ce que je garde, et pourquoi", "What is kept, and why"),
    Command("mesdonnees", "mydata", "Voir ce que je garde de vous", "See what is kept about you"),
    Command("oublier", "forget", "Effacer ce que je garde de vous", "Erase what is kept about you"),
)
"""In the order of the menu."""

TICKET_COMMANDS = (
    Command("statut", "status", "Où en sont vos demandes", "Where your requests are"),
    Command("clore", "close", "Mettre fin à votre demande", "End your request"),
)
"""Where desks answer in the chat: they follow the others in the menu."""


_ROWS = (*COMMANDS, *TICKET_COMMANDS)


def command_names() -> frozenset[str]:
    """Every name that is answered, English ones included, without the slash."""
    return frozenset(name for row in COMMANDS for name in (row.name, row.alias) if name)


def command_of_name(name: str) -> str:
    """The French name of a command that is called by either; an unknown name without its signs.

    Accents, capitals and signs do not count: ``Thèmes``, ``mes-données`` and ``aide.`` are names.
    """
    plain = "".join(char for char in fold(name) if char.isalnum())
    return next((row.name for row in _ROWS if plain and plain == row.alias), plain)


def is_command_name(name: str) -> bool:
    """Whether there is a command of this French name, with desks or without."""
    return any(name == row.name for row in _ROWS)
