"""The documentation of the JSON API, as people read it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.conversation.replies import french

if TYPE_CHECKING:
    from kb.entries import About


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
        "trop lentement. 409 : cet « id » a déjà servi pour un autre message. 413 : le message "
        "est trop long. 415 : le type de contenu n’est pas JSON. 422 : un champ manque ou ne "
        "convient pas. 429 : trop de messages ; attendez le temps donné par Retry-After. 503 : un "
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


_TRACKING = _section(
    "Suivre une demande transmise à un guichet",
    "Quand une question est transmise à un guichet, la réponse porte « receipt » : un numéro et un "
    "code, donné une seule fois. « holder » dit quel guichet lit les messages suivants ; il vaut "
    "null quand le robot répond.",
    "Avec le numéro et le code, cette adresse donne la demande, sans session. « action » vaut show "
    "(par défaut), write (avec « text » et « id »), close, reopen, rate (avec « stars », de 1 à 5) "
    "ou erase. Après cinq codes erronés en une heure, elle répond 429.",
    sample=(
        "POST /api/suivi\nContent-Type: application/json\n\n"
        '{"number": "2026-00123", "code": "…", "action": "write", "id": "m-2", "text": "…"}\n\n'
        '200\n{"number": "2026-00123", "state": "waiting", "desk": "…", "due_at": "…",\n'
        ' "opens_at": "", "rating": null, "told": […], "receipt": null,\n'
        ' "messages": [{"author": "desk", "at": "…", "text": "…"}]}'
    ),
)


def documentation(about: About, *, tickets: bool = False) -> tuple[Section, ...]:
    """The documentation of the JSON API and of the script for other sites.

    Args:
        about: who answers.
        tickets: whether desks answer in the chat.
    """
    principle = _section(
        "Principe",
        f"Cette interface ouvre à un programme la même conversation que la page {about.name}. "
        "Les échanges sont en JSON, encodés en UTF-8. Aucun cookie n’est déposé.",
        "La description formelle (OpenAPI 3.1) se trouve à l’adresse /api/openapi.json.",
    )
    *calls, embedding = _CALLS
    followed = (_TRACKING,) if tickets else ()
    return (principle, *calls[:3], *followed, *calls[3:], embedding)
