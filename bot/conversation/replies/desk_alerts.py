"""What those who run the service read when a desk cannot be reached."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.conversation.replies.parts import say

if TYPE_CHECKING:
    from bot.conversation.messages import Reply

_WHY = {
    "rights": "le robot n’y a plus les droits nécessaires (écrire, gérer les sujets) : "
    "rendez-le administrateur avec « Gérer les sujets »",
    "kicked": "le robot en a été retiré : ajoutez-le de nouveau",
    "unknown": "Telegram ne connaît pas ce groupe, ou le robot n’y est pas : vérifiez DESK_GROUPS",
    "refused": "Telegram y refuse un message : voyez le journal du service",
    "plain": "les sujets y sont désactivés : les demandes arrivent comme des messages, auxquels on "
    "répond ; activez les sujets pour en avoir un par demande",
    "moved": "le groupe est devenu un supergroupe : corrigez DESK_GROUPS avec son nouveau numéro",
}


def desk_trouble(desks: str, why: str, detail: str = "") -> Reply:
    """A desk's group takes nothing, or not as it did.

    Args:
        desks: names of the desks that answer there.
        why: ``rights``, ``kicked``, ``unknown``, ``refused``, ``plain`` or ``moved``.
        detail: a number to correct the settings with; may be empty.
    """
    said = f"Groupe du guichet « {desks} » : {_WHY[why]}{f' ({detail})' if detail else ''}."
    if why in {"plain", "moved"}:
        return say(said)
    return say(f"{said} Rien n’est perdu : les demandes attendent et partiront ensuite.")


def many_transfers(number: str, desk: str, times: int) -> Reply:
    """A ticket goes from desk to desk, and none keeps it; ``desk`` is the name of the last."""
    return say(
        f"Demande n°\u00a0{number}\u00a0: transférée {times} fois, en dernier lieu au guichet "
        f"« {desk} ». Aucun guichet ne la garde\u00a0: voyez à qui elle revient."
    )
