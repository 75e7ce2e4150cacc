"""Sentences of the service itself: limits, faults, reloads, and its description on Telegram."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.conversation import replies
from bot.conversation.replies.parts import say

if TYPE_CHECKING:
    from bot.conversation.messages import Reply

IN_PRIVATE = "Continuer en privé"


def too_many() -> Reply:
    """Tell a chat that it writes faster than it is answered, and that this question was dropped."""
    return say(
        "Vous écrivez plus vite que je ne peux répondre : je n’ai pas répondu à cette question. "
        "Merci d’attendre une minute, puis de la poser à nouveau."
    )


def silent_mailbox(minutes: int, why: str) -> Reply:
    """Tell those who run the service that the desks' mailbox does not work."""
    return say(
        f"La boîte aux lettres des guichets ne fonctionne plus depuis {minutes}\u00a0minutes "
        f"({why}). Les demandes attendent et partiront dès qu’elle fonctionnera de nouveau. La "
        "commande «\u00a0aiguilleur doctor\u00a0» en dit davantage."
    )


def attachment_not_read() -> Reply:
    """Tell somebody that the words are answered, and that what came with them was not looked at."""
    return say("Je ne lis que le texte : je n’ai pas regardé ce qui y est joint.")


def storage_delay() -> Reply:
    """Tell somebody that the answer is late because the database cannot be used."""
    return say(
        "Désolé, un incident technique retarde ma réponse. "
        "Votre message n’est pas perdu : je répondrai dès que possible."
    )


def long_queue(minutes: int) -> Reply:
    """Tell a group how long answers take when Telegram allows no more of them a minute."""
    how_long = "une minute" if minutes == 1 else f"{minutes} minutes"
    return say(
        "Beaucoup de questions en même temps : je réponds à toutes, dans l’ordre, "
        f"d’ici {how_long} environ."
    )


def reload_start() -> Reply:
    """Tell an administrator that the reload has begun."""
    return say("Je recharge la base de connaissances et le modèle. Je vous dis quand c’est fait.")


def reload_success(answers: int) -> Reply:
    """Tell an administrator that the new knowledge base is in service."""
    served = "1 réponse est" if answers == 1 else f"{answers} réponses sont"
    return say(f"C’est fait : {served} en service.")


def reload_failure() -> Reply:
    """Tell an administrator that the new knowledge base was refused."""
    return say(
        "La nouvelle base de connaissances n’a pas pu être chargée : l’ancienne reste en "
        "service. Le journal du service dit pourquoi ; « aiguilleur kb check » montre les "
        "fichiers à corriger."
    )


def short_description(serves: str) -> str:
    """One line about the bot, at most 120 characters."""
    return replies.french(f"Questions et réponses : {serves}.")[:120]


def description(serves: str) -> str:
    """What an empty chat with the bot shows, at most 512 characters."""
    return replies.french(
        f"Posez votre question avec vos mots : je réponds pour {serves}, ou je vous indique le "
        "guichet de support compétent. N’envoyez pas de données de patients."
    )[:512]
