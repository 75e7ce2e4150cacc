"""The small knowledge base with themes to browse, one longer than a page, and with domains."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from kb.entries import Domain, FaqEntry
from tests.fakes.small_base import small_base

if TYPE_CHECKING:
    from kb.entries import KnowledgeBase

MANY = 19
"""Entries that carry the value "Balades"."""

SHORT, LONG = 7, 5
"""Those of either topic in the base with domains."""


def themed_base() -> KnowledgeBase:
    """Products (Vélo, Éclairage), a topic (Argent, on two entries), and walks over three pages."""
    base = small_base()
    themes: dict[str, dict[str, tuple[str, ...]]] = {
        "velo-casse": {"produit": ("Vélo",), "thematique": ("Pannes",)},
        "tarif": {"thematique": ("Argent", "Écologie")},
        "casque": {"produit": ("Vélo", "Éclairage"), "météo": ("Pluie",)},
    }
    entries = {
        key: replace(entry, themes=themes.get(key, {})) for key, entry in base.entries.items()
    }
    walks = {f"balade-{n:02}": _walk(n) for n in range(MANY)}
    hidden = replace(_walk(99), id="cachee", status="withheld", reason="à relire")
    return replace(base, entries={**entries, **walks, "cachee": hidden})


def domained_base() -> KnowledgeBase:
    """Three domains: bikes, walks (by topic, short and long), and one that is empty."""
    base = themed_base()
    topics = {f"balade-{n:02}": "Courtes" if n < SHORT else "Longues" for n in range(SHORT + LONG)}
    walks = {
        key: replace(base.entries[key], themes={"couloir": ("Balades",), "thematique": (topic,)})
        for key, topic in topics.items()
    }
    kept = {key: entry for key, entry in base.entries.items() if not key.startswith("balade-")}
    domains = (
        Domain("Réparer mon vélo", (("produit", "Vélo"), ("produit", "Disparu"))),
        Domain("Me promener", (("couloir", "Balades"),)),
        Domain("Ne rien trouver", (("produit", "Disparu"),)),
    )
    return replace(base, entries={**kept, **walks}, domains=domains)


def _walk(number: int) -> FaqEntry:
    return FaqEntry(
        f"balade-{number:02}",
        f"Où mène la balade {number:02} ?",
        ("V5",),
        f"Au lac numéro {number}.",
        themes={"couloir": ("Balades",)},
    )
