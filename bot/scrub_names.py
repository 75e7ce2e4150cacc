"""Names after a title, a form's field or the word for a patient."""

from __future__ import annotations

import re

from bot.scrub_patterns import SPACE as _SPACE
from bot.scrub_words import FIRST_NAMES, NO_NAMES, SPANISH

_UPPER = "A-ZÀ-ÖØ-ÞŒŸ"
# What follows a title without being a name; "Le" begins one when a capital follows.
_NO_NAME = (
    r"(?!(?:Monsieur|Madame|Mademoiselle|Messieurs|Mesdames|Mme|Mlle|Mr|M|Dr|Pr|Docteur"
    r"|Professeur|Directeur|Directrice|Maire|Ministre|Présidente?|Bonjour|Merci|Bonsoir|Je|J|Nous"
    r"|Vous|Il|Elle|On|Un|Une|Mon|Ma|Mes|Notre|Votre|Comment|Pourquoi|Quel|Quelle|Que|Qui|Où"
    r"|Quand|Pour|Dans|Sur|Avec|Suite|Cordialement|Nom|Prénom|[XYZ])\b"
    rf"|(?:Le|La|Les)\b(?!\s[{_UPPER}]))"
)
_PARTICLE = r"(?:(?:de la|de|du|des|van der|van|von|der|den|el|ben|del|di|da)\s|d['’])"
_WORD = rf"[{_UPPER}](?:\.(?=\s?[{_UPPER}])|(?:[^\W\d_]|['’-](?=[^\W\d_]))*+)"
_MORE = rf"(?:{_SPACE}{{1,2}}{_PARTICLE}?{_NO_NAME}{_WORD}){{0,4}}"
_TITLE = (
    r"(?:MM?\.|(?:M[rR]|Mmes?|Mlles?|MME|MLLE|mmes?|mlles?|mr|Dre?|dr|DR|Pre?)\b\.?"
    r"|(?:[Dd]octeure?|DOCTEUR|[Pp]rofesseure?|[Mm]onsieur|MONSIEUR|[Mm]adame|MADAME"
    r"|[Mm]ademoiselle|[Mm]['’]appelle)\b)"
)
# "Dossier Patient Informatisé", "patient FHIR": capitals that name no person.
_NO_PATIENT = (
    r"(?!(?:Summary|Service|Informatisé|Santé|Connect|Identity|Portal|Access|Search|Resource|Record|FHIR"
    r"|HAPI|MSSANT[EÉ])\b)"
)
_PATIENT = r"(?:patiente?|(?<!\w\s)Patiente?)"
_PATIENT_NAME = (
    rf"(?:[{_UPPER}][^\W\d_{_UPPER}]{{2,}}+(?:['’-][{_UPPER}][^\W\d_]++)*+|[{_UPPER}]{{4,}}+)(?!\w)"
)
# "Patient : DUPONT Jean", as a form is copied; one plain word may be anything.
_FIELD = (
    r"(?:[Pp]atiente?|PATIENTE?|(?:[Nn]om|NOM)(?: de famille| de naissance| d['’]usage| du patient"
    rf"| de la patiente)?|[Pp]rénom){_SPACE}?:{_SPACE}?"
)
_FIELD_NAME = rf"(?:[{_UPPER}]{{4,}}+(?![\w'’])|{_WORD}(?={_SPACE}[{_UPPER}][^\W\d_]))"
NAMES = re.compile(
    # "le docteur de Lyon" names a town
    r"(?<!\w)(?!(?:docteure?|professeure?|monsieur|madame|patiente?)\s(?:de|du|des)\s)"
    rf"(?:(?P<title>{_TITLE}(?:{_SPACE}|(?<=\.)){_SPACE}?{_PARTICLE}?){_NO_NAME}{_WORD}"
    rf"|(?P<patient>{_PATIENT}{_SPACE}{_PARTICLE}?){_NO_NAME}{_NO_PATIENT}{_PATIENT_NAME}"
    rf"|(?P<field>{_FIELD}){_NO_NAME}{_NO_PATIENT}{_FIELD_NAME}"
    # "M DUVAL": without its point only before capitals
    rf"|(?P<bare>M{_SPACE}){_NO_NAME}[{_UPPER}]{{4,}}+(?!\w)"
    rf"|(?P<first>[Pp]rénom{_SPACE}?:{_SPACE}?){_NO_NAME}{_WORD}){_MORE}"
)

# Names in lower case, as a telephone's keyboard leaves them, after any title but "pr", which is
# short for "pour", and "5 m."
_LOW = r"[a-zß-öø-ÿœ]"
_LOW_WORD = rf"{_LOW}(?:{_LOW}|['’-](?={_LOW}))*+(?!\w)"
LOWER_NAMES = re.compile(
    r"(?<!\w)(?P<title>(?:(?<!\d )(?<!\d)m\.|(?:mmes?|mlles?|mr|dre?)\b\.?"
    r"|(?:docteure?|professeure?|monsieur|madame|mademoiselle|m['’]appelle)\b)"
    rf"{_SPACE}{{1,2}})(?P<particle>(?:el|al|ben|van|von|di|da){_SPACE})?"
    rf"(?P<name>{_LOW_WORD})(?:{_SPACE}(?P<more>{_LOW_WORD}))?",
    # The title alone: its name is in lower case by its own pattern.
    re.IGNORECASE,
)
_INVERTED = ("-il", "-elle", "-on", "-je", "-vous", "-nous", "-ils", "-elles", "-ce", "-t")
_SHORTEST = 3


def mask_names(text: str) -> str:
    """``[nom]`` in place of every name that a title, a field or the word for a patient tells."""
    return LOWER_NAMES.sub(_lower, NAMES.sub(_name, text))


def _name(match: re.Match[str]) -> str:
    return f"{match[match.lastgroup or 0]}[nom]"


def _lower(match: re.Match[str]) -> str:
    name, more = match["name"], match["more"]
    if not _may_be_name(name):
        return match[0]
    masked = f"{match['title']}[nom]"
    if more is None or (name in FIRST_NAMES and _may_be_name(more)):
        return masked
    return masked + match[0][match.end("name") - match.start() :]


def _may_be_name(word: str) -> bool:
    """Whether a word in lower case after a title can be a name: not a verb, not a small word."""
    plain = word.replace("’", "'")
    if not word.islower() or plain in NO_NAMES or plain.endswith(_INVERTED):
        return False
    if plain.endswith("ez"):  # vous pouvez, vous avez
        return plain in SPANISH
    first, elided, _ = plain.partition("'")
    return len(plain) >= _SHORTEST and not (
        elided and first in {"c", "j", "l", "m", "n", "s", "t", "qu"}
    )
