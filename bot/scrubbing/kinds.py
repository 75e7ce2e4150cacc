"""What a number is by its own digits: a key that adds up, or a shape that nothing else has."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from stdnum import luhn
from stdnum.fr import nir

if TYPE_CHECKING:
    from collections.abc import Callable


PHONE = "[téléphone]"


class Number(NamedTuple):
    """Digits in a text.

    Attributes:
        digits: without what parts them.
        cuts: after how many digits it is parted.
        whole: whether it is all of the digits that stand together.
        bare: whether spaces or brackets stand around it, and no unit behind.
    """

    digits: str
    cuts: frozenset[int]
    whole: bool
    bare: bool


_DOCTOR = re.compile(r"10[01]\d{8}")
_MONTH = r"(?:0[1-9]|1[0-2]|20|3\d|4[0-2]|[5-9]\d)"
_PLACE = r"(?:0[1-9]|[1-8]\d|9[0-9])"
_NIR = re.compile(rf"[123478]\d\d{_MONTH}{_PLACE}\d{{6}}(?:\d\d)?")
_USUAL_NIR = re.compile(rf"[12]\d\d(?:0[1-9]|1[0-2]){_PLACE}\d{{6}}(?:\d\d)?")
_NIR_CUTS = frozenset({1, 3, 5, 7, 10, 13})
TIMESTAMP = re.compile(
    r"(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:[01]\d|2[0-3])(?:[0-5]\d){2}\d*"
)
_COUNTRY = re.compile(
    r"1|7|2[07]|2[1-69]\d|3[0-469]|3[578]\d|4[013-9]|42\d|5[09]\d|5[1-8]|6[0-6]|6[789]\d|8[1246]"
    r"|8[0578]\d|9[0-58]|9[679]\d"
)
_FRENCH = re.compile(r"(?:33|262|508|59[0246]|68[1789])0?[1-9]")
_ISSUERS = re.compile(r"[3-6]|2[2-7]")
_FOURS = frozenset({4, 8, 12, 16})
_SHORTEST_ABROAD, _SHORTEST_AFTER_ZEROS, _LONGEST_ABROAD = 9, 10, 15
_WITH_ONE_DIGIT_CODE = 11
_SHORT_FRENCH, _LONG_FRENCH = 9, 13  # a digit too few or too many is a slip
_NIR_WITH_KEY = 15


def international(digits: str, *, plus: bool) -> str:
    """A label for what stands behind a plus sign, or two zeros: a country's code, a number."""
    if _FRENCH.match(digits):
        right = _SHORT_FRENCH <= len(digits) <= _LONG_FRENCH
    else:
        least = _SHORTEST_ABROAD if plus else _SHORTEST_AFTER_ZEROS
        right = least <= len(digits) <= _LONGEST_ABROAD and bool(_COUNTRY.match(digits))
        # North America and Russia have numbers of one length.
        right = right and (digits[0] not in "17" or len(digits) == _WITH_ONE_DIGIT_CODE)
    return PHONE if right else ""


def is_sure(number: Number) -> bool:
    """Whether its key and its beginning are right: chance makes next to none of these."""
    digits = number.digits
    if _DOCTOR.fullmatch(digits) and not number.cuts:
        return bool(luhn.is_valid(digits))
    return _has_key(digits)


def _has_key(digits: str) -> bool:
    return (
        len(digits) == _NIR_WITH_KEY
        and bool(_NIR.fullmatch(digits))
        and nir.calc_check_digits(digits) == digits[13:]
    )


def _nir(number: Number) -> str:
    if _has_key(number.digits):
        return "[NIR]"
    if not number.cuts <= _NIR_CUTS or not number.bare:
        return ""
    # Without its key or with a wrong one: parted as it is written, or with a usual month.
    shape = _NIR if len(number.cuts) > 3 else _USUAL_NIR  # noqa: PLR2004 - most of its cuts
    return "[NIR]" if shape.fullmatch(number.digits) else ""


def _rpps(number: Number) -> str:
    digits = number.digits
    if len(digits) == 12:  # noqa: PLR2004 - the 8 of the national identifier
        return "[RPPS]" if digits[:2] == "81" and luhn.is_valid(digits[1:]) else ""
    if not luhn.is_valid(digits):
        return ""
    spoken = digits[:2] in {"10", "11"} and number.whole
    return "[RPPS]" if spoken or not number.cuts else ""


def _siret(number: Number) -> str:
    digits = number.digits
    if TIMESTAMP.fullmatch(digits) or not luhn.is_valid(digits):
        return ""
    return "[SIRET]" if number.whole or number.cuts <= {3, 6, 9, 11, 12} else ""


def _card(number: Number) -> str:
    digits = number.digits
    if not _ISSUERS.match(digits) or not luhn.is_valid(digits):
        return ""
    usual = number.cuts <= _FOURS or number.cuts == {4, 10}
    return "[carte]" if usual or (number.whole and len(digits) == 16) else ""  # noqa: PLR2004


def _fifteen(number: Number) -> str:
    if found := _nir(number):
        return found
    if number.digits[:2] in {"34", "37"} and _card(number):
        return "[carte]"
    # The 3 of a company in the national identifier
    prefixed = number.digits[0] == "3" and not number.cuts and luhn.is_valid(number.digits[1:])
    return "[SIRET]" if prefixed and number.bare else ""


def _phone(number: Number) -> str:
    digits = number.digits
    return PHONE if digits[0] == "0" and digits[1] != "0" else ""


def _company(number: Number) -> str:
    """Nine digits with a key: a company's, or an establishment's when a department begins it."""
    digits = number.digits
    if not number.bare or digits.endswith("000") or not luhn.is_valid(digits):
        return ""
    if number.cuts == {3, 6}:
        return "[SIREN]"
    if number.cuts and not (number.whole and number.cuts <= {2, 3, 5, 6, 8}):
        return ""
    return "[FINESS]" if digits[2] == "0" and digits[0] != "0" else "[SIREN]"


def _bank(number: Number) -> str:
    """A bank, a branch, an account and their key, as on French papers before the IBAN."""
    digits = number.digits
    bank, branch, account, key = (
        int(digits[a:b]) for a, b in ((0, 5), (5, 10), (10, 21), (21, 23))
    )
    return "[IBAN]" if 97 - (89 * bank + 15 * branch + 3 * account) % 97 == key else ""


def _eleven(number: Number) -> str:
    plain = number.digits[:2] == "33" and number.digits[2] != "0" and number.cuts <= {2, 3, 5, 7, 9}
    return _rpps(number) or (PHONE if plain else "")


# Groups as they stand, parted by blanks: so regular that they are such a number with a slip in it.
_SLIPS = tuple(
    (re.compile(shape), f"[{label}]")
    for shape, label in (
        (r"[12] \d\d (?:0[1-9]|1[0-2]) \d\d(?: \d{1,4}){2,3}|[12]\d{14}", "NIR"),
        (r"10[01]\d{8}|810[01]\d{8}", "RPPS"),
        (r"[3-9]\d{13}", "SIRET"),
        (r"[45]\d{3}(?: \d{4}){3}", "carte"),
        (r"0[67](?: \d\d){3} (?:\d|\d\d \d|\d{3})", "téléphone"),
        (r"\d{6}(?!000)\d{3}", "identifiant"),
    )
)


_SLIPPED = frozenset(range(9, 17))


def has_slipped_length(number: Number) -> bool:
    """Whether a number may be one with a slip in it, as far as its length and borders tell."""
    return number.bare and len(number.digits) in _SLIPPED


def label_for_wrong_key(number: Number, groups: str) -> str:
    """A label for a number without a right key that looks like one; ``groups`` as they stand."""
    if not has_slipped_length(number) or TIMESTAMP.match(number.digits):
        return ""
    return next((label for shape, label in _SLIPS if shape.fullmatch(groups)), "")


BY_LENGTH: dict[int, Callable[[Number], str]] = {
    9: _company,
    10: _phone,
    11: _eleven,
    12: _rpps,
    13: lambda number: _nir(number) or (_card(number) if number.digits[0] == "4" else ""),
    14: _siret,
    15: _fifteen,
    16: _card,
    17: _card,
    18: _card,
    19: _card,
    23: _bank,
}
"""For each number of digits, what tells the label of such a number, empty for none."""
