"""One line of a saved page: what of it is content, and what only steers the page."""

from __future__ import annotations

import re
from typing import NamedTuple

from kb.folding import fold

MAX_QUESTION = 250
"""Characters of a question, or of anything that steers a page."""

MAX_LABEL = 60
"""Characters of a value of a filter."""


class Line(NamedTuple):
    """A line that a reader of the page sees."""

    text: str
    heading: bool = False


_PROMPT = re.compile(
    r"(cette|la) reponse vous a-t-elle (ete )?(utile|aide)|avez-vous trouve cette reponse utile"
    r"|cette (page|information) vous a-t-elle (ete )?utile"
    r"|(was|is) this (answer|page|information)?\s?(helpful|useful)|did this (answer )?help"
)
_COUNTER = re.compile(
    r"[\d\s]+(questions?( ?/ ?reponses?)?|reponses?|resultats?|results?|answers?|entries)"
    r"( (trouves?|found))?|(showing|affichage|resultats?|results?) .{0,12}\d+\D+\d+.{0,30}"
    r"|page \d+( (sur|of|/) \d+)?|\d+( ?personnes?| people)\b.{0,60}"
    r"|\d+ ?%.{0,40}(utile|helpful).{0,20}"
)
_CONTROL = re.compile(
    r"votre question concerne .*|(your|what is your) question (is )?(about|concern).*"
    r"|filtres? actifs?.*|active filters?.*|(re)?initialiser.*|(tout )?effacer.*"
    r"|clear (all|filters).*"
    r"|reset.*|trier par.*|sort by.*|rechercher|search|appliquer|apply|filtrer|filters?|filtres"
    r"|(page )?(precedente?|suivante?|previous|next)|oui|non|yes|no|oui non|yes no|partager|share"
    r"|retour( a| en| aux)? .{0,30}|[×✕x] .{1,80}|.{1,80} [×✕]|\(-\) .*|imprimer|copier le lien"
    r"|(envoyer|send)|merci (pour|de) votre (retour|avis).*|\[?(image|photo)\]?"
)
_FACET = re.compile(r"(votre|your) question|filtres?\b|filters?\b|active filters")
_COUNTED = re.compile(r".{1,80}\(\d+\)")
_ENDED = re.compile(r"[.!?:;»)]$|\S@\S|\S\.\w+/|https?://")


def is_prompt(text: str) -> bool:
    """Whether a line asks whether the answer above it helped."""
    return len(text) < MAX_QUESTION and bool(_PROMPT.match(_folded(text)))


def is_facet(text: str) -> bool:
    """Whether a line stands above the values of a filter."""
    return bool(_FACET.match(_folded(text)))


def asks(line: Line) -> bool:
    """Whether a line reads as a question."""
    return line.text.endswith("?") and len(line.text) <= MAX_QUESTION


def is_ended(text: str) -> bool:
    """Whether a line ends as a sentence or an address does."""
    return bool(_ENDED.search(text))


def is_label(text: str) -> bool:
    """Whether a line may be the value of a filter: short, and no sentence."""
    plain = text.removeprefix("- ")
    return bool(_COUNTED.fullmatch(plain)) or (len(plain) < MAX_LABEL and not _ENDED.search(plain))


def is_control(text: str) -> bool:
    """Whether a line is a counter, a filter or a button."""
    said = _folded(text).removeprefix("- ").rstrip(" .:!?") if not _is_word(text) else ""
    return bool(_COUNTER.fullmatch(said) or _CONTROL.fullmatch(said)) and len(text) < MAX_QUESTION


def _is_word(text: str) -> bool:
    """« Oui. » is an answer, « Oui » a button."""
    return _folded(text) in {"oui.", "non.", "yes.", "no."}


def _folded(text: str) -> str:
    return fold(text.replace("’", "'").replace("\u00a0", " ")).strip()


def tidy(text: str) -> str:
    """A line with single spaces; any bullet is a dash."""
    bullet = re.sub(r"^\s*[•·▪◦*–—-]\s+", "- ", text)
    return re.sub(r"\s+", " ", bullet).strip()
