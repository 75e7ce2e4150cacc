from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from bot.conversation.messages import Incoming
from bot.escalation.casework import Casework
from bot.escalation.desks import StaffedDesks
from bot.escalation.ports import Post
from bot.escalation.ticket_work import Done
from bot.escalation.tickets import Draft, NewMessage
from bot.store.agents import find_agent, staffed_desks
from bot.store.tables import outbox
from tests.bot.channels.web.bureau.test_access import PASSWORD, csrf_of, log_in
from tests.fakes.open_store import found
from tests.fakes.small_base import small_base
from tests.fakes.web_service import Parrot, web_service

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    import httpx

    from bot.store.store import Transaction
    from tests.fakes.web_service import Web

pytestmark = pytest.mark.asyncio
QUESTION = "Mon vélo ne démarre plus <script>alert(1)</script>"


@asynccontextmanager
async def office() -> AsyncIterator[tuple[Web, str]]:
    """A bureau with one ticket at the workshop, from a web chat; its number."""
    async with web_service(Parrot()) as web:
        await web.open()
        desks = StaffedDesks(small_base(), {"atelier": Post("bureau", "atelier")})
        incoming = Incoming("web", web.chat, QUESTION)

        async def open_ticket(transaction: Transaction) -> str:
            records = web.store.records(transaction, "web")
            said = NewMessage("asker", QUESTION, origin="web", origin_id="1")
            draft = Draft("atelier", "customer_request", (QUESTION,))
            done = await Casework(desks).open(records, incoming, draft, said)
            assert isinstance(done, Done)
            return done.ticket.number

        yield web, await web.store.write(open_ticket)


async def log_in_agent(web: Web, name: str, *desks: str) -> str:
    await web.store.accounts.add(name, "agent", desks)
    secret = await web.store.accounts.invite(name)
    web.client.cookies.clear()
    await web.client.post(f"/bureau/invitation/{secret}", data={"password": PASSWORD})
    return csrf_of((await web.client.get("/bureau/")).text)


async def do(web: Web, number: str, act: str, csrf: str, **form: str) -> httpx.Response:
    answer = await web.client.post(
        f"/bureau/demandes/{number}/{act}", data={"csrf": csrf, **form}, follow_redirects=True
    )
    assert answer.status_code == 200, answer.text
    return answer


async def test_an_agent_answers_and_the_asker_reads_it_once() -> None:
    async with office() as (web, number):
        csrf = await log_in_agent(web, "léa", "atelier")
        assert number in (await web.client.get("/bureau/demandes")).text
        page = (await web.client.get(f"/bureau/demandes/{number}")).text
        assert "Mon vélo ne démarre plus &lt;script&gt;" in page
        assert "<script" not in page
        for _ in range(2):
            shown = await do(web, number, "repondre", csrf, text="Passez demain.", key="k")
        assert shown.text.count("Passez demain.") == 1
        # It is brought to the chat a moment later, which is waited for.
        assert (await web.read(0)).text.count("Passez demain.") == 1


async def test_a_note_stays_in_the_bureau() -> None:
    async with office() as (web, number):
        csrf = await log_in_agent(web, "léa", "atelier")
        shown = await do(web, number, "repondre", csrf, text="À vérifier.", key="k", how="note")
        assert "note interne" in shown.text
        told = await found(web.store, select(func.count()).select_from(outbox))
        assert told == [(0,)]


async def test_it_is_taken_given_to_a_colleague_and_ended() -> None:
    async with office() as (web, number):
        await log_in_agent(web, "paul", "atelier")
        csrf = await log_in_agent(web, "léa", "atelier")
        assert "<dd>léa</dd>" in (await do(web, number, "prendre", csrf)).text
        assert "<dd>paul</dd>" in (await do(web, number, "assigner", csrf, name="paul")).text
        assert "<dd>paul</dd>" in (await do(web, number, "assigner", csrf, name="eve")).text
        assert "<dd>terminée</dd>" in (await do(web, number, "clore", csrf)).text
        assert (
            "(réponse manquante)" not in (await web.client.get(f"/bureau/demandes/{number}")).text
        )
        again = await do(web, number, "prendre", csrf)
        assert "Rien n’a été fait" in again.text
        assert number not in (await web.client.get("/bureau/demandes")).text
        assert number in (await web.client.get("/bureau/demandes?etat=closed")).text


async def test_an_agent_says_that_an_answer_was_missing() -> None:
    async with office() as (web, number):
        csrf = await log_in_agent(web, "léa", "atelier")
        shown = await do(web, number, "clore", csrf, missing="1")
        assert "terminée (réponse manquante)" in shown.text


async def test_an_agent_sees_the_tickets_of_their_desks_alone() -> None:
    async with office() as (web, number):
        csrf = await log_in_agent(web, "eve", "abonnements")
        assert number not in (await web.client.get("/bureau/demandes?guichet=atelier")).text
        for path in (f"/bureau/demandes/{number}", "/bureau/demandes/2026-99999"):
            assert (await web.client.get(path)).status_code == 404
        form = {"csrf": csrf, "text": "Lu.", "key": "k"}
        answer = await web.client.post(f"/bureau/demandes/{number}/repondre", data=form)
        assert answer.status_code == 404
        searched = await web.client.get(f"/bureau/demandes?numero={number}")
        assert "Aucune demande de ce numéro" in searched.text


async def test_a_transferred_ticket_leaves_its_agent_and_reaches_the_other_desk() -> None:
    async with office() as (web, number):
        csrf = await log_in_agent(web, "léa", "atelier")
        shown = await do(web, number, "transferer", csrf, desk="abonnements")
        assert shown.url.path == "/bureau/demandes"
        await log_in(web)
        found = await web.client.get(f"/bureau/demandes?numero={number}", follow_redirects=True)
        assert "Les abonnements" in found.text or "abonnements" in found.text


async def test_an_agent_who_may_log_in_staffs_the_desk_and_keeps_one_staff_number() -> None:
    async with office() as (web, number):
        csrf = await log_in_agent(web, "léa", "atelier")
        await web.store.accounts.add("paul", "agent", ("abonnements",))
        assert await web.store.reader.run(staffed_desks) == {"atelier"}
        await do(web, number, "prendre", csrf)
        await do(web, number, "rendre", csrf)
        account = await web.store.reader.run(lambda c: find_agent(c, "léa"))
        assert account is not None
        assert account.staff_id == 1
        await web.store.accounts.disable("léa")
        assert await web.store.reader.run(staffed_desks) == set()
