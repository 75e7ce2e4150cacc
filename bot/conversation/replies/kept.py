"""What is kept of one chat, as the person behind it is shown it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.conversation.replies import dates
from bot.conversation.replies.parts import one_line_quote, say, titled_reply, to_somebody
from bot.conversation.replies.privacy import count_messages, erase_button, how_long
from bot.conversation.turns import TEXT

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from bot.conversation.messages import Reply, Retention
    from bot.conversation.turns import KeptTurn

MAX_SHOWN = 150
"""Characters shown of each kept message."""

TURNS = "turns"
ROWS = {
    TURNS: ("message", "messages"),
    "feedback": ("clic ou demande", "clics ou demandes"),
    "inbox": ("trace technique d’un message reçu", "traces techniques de messages reçus"),
    "outbox": ("trace technique d’un message envoyé", "traces techniques de messages envoyés"),
    "messages": (
        "message gardé pour réafficher la conversation",
        "messages gardés pour réafficher la conversation",
    ),
    "chats": ("note technique d’envoi", "notes techniques d’envoi"),
    "tickets": ("demande à un guichet", "demandes à un guichet"),
    "ticket_messages": ("message d’une demande", "messages d’une demande"),
    "ticket_copies": (
        "trace technique d’un message transmis",
        "traces techniques de messages transmis",
    ),
    "ticket_topics": ("ancien fil d’une demande", "anciens fils de demandes"),
    "ticket_events": ("étape d’une demande", "étapes d’une demande"),
    "attachments": ("pièce jointe", "pièces jointes"),
    "ticket_receipts": ("code de suivi, chiffré", "codes de suivi, chiffrés"),
    "ticket_drafts": ("demande préparée", "demandes préparées"),
    "ticket_blocks": ("blocage de demandes", "blocages de demandes"),
    "labels": ("avis d’un agent sur une réponse", "avis d’agents sur des réponses"),
    "review_items": ("question à revoir", "questions à revoir"),
    "episodes": ("échange compté", "échanges comptés"),
    "staff": ("fiche d’agent", "fiches d’agent"),
}
"""What a row of each table is called, one and several."""

_OTHER = ("autre élément", "autres éléments")
_KINDS = {
    "photo": "photo",
    "voice": "message vocal",
    "audio": "fichier audio",
    "video": "vidéo",
    "video_note": "message vidéo",
    "animation": "animation",
    "sticker": "autocollant",
    "document": "document",
    "location": "position",
    "venue": "lieu",
    "contact": "fiche de contact",
    "poll": "sondage",
}


@dataclass(frozen=True, slots=True)
class Kept:
    """How much is kept of one chat.

    Attributes:
        rows: how many rows, by the name of their table.
        since: when the oldest message that was looked at came (UTC).
        more: whether even older ones exist.
    """

    rows: Mapping[str, int]
    since: datetime
    more: bool = False


def my_data(kept: Kept, turns: Sequence[KeptTurn], retention: Retention) -> Reply:
    """What is kept of one chat.

    Args:
        kept: how much, and since when.
        turns: the last messages, newest first.
        retention: how long things are kept.
    """
    listed = "\n".join(f"{dates.moment(turn.at)}\u00a0: {_turn_text(turn)}" for turn in turns)
    newest = (
        "Le dernier"
        if len(turns) == 1
        else f"Les {len(turns)} derniers, du plus récent au plus ancien"
    )
    return titled_reply(
        "Ce que je garde de vous",
        f"{count_messages(kept.rows.get(TURNS, 0))}, {_from_when(kept)}, avec mes réponses et vos "
        "clics, sous un pseudonyme.",
        _others(kept.rows),
        f"{newest}\u00a0:\n{listed}",
        "Durée\u00a0: " + how_long(retention),
        "Pour tout recevoir dans un fichier, demandez-le à un guichet\u00a0: /humain. "
        "Pour tout effacer\u00a0: /oublier.",
        buttons=(erase_button(), to_somebody()),
    )


def no_data() -> Reply:
    """Nothing of this chat is kept."""
    return say("Je ne garde aucun message de cette conversation.", to_somebody())


def _from_when(kept: Kept) -> str:
    day = dates.day(kept.since)
    return f"certains d’avant le {day}" if kept.more else f"depuis le {day}"


def _others(rows: Mapping[str, int]) -> str:
    """All that is kept besides the messages; empty when there is nothing."""
    found = {name: number for name, number in rows.items() if number and name != TURNS}
    if not found:
        return ""
    named = (
        f"{number}\u00a0{ROWS.get(name, _OTHER)[number > 1]}" for name, number in found.items()
    )
    return f"À quoi s’ajoutent\u00a0: {', '.join(named)}."


def _turn_text(turn: KeptTurn) -> str:
    if turn.kind != TEXT:
        return f"({_KINDS.get(turn.kind, 'envoi sans texte')}\u00a0: contenu non conservé)"
    text = one_line_quote(turn.text, MAX_SHOWN)
    return f"« {text} »" if text else "(texte non conservé)"
