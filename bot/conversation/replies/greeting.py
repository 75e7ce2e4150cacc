"""Welcome, help, and replies to what is no question: unknown commands, faults, photos."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.conversation import choices
from bot.conversation.command_table import COMMANDS
from bot.conversation.replies.parts import button, say, titled_reply, to_somebody
from bot.conversation.replies.privacy import notice

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.conversation.messages import Reply, Retention
    from kb.entries import About


def command_descriptions(language: str = "fr") -> list[tuple[str, str]]:
    """The commands of the menu and what each does, without the slash.

    Args:
        language: ``fr`` or ``en``; any other is told in French.
    """
    return [(row.name, row.english if language == "en" else row.french) for row in COMMANDS]


def welcome(
    about: About,
    retention: Retention | None = None,
    channel: str = "",
    *,
    themes: bool = True,
    group: bool = False,
    samples: Sequence[tuple[str, str]] = (),
) -> Reply:
    """The first words to somebody, with a notice of what is kept of their messages.

    Args:
        about: who answers, and for whom.
        retention: how long things are kept.
        channel: name of the channel, such as ``telegram``.
        themes: whether the knowledge base has themes to browse.
        group: whether the chat is a group.
        samples: entry id and title of questions to begin with.
    """
    asked = [button(title, choices.entry(name)) for name, title in samples]
    browse = (button("Parcourir les thèmes", choices.THEMES),) if themes else ()
    return titled_reply(
        f"Bonjour, je suis {about.name}.",
        f"Je réponds aux questions adressées à {about.serves}, ou je vous indique le "
        "guichet de support compétent. Écrivez votre question avec vos mots"
        f"{', ou commencez par l’une de ces questions' if asked else ''}.",
        notice(retention, channel, group=group),
        about.emergency,
        buttons=(*asked, *browse, to_somebody()),
    )


def help_text(about: About) -> Reply:
    """How to ask, and the commands."""
    commands = "\n".join(f"/{name}\u00a0: {what}" for name, what in command_descriptions())
    return titled_reply(
        "Comment poser une question",
        "Écrivez une question à la fois, en une ou deux phrases. "
        f"Je cherche la réponse de {about.serves} ou le bon guichet de support.",
        commands,
        buttons=(to_somebody(),),
    )


def unknown_command() -> Reply:
    """Tell somebody that there is no such command."""
    return say(
        "Je ne connais pas cette commande. Envoyez /aide pour voir ce que je sais faire.",
        to_somebody(),
    )


def apology() -> Reply:
    """Say sorry for a message that could not be answered because of a fault of ours."""
    return say(
        "Désolé, un incident technique m’empêche de vous répondre. "
        "Merci de renvoyer votre message dans quelques minutes.",
        to_somebody(),
    )


def text_only() -> Reply:
    """Ask for text from somebody who sent a photo, a voice message or a sticker."""
    return say(
        "Merci, mais je ne sais lire que le texte. "
        "Pouvez-vous m’écrire votre question en quelques mots\u00a0?",
        to_somebody(),
    )
