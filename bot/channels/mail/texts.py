"""The sentences of the mails that desks receive."""

from __future__ import annotations

import re

MARKER = "## Répondez au-dessus de cette ligne ##"
"""Above it stands what is new in an answer; short, so that no client breaks it in two."""

END = "## Fin du message ##"
MARKER_LINE = re.compile(
    r"[\s>#*|_-]*R[ée]pondez au-dessus de cette ligne[\s#*|_-]*", re.IGNORECASE
)
END_LINE = re.compile(r"[\s>#*|_-]*Fin du message[\s#*|_-]*", re.IGNORECASE)

HOW_TO_ANSWER = (
    "Pour répondre\u00a0: répondez à ce message comme à n’importe quel autre. Ce que vous écrivez "
    "au-dessus de la ligne repère est remis tel quel à la personne, dans la conversation où elle a "
    "posé sa question."
)
HOW_TO_END = (
    "Pour clore la demande\u00a0: écrivez «\u00a0clore\u00a0» seul sur la première ligne de votre "
    "réponse, ou «\u00a0clore réponse manquante\u00a0» si aucune fiche publiée ne répond à cette "
    "question. Pour la confier à un autre guichet\u00a0: écrivez «\u00a0transférer\u00a0» et "
    "l’identifiant du guichet sur la première ligne, par exemple "
    "«\u00a0transférer {desk}\u00a0»."
)
EDITED = "La personne a corrigé son message. Il se lit désormais ainsi\u00a0:"
WITHDRAWN = "La personne a retiré l’un de ses messages."
_MEGABYTE = 1_000_000
ATTACHMENTS = "Pièces jointes à demander au guichet, car elles ne sont pas transmises ici\u00a0:"


def size_in_words(size: int) -> str:
    """A number of bytes as people read it."""
    if size < _MEGABYTE:
        return f"{max(1, round(size / 1000))}\u00a0ko"
    return f"{size / _MEGABYTE:.1f}\u00a0Mo".replace(".", ",")
