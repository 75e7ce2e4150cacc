"""``/suivi/desabonner``: looking at the link stops nothing, one press does."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from bot.escalation.stopping import StopWords
from bot.store.ticket_mail_tables import ticket_mails
from tests.fakes.desk_web import DeskWeb, desk_web
from tests.fakes.open_store import found

pytestmark = pytest.mark.asyncio


async def link_of(web: DeskWeb) -> str:
    """The link of a ticket for which an address was left."""
    await web.open()
    await web.opens_ticket()
    store, (ticket,) = web.web.store, await web.desk.tickets()
    now = web.desk.casework.clock()
    await store.write(lambda t: store.records(t).mails.put(ticket, "a@x.example", now))
    return f"/suivi/desabonner?d={StopWords(store.key).make(ticket.id)}"


async def count(web: DeskWeb) -> int:
    ((number,),) = await found(web.web.store, select(func.count()).select_from(ticket_mails))
    return int(number)


async def test_a_look_stops_nothing_and_a_press_does_as_often_as_it_comes() -> None:
    async with desk_web() as web:
        link, client = await link_of(web), web.web.client
        page = await client.get(link)
        assert (page.status_code, page.text.count("<button"), await count(web)) == (200, 1, 1)
        assert "form-action 'self'" in page.headers["Content-Security-Policy"]
        assert "<script" not in page.text
        for _ in range(2):
            page = await client.post(link)
            assert (page.status_code, await count(web)) == (200, 0)
            assert "C’est fait" in page.text


async def test_a_mail_client_stops_them_without_a_page() -> None:
    async with desk_web() as web:
        link = await link_of(web)
        data = {"List-Unsubscribe": "One-Click"}
        for kind in ({"data": data}, {"files": {"List-Unsubscribe": (None, "One-Click")}}):
            page = await web.web.client.post(link, **kind)  # type: ignore[arg-type]
            assert page.status_code == 200
        assert await count(web) == 0


async def test_a_link_that_is_not_ours_stops_nothing() -> None:
    async with desk_web() as web:
        link = await link_of(web)
        for wrong in (link[:-1], link.replace("?d=1.", "?d=2."), "/suivi/desabonner"):
            assert (await web.web.client.get(wrong)).status_code == 404
            assert (await web.web.client.post(wrong)).status_code == 404
        assert await count(web) == 1
