"""Every sentence that a person reads on a page, beside those of the conversation itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.conversation import choices
from bot.conversation.command_table import TICKET_COMMANDS, command_names
from bot.conversation.replies import french
from bot.conversation.wording import TO_A_PERSON, WAY

if TYPE_CHECKING:
    from kb.entries import About


def page(about: About, *, tickets: bool = False) -> dict[str, str]:
    """The texts of the chat page before the first message.

    Args:
        about: who answers.
        tickets: whether desks answer in the chat.
    """
    return _all_french(
        {
            "name": about.name,
            "tagline": f"Vos questions à {about.serves}",
            "log": "Conversation",
            "label": "Votre question",
            "placeholder": "Votre question…",
            "hint": "Entrée pour envoyer, Maj + Entrée pour aller à la ligne.",
            "send": "Envoyer",
            "human": _way(tickets=tickets),
            "privacy": "Confidentialité",
            "again": "Nouvelle conversation",
            "keep": "Garder une copie",
            "print": "Imprimer",
            "mail": "Envoyer par courriel",
            "actions": "Autres demandes",
            "close": "Fermer",
            "skip": "Aller à la saisie de votre question",
            "no_script": (
                "La conversation ne peut pas s’ouvrir : elle a besoin de JavaScript. "
                "Activez-le dans les réglages de votre navigateur, puis rechargez la page. "
                "Vous pouvez aussi écrire directement à un guichet de support :"
            ),
            "contacts_link": "voir les guichets et leurs adresses",
        }
    )


def _way(*, tickets: bool) -> str:
    return (TO_A_PERSON if tickets else WAY).label


def script(about: About, *, tickets: bool = False) -> dict[str, str | list[str]]:
    """The texts that the page's script shows during the conversation, and the names it needs.

    ``commands`` are those that become links; what leads to a desk begins with ``desk_data``.
    """
    also = {name for row in TICKET_COMMANDS for name in (row.name, row.alias) if tickets}
    commands = sorted(command_names() | also, key=lambda name: (-len(name), name))
    spoken = {
        **_spoken(about),
        **_of_copies(about),
        **_of_tickets(),
        "human": _way(tickets=tickets),
    }
    return {**spoken, "commands": commands, "desk_data": choices.DESK_DATA}


def _spoken(about: About) -> dict[str, str]:
    return _all_french(
        {
            "you": "Vous",
            "sending": "Envoi en cours…",
            "slow": "C’est plus long que d’habitude…",
            "unsent": "Non envoyé",
            "retry": "Réessayer",
            "change": "Modifier",
            "copy": "Copier",
            "copied": "Copié",
            "not_copied": "Copie refusée par le navigateur",
            "copy_address": "Copier l’adresse",
            "copy_message": "Copier mon message",
            "write": "Écrire un courriel",
            "call": "Appeler le",
            "mail_subject": f"Ma question, posée d’abord à {about.name}",
            "mail_body": "Bonjour,\n\n{question}\n\nCordialement,\n",
            "choices": "Choix proposés",
            "offline": (
                "Votre message n’est pas parti : la connexion ne répond pas. "
                "Vérifiez votre réseau, puis réessayez."
            ),
            "broken": "Votre message n’a pas pu être traité. Réessayez dans un instant.",
            "nothing": "Votre message a été pris en compte.",
            "elsewhere": "Si la panne dure, voyez les guichets et leurs adresses.",
            "new_tab": "(nouvel onglet)",
            "privacy": "Confidentialité",
        }
    )


def _of_copies(about: About) -> dict[str, str]:
    """What stands in a copy of the conversation that somebody takes away."""
    return _all_french(
        {
            "printed": "Échange imprimé le {date}",
            "kept_subject": f"Mon échange avec {about.name}, {{date}}",
            "kept_paste": (
                "Collez ici votre échange : il est trop long pour un lien et vient d’être copié."
            ),
            "kept_cut": "(Le début de l’échange est trop long pour être repris ici.)",
        }
    )


def _of_tickets() -> dict[str, str]:
    """What the page says of a question that a desk has."""
    return _all_french(
        {
            "receipt": "Suivi de votre demande",
            "receipt_number": "Numéro",
            "receipt_code": "Code",
            "receipt_copy": "Copier le numéro et le code",
            "receipt_page": "Ouvrir la page de suivi",
            "waits": (
                "Vos messages vont au guichet « {desk} » (n°\u00a0{number}) ; le robot se tait."
            ),
            "held": (
                "Une personne du guichet « {desk} » vous répond ici (n°\u00a0{number}) ; le robot "
                "se tait."
            ),
            "aside": (
                "Le robot répond jusqu’à {until} ; la demande n°\u00a0{number} reste au guichet "
                "« {desk} »."
            ),
            "ask_aside": "Autre question",
        }
    )


def embed(about: About) -> dict[str, str]:
    """The texts of the button that other sites embed."""
    return _all_french(
        {
            "open": f"Ouvrir l’assistance {about.name}",
            "close": f"Fermer l’assistance {about.name}",
            "title": f"Assistance {about.name}",
            "button": "Une question ?",
            "button_close": "Fermer",
        }
    )


def contacts(about: About) -> dict[str, str]:
    """The page of the desks, for who cannot use the chat."""
    return _all_french(
        {
            "title": f"Les guichets – {about.name}",
            "heading": "À qui s’adresser",
            "back": "Retour à la conversation",
        }
    )


def missing(about: About, said: str) -> dict[str, str]:
    """The page of an address that leads nowhere.

    Args:
        about: who answers.
        said: what is wrong with the address.
    """
    return _all_french(
        {
            "title": f"{said.rstrip('.')} – {about.name}",
            "heading": said.rstrip("."),
            "back": "Retour à la conversation",
            "instead": "Vous pouvez poser votre question dans la conversation, ou",
            "contacts_link": "voir les guichets et leurs adresses",
        }
    )


NO_SESSION = french(
    "Votre session n’est pas reconnue. Commencez une nouvelle conversation, s’il vous plaît."
)
NOT_JSON = french("Le corps de la requête n’est pas du JSON lisible en UTF-8.")
NOT_A_MESSAGE = french(
    "La requête doit être un objet JSON avec « id » (1 à 64 lettres, chiffres, tirets ou "
    "soulignés) et soit « text », soit « choice »."
)
NOT_A_NUMBER = french("« after » doit être le numéro du dernier message que vous avez reçu.")
NOT_JSON_TYPE = french("L’en-tête Content-Type doit être application/json.")
TOO_SLOW = french("La requête est arrivée trop lentement. Réessayez.")
ID_USED = french(
    "Cet identifiant a déjà servi pour un autre message de cette conversation : rien n’a été fait. "
    "Renvoyez le message avec un « id » nouveau."
)
TOO_LONG = french(
    "Votre message est trop long pour être traité. Résumez votre question en quelques phrases."
)
BROKEN = french(
    "Un incident technique nous empêche de vous répondre. Réessayez dans quelques instants."
)
FULL = french("Trop de demandes arrivent en ce moment. Réessayez dans quelques instants.")
NOT_FOUND = french("Cette page n’existe pas.")
NOT_ALLOWED = french("Cette adresse n’accepte pas ce type de requête.")
WRONG_HOST = french("Ce service ne répond pas sous ce nom.")
NO_METRICS = french("Ces mesures demandent un jeton d’accès.")


def too_many(seconds: int) -> str:
    """Too many messages in too little time."""
    wait = "une seconde" if seconds <= 1 else f"{seconds} secondes"
    return french(f"Vous écrivez plus vite que je ne réponds. Réessayez dans {wait}.")


def documentation_page(about: About) -> dict[str, str]:
    """The frame of the documentation."""
    return _all_french(
        {
            "title": f"Interface de programmation – {about.name}",
            "heading": f"{about.name} : l’interface de programmation",
            "back": "Retour à la conversation",
        }
    )


def _all_french(texts: dict[str, str]) -> dict[str, str]:
    return {name: french(text) for name, text in texts.items()}
