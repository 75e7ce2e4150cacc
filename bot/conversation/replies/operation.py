"""What those who run the service are told: the week in ten lines, and that a promise is broken."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from bot.conversation.replies.parts import say

if TYPE_CHECKING:
    from datetime import date

    from bot.conversation.messages import Reply

KINDS = {
    "answer": "réponses directes",
    "route": "orientations vers un guichet",
    "decline": "messages écartés",
}


SIGNS = {
    "answer": "la part des réponses directes",
    "route": "la part des orientations vers un guichet",
    "clarify": "la part des questions posées en retour",
    "unanswered": "la part des messages sans réponse publiée",
    "decline": "la part des messages écartés",
    "strange": "la part des messages aux mots inconnus",
    "confidence": "la probabilité que le modèle donne à ce qu’il fait",
}
"""What of the traffic may change."""


class Week(NamedTuple):
    """A week in counts; it names nobody and holds nobody's words.

    Attributes:
        first: its Monday; ``last``: its Sunday.
        conversations, people, messages: what came.
        confirmed: resolved without a person, as people said; ``supposed``: or left unsaid.
        judged: of how many conversations these two are.
        handed_over, unanswered, refused, again: conversations of these classes.
        tickets: opened; ``overdue``: of them, waiting past their moment.
        median_hours: working time until half of the first replies; None without any.
        promise: how the promise on direct answers stands, in a word.
        to_judge: drawn answers that wait for a judgement.
        address: of the bureau.
        changed: what of the traffic is other than when the model was new.
    """

    first: date
    last: date
    conversations: int
    people: int
    messages: int
    confirmed: int
    supposed: int
    judged: int
    handed_over: int
    unanswered: int
    refused: int
    again: int
    tickets: int
    overdue: int
    median_hours: float | None
    promise: str
    to_judge: int
    address: str
    changed: tuple[str, ...] = ()


def digest(week: Week) -> Reply:
    """The week in ten lines; in eleven when its traffic is not what it was."""
    hours = "–" if week.median_hours is None else f"{week.median_hours:.1f}".replace(".", ",")
    lines = (
        f"Semaine du {week.first:%d/%m/%Y} au {week.last:%d/%m/%Y}",
        f"{week.conversations} conversations, {week.people} personnes, {week.messages} messages",
        f"Réglées sans personne\u00a0: entre {week.confirmed} (confirmées) et {week.supposed} "
        f"(confirmées ou supposées) sur {week.judged}",
        f"Transmises à un guichet\u00a0: {week.handed_over}",
        f"Sans réponse publiée\u00a0: {week.unanswered}",
        f"Réponses refusées\u00a0: {week.refused}\u00a0; revenues pour le même sujet\u00a0: "
        f"{week.again}",
        f"Demandes ouvertes\u00a0: {week.tickets}, dont {week.overdue} en retard\u00a0; première "
        f"réponse en {hours}\u00a0h d’ouverture (médiane)",
        f"Promesse sur les réponses directes\u00a0: {week.promise}",
        f"Réponses à juger\u00a0: {week.to_judge} ({week.address}controles/juger)",
        f"Le tableau\u00a0: {week.address}",
        *_changes(week),
    )
    return say("\n".join(lines))


def _changes(week: Week) -> list[str]:
    if not week.changed:
        return []
    what = ", ".join(SIGNS[name] for name in week.changed)
    return [f"Le trafic a changé ({what})\u00a0: {week.address}controles"]


STATES = {
    "propose": "n’est plus proposée qu’aux agents",
    "demande": "est proposée au choix au lieu d’être donnée",
    "repond": "est donnée d’elle-même",
}
"""What becomes of an answer, by what it may do."""


def lost_autonomy(title: str, state: str, wrong: int, labels: int, address: str) -> Reply:
    """That labels have taken something from an entry, and what happens now.

    Args:
        title: the entry's.
        state: what it may still do.
        wrong: how many of its answers were judged wrong.
        labels: how many were judged.
        address: of the bureau.
    """
    return say(
        f"La fiche «\u00a0{title}\u00a0» {STATES[state]}\u00a0: {wrong} de ses {labels} réponses "
        "jugées étaient fausses. Elle regagne sa place par de bons jugements, ou une fois "
        f"corrigée. Le détail\u00a0: {address}fiches"
    )


def broken_promise(kind: str, wrong: int, labels: int, target: float, address: str) -> Reply:
    """That more direct replies were wrong than is promised, and what happens now.

    Args:
        kind: of which direct replies.
        wrong: how many were judged wrong.
        labels: how many were judged.
        target: the error rate that is promised at most, in (0, 1).
        address: of the bureau.
    """
    promised = f"{target * 100:.1f}".replace(".", ",")
    return say(
        f"Promesse rompue ({KINDS[kind]})\u00a0: {wrong} sur {labels} étaient fausses au contrôle, "
        f"pour {promised}\u00a0% promis au plus. Elles sont désormais proposées au choix, jusqu’à "
        f"ce qu’un autre modèle soit en service. Le détail\u00a0: {address}controles"
    )
