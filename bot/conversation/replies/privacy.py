"""What is kept of a person, why, for how long, and how to see and erase it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.conversation import choices
from bot.conversation.messages import Retention
from bot.conversation.replies.parts import button, say, titled_reply, to_somebody

if TYPE_CHECKING:
    from bot.conversation.messages import Button, Reply

_TELEGRAM = "telegram"
_DAYS_OF_YEAR, _DAYS_OF_MONTH = 365, 30.4
_ERASED_FROM_GROUPS = "Pour faire effacer ce qui a été écrit ici\u00a0: /humain."
_NO_PATIENTS = "N’envoyez jamais de données de patients"
_THIRD_PARTY = (
    "Telegram est un tiers\u00a0: les échanges avec un robot n’y sont pas chiffrés de bout en bout"
)


def notice(retention: Retention | None, channel: str, *, group: bool = False) -> str:
    """What is kept, in a line; the rest is one command away."""
    third = ", et par Telegram, un tiers" if channel == _TELEGRAM else ""
    erased = f" {_ERASED_FROM_GROUPS}" if group else ""
    return (
        f"{_storage_summary(retention or Retention())}{third}. {_NO_PATIENTS}. "
        f"Vos données\u00a0: /confidentialite.{erased}"
    )


def _storage_summary(periods: Retention) -> str:
    if not periods.text_days:
        return "Le texte de vos messages n’est pas conservé ici"
    return f"Vos messages sont conservés {period(_text_days(periods))}, sous un pseudonyme"


def privacy(retention: Retention, channel: str, *, group: bool = False) -> Reply:
    """All that ``/confidentialite`` says.

    Args:
        retention: how long things are kept.
        channel: name of the channel, such as ``telegram``.
        group: whether the chat is a group.
    """
    erase = () if group else (erase_button(),)
    return titled_reply(
        "Vos données",
        "Ce que je garde\u00a0: " + _what(retention, group=group),
        "Pourquoi\u00a0: pour améliorer les réponses et compter les questions posées, "
        "rien d’autre.",
        "Combien de temps\u00a0: " + how_long(retention),
        "Qui les voit\u00a0: l’équipe qui tient ce service, sans savoir qui vous êtes.",
        "" if group else _of_tickets(retention),
        _of_channel(channel, retention, group=group),
        f"{_NO_PATIENTS}, ni d’autres données de santé\u00a0: je n’en ai pas besoin.",
        "Vos droits\u00a0: " + _rights(channel, group=group),
        buttons=(*erase, to_somebody()),
    )


def _of_tickets(retention: Retention) -> str:
    """What is kept of requests to desks; empty where no desk answers."""
    if not retention.ticket_days:
        return ""
    return (
        "Si vous ouvrez une demande à un guichet, ses agents lisent ce que vous leur écrivez, "
        "identifiants de patients masqués, vos coordonnées aussi tant que vous ne les montrez pas. "
        f"Ces messages sont gardés chiffrés, {period(retention.ticket_days)} après la fin de la "
        "demande\u00a0; /oublier les efface aussi chez le guichet. Un e-mail envoyé ne se rappelle "
        "pas\u00a0: le guichet qui travaille par e-mail reçoit une demande d’effacement. L’adresse "
        "que vous laissez pour la réponse suit la même durée."
    )


def erase_button() -> Button:
    """The button that asks whether to erase everything."""
    return button("Tout effacer", choices.FORGET_ASKED)


def _rights(channel: str, *, group: bool) -> str:
    if group:
        return (
            "ici, les questions sont rangées sous le pseudonyme du groupe, si bien que "
            "/mesdonnees et /oublier ne peuvent ni les montrer ni les effacer. Pour les faire "
            "effacer, ou pour toute autre demande, écrivez à un guichet\u00a0: /humain."
        )
    yours = "/mesdonnees montre ce que je garde de cette conversation, /oublier l’efface. "
    if channel != _TELEGRAM:
        return yours + "Pour toute autre demande\u00a0: /humain."
    return (
        f"{yours}Les questions posées dans un groupe sont rangées sous le pseudonyme du groupe, "
        "hors de portée de ces commandes. Pour les faire effacer, ou pour toute autre demande, "
        "écrivez à un guichet\u00a0: /humain."
    )


def _what(retention: Retention, *, group: bool) -> str:
    texts = (
        "vos messages, où je masque les données personnelles que je reconnais, "
        if retention.text_days
        else "non pas le texte de vos messages, mais "
    )
    return (
        f"{texts}les réponses données et vos clics sur les boutons. "
        "D’un envoi sans texte, tel qu’une photo, je ne retiens que sa nature. "
        f"Tout est rangé sous {'le pseudonyme du groupe' if group else 'un pseudonyme'}, "
        "sans votre nom ni votre compte."
    )


def how_long(retention: Retention) -> str:
    """How long texts and turns are kept, in words."""
    if not retention.text_days:
        return f"{period(retention.turns_days)}."
    texts, turns = _text_days(retention), retention.turns_days
    return f"le texte, {period(texts)}\u00a0; les réponses et les clics, {period(turns)}."


def _text_days(retention: Retention) -> int:
    # A turn that is erased takes its text with it.
    return min(retention.text_days, retention.turns_days)


def _of_channel(channel: str, retention: Retention, *, group: bool) -> str:
    if channel == _TELEGRAM:
        whose = "du groupe" if group else "de cette conversation"
        return (
            f"{_THIRD_PARTY}, et Telegram les garde selon ses propres règles. "
            "Je garde chaque message entier, chiffré, le temps d’y répondre\u00a0; si une panne "
            "m’en empêche, je l’efface au plus tard le surlendemain. "
            f"Je garde aussi, chiffrée, l’adresse {whose}, pour pouvoir y écrire plus "
            f"tard\u00a0: {_after_the_last(retention)}."
        )
    if channel == "web":
        return (
            f"{_shown_again(retention)}Sur cette page, je ne vous reconnais que le temps d’une "
            "session\u00a0: pour effacer vos messages, envoyez /oublier avant de la quitter."
        )
    return ""


def _after_the_last(retention: Retention) -> str:
    return f"{period(max(_text_days(retention), 1))} après votre dernier message"


def _shown_again(retention: Retention) -> str:
    if not retention.text_days:
        return ""
    return (
        "Pour vous montrer de nouveau la conversation si vous rechargez la page, j’en garde une "
        f"copie chiffrée, {period(_text_days(retention))}. "
    )


def period(days: int) -> str:
    """A number of days as people say it."""
    said = f"{days}\u00a0jour{'s' * (days > 1)}"
    if days < _DAYS_OF_YEAR:
        return said
    return f"{said} (environ {days / _DAYS_OF_MONTH:.0f}\u00a0mois)"


def count_messages(count: int) -> str:
    """A number of messages as people say it."""
    return f"{count}\u00a0message{'s' * (count > 1)}"


def confirm_forgetting() -> Reply:
    """Ask whether to erase everything, with a button for yes and one for no."""
    return say(
        "Voulez-vous effacer tout ce que je garde de cette conversation\u00a0? C’est définitif.",
        button("Oui, tout effacer", choices.FORGET),
        button("Non, ne rien effacer", choices.KEEP),
    )


def no_erasure() -> Reply:
    """Confirm that nothing was erased."""
    return say("C’est noté\u00a0: je n’ai rien effacé.", to_somebody())


def erasure_report(count: int, channel: str) -> Reply:
    """How many messages were erased, and what cannot be erased from here."""
    done = (
        f"C’est fait\u00a0: {count_messages(count)} effacé{'s' * (count > 1)}. "
        "Il ne reste que des décomptes, qui ne mènent à personne."
        if count
        else "Je ne gardais aucun message de cette conversation."
    )
    theirs = (
        " Il subsiste aussi, huit jours au plus, la trace technique de cet échange-ci, sans son "
        "texte."
        " Ce que Telegram garde lui-même, je ne peux pas l’effacer\u00a0: "
        "supprimez aussi cette conversation dans l’application."
        if channel == _TELEGRAM
        else ""
    )
    return say(done + theirs, to_somebody())


def only_in_private(argument: str) -> Reply:
    """Ask somebody in a group to go on in private, where nobody else reads the reply."""
    said = say(
        "Je ne réponds à cela qu’en tête à tête. Écrivez-moi en privé, s’il vous plaît\u00a0: "
        "dans un groupe, tout le monde lirait la réponse.",
        to_somebody(),
    )
    return replace(said, private=argument)
