"""E-mail addresses, also as people write them where a machine should not read them."""

from __future__ import annotations

import re

from bot.scrubbing.spans import Span
from bot.scrubbing.word_lists import first_names, not_names

_S = r"[ \t\u00a0\u202f]"
_OPEN, _SHUT = r"[\[({<]", r"[\])}>]"
_AT = re.compile(
    rf"{_S}?(?P<sign>@{{1,2}}|\uff20|%40|&#64;|{_OPEN}{_S}?(?:@|at|a|arobas[es]?|chez){_S}?{_SHUT}){_S}?"
    rf"|(?P<word>(?:{_S}|[_-])arobas[es]?(?:{_S}|[_-]))"
    rf"|(?P<weak>(?:{_S}|[_-]){{1,2}}(?:at|chez|à)(?:{_S}|[_-]){{1,2}})",
    re.IGNORECASE,
)
MAYBE_EMAIL = re.compile(
    r"[@\uff20]|%40|&#64;|\bat\b|arobas|chez|[_-]at[_-]| à |\(a\)", re.IGNORECASE
)
_PROVIDERS = (
    r"(?:gmail|googlemail|orange|wanadoo|free|hotmail|outlook|yahoo|laposte|sfr|icloud|live|msn|bbox"
    r"|aol|neuf|proton(?:mail)?|gmx|numericable)"
)
_ENDS = (
    r"(?:fr|com|net|org|eu|be|ch|lu|ca|re|mc|de|es|it|uk|pt|io|info|pro|biz|me|gouv|paris|bzh|corsica"
    r"|sante|care|health)"
)
_DOT = (
    rf"(?:{_S}?[.\uff0e]{_S}?|,|{_S}?{_OPEN}{_S}?(?:\.|point|dot|pt){_S}?{_SHUT}{_S}?"
    rf"|(?:{_S}|[_-]){{1,2}}(?:point|dot|pt)(?:{_S}|[_-]){{1,2}})"
)
# As long as a part of a domain may be: a hostile text costs no more than its length.
_LABEL = r"[\w-]{1,63}+"
_DOMAIN = re.compile(
    rf"(?:{_LABEL}\.(?=\w))+[^\W\d_]{{2,}}+"
    rf"|(?:{_LABEL}{_DOT}){{1,4}}?{_ENDS}(?!\w)"
    rf"|{_PROVIDERS}(?:{_S}?{_ENDS})?(?!\w)",
    re.IGNORECASE,
)
_USUAL_END = re.compile(rf"(?:{_ENDS}|^{_PROVIDERS})$", re.IGNORECASE)
_SPOKEN = re.compile(
    rf"(?:[\w-]{{1,40}}(?:{_S}(?:point|dot|tiret|underscore|{_OPEN}?\.{_SHUT}?){_S}"
    rf"|{_OPEN}(?:point|dot|\.){_SHUT})){{1,3}}$",
    re.IGNORECASE,
)
_TOLD = re.compile(r"mail|courriel|[ée]cri|adress|contact|@|m[ée]l\b", re.IGNORECASE)
_PROSE = re.compile(
    r"[^\W\d_]{2,}ée?s?|(?:e-?)?mails?|courriels?|adresses?|bo[îi]tes?|messageries?|comptes?|domaines?",
    re.IGNORECASE,
)
# Not "rendez-vous chez", nor "la 2.1 chez"
_SIGN_IN_LOCAL, _LETTERS = re.compile(r"[._+~\d]"), re.compile(r"[^\W\d_]{2}")
_IN_LOCAL = "._+~-"
_BACK, _TOLD_BACK, _TOLD_BEHIND = 130, 40, 12


def email_spans(text: str) -> list[Span]:
    """The addresses of a text, in their order."""
    spans: list[Span] = []
    done = 0
    for at in _AT.finditer(text):
        if at.start() < done:
            continue
        start = _local(text, done, at.start())
        domain = _DOMAIN.match(text, at.end()) if start < at.start() else None
        if domain is None or (at["weak"] and not _likely(text, start, at.start(), domain)):
            continue
        done = domain.end()
        spans.append(Span(start, done, "[courriel]"))
    return spans


def _local(text: str, done: int, end: int) -> int:
    """Where the part before the sign begins; ``end`` when there is none."""
    start, least = end, max(done, end - _BACK)
    while start > least and (text[start - 1].isalnum() or text[start - 1] in _IN_LOCAL):
        start -= 1
    spoken = _SPOKEN.search(text, max(done, start - _BACK), start) if start < end else None
    return spoken.start() if spoken else start


def _likely(text: str, start: int, end: int, domain: re.Match[str]) -> bool:
    """Whether the words around "at" or "chez" look like an address's, or are said to be one."""
    if not _USUAL_END.search(domain[0]):
        return False
    local = text[start:end].strip(_IN_LOCAL)
    if _SIGN_IN_LOCAL.search(local) and _LETTERS.search(local):
        return True
    # "Mes mails sont hébergés chez", "son adresse mail chez"
    said = "at" not in text[end : domain.start()].lower()
    if said and _is_prose(local.lower()):
        return False
    before = _TOLD.search(text, max(0, start - _TOLD_BACK), start)
    return bool(before or _TOLD.search(text, domain.end(), domain.end() + _TOLD_BEHIND))


def _is_prose(word: str) -> bool:
    return word in not_names() or (bool(_PROSE.fullmatch(word)) and word not in first_names())
