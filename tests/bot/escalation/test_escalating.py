"""One chat between the bot and a desk: who answers, what is offered, what is not."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio

from bot.conversation import choices
from bot.conversation.conversation import Conversation
from bot.conversation.messages import Incoming
from bot.conversation.ticket_choices import Act, data
from bot.escalation.complaints import says_unsettled
from bot.escalation.escalating import EscalatingConversation
from bot.escalation.tickets import Draft
from bot.store.journal import records_of
from tests.fakes.brain import PlainBrain
from tests.fakes.small_base import BIKE, ScriptedDecider, answering, declining
from tests.fakes.ticket_service import SOURCE, TicketService, ticket_service

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from bot.conversation.messages import Outcome, Reply
    from bot.escalation.tickets import Ticket
    from bot.store.database.database import Database

ANSWER = "Rendez-le."
CLOSINGS = (
    *("merci", "Merci !", "ok super", "👍", "Parfait, merci beaucoup", "Super 😊", "merci bien"),
    *("ok", "d'accord merci", "top", "nickel", "génial merci", "Merci pour votre aide", "bravo"),
    *("ça marche", "ok ça marche, merci", "c'est bon", "c'est réglé", "problème résolu, merci"),
    *("impeccable", "très bien", "merci à vous", "bonne journée", "au revoir", "à bientôt"),
    *("mille mercis", "je vous remercie", "tout fonctionne maintenant", "ça fonctionne, merci"),
    *("parfait", "okay", "oki", "thx", "thank you", "cool", "c'est noté", "bien reçu, merci"),
    *("reçu", "entendu", "ok merci bonne soirée", "MERCI", "merci merci", "extra", "🙏", "😀"),
    *("super merci", "merci infiniment", "ok parfait", "c'est parfait", "merci et bon week-end"),
    "rien à redire, merci",
)
COMPLAINTS = (
    *("ce n'est pas réglé", "Toujours pas résolu", "ça ne marche toujours pas", "même problème"),
    *("toujours la même erreur", "je n'ai pas reçu de réponse", "le problème persiste"),
    *("c'est de nouveau bloqué", "ça ne fonctionne pas", "ne marche plus", "rien n'a changé"),
    *("votre solution n'a pas marché", "j'attends toujours", "aucune réponse de votre part"),
    *("vous avez clos trop tôt", "je souhaite rouvrir ma demande", "pouvez-vous rouvrir ?"),
    *("pas satisfait de la réponse", "je ne suis pas d'accord", "mauvaise réponse", "relance"),
    *("je relance", "ça recommence", "le souci est revenu, même message d'erreur", "sans effet"),
    *("encore bloquée ce matin", "toujours refusé", "ça n'a rien changé", "still not working"),
    *("it is not fixed", "same error again", "l'erreur persiste", "toujours rien reçu"),
    *("TOUJOURS PAS", "ca marche pas", "fonctionne pas", "tjs pas", "pas résolue", "non résolu"),
    *("à nouveau en panne", "de nouveau en panne", "la panne est revenue, même panne"),
    *("vous n'avez pas répondu", "cela ne répond pas à ma question", "c'est inacceptable"),
    *("toujours en attente", "aucun changement", "aucune amélioration", "ça n'a servi à rien"),
    *("ce n'est pas terminé", "pas débloqué", "inadmissible", "toujours bloqué"),
)


class Talk:
    """One person who talks with the bot and the desk."""

    def __init__(self, service: TicketService, decider: ScriptedDecider | None = None) -> None:
        self.service = service
        brain = PlainBrain(service.base, decider or ScriptedDecider(answering(BIKE)))
        self.responder = EscalatingConversation(Conversation(brain), service.casework, records_of)
        self.last: Reply | None = None
        self.number = 1000

    async def says(self, text: str = "", **more: object) -> Reply:
        self.number += 1
        form = {"update_id": self.number, **more}
        return await self._handle(Incoming("telegram", "42", text, **form))  # type: ignore[arg-type]

    async def presses(self, act: Act, number: int = 0, value: str = "") -> Reply:
        return await self.says(choice=data(act, number, value))

    async def _handle(self, incoming: Incoming) -> Reply:
        prepared = await self.responder.prepare(incoming)
        kept = await self.service.store.scrub(incoming)

        async def work(transaction: object) -> Outcome:
            journal = self.service.store.journal(transaction, SOURCE, kept)  # type: ignore[arg-type]
            outcome = await self.responder.respond(prepared, journal)
            await self.service.places.put(transaction, outcome.deliveries)  # type: ignore[arg-type]
            return outcome

        outcome = await self.service.store.write(work)
        self.service.sent += outcome.deliveries
        self.last = outcome.reply
        return outcome.reply

    async def has_closed(self) -> Ticket:
        ticket = await self.service.answer(await self.service.open())
        done = await self.service.do(lambda r: self.service.casework.close(r, ticket, "desk"))
        assert done is not None
        return done.ticket


@pytest_asyncio.fixture
async def service(tmp_path: Path) -> AsyncIterator[TicketService]:
    async with ticket_service(tmp_path / "aiguilleur.db") as made:
        yield made


@pytest.fixture
def talk(service: TicketService) -> Talk:
    return Talk(service)


@pytest.mark.asyncio
async def test_without_a_ticket_the_bot_answers(talk: Talk) -> None:
    assert ANSWER in (await talk.says("mon vélo")).text


@pytest.mark.asyncio
@pytest.mark.parametrize("state", ["open", "held", "waiting"])
async def test_while_a_ticket_goes_on_the_desk_hears_and_the_bot_says_nothing(
    talk: Talk, state: str
) -> None:
    service = talk.service
    ticket = await service.open()
    if state == "held":
        staff = await service.staff()
        await service.do(lambda r: service.casework.take(r, ticket, staff))
    if state == "waiting":
        await service.answer(ticket)
    for number in range(3):
        assert ANSWER not in (await talk.says(f"mon vélo {number}")).text
    assert service.told(desk=True)[-3:] == [f"mon vélo {number}" for number in range(3)]


@pytest.mark.asyncio
async def test_commands_of_the_bot_work_all_the_same(talk: Talk) -> None:
    await talk.service.open()
    assert "Les guichets" in (await talk.says("/contacts")).text


@pytest.mark.asyncio
async def test_another_question_is_for_the_bot_for_ten_minutes(talk: Talk) -> None:
    ticket = await talk.service.open()
    assert "10 minutes" in (await talk.presses("aside", ticket.id)).text
    assert ANSWER in (await talk.says("mon vélo")).text
    talk.service.at += timedelta(minutes=11)
    assert ANSWER not in (await talk.says("mon vélo")).text


@pytest.mark.asyncio
async def test_once_it_is_closed_the_bot_is_back_and_says_so(talk: Talk) -> None:
    await talk.service.open()
    assert "Je réponds de nouveau" in (await talk.says("/clore")).text
    assert ANSWER in (await talk.says("mon vélo")).text
    assert "Aucune demande" in (await talk.says("/clore")).text


@pytest.mark.asyncio
async def test_the_status_tells_of_each_ticket_and_its_moment(talk: Talk) -> None:
    assert "aucune demande" in (await talk.says("/statut")).text
    await talk.service.open()
    said = (await talk.says("/status")).text
    assert "2026-00001" in said
    assert "mardi 1er\u00a0décembre à 11\u00a0h" in said


@pytest.mark.asyncio
async def test_a_word_of_thanks_reopens_nothing(service: TicketService) -> None:
    talk = Talk(service, ScriptedDecider(declining()))
    ticket = await talk.has_closed()
    for text in CLOSINGS:
        reply = await talk.says(text)
        assert not [b for b in reply.buttons if b.data.startswith("t:reopen")], text
    assert (await service.now(ticket)).state == "closed"


def test_complaints_are_told_from_thanks() -> None:
    assert len(CLOSINGS) >= 50
    assert len(COMPLAINTS) >= 50
    assert [text for text in CLOSINGS if says_unsettled(text)] == []
    assert [text for text in COMPLAINTS if not says_unsettled(text)] == []


@pytest.mark.asyncio
async def test_a_complaint_is_offered_reopening_and_goes_along(service: TicketService) -> None:
    talk = Talk(service, ScriptedDecider(declining()))
    ticket = await talk.has_closed()
    assert "Voulez-vous la rouvrir" in (await talk.says("Ça ne marche toujours pas")).text
    assert (await service.now(ticket)).state == "closed"
    assert "est rouverte" in (await talk.presses("reopen", ticket.id)).text
    assert (await service.now(ticket)).state == "held"
    assert service.told(desk=True)[-1] == "Ça ne marche toujours pas"


@pytest.mark.asyncio
async def test_an_old_ticket_gives_a_new_number_that_is_linked(talk: Talk) -> None:
    old = await talk.has_closed()
    talk.service.at += timedelta(days=15)
    assert "nouvelle demande y sera rattachée" in (await talk.presses("reopen", old.id)).text
    await talk.says("Le frein a encore lâché")
    assert "2026-00002" in (await talk.presses("send")).text
    (new, _) = await talk.service.do(lambda r: r.tickets.of_chat(Incoming("telegram", "42"), 9))
    assert new.linked == old.id
    assert "Fait suite à la demande n°\u00a02026-00001" in talk.service.told(desk=True)[-1]


@pytest.mark.asyncio
async def test_a_turn_of_the_bot_becomes_a_ticket_in_two_presses(talk: Talk) -> None:
    await talk.says("mon vélo, rappelez le 06 12 34 56 78")
    shown = (await talk.presses("begin", 1)).text
    assert "mon vélo, rappelez le [téléphone]" in shown
    assert "Réponse du robot\u00a0: Mon vélo est cassé" in shown
    assert "2026-00001" in (await talk.presses("send")).text
    head = talk.service.told(desk=True)[0]
    assert "mon vélo, rappelez le [téléphone]" in head
    assert "plus rien à envoyer" in (await talk.presses("send")).text


@pytest.mark.asyncio
async def test_the_contact_is_seen_once_it_is_given_and_shown(talk: Talk) -> None:
    await talk.says("mon vélo")
    await talk.presses("begin", 1)
    assert "Écrivez les coordonnées" in (await talk.presses("contact")).text
    shown = (await talk.says("06 12 34 56 78, patient Durand")).text
    assert "06 12 34 56 78, patient [nom]" in shown
    assert "[téléphone]" in (await talk.presses("anonymous")).text
    await talk.presses("contact")
    await talk.presses("send")
    assert "06 12 34 56 78, patient [nom]" in talk.service.told(desk=True)[0]


@pytest.mark.asyncio
async def test_a_detail_another_desk_and_a_change_of_mind(talk: Talk) -> None:
    await talk.says("mon vélo")
    await talk.presses("begin", 1)
    await talk.presses("detail")
    assert "Il est rouge" in (await talk.says("Il est rouge")).text
    assert "Quel guichet" in (await talk.presses("desks")).text
    assert "Il est rouge" in (await talk.presses("to", value=choices.key("atelier"))).text
    assert "ne répond plus ici" in (await talk.presses("to", value=choices.key("rien"))).text
    assert "Rien n’a été envoyé" in (await talk.presses("cancel")).text
    assert talk.service.told(desk=True) == []


@pytest.mark.asyncio
async def test_a_second_draft_for_the_same_desk_leads_to_the_ticket_there(talk: Talk) -> None:
    ticket = await talk.service.open()
    draft = Draft("atelier", "customer_request", ("encore",))
    asked = Incoming("telegram", "42")
    await talk.service.do(lambda r: r.drafts.put(asked, draft, talk.service.at))
    assert ticket.number in (await talk.presses("send")).text


@pytest.mark.asyncio
async def test_an_edit_of_the_asker_follows_to_the_desk(talk: Talk) -> None:
    await talk.service.open()
    await talk.says("Le frien", message_id=7)
    await talk.says("Le frein", message_id=7, edited=True)
    acts = [(d.about.act, d.reply.text) for d in talk.service.sent if d.about]
    assert acts[-2:] == [("message", "Le frien"), ("edit", "Le frein")]


@pytest.mark.asyncio
async def test_the_ticket_of_another_chat_cannot_be_touched(talk: Talk) -> None:
    theirs = await talk.service.open(chat="43")
    for act in ("close", "aside", "reopen", "rate"):
        assert "Je ne trouve pas" in (await talk.presses(act, theirs.id, "5")).text  # type: ignore[arg-type]
    assert (await talk.service.now(theirs)).state == "open"


@pytest.mark.asyncio
async def test_where_no_desk_answers_all_is_as_before(service: TicketService) -> None:
    service.casework.desks._posts = {}  # type: ignore[attr-defined]
    talk = Talk(service)
    assert ANSWER in (await talk.says("mon vélo")).text
    assert (await talk.says("/statut")).text == (await talk.says("/nimporte")).text


@pytest.mark.asyncio
async def test_a_message_goes_to_the_desk_or_to_the_bot_and_never_to_both(
    shared: Database,
) -> None:
    async with ticket_service(shared) as service:
        talk = Talk(service)
        for _ in range(10):
            service.at += timedelta(days=1)
            ticket = await service.answer(await service.open())
            reply, done = await asyncio.gather(
                talk.says("mon vélo"),
                service.do(lambda r, t=ticket: service.casework.close(r, t, "desk")),  # type: ignore[misc]
            )
            said = await service.do(lambda r, t=ticket: r.messages.of_ticket(t))  # type: ignore[misc]
            at_desk = [message.text for message in said].count("mon vélo")
            assert at_desk == (0 if ANSWER in reply.text else 1)
            if done is None:  # the asker was faster: the desk sees what they wrote, and closes then
                now = await service.now(ticket)
                await service.do(lambda r, t=now: service.casework.close(r, t, "desk"))  # type: ignore[misc]
