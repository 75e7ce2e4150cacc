"""What the pages of proposals say."""

from __future__ import annotations

import math

from kb.wording import MANNER_NAMES

LIST = {
    "title": "Propositions",
    "heading": "Propositions",
    "why": (
        "Une proposition ajoute des questions ou une fiche à la base. Son effet se voit avant sa "
        "publication, et une publication se retire en un geste."
    ),
    "caption": "Propositions, les plus récentes d’abord",
    "what": "Ce qui est ajouté",
    "state": "État",
    "at": "Modifiée",
    "none": "Aucune proposition pour le moment.",
    "new": "Nouvelle proposition",
    "start": "Commencer",
    "kind": "Ce qu’il faut ajouter",
    "unnamed": "à compléter",
    "unknown": "Cette proposition n’existe pas.",
}

KINDS = {
    "wording": "Des façons de demander une fiche qui existe",
    "entry": "Une nouvelle fiche",
    "desk": "Des messages pour un guichet",
    "outside": "Des messages qui ne nous concernent pas",
}

SHORT_KINDS = {
    "wording": "Questions",
    "entry": "Nouvelle fiche",
    "desk": "Guichet",
    "outside": "Hors sujet",
}

STATES = {
    "draft": "brouillon",
    "checking": "contrôle en cours",
    "refused": "refusée",
    "checked": "contrôlée",
    "published": "publiée",
    "reverted": "retirée",
}

FORM = {
    "title": "Propositions",
    "target_wording": "Fiche",
    "target_desk": "Guichet",
    "target_outside": "Famille de messages",
    "choose": "choisir…",
    "title_field": "Titre de la fiche (la question, telle qu’on la poserait)",
    "answer": "Réponse",
    "answer_hint": (
        "Du texte simple, 1\u202f500\u00a0caractères au plus\u00a0; une ligne qui commence par "
        "« -\u00a0» fait une liste."
    ),
    "from_desk": "Reprise de la réponse d’un guichet\u00a0: ôtez-en ce qui touche une personne.",
    "sources": "Réponses publiées qu’elle remplace (vide\u00a0: aucune)",
    "desk": "Guichet qui prend la suite",
    "any_desk": "aucun en particulier",
    "theme": "Dossier de rangement",
    "wordings": "Questions, une par ligne",
    "wordings_hint": (
        "Gardez les mots des personnes. Réécrivez ce qui est masqué, comme [NOM]\u00a0: une "
        "question publiée ne nomme personne."
    ),
    "manner": "Comment ces questions sont dites",
    "nobody_named": "J’ai relu\u00a0: ces textes ne nomment ni ne désignent personne.",
    "more": "Réglages facultatifs",
    "check": "Contrôler",
    "check_why": "Le contrôle montre ce que la proposition changerait\u00a0; rien n’est publié.",
    "again": "Contrôler à nouveau",
    "edit": "Modifier la proposition",
    "came_from": "Messages à l’origine de la proposition",
    "gone": "texte effacé",
    "back": "Retour aux propositions",
    "full": "Contrôle complet",
}

CHECKING = {
    "what": "Contrôle en cours",
    "why": "La page se met à jour toute seule\u00a0; vous pouvez la quitter et y revenir.",
    "then": "Après ce contrôle complet, la proposition sera publiée.",
    "stage": "Étape",
    "elapsed": "Depuis",
    "left": "Reste environ",
    "unknown": "trop tôt pour le dire",
    "quick": "Contrôle rapide\u00a0: quelques secondes d’ordinaire.",
}

STAGES = {
    "content": "relecture de la base",
    "training": "préparation du modèle",
    "cross-validation": "entraînement",
    "fit": "fin de l’entraînement",
    "replay": "les messages des quatre dernières semaines",
}

CHECK = {
    "wordings": "Questions ajoutées",
    "answer": "Réponse de la fiche",
    "refused": "La proposition est refusée",
    "place": "Où",
    "problem": "Ce qui ne va pas",
    "see": "Voir",
    "notes": "À savoir (n’empêche pas de publier)",
    "found": "Ce que le contrôle a montré",
    "quick": (
        "Contrôle rapide\u00a0: seule la fiche touchée et ses voisines ont été réapprises, sans "
        "les mots nouveaux. Avant la publication, tout sera réappris et contrôlé."
    ),
    "full": "Contrôle complet\u00a0: le service a tout réappris, avec la proposition.",
    "gate": "Bonnes réponses aux questions déjà connues, écart en points",
    "points": "sur",
    "shared": "questions",
    "replayed": "Messages récents essayés à nouveau",
    "judged": "Dont la réponse attendue est connue",
    "emptied": "Messages au texte effacé, non essayés",
    "gained": "Réponses directes gagnées",
    "lost": "Réponses directes perdues",
    "other": "Autre réponse qu’avant",
    "broken": "Réponses jugées justes qui ne le seraient plus",
    "seconds": "Durée",
    "memory": "Mémoire",
    "flips": "Ce qui changerait dans les réponses",
    "flipped": "Ce que la publication devait changer dans les réponses",
    "no_flips": "Aucune réponse aux messages des quatre dernières semaines ne changerait.",
    "listed": "Seules les premières sont montrées.",
    "message": "Message",
    "before": "Aujourd’hui",
    "after": "Avec la proposition",
    "words": "Par les mots",
    "gone": "texte effacé",
}

JUDGED = {"broken": "jugé juste, ne le serait plus", "mended": "jugé faux, serait juste"}

ACTIONS = {
    "answer": "répond",
    "route": "oriente vers",
    "clarify": "propose un choix",
    "unanswered": "dit n’avoir pas de réponse",
    "decline": "écarte",
}

PUBLISH = {
    "heading": "Publier",
    "why": (
        "La proposition est ajoutée à la base et sert aussitôt\u00a0; rien d’autre n’y change. Une "
        "publication se retire en un geste."
    ),
    "reason": "Pourquoi publier quand même",
    "send": "Publier",
    "admin": "Une personne qui administre peut la publier.",
    "patch": "Télécharger le correctif",
    "patch_why": (
        "La base se change ailleurs (KB_WRITE=patch)\u00a0: appliquez ce correctif là où elle est "
        "tenue, puis faites recharger le service."
    ),
    "no": (
        "Publier est désactivé ici (KB_WRITE=no). Faites ajouter ces lignes par la personne qui "
        "tient la base, ou demandez KB_WRITE=files ou KB_WRITE=patch à qui exploite le service."
    ),
    "revert": "Retirer la publication",
    "revert_why": (
        "Tout redevient comme avant la publication, et les questions d’origine sont de nouveau à "
        "revoir."
    ),
    "published": "La proposition est publiée et servie.",
    "doubt": "Si elle ne convient pas",
    "reverted": "La publication a été retirée.",
    "because": "Raison donnée",
    "ask": "Essayer dans la conversation",
    "entry": "Voir la fiche",
}

SAID = {
    "publiee": PUBLISH["published"],
    "retiree": PUBLISH["reverted"],
    "enregistree": "La proposition est enregistrée.",
}


PAGE = {
    "states": STATES,
    "short_kinds": SHORT_KINDS,
    "manners": MANNER_NAMES,
    "checking": CHECKING,
    "stages": STAGES,
    "found_texts": CHECK,
    "publishing": PUBLISH,
}
"""What the page of one proposal takes its words from."""


def heading_of(number: int) -> str:
    """The heading of a proposal's page."""
    return f"Proposition n°\u00a0{number}"


def refusal(message: str) -> str:
    """Why something was not done."""
    whole = message[:1].upper() + message[1:]
    return whole if whole.endswith(".") else f"{whole}."


def duration(seconds: float) -> str:
    """A time: ``12 s`` or ``3 min``."""
    if seconds < 100:  # noqa: PLR2004 - as people say it
        return f"{math.ceil(seconds)}\u00a0s"
    return f"{math.ceil(seconds / 60)}\u00a0min"
