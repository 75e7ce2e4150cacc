"""Bank accounts and tax numbers: what begins with a country's letters."""

from __future__ import annotations

import re
import string

from stdnum import iban
from stdnum.fr import siren

from bot.scrubbing.spans import Span
from bot.scrubbing.view import plain_view

_GAP = r"[ \n./_-]{0,3}"
_FRENCH = re.compile(
    rf"(?<!\w)(?:FR|MC){_GAP}\d{{2}}(?:{_GAP}\d){{10}}(?:{_GAP}[0-9A-Z]){{11}}"
    rf"(?:{_GAP}\d){{2}}(?!\w)",
    re.IGNORECASE,
)
_ANY = re.compile(rf"(?<!\w)[A-Z]{{2}} ?\d{{2}}(?:{_GAP}[A-Z0-9]){{11,30}}(?!\w)", re.IGNORECASE)
# FR, a key, and the number of a company
_VAT = re.compile(
    rf"(?<!\w)FR{_GAP}\d{{2}}{_GAP}\d{{3}}(?:{_GAP}\d{{3}}){{2}}(?!\w)", re.IGNORECASE
)
# As on French papers that give an account in words.
_IN_WORDS = re.compile(
    r"\bbanque\W{1,4}\d{5}\W{1,4}(?:code )?guichet\W{1,4}\d{5}\W{1,4}"
    r"(?:n(?:um[ée]r)?[o°] )?(?:de )?compte\W{1,4}[0-9A-Z]{11}"
    r"(?:\W{1,4}cl[ée](?: rib)?\W{1,4}\d{2})?(?!\w)",
    re.IGNORECASE,
)
_SIGN = re.compile(r"[^\W_]")
_NO_SIGN = re.compile(r"[\W_]")
_ACCOUNT = re.compile(r"\b(?:IBAN|RIB|BIC|compte|virement|bancaires?)\b(?!\])", re.IGNORECASE)
_TAX = re.compile(r"\b(?:TVA|VAT)\b(?!\])", re.IGNORECASE)
# Abroad, in fours: no serial begins with a country.
_FOURS = re.compile(
    r"(?:AT|BE|CH|DE|DZ|ES|GB|IE|IT|LU|MA|NL|PL|PT|SE|TN)\d\d(?:[ .-][0-9A-Z]{4}){3}"
)
_FRENCH_KEY = re.compile(r"FR ?76", re.IGNORECASE)
_NUMBERS = re.compile(r"\w\w ?\d\d(?:[ ./_-]{0,3}[^\W_]*\d[^\W_]*){2,10}")
_SHORTEST, _BACK = 15, 40
# ISO 7064, as an IBAN uses it: letters count as 10 to 35.
_AS_NUMBERS = {ord(letter): str(at) for at, letter in enumerate(string.ascii_uppercase, 10)}
_MODULUS = 97


def account_spans(text: str) -> list[Span]:
    """The accounts and tax numbers of a text, in their order."""
    view = plain_view(text)
    found = [Span(*match.span(), "[IBAN]") for match in _FRENCH.finditer(view)]
    found += [Span(*match.span(), "[IBAN]") for match in _IN_WORDS.finditer(text)]
    found += [Span(*match.span(), "[TVA]") for match in _VAT.finditer(view) if _is_tax(match)]
    found += _others(view)
    apart: list[Span] = []
    for span in sorted(found):
        if not apart or span.start >= apart[-1].end:
            apart.append(span)
    return apart


def _others(text: str) -> list[Span]:
    found = []
    at = 0
    while match := _ANY.search(text, at):
        end = _end(match)
        at = end or match.start() + 4
        if end:
            found.append(Span(match.start(), end, "[IBAN]"))
    return found


def _end(match: re.Match[str]) -> int:
    """The end of the longest account that a match begins with, 0 for none; words may follow it."""
    found = match[0]
    ends = [n for n in range(1, len(found) + 1) if not found[n : n + 1].isalnum()]
    for end in reversed(ends):
        enough = len(_SIGN.findall(found, 0, end)) >= _SHORTEST
        if enough and _adds_up(_NO_SIGN.sub("", found[:end])):
            return match.start() + end
    regular = _FRENCH_KEY.match(found) or _FOURS.match(found)
    if not regular and not _is_announced(_ACCOUNT, match):
        return 0
    numbers = _NUMBERS.match(found)
    return match.start() + numbers.end() if numbers else 0


def _adds_up(account: str) -> bool:
    # Its own sum first: most stretches fail there, at a tenth of the price.
    digits = (account[4:] + account[:4]).upper().translate(_AS_NUMBERS)
    if not digits.isascii() or not digits.isdigit() or int(digits) % _MODULUS != 1:
        return False
    return bool(iban.is_valid(account, check_country=False))


def _is_tax(match: re.Match[str]) -> bool:
    digits = "".join(char for char in match[0] if char.isdecimal())
    return _is_announced(_TAX, match) or bool(siren.is_valid(digits[2:]))


def _is_announced(word: re.Pattern[str], match: re.Match[str]) -> bool:
    return bool(word.search(match.string, max(0, match.start() - _BACK), match.start()))
