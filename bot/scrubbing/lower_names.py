"""Names in lower case after a title, as a telephone's keyboard leaves them."""

from __future__ import annotations

import re

from bot.scrubbing.patterns import SPACE
from bot.scrubbing.word_lists import first_names, names_like_verbs, not_names

_LOW = r"[a-zß-öø-ÿœłšžżźćčđśńřşğıőű]"
_WORD = rf"{_LOW}(?:{_LOW}|['’-](?={_LOW}))*+(?!\w)"
# Not "pr" without its article, which is short for "pour", nor "5 m.", nor "la mme chose".
_SHORT = (
    r"(?:(?<!\d )(?<!\d)m\.|(?<!\bl[ae] )(?<!\bles )(?<!\bou )(?:mmes?|mll?es?|mr|dre?)\b\.?"
    r"|(?<=\bl[ae] )(?:dre?|pr(?:of)?)\b\.?|pr(?:of)?\.|prof\b)"
)
_LONG = r"(?:docteure?|professeure?|monsieur|madame|mademoiselle|m['’]appelle)\b"
_NAMES = re.compile(
    rf"(?<!\w)(?P<title>(?:{_SHORT}|(?P<long>{_LONG}))(?:{SPACE}{{1,3}}|(?<=\.)(?!\w+\.)))"
    rf"(?P<particle>(?:el|al|ben|van|von|di|da|dos|mc|ait|aït|abd|le){SPACE})?"
    rf"(?P<initials>(?:[a-z]\.{SPACE}?){{1,3}}|[b-km-z]-[a-z]{SPACE})?"
    rf"(?P<name>{_WORD})(?:{SPACE}(?P<more>{_WORD}))?",
    # The title alone: its name is in lower case by its own pattern.
    re.IGNORECASE,
)
_SELF = re.compile(
    rf"(?<!\w)(?P<lead>(?:je suis|ici|c['’]est|moi){SPACE})"
    rf"(?P<name>{_WORD}){SPACE}(?P<more>{_WORD})"
)
# One word behind these may be anything: it has to be a first name.
_TOLD = re.compile(
    rf"(?<!\w)(?P<lead>(?:(?:(?:mon )?nom(?: de famille)?|(?:mon )?prénom)(?:{SPACE}est|{SPACE}?:)"
    rf"|je{SPACE}me{SPACE}nomme|moi,?{SPACE}c['’]est){SPACE}?)"
    rf"(?P<name>[^\W\d_]{{3,40}}+)(?:{SPACE}(?P<more>[^\W\d_]{{3,40}}+))?(?![\w@])",
    re.IGNORECASE,
)
_ARTICLE = re.compile(
    r"(?<!\w)(?:le|la|les|un|une|ce|cette|chaque|mon|notre|votre|son|l['’]) ?$", re.IGNORECASE
)
# "Le docteur ouvre le dossier": what follows a verb.
_OBJECT = re.compile(
    r" (?:(?:le|la|les|un|une|des|mon|ma|mes|son|sa|ses|leur|ce|cette|ces|que|à|au|aux|sur"
    r"|[^\W\d_]+[ei]r)\b"
    r"|(?:l|d|qu|s)['’])"
)
_INVERTED = ("-il", "-elle", "-on", "-je", "-vous", "-nous", "-ils", "-elles", "-ce", "-t")
_SHORTEST, _SHORTEST_AFTER_LE = 3, 4


def mask_lower_names(text: str) -> str:
    """``[nom]`` in place of the names; what else follows a title in lower case stays."""
    pieces: list[str] = []
    done = at = 0
    while match := _NAMES.search(text, at):
        end = _end(match)
        at = end or match.end("title")
        if end:
            pieces += [text[done : match.end("title")], "[nom]"]
            done = end
    return _TOLD.sub(_announced_name, _SELF.sub(_self, "".join([*pieces, text[done:]])))


def _announced_name(match: re.Match[str]) -> str:
    """Mask a first name that is announced, with the word behind it if that may be a name."""
    if match["name"].lower() not in first_names():
        return match[0]
    more = match["more"] or ""
    named = not more or _may_be_name(more.lower())
    return f"{match['lead']}[nom]" if named else f"{match['lead']}[nom] {more}"


def _self(match: re.Match[str]) -> str:
    """Mask how somebody calls himself, if the first word is a first name."""
    known = match["name"].partition("-")[0] in first_names() and _may_be_name(match["more"])
    return f"{match['lead']}[nom]" if known else match[0]


def _end(match: re.Match[str]) -> int:
    """Where the name ends that follows a title, 0 if none does."""
    name, more, particle = match["name"], match["more"], match["particle"] or ""
    if not _may_be_name(name) or (match["long"] and _is_verb(match)):
        return 0
    if particle.strip() == "le" and (match["long"] or len(name) < _SHORTEST_AFTER_LE):
        return 0
    first = {name.partition("-")[0], (more or "").partition("-")[0]} & first_names()
    return match.end("more" if more and first and _may_be_name(more) else "name")


def _is_verb(match: re.Match[str]) -> bool:
    """Whether "the doctor" does something here, and is not named."""
    start = match.start()
    if not _ARTICLE.search(match.string, max(0, start - 9), start):
        return False
    return bool(_OBJECT.match(match.string, match.end("name")))


def _may_be_name(word: str) -> bool:
    """Whether a word in lower case after a title can be a name: not a verb, not a small word."""
    plain = word.replace("’", "'")
    if not word.islower() or plain in not_names() or plain.endswith(_INVERTED):
        return False
    if plain.endswith("ez"):  # vous pouvez, vous avez
        return plain in names_like_verbs()
    first, elided, _ = plain.partition("'")
    return len(plain) >= _SHORTEST and not (
        elided and first in {"c", "j", "l", "m", "n", "s", "t", "qu"}
    )
