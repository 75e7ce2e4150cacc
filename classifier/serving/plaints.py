"""Messages that are never told "not for us": somebody waits, or looks for a desk's contact.

Who waits for a reply, whose file is stuck or who meets an outage often names nothing, and writes
much as people do of other services. Such a message is not declined where all of its words stand in
the messages of one desk: whoever speaks of something else names it with a word that no desk hears.
The same holds for a few words that ask for the contact of a desk by its name, and for a file or an
account of which nothing else is said.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kb.folding import fold

if TYPE_CHECKING:
    from collections.abc import Sequence

    from classifier.decision import Target
    from classifier.serving.ranker import ReadWord

ENOUGH = 0.75
"""Least share of a message's idf in words of one desk's messages; anger has words of its own."""

BRIEF = 14
"""Words of a message that may name nothing; a longer one says what it is about."""

BARE = 3
"""Words of a message that names a file or an account, and not of which service."""

FEW = 5
"""Words of a message that asks for a contact and nothing else."""

_NO_REPLY = (
    r"\b(?:pas|jamais|aucune?|personne|sans|zero|toujours|nul|nobody|no|never)\b"
    r".{0,25}\b(?:repon\w+|retours?|nouvelles?|decroch\w+|suite|answer\w*|repl\w+)\b",
    r"\b(?:repond\w*|decroch\w*|rappel\w*) (?:pas|plus|jamais)\b",
    r"\b(?:injoignables?|abonnes absents|relances? sans)\b",
)
_STUCK = (
    r"\b(?:dossier|demande|candidature|ticket|compte|certificat|label|file|request)s?\b"
    r".{0,25}\b(?:bloque\w*|attente|stuck|pending|dort|perdue?|(?:avance|bouge|marche) p\w+)\b",
    r"\b(?:debloquer|deblocage)\b.{0,15}\b(?:dossier|demande|candidature|compte)\b",
    r"\b(?:j|nous|on) (?:attends?|attendons)\b",
)
_OUTAGE = (
    r"\b(?:marche|fonctionne)(?:nt)? (?:pas|plus)\b",
    r"\b(?:en panne|hs|down|plantee?s?|inaccessibles?|indisponibles?|est tombee?s?)\b",
)
_UNSETTLED = (
    r"\b(?:pas|plus|jamais|not|never|isn t|still no)\b.{0,12}\b(?:reven\w+|retabli\w*|repar\w+"
    r"|regle\w*|resolu\w*|debloqu\w*|arrive\w*|recue?s?|ouver\w+|ouvre\w*|accept\w+|valid\w+|credit\w+"
    r"|verse\w*|back|fixed|solved|arrived|received|working|opening|paid)\b",
)
"""News of what has not happened, in the words of news that all is well."""

_WAITS = re.compile("|".join((*_NO_REPLY, *_STUCK, *_OUTAGE, *_UNSETTLED)))
_NAMELESS = re.compile(
    r"\b(?:dossiers?|demandes?|candidatures?|tickets?|comptes?|acces|identifiants?|mots? de passe"
    r"|mdp|formulaires?|reclamations?|inscriptions?|connexions?|certificats?|accounts?|password"
    r"|problemes?|erreurs?|bugs?|pannes?|incidents?|anomalies?|error|issue)\b"
)
"""What everybody has with every service."""

_OF_SOMEBODY = re.compile(
    r"\b(?:il|elle|ils|elles|mari|femme|epouse?|pere|mere|papa|maman|fils|fille|bebe|enfants?"
    r"|ado|voisine?|patiente?|dame|monsieur|medecin|docteur|secours|samu|pompiers|15|112)\b"
)
"""Somebody who does not answer may be in danger: that is another matter."""

_CONTACT = re.compile(
    r"\b(?:contact\w*|mails?|e ?mails?|courriels?|telephones?|tel|joindre|numeros?|coordonnees"
    r"|hotline|assistance|support|ecrire|appeler|adresse)\b"
)


class Plaints:
    """Knows the messages that are not declined.

    Args:
        targets: the C targets of the model, the desks among them.
    """

    def __init__(self, targets: Sequence[Target]) -> None:
        desks = [(n, target.id) for n, target in enumerate(targets) if target.kind == "desk"]
        self._columns = [n for n, _ in desks]
        self._names = {word for _, name in desks for word in _words(name)}

    def holds(self, text: str, words: Sequence[ReadWord]) -> bool:
        """Whether a message is of that kind.

        Args:
            text: the message.
            words: its words as the ranker reads them.
        """
        said = " ".join(_words(text))
        if _WAITS.search(said) and len(words) <= BRIEF and not _OF_SOMEBODY.search(said):
            return self._heard(words) >= ENOUGH
        if len(words) <= BARE and _NAMELESS.search(said):
            return self._heard(words) >= 1.0
        names = {*said.split(), said.replace(" ", "")}
        few = len(words) <= FEW and _CONTACT.search(said) and not names.isdisjoint(self._names)
        return bool(few) and self._heard(words) >= 1.0

    def _heard(self, words: Sequence[ReadWord]) -> float:
        """The largest share (0 to 1) of a message's idf in words that one desk's messages hold."""
        whole = sum(word.idf for word in words)
        known = [(word.idf, word.classes) for word in words if word.row >= 0]
        of_desks = [sum(idf for idf, held in known if held[n]) for n in self._columns]
        return max(of_desks, default=0.0) / whole if whole else 0.0


def _words(text: str) -> list[str]:
    return re.findall(r"[a-z0-9]+", fold(text))
