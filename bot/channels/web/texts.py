"""Every sentence that a person reads on a page, beside those of the conversation itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.conversation import choices
from bot.conversation.command_table import command_names
from bot.conversation.replies import french
from bot.conversation.wording import WAY

if TYPE_CHECKING:
    from kb.entries import About


def page(about: About) -> dict[str, str]:
    """The texts of the chat page before the first message."""
    return _all_french(
        {
            "name": about.name,
            "tagline": f"Vos questions à {about.serves}",
            "log": "Conversation",
            "label": "Votre question",
            "placeholder": "Votre question…",
            "hint": "Entrée pour envoyer, Maj + Entrée pour aller à la ligne.",
            "send": "Envoyer",
            "human": WAY.label,
            "privacy": "Confidentialité",
            "again": "Nouvelle conversation",
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


def script(about: About) -> dict[str, str | list[str]]:
    """The texts that the page's script shows during the conversation, and the names it needs.

    ``commands`` are those that become links; what leads to a desk begins with ``desk_data``.
    """
    commands = sorted(command_names(), key=lambda name: (-len(name), name))
    return {**_spoken(about), "commands": commands, "desk_data": choices.DESK_DATA}


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
            "human": WAY.label,
            "privacy": "Confidentialité",
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


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the documentation of the API: prose, then a sample."""

    heading: str
    prose: tuple[str, ...]
    sample: str = ""


def _section(heading: str, *prose: str, sample: str = "") -> Section:
    return Section(french(heading), tuple(french(text) for text in prose), sample)


_CALLS = (
    _section(
        "1. Ouvrir une session",
        "La réponse contient un jeton. Il désigne la conversation : gardez-le pour vous et "
        "envoyez-le avec chaque message dans l’en-tête Authorization.",
        sample='POST /api/sessions\n\n200\n{"session": "…"}',
    ),
    _section(
        "2. Envoyer un message",
        "Le champ « id » est choisi par vous, différent pour chaque message. Si le réseau "
        "coupe, renvoyez le message avec le même « id » : il ne sera compté qu’une fois.",
        "Donnez « text » pour une question ou une commande (/start, /contacts), ou « choice » "
        "avec la valeur « data » d’un bouton reçu. Une réponse sans paragraphe ni bouton "
        "veut dire qu’il n’y a rien à afficher. « contacts » donne les guichets dont l’adresse "
        "figure dans la réponse.",
        sample=(
            "POST /api/messages\nAuthorization: Bearer …\nContent-Type: application/json\n\n"
            '{"id": "m-1", "text": "…"}\n\n200\n'
            '{"number": 12,\n'
            ' "paragraphs": [{"text": "…", "strong": true}],\n'
            ' "buttons": [{"label": "…", "data": "…", "url": ""}],\n'
            ' "contacts": [{"name": "…", "email": "…", "phone": "…"}]}'
        ),
    ),
    _section(
        "3. Lire la suite",
        "Une réponse peut arriver plus tard que la requête. Donnez dans « after » le numéro du "
        "dernier message que vous avez montré : la réponse contient ce qui a été dit depuis ; "
        "s’il n’y a rien, elle attend jusqu’à 25 secondes. Sans « after », vous recevez aussitôt "
        "la conversation telle qu’elle est conservée, ses 200 derniers messages au plus.",
        "« author » vaut « person » pour ce que la personne a écrit (« text », où les données "
        "personnelles sont masquées) ou choisi (« choice »), et « service » pour une réponse. Un "
        "numéro 0 désigne un message qui n’est pas conservé.",
        sample=(
            "GET /api/messages?after=12\nAuthorization: Bearer …\n\n200\n"
            '{"messages": [{"number": 15, "author": "service", "text": "", "choice": "",\n'
            '  "at": "2026-11-24T22:36:00+00:00", "paragraphs": […], "buttons": […], '
            '"contacts": […]}]}'
        ),
    ),
    _section(
        "Erreurs et limites",
        "Toute erreur est un objet JSON : « error » est un code stable, « message » une phrase "
        "à montrer.",
        "400 : le JSON est illisible. 401 : la session est inconnue. 408 : la requête est arrivée "
        "trop lentement. 413 : le message est trop "
        "long. 415 : le type de contenu n’est pas JSON. 422 : un champ manque ou ne convient "
        "pas. 429 : trop de messages ; attendez le temps donné par Retry-After. 503 : un "
        "incident ; renvoyez le même message un peu plus tard.",
    ),
    _section(
        "Montrer la conversation sur un autre site",
        "Ajoutez une ligne à la page. Le site doit figurer parmi les origines autorisées par "
        "l’exploitant de ce service ; ailleurs, le navigateur refuse l’affichage.",
        "Trois attributs sont facultatifs : la couleur du bouton et de la conversation (six "
        "chiffres hexadécimaux), son libellé, et le côté où il se tient (« left » ou « right »). "
        "Sur un téléphone, la conversation occupe tout l’écran.",
        "Votre page peut l’ouvrir elle-même, avec une question qui est alors posée : "
        'window.aiguilleur.open("…") ; window.aiguilleur.close() la ferme.',
        sample=(
            '<script src="https://…/embed.js" defer\n'
            '  data-color="#1a6b3c" data-label="Besoin d’aide ?" data-position="left"></script>'
        ),
    ),
)


def documentation(about: About) -> tuple[Section, ...]:
    """The documentation of the JSON API and of the script for other sites."""
    principle = _section(
        "Principe",
        f"Cette interface ouvre à un programme la même conversation que la page {about.name}. "
        "Les échanges sont en JSON, encodés en UTF-8. Aucun cookie n’est déposé.",
        "La description formelle (OpenAPI 3.1) se trouve à l’adresse /api/openapi.json.",
    )
    return (principle, *_CALLS)


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
