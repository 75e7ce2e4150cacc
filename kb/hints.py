"""Turns the messages of the YAML library into advice for an editor, in French."""

from __future__ import annotations

from typing import NamedTuple


class Advice(NamedTuple):
    """What to look for; and whether it is where the faulty part begins, or where it was noticed."""

    said: str
    at_its_beginning: bool = False


_OPEN_QUOTE = Advice("un guillemet n’est pas fermé ; fermez-le", at_its_beginning=True)
_OPEN_LIST = Advice(
    "une liste n’est pas fermée ; ajoutez la virgule ou le crochet qui manque",
    at_its_beginning=True,
)
_NO_COLON = Advice(
    "une ligne n’a pas la forme « clé : valeur » ; complétez-la, avec un espace après le "
    "deux-points",
    at_its_beginning=True,
)
_HINTS = (
    (
        "mapping values are not allowed",
        Advice("un deux-points dans un texte ; mettez-le entre guillemets"),
    ),
    ("end of stream", _OPEN_QUOTE),
    ("document indicator", _OPEN_QUOTE),
    (
        "escape",
        Advice("une barre « \\ » entre guillemets doubles ; remplacez-les par des simples"),
    ),
    ("expected ','", _OPEN_LIST),
    ("could not find expected ':'", _NO_COLON),
    (
        "expected '-' indicator",
        Advice("un retrait diffère de ses voisins ; alignez les lignes"),
    ),
    (
        "cannot start any token",
        Advice("un signe interdit au début ; mettez le texte entre guillemets"),
    ),
)
_ANY = Advice("souvent un guillemet, un deux-points ou un retrait, ici ou à la ligne d’avant")
_TAB = Advice("une tabulation ; remplacez-la par des espaces")


def hint(problem: str, line: str) -> Advice:
    """What to look for where a header cannot be read.

    Args:
        problem: the library's own words.
        line: the text there.
    """
    if "\t" in line[: len(line) - len(line.lstrip())]:
        return _TAB
    return next((advice for words, advice in _HINTS if words in problem), _ANY)
