"""What is read in the bureau of entries that earn and lose their autonomy, and of the traffic."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.channels.web.bureau import formats
from bot.store.autonomy import START

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.analytics.autonomy import Effect
    from bot.conversation.caution import State
    from bot.store.autonomy import Standing

STATES: Mapping[State, str] = {"repond": "répond", "demande": "demande", "propose": "propose"}

AUTONOMY = {
    "heading": "Autonomie",
    "column": "Autonomie",
    "state": "Ce qu’elle peut faire",
    "since": "Depuis",
    "e": "Indices contre elle (elle descend à 20)",
    "wrong": "Fausses depuis, d’après les jugements",
    "events": "Ce qui a changé",
    "at": "Quand",
    "change": "Changement",
    "by": "Par",
    "none": "Rien n’a changé jusqu’ici.",
    "lower": "Baisser l’autonomie de cette fiche",
    "explain": (
        "À la main, elle ne peut que descendre\u00a0: elle remonte par 20\u00a0bons jugements (une "
        "erreur au plus), ou une fois corrigée et vérifiée."
    ),
    "lowered": "Fiches qui ne répondent pas d’elles-mêmes",
    "lost": "La fiche a changé d’autonomie entre-temps\u00a0: rechargez la page.",
}

TRAFFIC = {
    "heading": "Le trafic, semaine par semaine",
    "why": (
        "Chaque semaine est comparée aux quatre premières de son modèle. Un changement n’est "
        "qu’un indice\u00a0: pendant quatre semaines, deux fois plus de réponses sont tirées au "
        "hasard pour être jugées."
    ),
    "week": "Semaine du",
    "messages": "Messages",
    "strange": "Messages aux mots inconnus",
    "unknown": "Mots inconnus",
    "declined": "Écartés",
    "confidence": "Probabilité moyenne",
    "changed": "Ce qui a changé",
    "words": "Mots plus fréquents qu’avant",
    "is_unknown": "inconnu du modèle",
    "nothing": "rien",
    "early": "semaine de référence",
}

MEANING: Mapping[State, str] = {
    "repond": "répond d’elle-même",
    "demande": "est proposée au choix avant d’être montrée",
    "propose": "n’est proposée qu’aux agents",
}

_BY = {"base": "la base", "check": "la vérification d’un éditeur", "labels": "les jugements"}


def state(value: State | None) -> str:
    """What an entry may do, in a word; one that nothing is known of answers."""
    return STATES[value or "repond"]


def since(standing: Standing) -> str:
    """From when on an entry is judged."""
    return "le début" if standing.since <= START else formats.moment(standing.since)


def mover(by: str) -> str:
    """Who moved an entry, without a name."""
    if by.startswith("account:"):
        return f"le compte n°\u00a0{by.removeprefix('account:')}"
    return _BY.get(by, "la personne qui exploite le service")


def effect(found: Effect | None, title: str, promise: tuple[float, float] | None) -> list[str]:
    """What a judgement moved, in sentences.

    Args:
        found: what it moved of an entry; None: it is about none.
        title: the entry's.
        promise: the evidence against the promise before and after it; None: it does not count.
    """
    said = []
    if found and found.before != found.after:
        said.append(
            f"Fiche «\u00a0{title}\u00a0»\u00a0: {state(found.before)} → {state(found.after)}."
        )
    if found and found.e_before != found.e_after:
        said.append(f"Indices contre la fiche\u00a0: {_from_to(found.e_before, found.e_after)}.")
    if promise and promise[0] != promise[1]:
        said.append(f"Indices contre la promesse\u00a0: {_from_to(*promise)}.")
    return said or ["Rien encore\u00a0: ce jugement ne change aucun chiffre."]


def _from_to(before: float, after: float) -> str:
    return f"de {_precise(before)} à {_precise(after)}"


def _precise(value: float) -> str:
    """With as many digits as show that something moved."""
    return f"{value:.2f}".replace(".", ",")
