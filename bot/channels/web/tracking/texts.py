"""Every sentence of the page of one ticket."""

from __future__ import annotations

from bot.conversation.replies import french
from bot.conversation.replies.dates import moment, spoken_moment
from bot.conversation.replies.ticket_status import name_state

NO_RECEIPT = french(
    "Aucune demande ne correspond à ce numéro et à ce code. Vérifiez-les, s’il vous plaît. Un "
    "nouveau code demandé dans la conversation remplace le précédent."
)
NOT_A_RECEIPT = french(
    "La requête doit être un objet JSON avec « number » et « code », et s’il le faut « action » "
    "(show, write, close, reopen, rate, erase), « id », « text » et « stars » (1 à 5)."
)
_MINUTE = 60


def too_many_tries(seconds: int) -> str:
    """Too many wrong codes."""
    minutes = -(-seconds // _MINUTE)
    wait = "une minute" if minutes <= 1 else f"{minutes} minutes"
    return french(
        f"Trop de codes erronés ont été essayés pour cette demande. Réessayez dans {wait}."
    )


def page(name: str) -> dict[str, str]:
    """The words of the page.

    Args:
        name: of the service.
    """
    return {key: french(text) for key, text in {**_PAGE, "title": f"Suivi – {name}"}.items()}


def stopping_page(name: str) -> dict[str, str]:
    """The words of the page on which an asker stops the mails about a ticket.

    Args:
        name: of the service.
    """
    title = {"title": f"Ne plus recevoir d’e-mails – {name}"}
    return {key: french(text) for key, text in {**_STOPPING, **title}.items()}


_STOPPING = {
    "heading": "Ne plus recevoir d’e-mails",
    "back": "Retour à la conversation",
    "lead": (
        "Les réponses du guichet à cette demande ne vous seront plus envoyées, et l’adresse que "
        "vous aviez laissée sera effacée. La demande elle-même suit son cours."
    ),
    "stop": "Ne plus recevoir ces e-mails",
    "done": (
        "C’est fait : vous ne recevrez plus d’e-mail pour cette demande, et votre adresse est "
        "effacée."
    ),
    "wrong": "Ce lien n’est pas entier. Ouvrez-le depuis l’e-mail, s’il vous plaît.",
    "broken": "Rien n’a pu être changé. Réessayez dans un instant, s’il vous plaît.",
    "follow": "Suivre la demande",
}
_PAGE = {
    "heading": "Suivre une demande",
    "back": "Retour à la conversation",
    "lead": (
        "Saisissez le numéro et le code de suivi reçus quand vous avez transmis votre demande à un "
        "guichet."
    ),
    "number": "Numéro de la demande",
    "number_hint": "Par exemple 2026-00123",
    "code": "Code de suivi",
    "code_hint": "10 lettres et chiffres ; majuscules et espaces ne comptent pas",
    "open": "Voir la demande",
    "lost": (
        "Code perdu ? Dans la conversation où vous avez posé la question, /statut en donne un "
        "autre."
    ),
    "state": "État",
    "desk": "Guichet",
    "opened": "Transmise le",
    "due": "Réponse attendue",
    "opens": "Le guichet est fermé en ce moment : il ouvre",
    "thread": "Échanges",
    "asker": "Vous",
    "bot": "Robot",
    "edited": "modifié",
    "gone": "(texte effacé)",
    "write": "Écrire au guichet",
    "write_hint": "Les identifiants de patients et vos coordonnées sont masqués avant l’envoi.",
    "send": "Envoyer",
    "refresh": "Actualiser",
    "close": "C’est réglé : clore la demande",
    "unsettled": "Ce n’est pas réglé ?",
    "why": "Ce qui reste à régler",
    "reopen": "Rouvrir la demande",
    "follow": "Ouvrir une nouvelle demande, rattachée à celle-ci",
    "rating": "Êtes-vous satisfait de la réponse ? De 1 (pas du tout) à 5 (tout à fait)",
    "rated": "Votre note",
    "rate": "Donner cette note",
    "erasing": "Effacer cette demande",
    "erasing_lead": (
        "Tout ce que vous avez écrit dans cette demande est effacé, chez nous et au guichet (s’il "
        "l’a reçue par e-mail, il lui est demandé de la supprimer), et personne ne peut plus y "
        "répondre."
    ),
    "sure": "Oui, je veux tout effacer",
    "erase": "Effacer",
    "new_receipt": "Votre nouvelle demande",
    "another": "Suivre une autre demande",
}

state = name_state
at = moment
at_in_words = spoken_moment
