from __future__ import annotations

import re
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from bot.analytics.review import fill_queue
from bot.conversation.messages import Incoming
from bot.conversation.turns import Feedback
from bot.store.audits import AUDIT, Audits, Label
from bot.store.review_groups import Member, ReviewGroups
from bot.store.review_items import Found, ReviewItems
from bot.store.review_tables import review_items
from classifier.decision import Candidate, Decision
from tests.bot.channels.web.bureau.test_access import log_in
from tests.bot.channels.web.bureau.test_cases import office
from tests.fakes.open_store import OneByOne, found
from tests.fakes.small_base import BIKE, FARE, small_base
from tests.fakes.web_service import Parrot, web_service

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.store.store import Store
    from tests.fakes.web_service import Web

pytestmark = pytest.mark.asyncio
ANSWER = Decision("answer", BIKE, (), (Candidate(BIKE, 0.9),), 0.9, "m")
NOTHING = Decision("unanswered", None, (), (Candidate(FARE, 0.3),), 0.5, "m")
LATER = datetime.now(UTC) + timedelta(hours=1)
REFUSED = Feedback("useful", BIKE, "no")
HOSTILE = "<script>alert(1)</script> {{7*7}} où louer une remorque"


async def ask(store: Store, chat: str, text: str, decision: Decision, *said: Feedback) -> int:
    journal = OneByOne(store)
    turn: int = await journal.record_turn(Incoming("web", chat, text), decision, 1.0)
    for feedback in said:
        await journal.record_feedback(turn, feedback)
    return turn


@asynccontextmanager
async def bureau() -> AsyncIterator[Web]:
    """A queue of three groups: two people, one loud person, and one who is like the first."""
    async with web_service(Parrot()) as web:
        await ask(web.store, "1", HOSTILE, NOTHING)
        await ask(web.store, "2", HOSTILE.upper(), NOTHING)
        for _ in range(3):
            await ask(web.store, "3", "mon pneu siffle", ANSWER, REFUSED)
        await ask(web.store, "4", "louer un tandem", NOTHING)
        await fill_queue(web.store, small_base(), LATER)
        rows = await found(web.store, select(review_items.c.turn_id, review_items.c.text_key))
        keys = dict(rows)
        members = [Member(keys[1], 1, ((6, 0.42),)), Member(keys[3], 3, ()), Member(keys[6], 6, ())]
        await web.store.write(lambda t: ReviewGroups(t).put(members))
        yield web


async def shown(web: Web, query: str = "") -> str:
    answer = await web.client.get(f"/bureau/revoir{query}")
    assert answer.status_code == 200
    return answer.text


async def states(web: Web) -> dict[int, str]:
    return dict(await found(web.store, select(review_items.c.turn_id, review_items.c.state)))


async def test_groups_come_by_people_with_reasons_what_was_done_and_neighbours_to_tick() -> None:
    async with bureau() as web:
        await log_in(web, "éditeur")
        page = await shown(web)
        assert re.findall(r'<p class="by">([^·]*) ·', page) == [
            "2\u00a0personnes, sans réponse",
            "1\u00a0personne, sans réponse",
            "1\u00a0personne, réponse refusée",
        ]
        heads = re.findall(r"<h2[^>]*>([^<]*)</h2>", page)
        assert heads[1:] == ["«\u00a0louer un tandem\u00a0»", "«\u00a0mon pneu siffle\u00a0»"]
        assert "<script" not in page
        assert "{{7*7}}" in page
        assert (
            "A répondu\u00a0: «\u00a0Mon vélo est cassé\u00a0: que faire ?\u00a0»"
            in page.replace(" : ", "\u00a0: ")
        )
        assert re.search(r'name="turn" value="6">\s*<span[^>]*>louer un tandem', page)
        assert "proche à 42,0\u00a0%" in page
        assert "6\u00a0messages dans cette liste, en 3\u00a0groupes" in page


async def test_the_buttons_send_what_is_ticked_to_a_proposal() -> None:
    async with bureau() as web:
        await log_in(web, "éditeur")
        page = await shown(web, "?q=tandem")
        assert re.findall(
            r'name="kind" value="(\w+)" formaction="\.\./bureau/propositions"', page
        ) == [
            "wording",
            "entry",
            "desk",
            "outside",
        ]
        assert re.findall(r'name="turn" value="(\d+)" checked', page) == ["6"]
        assert '<option value="entry:tarif">' in page


async def test_the_address_narrows_the_list_and_bad_names_in_it_do_nothing() -> None:
    async with bureau() as web:
        await log_in(web, "éditeur")
        refused = await shown(web, "?motif=refused")
        assert "mon pneu siffle" in refused
        assert "tandem" not in refused
        near = await shown(web, "?cible=entry:velo-casse")
        assert "Proches de «" in near
        assert "tandem" not in near
        assert "Rien à revoir ici." in await shown(web, "?etat=later")
        assert "Rien à revoir ici." in await shown(web, "?page=2")
        odd = await shown(web, "?etat=x&motif=y&page=-1&page=²")
        assert len(re.findall("<h2", odd)) == 3


async def test_what_is_dismissed_is_gone_for_good_and_what_is_put_off_comes_back() -> None:
    async with bureau() as web:
        csrf = await log_in(web, "éditeur")

        async def do(name: str, *turns: int, **more: str) -> str:
            form = {"csrf": csrf, "turn": [str(turn) for turn in turns], "back": "q=o", **more}
            answer = await web.client.post(
                f"/bureau/revoir/{name}", data=form, follow_redirects=True
            )
            assert answer.url.query.decode().startswith("etat=open&q=o")
            return unescape(answer.text)

        assert "rien n’a changé" in await do("ecarter")
        assert "écartées pour de bon" in await do("ecarter", 1, reason="essai")
        assert "dans une semaine" in await do("plus-tard", 3, 6)
        assert await states(web) == {
            **dict.fromkeys((1, 2), "dismissed"),
            **dict.fromkeys((3, 4, 5, 6), "later"),
        }
        assert "de nouveau à revoir" in await do("remettre", 1, 3)
        assert (await states(web))[1] == "dismissed"
        assert (await states(web))[3] == "new"


async def test_each_label_says_what_it_moved() -> None:
    async with bureau() as web:
        await log_in(web, "éditeur")
        label = Label(3, "account:9", AUDIT, "wrong", "entry:tarif")
        await web.store.write(lambda t: Audits(t).put_label(label, datetime.now(UTC)))
        page = await shown(web)
        assert "Au contrôle\u00a0: jugée fausse, attendu\u00a0: Combien coûte un trajet" in page
        assert "compté dans la promesse" in page


async def test_the_answer_of_a_desk_that_missed_one_stays_within_reach() -> None:
    async with office() as (web, number):
        await log_in(web, "éditeur")
        turn = await ask(web.store, "1", "Mon vélo ne démarre plus", NOTHING)
        waiting = [Found(turn, "ticket", ticket=1)]
        await web.store.write(lambda t: ReviewItems(t, web.store.key).put(waiting, LATER))
        page = await shown(web)
        assert "réponse manquante au guichet" in page
        assert f'href="../bureau/demandes/{number}"' in page
        assert f'name="ticket" value="{number}"' in page
