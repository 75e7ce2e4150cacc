"""Names with capitals: after a title, a form's field or the word for a patient, or full ones."""

from __future__ import annotations

import re
from functools import cache

from bot.scrubbing.lower_names import mask_lower_names
from bot.scrubbing.patterns import SPACE
from bot.scrubbing.word_lists import first_names, name_words, places

_UPPER = "A-ZÀ-ÖØ-ÞŒŸŁŠŽŻŹĆČĐŚŃŘŞĞİŐŰ"
_PARTICLE = r"(?:(?:de la|de|du|des|van der|van|von|der|den|el|ben|del|di|da)\s|d['’])"
# An initial, "Ph.", or a whole word
_WORD = rf"[{_UPPER}](?:[^\W\d_]{{0,2}}\.-?(?=\s?[{_UPPER}])|(?:[^\W\d_]|['’-](?=[^\W\d_]))*+)"
_TITLE = (
    r"(?:MM?\.|(?:M[rR]|Mmes?|Mll?es?|MME|MLLE|mmes?|mll?es?|mr|Dre?|dr|DR|Dct|Pre?|[Pp]rof|Me)\b\.?"
    r"|(?:[Dd]octeure?|DOCTEUR|[Pp]rofesseure?|[Mm]onsieur|MONSIEUR|[Mm]adame|MADAME|Maître"
    r"|[Mm]ademoiselle|[Mm]['’]appelle)\b)"
)
_TITLES = r"(?:MM\.?|Mmes|mmes|Mlles|Drs|drs|[Dd]octeurs|[Pp]rofesseurs|[Mm]essieurs|[Mm]esdames)"
_PATIENT = (
    r"(?:patiente?|(?<!\w\s)Patiente?|née|épouse|[ée]p\b\.?"
    r"|(?:bénéficiaire|assurée?|usager|résidente?|tuteur|tutrice)"
    rf"(?={SPACE}[{_UPPER}]\S{{1,20}}{SPACE}[{_UPPER}]))"
)
_PATIENT_NAME = (
    rf"(?:[{_UPPER}][^\W\d_{_UPPER}]{{2,}}+(?:['’-][{_UPPER}][^\W\d_]++)*+|[{_UPPER}]{{4,}}+)(?!\w)"
)
# "Jean de La Tour", "TOUR Jean": words with capitals, one of which is a first name.
_CAPITALS = re.compile(
    rf"(?<![\w@./-])[{_UPPER}](?:[^\W\d_]|['’-](?=[^\W\d_])){{1,40}}+"
    rf"(?:{SPACE}{_PARTICLE}?[{_UPPER}](?:\.|(?:[^\W\d_]|['’-](?=[^\W\d_]))*+)){{1,4}}"
)
# As HL7 writes a name
_CARETS = re.compile(
    rf"(?<![^\W_])(?P<name>[{_UPPER}](?:[^\W\d_]|[ '’-](?=[^\W\d_])){{1,40}}+)"
    r"\^(?P<first>[^\W\d_]{2,40}+)"
)
_TOKEN = re.compile(r"[^\s]+")
_LEAST_CAPITALS = 3
_OF_PATIENTS = frozenset({"patient", "field"})


@cache
def _names() -> re.Pattern[str]:
    """Names after a title, a field, a farewell or the word for a patient."""
    words = name_words()
    # What follows a title without being a name; "Le" begins one when a capital follows.
    no_name = (
        rf"(?!(?:{'|'.join(words.not_after_title)})\b(?![.-])"
        rf"|(?:Le|La|Les)\b(?!\s[{_UPPER}]))"
    )
    no_patient = rf"(?!(?:{'|'.join(words.not_after_patient)})\b)"
    no_signature = rf"(?!(?:{'|'.join(words.not_in_signature)})\b)"
    # "Patient : DUPONT Jean", as a form is copied; one plain word may be anything.
    field = rf"(?:{'|'.join(words.fields)})[\"']?{SPACE}?[:=]{SPACE}?[\"']?"
    field_name = rf"(?:[{_UPPER}]{{4,}}+(?![\w'’])|{_WORD}(?={SPACE}[{_UPPER}][^\W\d_]))"
    farewell = rf"(?:{'|'.join(words.farewells)})[ ,.!;\n-]{{1,6}}"
    told = rf"(?:(?:{'|'.join(words.name_fields)}){SPACE}?[:=]|(?:{'|'.join(words.announcements)}))"
    no_told = rf"(?!(?:{'|'.join(words.not_announced)})\b)(?=.[a-zß-öø-ÿ'’-])"
    more = rf"(?:(?:{SPACE}{{1,2}}|(?<=[.-])){_PARTICLE}?{no_name}{_WORD}){{0,4}}"
    return re.compile(
        # "le docteur de Lyon" names a town
        r"(?<!\w)(?!(?:docteure?|professeure?|monsieur|madame|patiente?)\s(?:de|du|des)\s"
        r"|[Pp]atiente?\sd['’])"
        rf"(?:(?P<several>{_TITLES}{SPACE}){no_name}{_WORD}{more}"
        rf"{SPACE}(?:et|&){SPACE}{no_name}{_WORD}"
        rf"|(?P<title>{_TITLE}(?:{SPACE}|(?<=\.)){SPACE}?{_PARTICLE}?){no_name}{_WORD}"
        rf"|(?P<patient>{_PATIENT}{SPACE}{_PARTICLE}?){no_name}{no_patient}{_PATIENT_NAME}"
        rf"|(?P<told>{told}{SPACE}?{_PARTICLE}?){no_name}{no_patient}{no_told}{_WORD}(?![\w@/\\=(])"
        rf"|(?P<field>{field}){no_name}{no_patient}{field_name}"
        # "M Duval": without its point before a longer word
        rf"|(?P<bare>(?<!\d\s)M{SPACE}){no_name}(?:[{_UPPER}]{{4,}}+|[{_UPPER}][^\W\d_{_UPPER}]{{2,}}+)"
        r"(?!\w)"
        rf"|(?P<farewell>{farewell}){no_name}{no_signature}{_WORD}(?={SPACE}[{_UPPER}][^\W\d_])"
        rf"|(?P<first>[Pp]rénom{SPACE}?:{SPACE}?){no_name}{_WORD}){more}"
    )


def mask_names(text: str) -> str:
    """``[nom]`` in place of every name that a title, a field, a first name or a word tells."""
    text = _CARETS.sub(_hl7, text) if "^" in text else text
    return mask_lower_names(_CAPITALS.sub(_full, _names().sub(_name, text)))


def mask_patient_names(text: str) -> str:
    """``[nom]`` in place of the names that a form or the word for a patient tells, not others."""
    text = _CARETS.sub(_hl7, text) if "^" in text else text
    return _names().sub(_patient_name, text)


def _patient_name(match: re.Match[str]) -> str:
    return _name(match) if match.lastgroup in _OF_PATIENTS else match[0]


def _hl7(match: re.Match[str]) -> str:
    return "[nom]" if match["first"].lower() in first_names() else match[0]


def _name(match: re.Match[str]) -> str:
    return f"{match[match.lastgroup or 0]}[nom]"


def _full(match: re.Match[str]) -> str:
    """Mask from a first name on, or the surname in capitals in front of it."""
    words = [(found.start(), found[0]) for found in _TOKEN.finditer(match[0])]
    before = match.string[max(0, match.start() - 20) : match.start()].split()[-1:]
    for at, (start, word) in enumerate(words):
        if word.lower() in places() or (before and before[-1].lower() in places()):
            return match[0]
        if _first(word) and at + 1 < len(words):
            return match[0][:start] + "[nom]"
        behind = words[at + 1][1] if at + 1 < len(words) else ""
        if word.isupper() and len(word) >= _LEAST_CAPITALS and _first(behind):
            return match[0][:start] + "[nom]"
        before = [word]
    return match[0]


def _first(word: str) -> bool:
    return word.partition("-")[0].lower() in first_names()
