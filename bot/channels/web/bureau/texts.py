"""Every sentence and label that somebody reads in the bureau."""

from __future__ import annotations

import math

FIRST = {
    "title": "Bureau",
    "heading": "Le bureau n’a pas encore de compte",
    "why": "Les chiffres et les demandes ne se montrent qu’aux personnes qui ont un compte.",
    "how": "La personne qui exploite le service en crée un, sur la machine où il tourne\u00a0:",
    "command": "aiguilleur accounts add NOM --role admin",
    "then": "La commande affiche un lien à ouvrir une seule fois, pour choisir son mot de passe.",
}

LOGIN = {
    "title": "Connexion au bureau",
    "heading": "Connexion au bureau",
    "name": "Nom du compte",
    "password": "Mot de passe",
    "send": "Se connecter",
    "lost": (
        "Mot de passe oublié\u00a0? Demandez un nouveau lien à la personne qui exploite le service."
    ),
}

WRONG = "Le nom ou le mot de passe ne convient pas."

EXPIRED = {
    "title": "Lien périmé",
    "heading": "Ce lien ne peut plus servir",
    "why": "Il a déjà servi, ou il a plus de 24\u00a0heures. Demandez-en un nouveau.",
}

DENIED = {
    "title": "Page réservée",
    "heading": "Votre compte n’ouvre pas cette page",
    "why": (
        "Demandez à la personne qui gère les comptes si vous devez y avoir accès. Si vous veniez "
        "d’envoyer un formulaire, revenez en arrière, rechargez la page et recommencez."
    ),
    "back": "Retour au tableau",
}

MENU = {
    "./": "Tableau",
    "fiches": "Fiches",
    "guichets": "Guichets",
    "revoir": "À revoir",
    "controles": "Contrôles",
    "propositions": "Propositions",
    "demandes": "Demandes",
    "exports": "Exports",
    "comptes": "Comptes",
}


def invitation(name: str) -> dict[str, str]:
    """The page on which who is invited chooses a password."""
    return {
        "title": "Choisir un mot de passe",
        "heading": f"Bienvenue, {name}",
        "why": (
            "Choisissez un mot de passe d’au moins 12\u00a0caractères. Une suite de plusieurs mots "
            "convient très bien."
        ),
        "password": "Mot de passe",
        "send": "Enregistrer et entrer",
    }


def wait(seconds: float) -> str:
    """That too many tries failed."""
    minutes = math.ceil(seconds / 60)
    time = f"{math.ceil(seconds)}\u00a0secondes" if seconds < 60 else f"{minutes}\u00a0minutes"  # noqa: PLR2004 - a minute
    return f"Trop d’essais ont échoué. Attendez {time}, puis réessayez."


BOARD = {
    "title": "Tableau",
    "heading": "Tableau",
    "episodes": "conversations",
    "people": "personnes",
    "messages": "messages",
    "resolved": "Réglé sans passer par une personne",
    "between": "entre ce qui est confirmé et ce qui est confirmé ou supposé",
    "confirmed": "Confirmé",
    "supposed": "Confirmé ou supposé",
    "outcomes": "Ce que les conversations sont devenues",
    "outcome": "Issue",
    "number": "Nombre",
    "share": "Part",
    "days": "Conversations par jour et par issue",
    "weeks": "Conversations par semaine et par issue",
    "months": "Conversations par mois et par issue",
    "hours": "Conversations par heure de la journée (heure de Paris)",
    "day": "Jour",
    "week": "Semaine du",
    "month": "Mois",
    "hour": "Heure",
    "channels": "Par canal",
    "channel": "Canal",
    "table": "Les mêmes chiffres en tableau",
    "total": "Total",
    "human": "Première réponse d’une personne",
    "median": "Délai médian, en heures d’ouverture",
    "kept": "Promesses tenues",
    "overdue": "Demandes en retard",
    "tickets": "Demandes ouvertes dans la période",
}

OUTCOME_NOTES = {
    "transmis": "un guichet ou une personne a pris le relais",
    "recontacté": "revenue pour le même sujet dans les sept jours",
    "sans réponse": "aucune réponse publiée, et pas de demande ouverte",
    "refusé": "la personne a dit que cela n’aidait pas",
    "hors sujet": "ne concernait pas le service",
    "trop tôt": "moins de sept jours\u00a0: cela peut encore changer",
    "confirmé": "la personne a dit que cela aidait",
    "abandonné": "choix proposé et jamais fait, ou message non compris",
    "supposé": "réponse directe, et aucun signe depuis",
}

ENTRIES = {
    "title": "Fiches",
    "heading": "Fiches",
    "caption": "Conversations par fiche montrée en dernier",
    "name": "Fiche",
    "wrong": "Fausses au contrôle",
    "answer": "La réponse publiée",
    "became": "Ce que ces conversations sont devenues",
    "back": "Retour aux fiches",
}

DESKS = {
    "title": "Guichets",
    "heading": "Guichets",
    "caption": "Conversations par guichet montré en dernier",
    "name": "Guichet",
    "handled": "Demandes ouvertes dans la période",
    "tickets": "Demandes",
    "median": "Délai médian",
    "kept": "Promesses tenues",
    "overdue": "En retard",
    "away": "Mauvais guichet, au moins",
    "explain": (
        "Le délai de la première réponse est compté en heures d’ouverture. Une demande transférée "
        "était arrivée au mauvais guichet\u00a0; il y en a d’autres, que personne n’a transférées."
    ),
}

LEAVES = {
    "label": "Suite de la liste",
    "before": "← Précédentes",
    "after": "Suivantes →",
    "rows": "lignes",
    "to": "à",
}

FILTER = {
    "since": "Du",
    "until": "Au",
    "channel": "Canal",
    "all": "tous",
    "send": "Afficher",
    "empty": "Aucune conversation dans cette période.",
}

PEOPLE = {
    "title": "Comptes",
    "heading": "Comptes",
    "name": "Nom",
    "role": "Rôle",
    "state": "État",
    "active": "actif",
    "invited": "invitation à utiliser",
    "closed_state": "fermé",
    "add": "Ajouter un compte",
    "desks": "Guichets pour lesquels un agent répond",
    "send": "Ajouter et obtenir le lien",
    "invite": "Nouveau lien",
    "close": "Fermer",
    "link": "Lien à transmettre, valable une fois et 24\u00a0heures, pour",
    "taken": "Ce nom est déjà pris, ou ne convient pas. Choisissez-en un autre.",
    "unknown": "Ce compte n’existe pas.",
    "no_role": "Choisissez un rôle dans la liste.",
    "yourself": "Vous ne pouvez pas fermer votre propre compte.",
    "closed": "Le compte est fermé, et ses connexions sont terminées.",
}

FRAME = {
    "skip": "Aller au contenu",
    "menu": "Pages du bureau",
    "out": "Se déconnecter",
    "broken": "La promesse sur les erreurs est rompue.",
    "more": "Voir les contrôles",
}

EXPORTS = {
    "title": "Exports",
    "heading": "Exports",
    "what": "Quoi",
    "format": "Format",
    "texts": "Avec ce que les personnes ont écrit (masqué)",
    "send": "Télécharger",
    "why": (
        "Un fichier CSV s’ouvre dans un tableur, un fichier JSONL ou Parquet se lit par programme. "
        "Aucun ne nomme une personne ni une conversation, et chaque export est noté dans le "
        "journal."
    ),
    "no_parquet": (
        "Le format Parquet n’est pas disponible\u00a0: il demande un complément, que la personne "
        "qui exploite le service installe sur sa machine avec la commande"
    ),
    "turns": "messages",
    "episodes": "conversations",
    "labels": "jugements",
    "tickets": "demandes",
}

KINDS = {
    "answer": "Réponses directes",
    "route": "Orientations vers un guichet",
    "decline": "Messages écartés",
    "chosen": "Réponse proposée au choix, puis choisie",
}

CONTROLS = {
    "title": "Contrôles",
    "heading": "La promesse sur les erreurs",
    "why": (
        "Des réponses directes sont tirées au hasard, puis jugées par des personnes qui ne voient "
        "pas ce que le modèle en pensait. Voici ce que ces jugements disent de la promesse."
    ),
    "promised": "Promis\u00a0: au plus",
    "wrong": "d’erreurs",
    "judged": "Erreurs constatées",
    "missing": "À juger",
    "overdue": "Jamais jugées (plus de 14\u00a0jours, ou pas sûr)",
    "unknown": "Sans réponse publiée",
    "curve": "Indices contre la promesse, jugement après jugement (alerte à 20)",
    "judge": "Juger les réponses tirées",
    "waiting": "en attente",
    "broken": (
        "Promesse rompue\u00a0: ces réponses sont désormais proposées au choix au lieu d’être "
        "données, jusqu’à ce qu’un autre modèle soit en service."
    ),
    "many_unknown": (
        "Les messages auxquels rien de publié ne répond sont plus nombreux que prévu "
        "(UNKNOWN_SHARE)\u00a0: la promesse vaut pour moins de trafic qu’elle ne le dit."
    ),
    "table": "Les valeurs de la courbe",
    "label": "Jugement",
    "value": "Indice",
}

JUDGE = {
    "title": "Juger une réponse",
    "heading": "Juger une réponse",
    "none": "Il n’y a rien à juger pour le moment.",
    "message": "Le message reçu",
    "done": "Ce que le service a fait",
    "ask": "Était-ce la bonne chose à faire\u00a0?",
    "right": "Oui",
    "wrong": "Non",
    "unsure": "Je ne sais pas",
    "unknown": "Aucune réponse publiée ne répond à ce message",
    "left": "réponses à juger, celle-ci comprise",
    "back": "Retour aux contrôles",
    "moved": "Ce que votre dernier jugement a changé",
}
