"""The checkable facts of a French text: what must survive a rewording."""

from __future__ import annotations

import re

from kb.folding import fold

_MONTHS = [
    "janvier",
    "fevrier",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "aout",
    "septembre",
    "octobre",
    "novembre",
    "decembre",
]
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_PATH = r"[^\s\])>,;»\"`]*"
_URL = re.compile(rf"https?://[^\W_]{_PATH}|(?:[\w-]+\.)+(?:fr|com|org|eu|net)\b(?:/{_PATH})?")
_DATE = re.compile(rf"\b(1er|\d{{1,2}}) ({'|'.join(_MONTHS)}) (\d{{4}})\b")
_ISO_DATE = re.compile(r"\b(\d{4})-(\d{2})-(\d{2})\b")
_PHONE = re.compile(r"(?<!\d)0 ?\d(?:[ .]?\d){8}(?!\d)")
_CODE = re.compile(r"[^\W_](?:[\w./#-]*\w)?")


def facts(text: str) -> set[str]:
    """The e-mails, addresses, phones, dates, codes and numbers of ``text``, normalised.

    A code is any token with a digit in it (``SC.ORDN/CONF.01``, ``N3``, ``v2.4.0``, ``60``);
    ``N1/N3`` counts as two codes. Case, accents and spaces inside a phone do not matter.
    """
    rest = _fold(text)
    found: set[str] = set()
    for pattern, normal in (
        (_EMAIL, lambda m: m[0]),
        (_URL, lambda m: m[0].split("://")[-1].rstrip("/.:!?*_'")),
        (_DATE, lambda m: f"{m[3]}-{_MONTHS.index(m[2]) + 1:02}-{_day(m[1]):02}"),
        (_ISO_DATE, lambda m: m[0]),
        (_PHONE, lambda m: re.sub(r"\D", "", m[0])),
    ):
        found |= {normal(match) for match in pattern.finditer(rest)}
        rest = pattern.sub(" ", rest)
    for match in _CODE.finditer(rest):
        found |= {part.upper() for part in _parts(match[0]) if re.search(r"\d", part)}
    return found


def _day(text: str) -> int:
    return 1 if text == "1er" else int(text)


def _parts(code: str) -> list[str]:
    parts = code.split("/")
    return parts if all(re.search(r"\d", part) for part in parts) else [code]


def _fold(text: str) -> str:
    return re.sub(r"\s+", " ", fold(text).replace("’", "'"))
