"""What is said to somebody who judges drawn replies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.channels.web.bureau.texts import KINDS, number

if TYPE_CHECKING:
    from bot.analytics.promise import Standing


def moved(before: Standing, after: Standing) -> str:
    """What a label moved: the errors found, and the evidence against the promise."""
    return (
        f"Jugement noté. {KINDS[after.kind]}, erreurs constatées\u00a0: {_errors(after)} (avant"
        f"\u00a0: {_errors(before)})\u00a0; indice contre la promesse\u00a0: "
        f"{number(after.against.value)} (avant\u00a0: {number(before.against.value)})."
    )


def _errors(standing: Standing) -> str:
    return f"{number(standing.wrong)} sur {number(standing.labels)}"
