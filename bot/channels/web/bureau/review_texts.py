"""Every sentence and label on the page of what is to be reviewed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.analytics.gaps import WHY
from bot.conversation.turns import Shown, parse_target
from kb.wording import count_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.store.audits import LabelOrigin, Verdict
    from bot.store.review_queue import ReviewItem, TurnLabel, View
    from kb.entries import KnowledgeBase

REVIEW = {
    "title": "À revoir",
    "heading": "À revoir",
    "why": (
        "Ce que le service n’a pas su traiter, regroupé par sujet. Les groupes demandés par le "
        "plus de personnes viennent d’abord\u00a0; une personne compte une fois, quoi qu’elle "
        "envoie ou clique."
    ),
    "state": "État",
    "reason": "Motif",
    "any": "tous",
    "words": "Mots",
    "send": "Afficher",
    "near": "Proches de",
    "no_near": "Voir aussi les autres",
    "empty": "Rien à revoir ici.",
    "size": "dans cette liste, en",
    "said": "Ce qui a été écrit",
    "done": "Ce que le service a fait",
    "labels": "Ce qui en a été jugé",
    "neighbours": "Questions proches, dans d’autres groupes",
    "close_to": "proche à",
    "target": "Fiche ou guichet à compléter (le plus proche d’abord)",
    "choose": "à choisir ensuite",
    "same": "Voir les autres questions qui en sont proches",
    "wording": "Ajouter à une fiche",
    "entry": "Nouvelle fiche",
    "desk": "Ajouter à un guichet",
    "outside": "Hors sujet",
    "tick": (
        "Cochez les questions qui demandent la même chose, puis choisissez ce qu’il faut en faire. "
        "Rien n’est publié avant un contrôle que vous relirez."
    ),
    "why_dismiss": "Raison d’écarter",
    "dismiss": "Écarter pour de bon",
    "later": "Plus tard",
    "again": "Remettre à revoir",
    "ticket": "La réponse du guichet, à reprendre\u00a0: demande n°\u00a0",
    "last": "dernière fois le",
    "next": "Groupes suivants",
    "previous": "Groupes précédents",
    "pages": "Suite de la liste",
}

VIEWS: dict[View, str] = {
    "open": "à revoir",
    "later": "plus tard",
    "settled": "traitées",
    "dismissed": "écartées",
}

WHY_DISMISS = ("hors de notre domaine", "incompréhensible", "cas personnel", "essai")

SAID = {
    "ecarter": "Ces questions sont écartées pour de bon, et ce qui dit la même chose aussi.",
    "plus-tard": "Ces questions reviendront dans une semaine.",
    "remettre": "Ces questions sont de nouveau à revoir.",
    "rien": "Aucune question n’était cochée\u00a0: rien n’a changé.",
}

_SETTLED = {
    "wording": "ajoutée à une fiche",
    "entry": "nouvelle fiche",
    "desk": "texte de guichet",
    "outside": "hors sujet",
}
_ORIGINS: dict[LabelOrigin, str] = {
    "audit": "Au contrôle",
    "queue": "Dans cette liste",
    "ticket": "Au guichet",
    "click": "Par un clic",
}
_VERDICTS: dict[Verdict, str] = {
    "right": "jugée juste",
    "wrong": "jugée fausse",
    "unsure": "sans avis sûr",
}
_MOVED: dict[LabelOrigin, str] = {
    "audit": "compté dans la promesse, et la question est revenue ici",
    "queue": "la question a quitté la liste",
    "ticket": "compté pour cette fiche",
    "click": "un clic seul ne change rien",
}


def people(number: int) -> str:
    """So many people."""
    return count_of(number, "personne").replace(" ", "\u00a0")


def messages(number: int) -> str:
    """So many messages."""
    return count_of(number, "message").replace(" ", "\u00a0")


def groups(number: int) -> str:
    """So many groups."""
    return count_of(number, "groupe").replace(" ", "\u00a0")


def neighbours(number: int) -> str:
    """How many questions of other groups may be ticked too."""
    many = "questions proches" if number > 1 else "question proche"
    return f"{number}\u00a0{many} dans d’autres groupes, à cocher aussi"


def reasons(found: Mapping[str, int]) -> str:
    """Why a group is here: ``sans réponse (3), refusée (1)``, by people; one reason alone as is."""
    listed = sorted(found.items(), key=lambda pair: -pair[1])
    told = [(WHY[why], number) for why, number in listed]  # type: ignore[index]
    if len(told) == 1:
        return told[0][0]
    return ", ".join(f"{why} ({number})" for why, number in told)


def name_of(target: str | None, base: KnowledgeBase) -> str:
    """A target such as ``entry:slug`` by its title; what is gone by its id."""
    found = parse_target(target)
    if found is None:
        return "rien de publié"
    if found.kind == "desk":
        desk = base.desks.get(found.id)
        return desk.name if desk else found.id
    titled = base.entries.get(found.id) if found.kind == "faq" else base.outside.get(found.id)
    return titled.title if titled else found.id


def done_of(item: ReviewItem, base: KnowledgeBase) -> str:
    """What the service did with a message."""
    shown = Shown.from_dict({"kind": "unknown", **item.shown})
    entries = [name_of(f"entry:{name}", base) for name in shown.entries]
    desks = [name_of(f"desk:{name}", base) for name in shown.desks]
    listed = " ; ".join(f"«\u00a0{name}\u00a0»" for name in (*entries, *desks))
    if shown.kind == "decline":
        return f"Écartée comme «\u00a0{name_of(f'family:{shown.family}', base)}\u00a0»"
    told = {
        "answer": f"A répondu\u00a0: {listed}",
        "desks": f"A montré\u00a0: {listed}",
        "suggestions": f"A proposé de choisir\u00a0: {listed}",
        "unanswered": f"N’avait pas de réponse\u00a0; a montré\u00a0: {listed}",
        "contacts": "A montré tous les guichets",
        "notice": "A répondu par une phrase du service",
    }
    if shown.kind == "unanswered" and not listed:
        return "N’avait pas de réponse"
    return told.get(shown.kind, "Question reçue d’un autre service")


def label_of(label: TurnLabel, base: KnowledgeBase) -> str:
    """What was judged of a message, and what that moved."""
    target = f", attendu\u00a0: {name_of(label.target, base)}" if label.target else ""
    said = f"{_ORIGINS[label.origin]}\u00a0: {_VERDICTS[label.verdict]}{target}"
    return f"{said} ({_MOVED[label.origin]})"


def state_of(item: ReviewItem) -> str:
    """What became of a message that is settled; empty for one that is not."""
    return _SETTLED.get(item.state, "")
