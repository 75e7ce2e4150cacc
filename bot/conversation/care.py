"""Whether a message speaks of care that cannot wait, or of somebody in danger.

A hand-over is a letter answered in days: only then is it said whom to call instead.
"""

from __future__ import annotations

from bot.conversation.phrases import folded_words, phrase_pattern

_DANGER = phrase_pattern(
    "appeler le 15, appelle le 15, faire le 15, appeler le 112, appelle le 112, appeler le samu",
    "appelle le samu, urgence vitale, urgences vitales, urgence medicale, pronostic vital",
    "risque vital, detresse vitale, detresse respiratoire, danger de mort, danger vital",
    "personne en danger, quelqu un en danger, vie en danger, suis en danger, vies en danger",
    "arret cardiaque, arret cardio respiratoire, infarctus, crise cardiaque, hemorragie",
    "saigne, saignent, inconscient, inconsciente, perdu connaissance, perd connaissance",
    "ne respire plus, respire plus, respire mal, n arrive plus a respirer, s etouffe, convulse",
    "convulsions, overdose, surdose, empoisonne*, intoxication, noyade, electrocut*",
    "suicid*, en finir avec la vie, mettre fin a mes jours, mettre fin a ses jours, me tuer",
    "se tuer, va mourir, vais mourir, en train de mourir, risque de mourir, mourant, mourante",
    "malaise, douleur thoracique, douleurs thoraciques, douleur a la poitrine, mal a la poitrine",
    "choc anaphylactique, accident grave, grievement, heart attack, is dying, bleeding",
    "not breathing, unconscious",
)
"""One of these is enough."""

_CARE = phrase_pattern(
    "patient*, malade*, blesse*, nourrisson*, bebe*, enfant*, parturiente, femme enceinte",
    "soigner, soigne, operer, bloc operatoire, au bloc, transfusion*, perfusion*, traitement vital",
    "aux urgences, service des urgences, reanimation, soins intensifs, soins critiques, intube*",
    "samu, smur, mon mari, ma femme, mon fils, ma fille, mon pere, ma mere, un proche",
)
_PRESSING = phrase_pattern(
    "urgent*, urgence, urgemment, tout de suite, immediatement, d urgence, vite, asap, right now",
    "attend, attendent, en ce moment, devant moi, de garde, grave, gravement, cette nuit, mourir",
    "en danger, en souffrance, ne peut plus attendre, ne peuvent plus attendre, vie en jeu",
    "tres mal",
)
"""Words of care say it only with one of these: they stand in half of our field's questions."""

_SOFTWARE = phrase_pattern(
    "dossier patient*, dossiers patient*, donnees patient*, identite patient*"
)


def speaks_of_care(text: str) -> bool:
    """Whether ``text`` speaks of care that cannot wait, or of a person in danger.

    Case, accents and punctuation do not matter.
    """
    said = folded_words(text)
    if _DANGER.search(said):
        return True
    cared_for = _SOFTWARE.sub(" ", said)
    return bool(_CARE.search(cared_for) and _PRESSING.search(said))
