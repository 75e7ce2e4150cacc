"""A ticket is opened by its receipt, from anywhere, and by no guessing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.fakes.desk_web import DeskWeb, desk_web
from tests.fakes.web_service import Parrot, web_service


async def with_receipt(web: DeskWeb) -> dict[str, object]:
    await web.open()
    receipt = (await web.opens_ticket())["receipt"]
    assert set(receipt) == {"number", "code"}
    return dict(receipt)


@pytest.mark.asyncio
async def test_the_code_is_given_once_and_opens_the_ticket_when_the_chat_is_gone() -> None:
    async with desk_web() as web:
        receipt = await with_receipt(web)
        thread = (await web.web.read()).text
        assert str(receipt["code"]) not in thread
        await web.desk.desk_answers("Passez demain.")
        await web.open()
        answer = await web.tracks(**receipt)
        assert answer.status_code == 200, answer.text
        found = answer.json()
        assert answer.headers["Cache-Control"] == "no-store"
        assert (found["number"], found["state"]) == (receipt["number"], "waiting")
        said = [(message["author"], message["text"]) for message in found["messages"]]
        assert said == [("asker", "mon vélo grince"), ("desk", "Passez demain.")]


@pytest.mark.asyncio
async def test_the_reply_that_was_lost_on_its_way_still_has_the_code() -> None:
    async with desk_web() as web:
        await web.open()
        await web.says(text="mon vélo grince")
        await web.says(text="/humain")
        first = await web.web.send(id="same", choice="t:send:0:")
        again = await web.web.send(id="same", choice="t:send:0:")
        assert first.json()["receipt"] == again.json()["receipt"] is not None


@pytest.mark.asyncio
async def test_after_five_wrong_codes_a_network_waits_and_others_do_not() -> None:
    async with desk_web() as web:
        receipt = await with_receipt(web)
        wrong = {**receipt, "code": "AAAAAAAAAA"}
        answers = [await web.tracks(**wrong) for _ in range(7)]
        assert [answer.status_code for answer in answers] == [403] * 5 + [429] * 2
        assert int(answers[-1].headers["Retry-After"]) > 3000
        assert "Trop de codes" in answers[-1].json()["message"]
        assert (await web.tracks(**receipt)).status_code == 429, "the right one is no more use"
        assert (await web.tracks("198.51.100.7", **receipt)).status_code == 200


@pytest.mark.asyncio
async def test_whoever_has_the_code_may_look_as_often_as_they_like() -> None:
    async with desk_web() as web:
        receipt = await with_receipt(web)
        answers = [(await web.tracks(**receipt)).status_code for _ in range(20)]
        assert answers == [200] * 20


@pytest.mark.asyncio
async def test_one_network_cannot_try_many_numbers() -> None:
    async with desk_web() as web:
        answers = [
            (await web.tracks(number=f"2026-{n:05d}", code="AAAAAAAAAA")).status_code
            for n in range(40)
        ]
        assert answers.count(403) == 30
        assert answers[-1] == 429


@pytest.mark.asyncio
async def test_the_asker_goes_on_from_anywhere() -> None:
    async with desk_web() as web:
        receipt = await with_receipt(web)
        wrote = {**receipt, "action": "write", "id": "a", "text": "Et le frein, 06 12 34 56 78 ?"}
        for _ in range(2):
            found = (await web.tracks(**wrote)).json()
        assert [m["text"] for m in found["messages"]][1:] == ["Et le frein, [téléphone] ?"]
        assert (await web.desk.told_desk())[-1] == "Et le frein, [téléphone] ?"
        assert (await web.tracks(**receipt, action="close")).json()["state"] == "closed"
        assert (await web.tracks(**receipt, action="rate", stars=4)).json()["rating"] == 4
        again = {**receipt, "action": "reopen", "id": "b", "text": "Toujours cassé"}
        assert (await web.tracks(**again)).json()["state"] == "held"
        assert (await web.desk.told_desk())[-1] == "Toujours cassé"
        assert (await web.tracks(**receipt, action="erase")).json()["messages"] == []
        assert (await web.tracks(**receipt)).status_code == 403


@pytest.mark.asyncio
@pytest.mark.parametrize(("days", "number"), [(13, "2026-00001"), (15, "2026-00002")])
async def test_the_number_stays_for_two_weeks_after_the_end(days: int, number: str) -> None:
    async with desk_web() as web:
        receipt = await with_receipt(web)
        await web.tracks(**receipt, action="close")
        web.desk.parts.at = datetime.now(UTC) + timedelta(days=days)
        again = {**receipt, "action": "reopen", "id": "b", "text": "Toujours cassé"}
        found = (await web.tracks(**again)).json()
        newest = (await web.desk.tickets())[0]
        assert newest.number == number
        if days > 14:
            assert found["receipt"]["number"] == number
            assert (await web.tracks(**found["receipt"])).json()["state"] == "open"
            assert newest.linked == 1


@pytest.mark.asyncio
async def test_where_no_desk_answers_there_is_nothing_to_follow() -> None:
    async with web_service(Parrot()) as web:
        assert (await web.client.get("/suivi")).status_code == 404
        assert (await web.client.post("/api/suivi", json={})).status_code == 404
