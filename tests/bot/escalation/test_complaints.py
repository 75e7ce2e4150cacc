"""What is said on a closed ticket: thanks reopen nothing, complaints are offered it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.escalation.complaints import says_unsettled
from tests.fakes.desk_talk import desk_talk
from tests.fakes.small_base import ScriptedDecider, declining

if TYPE_CHECKING:
    from pathlib import Path

THANKS = (
    "Un grand merci à toute l'équipe",
    "c'est tout bon pour moi",
    "ok noté merci",
    "👍👍",
    "super, ça fonctionne",
    "Merci, bonne fin de journée",
    "tip top",
    "parfait je valide",
    "merci pour la rapidité",
    "c'est nickel",
    "ok je vais essayer",
    "Je vous remercie pour votre réponse",
    "super réactif merci",
    "impec",
    "ça roule",
    "bien noté",
    "💯",
    "très clair, merci",
    "D'accord",
    "c'est parfait ainsi",
    "bonne soirée",
    "🙏🙏",
    "merci de votre aide précieuse",
    "Ok !",
    "oui merci",
    "j'ai bien reçu votre réponse, merci",
    "tout est rentré dans l'ordre",
    "ça a marché",
    "problème réglé",
    "vous êtes au top",
    "merci c'est résolu",
    "excellente journée",
    "ok c'est compris",
    "Merci d'avance",
    "c'est compris, merci",
    "yes merci",
    "mercii",
    "merci bcp",
    "thanks a lot",
    "❤️",
    "je comprends mieux, merci",
    "c'est débloqué, merci",
    "réponse parfaite",
    "cordialement",
    "bon courage à vous",
    "ok pour moi",
    "reçu 5 sur 5",
    "chouette",
    "ok top merci",
    "c'est exactement ce qu'il me fallait",
)
COMPLAINTS = (
    "cela ne marche toujours pas chez moi",
    "je n'y arrive toujours pas",
    "le souci est encore là",
    "c'est encore en erreur",
    "l'accès est toujours refusé",
    "je reste bloqué",
    "je suis encore bloquée",
    "vous ne m'avez pas répondu",
    "ma demande n'a pas été traitée",
    "ce n'est pas résolu",
    "non, ça ne fonctionne toujours pas",
    "le message d'erreur est revenu",
    "l'erreur est réapparue",
    "ça coince encore",
    "rien n'a bougé",
    "aucun effet",
    "je ne suis pas satisfaite",
    "votre réponse ne m'aide pas",
    "ça plante toujours",
    "ça bloque toujours",
    "le blocage persiste",
    "j'ai encore le même souci",
    "même chose ce matin",
    "idem, rien ne marche",
    "la réponse est à côté de ma question",
    "vous avez fermé ma demande sans répondre",
    "je n'ai toujours rien reçu",
    "toujours aucun accès",
    "pas de réponse depuis lundi",
    "je conteste la clôture",
    "merci de rouvrir mon ticket",
    "il faut rouvrir le dossier",
    "je ne peux toujours pas me connecter",
    "cela recommence",
    "de nouveau la même panne",
    "encore une erreur",
    "encore un refus",
    "ça ne va pas",
    "ce n'est toujours pas corrigé",
    "la solution ne fonctionne pas",
    "j'ai essayé, sans succès",
    "échec à nouveau",
    "ça échoue toujours",
    "merci mais ça ne marche pas",
    "merci mais le problème est toujours là",
    "non résolu de mon côté",
    "je suis mécontent",
    "c'est faux",
    "votre procédure est erronée",
    "vous n'avez rien réglé",
)
OTHERS = (
    "comment commander une carte ?",
    "et pour un autre vélo ?",
    "où se trouve la borne ?",
    "combien coûte un trajet de nuit ?",
    "quels sont vos horaires ?",
)
"""New questions: the bot answers them."""


def test_complaints_are_told_from_thanks_and_from_new_questions() -> None:
    assert (len(THANKS), len(COMPLAINTS)) == (50, 50)
    assert [text for text in (*THANKS, *OTHERS) if says_unsettled(text)] == []
    assert [text for text in COMPLAINTS if not says_unsettled(text)] == []


@pytest.mark.asyncio
async def test_on_a_closed_ticket_of_the_web_no_thanks_reopen_it_and_complaints_may(
    tmp_path: Path,
) -> None:
    async with desk_talk(tmp_path / "a.db", ScriptedDecider(declining())) as talk:
        await talk.says("/humain")
        await talk.says("mon vélo grince")
        await talk.presses("Envoyer")
        await talk.says("/clore")
        for text in THANKS:
            await talk.says(text)
            assert not [label for label in talk.offers() if "rouvrir" in label], text
        assert [ticket.state for ticket in await talk.tickets()] == ["closed"]
        for text in COMPLAINTS:
            await talk.says(text)
            assert [label for label in talk.offers() if "rouvrir" in label], text
        await talk.presses("rouvrir")
        assert [ticket.state for ticket in await talk.tickets()] == ["held"]
