"""Where an answer comes from: its pages, since when, for whom; or the desk that gave it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.conversation.replies.dates import year_and_month

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kb.entries import About, Desk, FaqEntry

_WAVES = {
    "vague 1": "pour la vague\u00a01",
    "vague 2": "pour la vague\u00a02",
    "both": "pour les vagues\u00a01 et\u00a02",
}


def source(entry: FaqEntry, about: About, desks: Mapping[str, Desk]) -> str:
    """The lines below an answer; empty when nothing is known of where it comes from."""
    lines = [_given_by(entry, desks), _pages(entry, about), _published(entry)]
    return "\n".join(line for line in lines if line)


def _given_by(entry: FaqEntry, desks: Mapping[str, Desk]) -> str:
    if not entry.origin:
        return ""
    found = desks.get(entry.desk) if entry.origin == "guichet" and entry.desk else None
    given = f"Réponse du guichet {found.name}" if found else "Réponse de la rédaction"
    wave = _WAVES.get(entry.wave, "")
    return ", ".join(part for part in (given, year_and_month(entry.dated), wave) if part)


def _pages(entry: FaqEntry, about: About) -> str:
    if entry.url:
        return "\n".join(f"Source\u00a0: {url}" for url in entry.url)
    if entry.origin:
        return ""
    label = "\u00a0: ".join(part for part in (about.source_label, about.source_url) if part)
    return f"Source\u00a0: {label}" if label else ""


def _published(entry: FaqEntry) -> str:
    if entry.origin:
        return ""
    dated = f"Publié en {year_and_month(entry.dated)}" if entry.dated else ""
    said = ", ".join(part for part in (dated, _WAVES.get(entry.wave, "")) if part)
    return f"{said[:1].upper()}{said[1:]}." if said else ""
