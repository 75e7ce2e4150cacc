"""The words that tell what a number is, whatever its key: before it, or just behind."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from typing import NamedTuple

from bot.scrubbing.kinds import TIMESTAMP

_ANY = re.compile("")
_SIRET = "[SIRET]"


class Kind(NamedTuple):
    """A kind of number: its label, its right lengths, those that a slip makes of it, its shape."""

    label: str
    exact: frozenset[int]
    near: frozenset[int] = frozenset()
    shape: re.Pattern[str] = _ANY

    def takes(self, digits: str, *, slip: bool = False) -> bool:
        """Whether digits may be such a number: with a slip in them, or right."""
        if len(digits) not in (self.near if slip else self.exact) or not self.shape.match(digits):
            return False
        return self.label == _SIRET or not TIMESTAMP.fullmatch(digits)


def _kind(label: str, exact: tuple[int, ...], near: tuple[int, ...] = (), shape: str = "") -> Kind:
    return Kind(f"[{label}]", frozenset(exact), frozenset(near), re.compile(shape))


_WORDS: tuple[tuple[str, Kind], ...] = (
    (
        r"NIR|INS(?:[ -]?NI[RA])?|INSI|NIA|NSS|SS|s[ée]cu|s[ée]curit[ée] sociale|vitale"
        r"|num[ée]ro d['’]assur[ée]e?|assur[ée]e?|immatriculation|matricule",
        _kind("NIR", (13, 15), (12, 14, 16)),
    ),
    (r"RPPS", _kind("RPPS", (11, 12), (10, 13))),
    (
        r"id(?:entifiant)?[ _]?nat(?:ional)?(?:_?PS|_?struct)?|identifiant PS",
        _kind("identifiant", (9, 10, 11, 12, 14, 15)),
    ),
    (
        r"annuaire"
        # those who have such a number
        r"|infirmi[eè]re?s?|psy(?:chologue|chomot\w*)?s?|kin[ée](?:sith[ée]rapeute)?s?|opticiens?|opticiennes?"
        r"|di[ée]t[ée]ticien(?:ne)?s?|audioproth[ée]sistes?|orthophonistes?|orthoptistes?|podologues?|p[ée]dicures?"
        r"|ergoth[ée]rapeutes?|sages?-femmes?|pharmacien(?:ne)?s?|dentistes?|m[ée]decins?|praticien(?:ne)?s?"
        r"|ost[ée]opathes?|chiropracteurs?|biologistes?|manipulat(?:eur|rice)s?|proth[ée]sistes?"
        r"|orth[ée]sistes?|assistante? sociale?|IDEL?|confr[eè]re|cons(?:oe|œ)ur|coll[eè]gue",
        _kind("identifiant", (9, 11, 12, 14, 15)),
    ),
    (r"ADELI", _kind("ADELI", (9,), (8, 10))),
    (r"FINESS(?:[ _-]?(?:EJ|ET|EG|geo|jur)[^\W\d_]{0,10})?", _kind("FINESS", (9,), (8, 10))),
    (r"SIRETS?", _kind("SIRET", (14,), (13, 15))),
    (r"SIRENE?|RCS", _kind("SIREN", (9,), (8, 10))),
    (
        r"soci[ée]t[ée]s?|entreprises?|entit[ée]s?|filiales?|[ée]diteurs?|structures?|[ée]tablissements?"
        r"|EHPAD|cliniques?|pharmacies?|labo(?:ratoire)?s?|h[ôo]pital|(?-i:EJ|ET|EG)|partenaires?|si[eè]ge",
        _kind("identifiant", (9, 14)),
    ),
    (r"TVA|VAT", _kind("TVA", (11,), (10, 12))),
    (
        r"carte (?:bancaire|bleue|de cr[ée]dit|de paiement)|CB|visa|master ?card|amex"
        r"|american express|payer avec|paiement par carte",
        _kind("carte", (16, 15), (13, 14, 17, 18, 19)),
    ),
    (r"RIB|compte(?: bancaire)?|IBAN", _kind("IBAN", (23,), (22, 24, 25))),
    (r"CPS|CPE|CPF|CPA", _kind("identifiant", (9, 10, 11, 12))),
    (
        r"IPP|NDA|identifiant (?:du |de la |de ce )?patiente?|num[ée]ro (?:de |du )?patiente?",
        _kind("identifiant", tuple(range(6, 14))),
    ),
    (
        r"t[ée]l(?:s|[ée]phones?|[ée]phonique)?|portables?|mobiles?|gsm|fax|joindre|joignables?"
        r"|(?:r?appell?|contact)(?:er?|ez|ons)(?:[ -](?:moi|nous|le|la))?|whatsapp|sms|standard"
        r"|fixe|phone|num",
        _kind("téléphone", (10,), (9, 11), r"0\d{8,10}$|[1-9]\d{8}$|33\d{9}$"),
    ),
)
_KINDS = tuple(kind for _, kind in _WORDS)
_CUE = re.compile(
    # A label that stands there already is no such word; a number may touch its word.
    "|".join(
        rf"(?<![^\W_])(?P<k{at}>{words})(?![^\W\d_])(?!\])" for at, (words, _) in enumerate(_WORDS)
    ),
    re.IGNORECASE,
)
_BEFORE, _BEHIND = 80, 16
# Digits, or the label that took them
_OWN_NUMBER = re.compile(r"[\W_]{0,4}(?:\d|(?<=\[)[^\W\d_])")


class Cues:
    """The telling words of one text.

    Args:
        view: the text as ``plain_view`` returns it.
    """

    def __init__(self, view: str) -> None:
        found = list(_CUE.finditer(view))
        self._view = view
        self._starts = [match.start() for match in found]
        self._ends = [match.end() for match in found]
        self._kinds = [_KINDS[int((match.lastgroup or "k0")[1:])] for match in found]

    def near(self, start: int, end: int) -> list[Kind]:
        """The kinds that the words before or behind a number name, the nearest first."""
        if not self._starts:
            return []
        last = bisect_right(self._ends, start) - 1
        kinds: list[Kind] = []
        while last >= 0 and start - self._ends[last] <= _BEFORE and len(kinds) < len(_KINDS):
            kinds.append(self._kinds[last])
            last -= 1
        return kinds + self._behind(end)

    def _behind(self, end: int) -> list[Kind]:
        at = bisect_left(self._starts, end)
        if at == len(self._starts) or self._starts[at] - end > _BEHIND:
            return []
        gap = self._view[end : self._starts[at]]
        if "\n" in gap or any(char.isdigit() for char in gap):
            return []
        return [] if _OWN_NUMBER.match(self._view, self._ends[at]) else [self._kinds[at]]

    def touches(self, start: int) -> bool:
        """Whether a telling word ends where a number starts, or one sign before."""
        at = bisect_right(self._ends, start) - 1
        return at >= 0 and start - self._ends[at] <= 1
