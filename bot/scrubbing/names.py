"""Names with capitals: after a title, a form's field or the word for a patient, or full ones."""

from __future__ import annotations

import re

from bot.scrubbing.lower_names import mask_lower_names
from bot.scrubbing.patterns import SPACE
from bot.scrubbing.words import FIRST_NAMES, PLACES

_UPPER = "A-ZÀ-ÖØ-ÞŒŸŁŠŽŻŹĆČĐŚŃŘŞĞİŐŰ"
# What follows a title without being a name; "Le" begins one when a capital follows.
_NO_NAME = (
    r"(?!(?:Monsieur|Madame|Mademoiselle|Messieurs|Mesdames|Mme|Mlle|Mr|M|Dr|Pr|Docteur"
    r"|Professeur|Directeur|Directrice|Maire|Ministre|Présidente?|Bonjour|Merci|Bonsoir|Je|J|Nous"
    r"|Vous|Il|Elle|On|Un|Une|Mon|Ma|Mes|Notre|Votre|Comment|Pourquoi|Quel|Quelle|Que|Qui|Où"
    r"|Quand|Pour|Dans|Sur|Avec|Suite|Cordialement|Nom|Prénom|Santé|Plus|Pro|Support|[XYZJ])\b(?![.-])"
    rf"|(?:Le|La|Les)\b(?!\s[{_UPPER}]))"
)
_PARTICLE = r"(?:(?:de la|de|du|des|van der|van|von|der|den|el|ben|del|di|da)\s|d['’])"
# An initial, "Ph.", or a whole word
_WORD = rf"[{_UPPER}](?:[^\W\d_]{{0,2}}\.-?(?=\s?[{_UPPER}])|(?:[^\W\d_]|['’-](?=[^\W\d_]))*+)"
_MORE = rf"(?:(?:{SPACE}{{1,2}}|(?<=[.-])){_PARTICLE}?{_NO_NAME}{_WORD}){{0,4}}"
_TITLE = (
    r"(?:MM?\.|(?:M[rR]|Mmes?|Mll?es?|MME|MLLE|mmes?|mll?es?|mr|Dre?|dr|DR|Dct|Pre?|[Pp]rof|Me)\b\.?"
    r"|(?:[Dd]octeure?|DOCTEUR|[Pp]rofesseure?|[Mm]onsieur|MONSIEUR|[Mm]adame|MADAME|Maître"
    r"|[Mm]ademoiselle|[Mm]['’]appelle)\b)"
)
_TITLES = r"(?:MM\.?|Mmes|mmes|Mlles|Drs|drs|[Dd]octeurs|[Pp]rofesseurs|[Mm]essieurs|[Mm]esdames)"
# "Dossier Patient Informatisé", "patient FHIR": capitals that name no person.
_NO_PATIENT = (
    r"(?!(?:Summary|Service|Informatisé|Santé|Connect|Identity|Portal|Access|Search|Resource|Record|FHIR"
    r"|HAPI|MSSANT[EÉ]|Identifier|SAS|SARL|SA|EURL|Administrat\w+|Admin|Compte"
    r"|SELECT|WHERE|FROM|JOIN|INNER|LEFT|ORDER|GROUP|LIMIT|NULL|VALUES|TABLE|TEST|Test|Ficti(?:f|ve)"
    r"|Inconnue?|RPPS|ADELI|FINESS)\b)"
)
_PATIENT = (
    r"(?:patiente?|(?<!\w\s)Patiente?|née|épouse|[ée]p\b\.?"
    r"|(?:bénéficiaire|assurée?|usager|résidente?|tuteur|tutrice)"
    rf"(?={SPACE}[{_UPPER}]\S{{1,20}}{SPACE}[{_UPPER}]))"
)
_PATIENT_NAME = (
    rf"(?:[{_UPPER}][^\W\d_{_UPPER}]{{2,}}+(?:['’-][{_UPPER}][^\W\d_]++)*+|[{_UPPER}]{{4,}}+)(?!\w)"
)
# "Patient : DUPONT Jean", as a form is copied; one plain word may be anything.
_FIELD = (
    r"(?:[Pp]atiente?|PATIENTE?|(?:[Nn]om|NOM)(?: de famille| de naissance| d['’]usage| du patient"
    r"| de la patiente|(?: et |/| )(?:[Pp]rénom|PRÉNOM|PRENOM))?|[Pp]rénom|[Dd]emandeur"
    r"|[Dd]emandeuse|[Bb]énéficiaire|[Aa]ssurée?"
    r"|[Ii]nterlocut(?:eur|rice)|[Ss]ignataire|[Mm]édecin(?: traitant)?"
    r"|[Pp]raticien(?:ne)?|[Aa]ppelante?|[Rr]eprésentante?|DIRIGEANTE?"
    rf"|[Dd]irigeante?)[\"']?{SPACE}?[:=]{SPACE}?[\"']?"
)
_FAREWELL = (
    r"(?:(?:[Bb]ien )?[Cc]ordialement|CORDIALEMENT|[Cc]dt|[Cc]ordiales salutations|[Bb]ien à vous"
    r"|[Bb]onne (?:journée|réception|soirée)|[Rr]espectueusement)[ ,.!;\n-]{1,6}"
)
_NO_SIGNATURE = (
    r"(?!(?:Service|Support|[EÉ]quipe|Pharmacie|Cabinet|Centre|Clinique|Direction|DSI|CHU?|Société"
    r"|Groupe|Laboratoire|Maison|Hôpital|Pôle|Le|La|Les|L)\b)"
)
_FIELD_NAME = rf"(?:[{_UPPER}]{{4,}}+(?![\w'’])|{_WORD}(?={SPACE}[{_UPPER}][^\W\d_]))"
NAMES = re.compile(
    # "le docteur de Lyon" names a town
    r"(?<!\w)(?!(?:docteure?|professeure?|monsieur|madame|patiente?)\s(?:de|du|des)\s"
    r"|[Pp]atiente?\sd['’])"
    rf"(?:(?P<several>{_TITLES}{SPACE}){_NO_NAME}{_WORD}{_MORE}"
    rf"{SPACE}(?:et|&){SPACE}{_NO_NAME}{_WORD}"
    rf"|(?P<title>{_TITLE}(?:{SPACE}|(?<=\.)){SPACE}?{_PARTICLE}?){_NO_NAME}{_WORD}"
    rf"|(?P<patient>{_PATIENT}{SPACE}{_PARTICLE}?){_NO_NAME}{_NO_PATIENT}{_PATIENT_NAME}"
    rf"|(?P<field>{_FIELD}){_NO_NAME}{_NO_PATIENT}{_FIELD_NAME}"
    # "M Duval": without its point before a longer word
    rf"|(?P<bare>(?<!\d\s)M{SPACE}){_NO_NAME}(?:[{_UPPER}]{{4,}}+|[{_UPPER}][^\W\d_{_UPPER}]{{2,}}+)"
    r"(?!\w)"
    rf"|(?P<farewell>{_FAREWELL}){_NO_NAME}{_NO_SIGNATURE}{_WORD}(?={SPACE}[{_UPPER}][^\W\d_])"
    rf"|(?P<first>[Pp]rénom{SPACE}?:{SPACE}?){_NO_NAME}{_WORD}){_MORE}"
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


def mask_names(text: str) -> str:
    """``[nom]`` in place of every name that a title, a field, a first name or a word tells."""
    text = _CARETS.sub(_hl7, text) if "^" in text else text
    return mask_lower_names(_CAPITALS.sub(_full, NAMES.sub(_name, text)))


def _hl7(match: re.Match[str]) -> str:
    return "[nom]" if match["first"].lower() in FIRST_NAMES else match[0]


def _name(match: re.Match[str]) -> str:
    return f"{match[match.lastgroup or 0]}[nom]"


def _full(match: re.Match[str]) -> str:
    """Mask from a first name on, or the surname in capitals in front of it."""
    words = [(found.start(), found[0]) for found in _TOKEN.finditer(match[0])]
    before = match.string[max(0, match.start() - 20) : match.start()].split()[-1:]
    for at, (start, word) in enumerate(words):
        if word.lower() in PLACES or (before and before[-1].lower() in PLACES):
            return match[0]
        if _first(word) and at + 1 < len(words):
            return match[0][:start] + "[nom]"
        behind = words[at + 1][1] if at + 1 < len(words) else ""
        if word.isupper() and len(word) >= _LEAST_CAPITALS and _first(behind):
            return match[0][:start] + "[nom]"
        before = [word]
    return match[0]


def _first(word: str) -> bool:
    return word.partition("-")[0].lower() in FIRST_NAMES
