"""``/suivi`` without JavaScript: forms, polite errors, and what the asker may do."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING

import pytest

from tests.fakes.desk_web import DeskWeb, desk_web
from tests.fakes.talk import plain

if TYPE_CHECKING:
    import httpx

FIELD = re.compile(r'name="(number|code|once)" value="([^"]*)"')


def hidden(page: httpx.Response) -> dict[str, str]:
    """The receipt that the forms of a page carry along."""
    return dict(FIELD.findall(page.text))


def shown(page: httpx.Response) -> str:
    return plain(unescape(re.sub(r"<[^>]+>", " ", page.text)))


async def opened(web: DeskWeb) -> httpx.Response:
    await web.open()
    receipt = (await web.opens_ticket("mon vélo <b>grince</b>"))["receipt"]
    return await web.web.client.post("/suivi", data=receipt)


@pytest.mark.asyncio
async def test_the_page_asks_for_number_and_code_and_may_send_a_form() -> None:
    async with desk_web() as web:
        page = await web.web.client.get("/suivi")
        assert page.status_code == 200
        assert "Code de suivi" in page.text
        assert "<script" not in page.text
        policy = page.headers["Content-Security-Policy"]
        assert "form-action 'self'" in policy
        assert "script-src" not in policy
        assert page.headers["Cache-Control"] == "no-store"


@pytest.mark.asyncio
async def test_the_ticket_is_shown_with_its_words_as_they_are() -> None:
    async with desk_web() as web:
        page = await opened(web)
        assert "mon vélo <b>grince</b>" in shown(page).replace("  ", " ")
        assert "<b>grince" not in page.text
        assert "transmise" in shown(page)
        assert "Réponse attendue" in shown(page)


@pytest.mark.asyncio
async def test_a_wrong_code_is_refused_politely_and_the_number_stays() -> None:
    async with desk_web() as web:
        await opened(web)
        given = {"number": "2026-00001", "code": 'x"<i>'}
        page = await web.web.client.post("/suivi", data=given)
        assert page.status_code == 403
        assert "s’il vous plaît" in page.text
        assert 'value="2026-00001"' in page.text
        assert "<i>" not in page.text


@pytest.mark.asyncio
async def test_the_asker_writes_closes_rates_and_says_that_it_is_not_settled() -> None:
    async with desk_web() as web:
        page, client = await opened(web), web.web.client
        wrote = {**hidden(page), "action": "write", "text": "Le frein aussi"}
        for _ in range(2):
            page = await client.post("/suivi", data=wrote)
        assert shown(page).count("Le frein aussi") == 1
        page = await client.post("/suivi", data={**hidden(page), "action": "close"})
        assert "close" in shown(page)
        page = await client.post("/suivi", data={**hidden(page), "action": "rate", "stars": "5"})
        assert 'value="5" required checked' in page.text
        again = {**hidden(page), "action": "reopen", "text": "Non, toujours pas"}
        page = await client.post("/suivi", data=again)
        assert "Non, toujours pas" in shown(page)
        assert "est rouverte" in shown(page)


@pytest.mark.asyncio
async def test_erasing_asks_first() -> None:
    async with desk_web() as web:
        page, client = await opened(web), web.web.client
        page = await client.post("/suivi", data={**hidden(page), "action": "erase"})
        assert "grince" in page.text
        sure = {**hidden(page), "action": "erase", "sure": "yes"}
        page = await client.post("/suivi", data=sure)
        assert "est effacé" in page.text
        assert "grince" not in page.text


@pytest.mark.asyncio
async def test_what_is_no_form_is_refused() -> None:
    async with desk_web() as web:
        answer = await web.web.client.post("/suivi", json={})
        assert answer.status_code in {405, 415}
