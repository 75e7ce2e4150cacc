"""Every sentence and label on the pages of the tickets."""

from __future__ import annotations

from bot.channels.web.bureau.formats import NBSP

STATES = {
    "open": "nouvelle",
    "held": "à répondre",
    "waiting": "réponse envoyée",
    "closed": "terminée",
    "erased": "effacée",
}

CASES = {
    "title": "Demandes",
    "heading": "Demandes",
    "number": "Numéro",
    "state": "État",
    "live": "en cours",
    "every": "toutes",
    "desk": "Guichet",
    "opened": "Ouverte le",
    "due": "Réponse promise",
    "none": "Aucune demande de cet état.",
    "unknown": "Aucune demande de ce numéro dans vos guichets.",
    "caption": "Les demandes, la plus récente d’abord",
}

CASE = {
    "desk": "Guichet",
    "state": "État",
    "opened": "Ouverte le",
    "due": "Réponse promise",
    "whose": "Suivie par",
    "nobody": "personne",
    "thread": "Ce qui a été dit",
    "asker": "La personne",
    "desk_said": "Le guichet",
    "bot": "Le service",
    "internal": "note interne",
    "gone": "Ce message a été retiré ou effacé.",
    "files": "Pièces jointes",
    "write": "Répondre",
    "text": "Votre message",
    "send": "Envoyer à la personne",
    "note": "Garder comme note interne",
    "masked": "Ce qui identifie un patient est masqué avant l’envoi.",
    "act": "Suite à donner",
    "take": "Prendre la demande",
    "release": "La rendre à l’équipe",
    "close": "Terminer la demande",
    "missing": "Réponse manquante\u00a0: aucune fiche publiée ne répond à cette question",
    "was_missing": "réponse manquante",
    "colleague": "Collègue",
    "assign": "Confier",
    "other": "Autre guichet",
    "transfer": "Transférer",
    "events": "Ce qui s’est passé",
    "back": "Retour aux demandes",
}

DONE = {
    "repondre": "Le message est enregistré.",
    "prendre": "La demande est à vous.",
    "rendre": "La demande est de nouveau à toute l’équipe.",
    "assigner": "La demande est confiée.",
    "transferer": "La demande est transférée.",
    "clore": "La demande est terminée.",
    "rien": (
        "Rien n’a été fait\u00a0: la demande a changé entre-temps, ou il manquait quelque chose."
    ),
}

EVENTS = {
    "opened": "ouverte",
    "taken": "prise",
    "released": "rendue à l’équipe",
    "assigned": "confiée",
    "asked": "message de la personne",
    "answered": "réponse du guichet",
    "transferred": "transférée",
    "set_aside": "mise de côté par la personne",
    "prepared": "réponse publiée choisie",
    "consented": "coordonnées montrées par la personne",
    "refused": "fichier trop volumineux, non transmis",
    "announced": "annoncée avec d’autres, le sujet suit",
    "reminded": "rappel au guichet",
    "warned": "fin annoncée à la personne",
    "closed": "terminée",
    "reopened": "rouverte",
    "rating_asked": "avis demandé à la personne",
    "rated": "notée",
    "erased": "effacée",
}


def case_of(number: str) -> str:
    """The heading of the page of a ticket."""
    return f"Demande n°{NBSP}{number}"
