"""Turns the messages of the YAML library into advice for an editor, in French."""

from __future__ import annotations

_HINTS = (
    ("mapping values are not allowed", "un deux-points dans un texte ; mettez-le entre guillemets"),
    ("end of stream", "un guillemet n’est pas fermé ; fermez-le"),
    ("document indicator", "un guillemet n’est pas fermé ; fermez-le"),
    ("escape", "une barre « \\ » entre guillemets doubles ; remplacez-les par des simples"),
    ("expected ','", "une liste n’est pas fermée ; ajoutez la virgule ou le crochet qui manque"),
    ("could not find expected ':'", "une ligne n’a pas la forme « clé : valeur » ; complétez-la"),
    ("expected '-' indicator", "un retrait diffère de ses voisins ; alignez les lignes"),
    ("cannot start any token", "un signe interdit au début ; mettez le texte entre guillemets"),
)
_ANY = "souvent un guillemet, un deux-points ou un retrait, ici ou à la ligne d’avant"
_TAB = "une tabulation ; remplacez-la par des espaces"


def hint(problem: str, line: str) -> str:
    """What to look for where a header cannot be read.

    Args:
        problem: the library's own words.
        line: the text there.
    """
    if "\t" in line[: len(line) - len(line.lstrip())]:
        return _TAB
    return next((said for words, said in _HINTS if words in problem), _ANY)
