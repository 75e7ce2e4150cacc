from __future__ import annotations

import csv
import io
import json
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from bot.analytics.auditing import draw_audits
from bot.analytics.refresh import refresh_episodes
from bot.conversation.messages import Incoming
from bot.conversation.turns import Feedback
from bot.store.audits import Audits
from classifier.decision import Candidate, Decision
from tests.bot.channels.web.bureau.test_access import log_in
from tests.fakes.small_base import BIKE
from tests.fakes.web_service import Parrot, web_service

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.store.audits import Audited
    from tests.fakes.web_service import Web

pytestmark = pytest.mark.asyncio
ANSWER = Decision("answer", BIKE, (), (Candidate(BIKE, 0.91),), 0.91, "m")
LATER = datetime.now(UTC) + timedelta(hours=1)
HOSTILE = "=1+1 <script>alert(1)</script> {{7*7}}"


@asynccontextmanager
async def bureau() -> AsyncIterator[Web]:
    """A bureau with three answered questions, one of which did not help."""
    async with web_service(Parrot()) as web:
        for chat in ("a", "b", "c"):
            incoming = Incoming("web", chat, HOSTILE)
            scrubbed = await web.store.scrub(incoming)
            turn = await web.store.write(
                lambda c, i=incoming, s=scrubbed: web.store.journal(c, "", s).record_turn(
                    i, ANSWER, 1.0
                )
            )
        said = Feedback("useful", BIKE, "no")
        await web.store.write(lambda c: web.store.journal(c).record_feedback(turn, said))
        await refresh_episodes(web.store, LATER)
        await draw_audits(web.store, 20, LATER)
        yield web


async def judged_of(web: Web) -> list[Audited]:
    drawn = await web.store.reader.run(lambda connection: Audits(connection).all())
    return [found for found in drawn if found.verdict]


async def test_the_board_counts_conversations_people_and_messages() -> None:
    async with bureau() as web:
        await log_in(web, "lecteur")
        page = (await web.client.get("/bureau/")).text
        for said in ("<strong>3</strong> conversations", "<strong>3</strong> personnes"):
            assert said in page
        assert "1 sur 3 (trop peu pour un pourcentage)" in page
        assert 'role="img"' in page
        assert "<style" not in page
        assert 'style="' not in page


async def test_an_entry_is_named_by_its_title() -> None:
    async with bureau() as web:
        await log_in(web, "lecteur")
        page = (await web.client.get("/bureau/fiches")).text
        assert Parrot().served.entries[BIKE.id].title in page


async def test_an_entry_has_its_answer_beside_what_became_of_it() -> None:
    async with bureau() as web:
        await log_in(web, "lecteur")
        page = (await web.client.get(f"/bureau/fiches/{BIKE.id}")).text
        assert Parrot().served.entries[BIKE.id].answer in page
        assert "1 sur 3 (trop peu pour un pourcentage)" in page
        assert (await web.client.get("/bureau/fiches/rien")).status_code == 404


@pytest.mark.parametrize("asked", ["depuis=2020-01-01&jusqu=2020-02-01", "canal=telegram"])
async def test_another_period_or_channel_shows_nothing_of_this_one(asked: str) -> None:
    async with bureau() as web:
        await log_in(web, "lecteur")
        page = (await web.client.get(f"/bureau/?{asked}")).text
        assert "Aucune conversation" in page


@pytest.mark.parametrize("asked", ["depuis=hier", "jusqu=9999-99-99", "canal=<script>", "depuis="])
async def test_a_period_that_is_none_is_the_last_four_weeks(asked: str) -> None:
    async with bureau() as web:
        await log_in(web, "lecteur")
        assert "<strong>3</strong>" in (await web.client.get(f"/bureau/?{asked}")).text


async def test_a_reply_is_judged_without_its_probability_and_once() -> None:
    async with bureau() as web:
        csrf = await log_in(web, "éditeur")
        page = (await web.client.get("/bureau/controles/juger")).text
        assert "&lt;script&gt;" in page
        assert "<script" not in page
        assert "0.91" not in page
        assert "91" not in page.split("contenu")[1].replace("2191", "")
        first, *_ = await web.store.reader.run(lambda c: Audits(c).to_judge(9))
        form = {"csrf": csrf, "turn": str(first.turn), "verdict": "wrong", "unknown": "1"}
        for _ in range(2):
            answer = await web.client.post("/bureau/controles/juger", data=form)
            assert answer.status_code == 303
        next_one = await web.client.get(str(answer.next_request.url) if answer.next_request else "")
        assert "erreurs constatées\u00a0: 1 sur 1 (avant\u00a0: 0 sur 0)" in next_one.text
        assert "Jugement noté" not in (await web.client.get("/bureau/controles/juger?juge=99")).text
        (judged,) = await judged_of(web)
        assert (judged.turn, judged.verdict, judged.target) == (first.turn, "wrong", "unknown")
        assert "2 en attente" in (await web.client.get("/bureau/controles")).text


async def test_a_verdict_on_what_was_not_drawn_is_not_kept() -> None:
    async with bureau() as web:
        csrf = await log_in(web, "éditeur")
        for turn in ("999", "-1", "x", "9" * 40):
            form = {"csrf": csrf, "turn": turn, "verdict": "right"}
            await web.client.post("/bureau/controles/juger", data=form)
        assert not await judged_of(web)


async def test_an_export_names_nobody_and_holds_texts_only_for_admins() -> None:
    async with bureau() as web:
        for role, column in (("lecteur", False), ("admin", True)):
            await log_in(web, role)  # type: ignore[arg-type]
            got = await web.client.get("/bureau/exports/fichier?quoi=turns&format=csv&textes=1")
            assert got.text.startswith('\ufeff"id";')
            rows = list(csv.DictReader(io.StringIO(got.text[1:]), delimiter=";"))
            assert len(rows) == 3
            assert ("text" in rows[0]) is column
            assert "chat" not in rows[0]
            if column:
                assert rows[0]["text"].startswith("'=1+1")


@pytest.mark.parametrize("kind", ["turns", "episodes", "labels", "tickets"])
async def test_every_export_can_be_read_by_a_program(kind: str) -> None:
    async with bureau() as web:
        await log_in(web, "lecteur")
        got = await web.client.get(f"/bureau/exports/fichier?quoi={kind}&format=jsonl")
        assert got.status_code == 200
        rows = [json.loads(line) for line in got.text.splitlines()]
        assert len(rows) == (3 if kind in ("turns", "episodes") else 0)
        assert not any("chat" in row for row in rows)


async def test_an_admin_adds_an_account_and_gets_its_link() -> None:
    async with bureau() as web:
        csrf = await log_in(web)
        form = {"csrf": csrf, "name": "léa <b>", "role": "éditeur"}
        page = (await web.client.post("/bureau/comptes/ajouter", data=form)).text
        assert "/bureau/invitation/" in page
        assert "léa &lt;b&gt;" in page
        again = (await web.client.post("/bureau/comptes/ajouter", data=form)).text
        assert "déjà pris" in again


async def test_nobody_closes_their_own_account() -> None:
    async with bureau() as web:
        csrf = await log_in(web)
        form = {"csrf": csrf, "name": "admin"}
        page = (await web.client.post("/bureau/comptes/fermer", data=form)).text
        assert "votre propre compte" in page
        assert (await web.client.get("/bureau/comptes")).status_code == 200
