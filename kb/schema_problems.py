"""What is wrong with a file of the knowledge base, told in French to who wrote it."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Any

from kb.folding import fold
from kb.problems import Problem
from kb.schema import (
    AboutFile,
    DeskFile,
    DomainFile,
    FaqFile,
    LexiconFile,
    OutsideFile,
    TermFile,
    ThemesFile,
    WaiverFile,
)
from kb.walk import CHOICES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic import BaseModel
    from pydantic import ValidationError as SchemaError

_MESSAGES = {
    "missing": "cette clé manque ; ajoutez-la avec sa valeur.",
    "string_type": "il faut un texte ; mettez-le entre guillemets.",
    "string_too_short": "le texte est vide ; écrivez-le.",
    "too_short": "la liste est vide ; mettez-y au moins un élément.",
    "too_long": f"plus de {CHOICES} choix ; un écran de téléphone n’en montre pas plus.",
    "tuple_type": "il faut une liste, avec un tiret devant chaque élément.",
    "dict_type": "il faut des lignes « clé : valeur ».",
    "page": "il faut l’adresse entière d’une page, avec https://.",
    "month": "date mal formée ; écrivez une année (2025) ou un mois (2025-03).",
    "flag": "il faut true ou false, sans guillemets.",
    "string_pattern_mismatch": "adresse électronique mal formée ; écrivez nom@exemple.fr.",
}

_BELOW: dict[str, type[BaseModel]] = {
    "waivers": WaiverFile,
    "term": TermFile,
    "domain": DomainFile,
}
_MODELS = {
    model.__name__: model
    for model in (FaqFile, DeskFile, OutsideFile, LexiconFile, ThemesFile, AboutFile)
}
_FRENCH = {
    "titre": "title",
    "question": "questions",
    "source": "sources",
    "guichet": "desk",
    "bureau": "desk",
    "statut": "status",
    "etat": "status",
    "raison": "reason",
    "motif": "reason",
    "lien": "url",
    "adresse": "url",
    "page": "url",
    "vague": "wave",
    "origine": "origin",
    "nom": "name",
    "courriel": "email",
    "mail": "email",
    "telephone": "phone",
    "politesse": "courtesy",
    "sigle": "short",
    "synonymes": "synonyms",
    "fiches": "entries",
    "urgence": "emergency",
}
"""What an editor may write for a key, folded."""

_OTHER_FORM = {"tuple_type", "dict_type"}
"""Questions are a list or a mapping: what is wrong inside the form taken says it all."""


def problems_of(name: str, error: SchemaError, line_of: Any = None) -> list[Problem]:  # noqa: ANN401
    """Pydantic's errors as problems; ``line_of`` maps a key path to its line."""
    found = {}
    items = [(_path(item["loc"]), item) for item in error.errors(include_url=False)]
    meant = {
        path: _nearest_key(error.title, path)
        for path, item in items
        if item["type"] == "extra_forbidden"
    }
    for path, item in items:
        if item["type"] == "missing" and path in _written(meant):
            continue
        if item["type"] in _OTHER_FORM and any(_is_below(other, path) for other, _ in items):
            continue
        key = ".".join(str(part) for part in path)
        message = _unknown_key(meant[path]) if path in meant else _message(item)
        found[key, message] = Problem(name, line_of(path) if line_of else 0, key, message)
    return sorted(found.values())


def _path(loc: tuple[str | int, ...]) -> tuple[str | int, ...]:
    branch = ("dict[", "tuple[", "constrained-str")
    return tuple(p for p in loc if p != "[key]" and not str(p).startswith(branch))


def _is_below(path: tuple[str | int, ...], parent: tuple[str | int, ...]) -> bool:
    return len(path) > len(parent) and path[: len(parent)] == parent


def _nearest_key(model: str, path: tuple[str | int, ...]) -> str:
    """The key that an unknown one is likely to mean; empty when none looks like it."""
    keys = (_BELOW.get(str(path[0])) if len(path) > 1 else None) or _MODELS[model]
    written = fold(str(path[-1])).strip(" \u00a0\u202f\"'“”«»‘’")
    if (french := _FRENCH.get(written)) in keys.model_fields:
        return str(french)
    return next(iter(difflib.get_close_matches(written, keys.model_fields, n=1)), "")


def _written(meant: Mapping[tuple[str | int, ...], str]) -> set[tuple[str | int, ...]]:
    """The keys that are there under another name: that they are missing is no second problem."""
    return {(*path[:-1], key) for path, key in meant.items()}


def _unknown_key(near: str) -> str:
    if near:
        return f"clé inconnue ; vouliez-vous écrire « {near} » ?"
    return "clé inconnue ; retirez-la ou corrigez son nom."


def _message(item: Any) -> str:  # noqa: ANN401 - pydantic's ErrorDetails
    if item["type"] in _MESSAGES:
        return _MESSAGES[item["type"]]
    if item["type"] == "opening":
        return str(item["msg"])
    if item["type"] == "literal_error":
        return f"valeur inconnue ; attendu : {item['ctx']['expected'].replace(' or ', ' ou ')}."
    return f"valeur refusée ({item['type']})."
