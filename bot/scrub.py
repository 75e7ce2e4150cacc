"""Masks what identifies a person before a text is kept; technical texts stay as they are.

Every pattern starts at a border and has bounded or possessive repeats, so that a hostile text
costs no more than its length.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from stdnum import iban, luhn
from stdnum.fr import nir, siren, siret

from bot.scrub_names import mask_names
from bot.scrub_patterns import (
    BIRTH,
    BLOCK_CARD,
    EMAIL,
    FRENCH_IBAN,
    IBAN,
    IN_FILE_NAME,
    LABELLED,
    LABELS,
    MAYBE_EMAIL,
    MAYBE_NUMBER,
    NIR,
    PHONES,
    RPPS,
    SIREN,
    SIRET,
    TECHNICAL,
    TIMESTAMP,
    VAT,
)

if TYPE_CHECKING:
    import re
    from collections.abc import Callable

_SHORTEST_IBAN = 15
_LONG_RPPS = 12
_SIRET_LENGTH = 14
_FOUR_FOURS = 19
_NIR_WITH_KEY = 15


def scrub(text: str) -> str:
    """The text with bracketed French labels in place of personal data.

    E-mails, telephones, health and company identifiers, bank accounts, payment cards, birth dates
    and the names after a title are masked; versions, OIDs, UUIDs, dates, addresses, serials and
    ticket numbers are not.
    """
    if MAYBE_EMAIL.search(text):
        text = EMAIL.sub("[courriel]", text)
    if MAYBE_NUMBER.search(text):
        text = _between(_accounts(text))
    return mask_names(BIRTH.sub(r"\g<lead>[date de naissance]", text))


def _accounts(text: str) -> str:
    """Mask the numbers that no technical token resembles."""
    text = FRENCH_IBAN.sub("[IBAN]", text)
    text = IBAN.sub(_iban, text)
    text = VAT.sub(_vat, text)
    text = NIR.sub(_nir, text)
    return IN_FILE_NAME.sub(_filed, text)


def _between(text: str) -> str:
    """Mask the numbers between the technical tokens, which a number may look like."""
    kept: list[str] = []
    start = 0
    for token in TECHNICAL.finditer(text):
        kept += [_numbers(text[start : token.start()]), token[0]]
        start = token.end()
    return "".join([*kept, _numbers(text[start:])])


def _numbers(text: str) -> str:
    if not MAYBE_NUMBER.search(text):
        return text
    text = _labelled(text)
    for phone in PHONES:
        text = phone.sub("[téléphone]", text)
    text = SIRET.sub(_if(_is_siret, "[SIRET]"), text)
    text = BLOCK_CARD.sub(_card, text)
    text = RPPS.sub(_if(_is_rpps, "[RPPS]"), text)
    return SIREN.sub(_if(siren.is_valid, "[SIREN]"), text)


def _labelled(text: str) -> str:
    present = {match.lastgroup for match in LABELS.finditer(text)}
    for at, found in enumerate(LABELLED):
        if f"l{at}" in present:
            text = found.together.sub(_inside(found.number, found.label), text)
    return text


def _inside(number: re.Pattern[str], label: str) -> Callable[[re.Match[str]], str]:
    return lambda match: number.sub(label, match[0])


def _if(valid: Callable[[str], bool], label: str) -> Callable[[re.Match[str]], str]:
    return lambda match: label if valid(_digits(match[0])) else match[0]


def _digits(text: str) -> str:
    """The digits alone; full-width and other decimal digits become plain ones."""
    return "".join(str(int(char)) for char in text if char.isdecimal())


def _card(match: re.Match[str]) -> str:
    """Mask the longest beginning whose digits add up; a date of expiry may follow the number."""
    found = match[0]
    for end in (len(found), _FOUR_FOURS):
        if luhn.is_valid(_digits(found[:end])) and not found[end : end + 1].isdecimal():
            return "[carte]" + found[end:]
    return found


def _is_siret(digits: str) -> bool:
    if TIMESTAMP.fullmatch(digits):
        return False
    return bool(luhn.is_valid(digits) or siret.is_valid(digits))


def _is_rpps(digits: str) -> bool:
    """Eleven digits with their key, or the same behind the 8 of the national identifier."""
    if len(digits) == _LONG_RPPS:
        return digits[0] == "8" and bool(luhn.is_valid(digits[1:]))
    return bool(luhn.is_valid(digits))


def _iban(match: re.Match[str]) -> str:
    """Mask the longest beginning that is an account number; capitals may follow one."""
    found = match[0]
    ends = [n for n, char in enumerate(found, 1) if char != " "]
    for end in reversed(ends[_SHORTEST_IBAN - 1 :]):
        if iban.is_valid(found[:end], check_country=False):
            return "[IBAN]" + found[end:]
    return found


def _nir(match: re.Match[str]) -> str:
    """Mask it, but a block of digits without a valid key only if its sex and month are usual."""
    found = match[0]
    plain = not found.isdecimal() or (found[0] in "12" and "01" <= found[3:5] <= "12")
    return "[NIR]" if plain or nir.is_valid(_digits(found)) else found


def _vat(match: re.Match[str]) -> str:
    return "[TVA]" if siren.is_valid(_digits(match[0])[2:]) else match[0]


def _filed(match: re.Match[str]) -> str:
    """A number in a file name counts only with its key; a dash is also found in serials."""
    found = match[0]
    if len(found) == _NIR_WITH_KEY:
        return "[NIR]" if nir.is_valid(found) else found
    if match.string[match.start() - 1] != "_":
        return found
    if len(found) == _NIR_WITH_KEY - 2:
        return _nir(match) if NIR.fullmatch(found) else found
    if len(found) == _SIRET_LENGTH:
        return "[SIRET]" if _is_siret(found) else found
    return "[RPPS]" if _is_rpps(found) else found
