"""An entry as each channel will show it, for the editor; in French."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from bot.channels.telegram.sending.render import render as telegram_parts
from bot.channels.terminal import render as terminal_text
from bot.conversation import replies
from kb.problems import ContentError, Problem

if TYPE_CHECKING:
    from bot.conversation.messages import Reply
    from kb.entries import FaqEntry, KnowledgeBase

_STATUS = {
    "published": "servie",
    "draft": "brouillon, ni servi ni appris",
    "withheld": "retirée ; ses questions apprennent aux autres à quoi elles ne répondent pas",
}


def find_entry(base: KnowledgeBase, name: str) -> FaqEntry:
    """The entry that has, or once had, an id, served or not.

    Raises:
        ContentError: there is none.
    """
    if found := base.find_any_entry(name):
        return found
    known = {stem: key for key, e in base.entries.items() for stem in (key, *e.formerly)}
    near = get_close_matches(name.rpartition("/")[2].removesuffix(".md"), known, n=3)
    advice = (
        f"voulez-vous dire {' ou '.join(near)} ?" if near else f"il y en a {len(base.entries)}."
    )
    message = f"aucune fiche n’a ce nom, ni ne l’a eu ; {advice}"
    raise ContentError([Problem(f"« {name} »", 0, "", message)])


def shown_reply(entry: FaqEntry, base: KnowledgeBase) -> Reply:
    """What is said to who asks for it."""
    return replies.was_it_useful(replies.answer(entry, base), 1, 0)


def status_line(entry: FaqEntry, name: str) -> str:
    """Which entry it is and whether it is served."""
    known = f" (autrefois {name})" if name != entry.id else ""
    return f"{entry.id}{known} : {_STATUS[entry.status]}"


def preview_text(entry: FaqEntry, base: KnowledgeBase, name: str) -> str:
    """The entry as the terminal and as Telegram show it."""
    reply = shown_reply(entry, base)
    parts = telegram_parts(reply)
    lines = [status_line(entry, name), "", "— Terminal —", terminal_text(reply), "— Telegram —"]
    for number, part in enumerate(parts, 1):
        lines += [f"(message {number} sur {len(parts)})"] * (len(parts) > 1) + [part.html]
    keyboard = parts[-1].keyboard
    rows = keyboard.inline_keyboard if keyboard else ()
    return "\n".join([*lines, "", *(f"  ( {button.text} )" for row in rows for button in row)])
