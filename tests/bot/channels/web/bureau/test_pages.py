from __future__ import annotations

import csv
import io
import json
import sys
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import insert

from bot.analytics.auditing import draw_audits
from bot.analytics.parquet_out import can_write_parquet
from bot.analytics.refresh import refresh_episodes
from bot.conversation.messages import Incoming
from bot.conversation.turns import Feedback
from bot.store.audits import Audits
from bot.store.drift import Counts, Sign, Week, Weeks, Word
from bot.store.tables import turns
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


async def test_parquet_is_sent_or_it_is_said_how_to_get_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with bureau() as web:
        await log_in(web, "lecteur")
        asked = "/bureau/exports/fichier?quoi=turns&format=parquet"
        if can_write_parquet():
            assert (await web.client.get(asked)).content[:4] == b"PAR1"
        monkeypatch.setitem(sys.modules, "pyarrow", None)
        refused = await web.client.get(asked)
        assert refused.status_code == 501
        for page in (refused, await web.client.get("/bureau/exports")):
            assert "pip install &#39;aiguilleur[parquet]&#39;" in page.text
            assert '<option value="parquet" disabled>' in page.text


async def test_a_long_period_is_told_by_week() -> None:
    async with bureau() as web:
        await log_in(web, "lecteur")
        begun = (LATER - timedelta(days=90)).date()
        page = (await web.client.get(f"/bureau/?depuis={begun}")).text
        assert "Conversations par semaine et par issue" in page
        assert page.count("<strong>3</strong>") == 3


async def test_a_long_list_of_entries_comes_a_leaf_at_a_time() -> None:
    async with web_service(Parrot()) as web:
        row = {
            "at": datetime.now(UTC) - timedelta(hours=1),
            "channel": "web",
            "text": "",
            "action": "answer",
            "candidates": [],
            "model": "m",
            "latency_ms": 1.0,
            "shown": {"kind": "answer"},
        }
        many = [{**row, "chat": f"c{n}", "entry": f"fiche-{n:02}"} for n in range(60)]
        await web.store.write(lambda c: c.execute(insert(turns), many))
        await refresh_episodes(web.store, LATER)
        await log_in(web, "lecteur")
        first = (await web.client.get("/bureau/fiches?canal=web")).text
        assert first.count('<th scope="row">') == 50
        assert 'href="?canal=web&amp;page=2"' in first
        second = (await web.client.get("/bureau/fiches?canal=web&page=2")).text
        assert second.count('<th scope="row">') == 10
        assert "fiche-59" in second


async def test_a_judgement_says_what_it_moved_and_a_wrong_entry_is_lowered_on_its_page() -> None:
    async with bureau() as web:
        csrf = await log_in(web, "éditeur")
        address = "/bureau/controles/juger"
        for question in await web.store.reader.run(lambda c: Audits(c).to_judge(9)):
            form = {"csrf": csrf, "turn": str(question.turn), "verdict": "wrong"}
            answer = await web.client.post(address, data=form)
            page = (await web.client.get(f"{address}?tour={question.turn}")).text
            assert answer.headers["location"].endswith(f"?tour={question.turn}")
            assert "Ce que votre dernier jugement a changé" in page
            assert "Indices contre la fiche" in page
            assert "Indices contre la promesse" in page
        title = Parrot().served.entries[BIKE.id].title
        assert f"«\u00a0{title}\u00a0»\u00a0: répond → demande" in page
        page = (await web.client.get(f"/bureau/fiches/{BIKE.id}")).text
        assert "répond → demande" in page
        assert "les jugements" in page
        listed = (await web.client.get("/bureau/fiches")).text
        assert "Fiches qui ne répondent pas d’elles-mêmes" in listed


async def test_a_doubtful_judgement_moves_nothing_and_an_unknown_one_says_nothing() -> None:
    async with bureau() as web:
        csrf = await log_in(web, "éditeur")
        address = "/bureau/controles/juger"
        first, *_ = await web.store.reader.run(lambda c: Audits(c).to_judge(9))
        form = {"csrf": csrf, "turn": str(first.turn), "verdict": "unsure"}
        await web.client.post(address, data=form)
        assert "Rien encore" in (await web.client.get(f"{address}?tour={first.turn}")).text
        for turn in ("999", "-1", "x", "9" * 40, ""):
            assert "dernier jugement" not in (await web.client.get(f"{address}?tour={turn}")).text


async def test_an_editor_lowers_an_entry_and_cannot_raise_it() -> None:
    async with bureau() as web:
        csrf = await log_in(web, "éditeur")
        address = f"/bureau/fiches/{BIKE.id}"
        for state in ("propose", "demande", "repond"):
            form = {"csrf": csrf, "state": state}
            answer = await web.client.post(f"{address}/autonomie", data=form)
            assert answer.status_code == 303
        page = (await web.client.get(address)).text
        assert page.count("répond → propose") == 1
        assert "/autonomie" not in page, "there is nothing left to take"
        form = {"csrf": csrf, "state": "tout"}
        assert (await web.client.post(f"{address}/autonomie", data=form)).status_code == 404


async def test_a_reader_may_not_lower_an_entry() -> None:
    async with bureau() as web:
        csrf = await log_in(web, "lecteur")
        address = f"/bureau/fiches/{BIKE.id}"
        assert "/autonomie" not in (await web.client.get(address)).text
        form = {"csrf": csrf, "state": "propose"}
        assert (await web.client.post(f"{address}/autonomie", data=form)).status_code == 403


async def test_the_weeks_of_the_traffic_are_shown_with_the_words_behind_a_change() -> None:
    async with bureau() as web:
        await log_in(web, "lecteur")
        assert "semaine par semaine" not in (await web.client.get("/bureau/controles")).text
        counts = Counts(messages=40, strange=30, words=200, unknown=60, confidence=30.0)
        signs, words = (Sign("strange", 0.1, 0.75, 1e-9),), (Word("facture", False, 0.0, 0.5),)
        week = Week("m", date(2026, 3, 2), counts, signs, words, has_reference=True)
        await web.store.write(lambda t: Weeks(t).put(week))
        page = (await web.client.get("/bureau/controles")).text
        assert "02/03/2026" in page
        assert "la part des messages aux mots inconnus : 10,0\u00a0% → 75,0\u00a0%" in page
        assert "facture (inconnu du modèle)" in page
