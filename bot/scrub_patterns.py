"""The shapes of personal data and of the technical tokens that resemble them.

Left borders refuse what continues a word, a serial ("AB-12") or a dotted number ("1.2.250");
right borders refuse the same. Separators are one or two characters, never a line's end.
"""

from __future__ import annotations

import re
from typing import NamedTuple

SPACE = r"[ \t\u00a0\u2007\u2009\u202f]"
_SPACE = SPACE
_DASH = r"\-\u2010\u2011\u2013"
_GAP = rf"{_SPACE}?"
_WIDE = r"[ \t\u00a0\u2007\u2009\u202f./_\-\u2010\u2011\u2013]{0,2}"
_DOTTED = rf"(?:{_SPACE}|[.{_DASH}])?"
_ANY_GAP = rf"[ \t\u00a0\u2007\u2009\u202f./{_DASH}]{{0,2}}"

_HEX = "[0-9A-Fa-f]"
_LEFT = rf"(?<!\w)(?<!\w[_{_DASH}])(?<!\d[.:,/])"
_RIGHT = rf"(?!\w)(?![.:_]\d)(?![{_DASH}]{_HEX}{{2}})"


def _number(count: int, gap: str = _GAP) -> str:
    return rf"\d(?:{gap}\d){{{count - 1}}}"


# --- e-mails ---------------------------------------------------------------------------------
_LOCAL = r"\w.+%~-"
_AT = rf"{_SPACE}?(?:@|\uff20|[\[(](?:at|arobase)[\])]){_SPACE}?"
EMAIL = re.compile(
    rf"(?<![{_LOCAL}])[{_LOCAL}]++{_AT}(?:[\w-]++\.(?=\w))+[^\W\d_]{{2,}}+", re.IGNORECASE
)

# --- bank accounts ---------------------------------------------------------------------------
FRENCH_IBAN = re.compile(
    rf"(?<!\w)(?:FR|MC){_DOTTED}\d{{2}}(?:{_DOTTED}\d){{10}}(?:{_DOTTED}[0-9A-Z]){{11}}"
    rf"(?:{_DOTTED}\d){{2}}(?!\w)",
    re.IGNORECASE,
)
IBAN = re.compile(rf"(?<!\w)[A-Z]{{2}}\d{{2}}(?:{_GAP}[A-Z0-9]){{11,30}}(?!\w)")

# --- social security number: sex, year, month, department, commune, order, key ---------------
# The months above 12 stand for births whose month is unknown.
_MONTH = r"(?:0[1-9]|1[0-2]|20|3\d|4[0-2]|[5-9]\d)"
_DEPARTMENT = r"(?:0[1-9]|[1-9]\d|2[ABab])"
NIR = re.compile(
    rf"{_LEFT}[1-478]{_ANY_GAP}\d{{2}}{_ANY_GAP}{_MONTH}{_ANY_GAP}{_DEPARTMENT}{_ANY_GAP}"
    rf"\d{{3}}{_ANY_GAP}\d{{3}}(?:{_ANY_GAP}(?:cl[ée]{_ANY_GAP}:?{_ANY_GAP})?\d{{2}})?{_RIGHT}"
)

# --- telephones ------------------------------------------------------------------------------
# Two numbers may be parted by a slash; "tel" may touch its number.
_PHONE_LEFT = rf"(?:(?<!\w)|(?<=tel)|(?<=tél))(?<!\w[_{_DASH}])(?<!\d[.:,])"
_PHONE_RIGHT = rf"(?!\w)(?![.:_]\d)(?![{_DASH}]{_HEX}{{2}})"
_FRENCH = "33|262|508|59[0246]|68[1789]"
PHONES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        # +33 6 12 34 56 78, 0033 (0)6..., and the French territories
        rf"{_PHONE_LEFT}(?:\(?\+|00{_GAP})(?:{_FRENCH})\)?{_ANY_GAP}(?:\(0\){_ANY_GAP}|0(?=[1-9]))?"
        rf"[1-9](?:{_ANY_GAP}\d){{5,8}}(?!\w)",
        # 06 12 34 56 78, (06) 12 34 56 78, 0(6) 12 34 56 78, 0 806 80 02 13
        rf"{_PHONE_LEFT}(?:0{_ANY_GAP}[1-9]|\(0[1-9]\)|0\([1-9]\))(?:{_ANY_GAP}\d){{8}}{_PHONE_RIGHT}",
        # 06_12_34_56_78
        r"(?<!\w)0[1-9](?:_\d\d){4}(?!\w)",
        # 33612345678, as address books export it
        rf"{_PHONE_LEFT}33{_ANY_GAP}[1-9](?:{_ANY_GAP}\d){{8}}{_PHONE_RIGHT}",
        rf"{_PHONE_LEFT}\+[1-9]\d{{0,2}}(?:{_ANY_GAP}\d){{7,12}}{_PHONE_RIGHT}",
    )
)

# --- numbers that carry a key ----------------------------------------------------------------
_CARD_GAP = rf"(?:{_SPACE}{{1,2}}|[./_{_DASH}])"
# Issuers' first digits: without them, one long number in ten would pass for a card.
BLOCK_CARD = re.compile(
    rf"{_LEFT}(?:(?=[3-6]|2[2-7])\d{{4}}(?:{_CARD_GAP}\d{{4}}){{3}}(?:{_CARD_GAP}\d{{1,3}})?"
    rf"|3[47]\d{{2}}{_CARD_GAP}\d{{6}}{_CARD_GAP}\d{{5}}"
    rf"|(?:[4-6]|2[2-7])\d{{12,18}}|3\d{{13,18}}){_RIGHT}"
)
_GROUP = rf"(?:{_SPACE}{{1,2}}|[./_{_DASH}])"
SIRET = re.compile(
    rf"{_LEFT}(?:\d{{14}}|\d{{3}}(?:{_GROUP}\d{{3}}){{2}}(?:{_GROUP})?"
    rf"(?:\d{{5}}|\d{{3}} \d{{2}}|\d{{2}} \d{{3}})"
    rf"|\d{{9}}{_GROUP}\d{{5}}){_RIGHT}"
)
# They all begin with 10 or 11; other groups than a blank's are told by that alone.
RPPS = re.compile(
    rf"{_LEFT}(?:\d(?:{_GAP}\d){{10,11}}"
    rf"|1[01]{_GROUP}\d{{3}}(?:{_GROUP}\d{{3}}){{2}}|1[01]\d{_GROUP}\d{{4}}{_GROUP}\d{{4}}){_RIGHT}"
)
SIREN = re.compile(rf"{_LEFT}\d{{3}}(?:{_SPACE}\d{{3}}){{2}}{_RIGHT}")
# 20240612103045 is a date, even if its digits add up.
TIMESTAMP = re.compile(
    r"(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:[01]\d|2[0-3])(?:[0-5]\d){2}"
)

# FR, a key, and the number of a company
VAT = re.compile(rf"(?<!\w)FR{_GAP}\d{{2}}{_GAP}\d{{3}}(?:{_GAP}\d{{3}}){{2}}(?!\w)")
# "scan_185057800608436.pdf": a file is named after somebody; its number must have its key.
IN_FILE_NAME = re.compile(r"(?:(?<=_)|(?<=\w-))\d{11,15}(?![^\W_])(?![.:/_-]\d)")
MAYBE_EMAIL = re.compile(r"[@\uff20]|[\[(](?:at|arobase)[\])]", re.IGNORECASE)
# No identifier is shorter; most texts hold none and need not be looked through.
MAYBE_NUMBER = re.compile(r"\d(?:\D{0,2}\d){5}")

# --- numbers known by the word next to them, whatever their key ------------------------------
_LIST = rf"{_SPACE}?(?:[,;/&]|et|ou){_SPACE}?"


class Labelled(NamedTuple):
    """Numbers next to a word: the word, the two together, such a number alone, and its label."""

    words: str
    together: re.Pattern[str]
    number: re.Pattern[str]
    label: str


def _labelled(words: str, number: str, label: str) -> Labelled:
    one = rf"(?<!\d)(?<!\d[.:,/{_DASH}]){number}{_RIGHT}"
    # A label that stands there already is no such word.
    before = rf"\b(?:{words})(?![^\W\d])(?!\])[^\d\n]{{0,40}}{one}(?:{_LIST}{one}){{0,20}}"
    after = rf"{one}{_SPACE}?\(?(?:n°{_SPACE}?)?(?:{words})\b"
    pattern = re.compile(rf"{before}|{after}", re.IGNORECASE)
    return Labelled(words, pattern, re.compile(one, re.IGNORECASE), label)


_NINE = rf"\d{_WIDE}[\dAB](?:{_WIDE}\d){{7}}"
LABELLED = (
    _labelled("NIR|INS|NIA|sécu|sécurité sociale", rf"{_number(13)}(?:{_WIDE}\d\d)?", "[NIR]"),
    _labelled("RPPS", rf"(?:8{_GAP}(?=\d(?:{_GAP}\d){{10}}))?{_number(11, _WIDE)}", "[RPPS]"),
    _labelled("ADELI", _NINE, "[ADELI]"),
    _labelled("FINESS", _NINE, "[FINESS]"),
    _labelled("SIRET", _number(14, _WIDE), "[SIRET]"),
    _labelled("SIRENE?|RCS", _number(9, _WIDE), "[SIREN]"),
    _labelled("TVA", _number(11), "[TVA]"),
    _labelled("carte bancaire|carte bleue|CB|Visa|Mastercard", _number(16), "[carte]"),
    _labelled("CPS|CPE|CPF", rf"\d(?:{_WIDE}\d){{9,11}}", "[identifiant]"),
    _labelled(
        "IPP|identifiant patient|numéro de patient", rf"\d(?:{_WIDE}\d){{5,11}}", "[identifiant]"
    ),
)
# Which of them a text may hold, by their position.
LABELS = re.compile(
    "|".join(rf"\b(?P<l{at}>{found.words})" for at, found in enumerate(LABELLED)), re.IGNORECASE
)
BIRTH = re.compile(
    rf"(?P<lead>\b(?:née?|né\(e\)|DDN|naissance){_SPACE}?(?:le|en|:|=|est le)?{_SPACE}?)"
    rf"(?:\d{{1,2}}[./{_DASH} ]\d{{1,2}}[./{_DASH} ](?:\d{{4}}|\d{{2}})|\d{{4}}-\d{{2}}-\d{{2}}"
    rf"|\d{{1,2}}(?:er)?{_SPACE}[^\W\d_]{{3,9}}{_SPACE}\d{{4}})(?!\w)",
    re.IGNORECASE,
)

# --- technical tokens ------------------------------------------------------------------------
_DATE = (
    r"(?:0[1-9]|[12]\d|3[01])[./-](?:0[1-9]|1[0-2])[./-](?:19|20)\d\d(?![\d./-])"
    r"|(?:19|20)\d\d[./-](?:0[1-9]|1[0-2])[./-](?:0[1-9]|[12]\d|3[01])(?!\d)"
    r"|(?:0[1-9]|[12]\d|3[01])/(?:0[1-9]|1[0-2])/\d\d(?![\d/])"
)
_REFERENCE = (
    r"(?:tickets?|incidents?|anomalies?|jira|build|r[ée]vision|commit|erreurs?|errors?|s[ée]rie"
    r"|serial|lot|issue|version|bug)"
)
_ARC = r"(?:0|[1-9]\d{0,18})"
TECHNICAL = re.compile(
    rf"(?<![\w-]){_HEX}{{8}}-{_HEX}{{4}}-{_HEX}{{4}}-{_HEX}{{4}}-{_HEX}{{12}}(?![\w-])"
    # OIDs: no number is written with a zero in front, the first two are low
    rf"|(?<![\w.])(?:0\.[49]\.0|1\.[1-3]?\d|2\.\d{{1,3}})(?:\.{_ARC}){{2,40}}(?!\d)"
    r"|(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?!\.?\d)"
    rf"|(?<![\w./-])(?:{_DATE})"
    # hexadecimal bytes: with digits alone, they are two telephones
    rf"|(?<!\w)(?<!\W{_HEX}{{2}}[ :-])"
    rf"(?=(?:{_HEX}{{2}}[ :-]){{0,30}}(?:\d[A-F]|[A-F]\d|[A-F]{{2}}[ :-][A-F]{{2}}))"
    rf"(?:{_HEX}{{2}}[ :-]){{7,63}}{_HEX}{{2}}(?!\w)"
    rf"|(?<!\w){_REFERENCE}\s?(?:(?:n°|nº|no|num[ée]ro|#|:)\s?){{0,2}}\d{{4,12}}(?!\s?\d)",
    re.IGNORECASE,
)
