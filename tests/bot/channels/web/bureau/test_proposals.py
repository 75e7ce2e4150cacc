"""The pages of proposals: from messages to a form, what a check found, and who may do what."""

from __future__ import annotations

from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from bot.analytics.proposals.changes import Changes
from bot.analytics.proposals.findings import Findings
from bot.analytics.proposals.flips import Flip, Replay
from bot.analytics.proposals.objections import Objection
from bot.conversation.messages import Incoming
from bot.store.proposals import Proposals
from tests.bot.channels.web.bureau.test_access import log_in
from tests.fakes.open_store import OneByOne
from tests.fakes.small_base import BIKE, answering
from tests.fakes.web_service import Parrot, web_service

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.store.proposals import Proposal, ProposalState
    from tests.fakes.web_service import Web

pytestmark = pytest.mark.asyncio
HERE = "/bureau/propositions"
HOSTILE = "<script>alert(1)</script> {{7*7}}"
WORDING = Changes("wording", BIKE.id, wordings=("la roue est voilée",), nobody_named=True)


@asynccontextmanager
async def bureau() -> AsyncIterator[Web]:
    async with web_service(Parrot()) as web:
        yield web


async def asked(web: Web, *texts: str) -> list[int]:
    journal = OneByOne(web.store)
    return [
        int(await journal.record_turn(Incoming("web", "1", text), answering(BIKE), 1.0))
        for text in texts
    ]


async def one(web: Web, number: int = 1) -> Proposal:
    found = await web.store.reader.run(lambda c: Proposals(c).get(number))
    assert found is not None
    return found


async def put(web: Web, state: ProposalState, **values: object) -> None:
    """A proposal in a state, with what its columns hold then."""
    now = datetime.now(UTC)
    add = "account:1", "wording", WORDING.to_dict(), [], now
    number = await web.store.write(lambda c: Proposals(c).add(*add))
    await web.store.write(lambda c: Proposals(c).move(number, ("draft",), state, now, **values))


def found(broken: int = 0, *flips: Flip, quick: bool = False) -> dict[str, object]:
    counts = {"gained": len(flips), "lost": 0, "other": 0}
    replay = Replay(100, 7, 1, counts, broken, flips)
    return Findings(quick=quick, base="b", replay=replay).to_dict()


async def test_ticked_messages_become_the_wordings_of_a_form() -> None:
    async with bureau() as web:
        csrf = await log_in(web, "éditeur")
        first, second = await asked(web, "ma roue est voilée", HOSTILE)
        form = [("csrf", csrf), ("kind", "wording"), ("target", f"entry:{BIKE.id}")]
        ticked = [("turn", str(first)), ("turn", str(second))]
        body = "&".join(f"{key}={value}" for key, value in form + ticked)
        kind = {"content-type": "application/x-www-form-urlencoded"}
        answer = await web.client.post(HERE, content=body, headers=kind)
        assert (answer.status_code, answer.headers["location"]) == (303, "../bureau/propositions/1")
        page = (await web.client.get(f"{HERE}/1")).text
        assert "ma roue est voilée" in page
        assert "<script>alert" not in page
        assert f'value="{BIKE.id}" selected' in page
        assert (await one(web)).turns == (first, second)


async def test_a_form_is_kept_and_checked_in_one_press() -> None:
    async with bureau() as web:
        csrf = await log_in(web, "éditeur")
        await web.client.post(HERE, data={"csrf": csrf, "kind": "wording"})
        form = {"csrf": csrf, "target": BIKE.id, "manner": "problem", "nobody_named": "1"}
        lines = {"wordings": "la roue est voilée\r\n\r\nplus de chaîne"}
        answer = await web.client.post(f"{HERE}/1/controler", data={**form, **lines})
        assert answer.status_code == 303
        proposal = await one(web)
        assert proposal.state == "checking"
        assert proposal.changes["wordings"] == ["la roue est voilée", "plus de chaîne"]
        page = await web.client.get(f"{HERE}/1")
        assert "Contrôle en cours" in page.text
        assert page.headers["refresh"] == "3"


async def test_a_second_check_waits_for_the_first() -> None:
    async with bureau() as web:
        csrf = await log_in(web, "éditeur")
        await put(web, "checking")
        await put(web, "refused")
        answer = await web.client.post(f"{HERE}/2/controler", data={"csrf": csrf})
        assert answer.status_code == 409
        assert "déjà en cours" in answer.text


async def test_a_refusal_says_where_and_shows_the_other_entry() -> None:
    async with bureau() as web:
        await log_in(web, "éditeur")
        refused = Findings(True, "b", objections=(Objection("question 1", "déjà dit.", "tarif"),))
        await put(web, "refused", check=refused.to_dict())
        page = (await web.client.get(f"{HERE}/1")).text
        assert "question 1" in page
        assert 'href="../../bureau/fiches/tarif"' in page


async def test_flips_are_shown_with_their_words_and_no_longer_than_the_message_is_kept() -> None:
    async with bureau() as web:
        await log_in(web, "éditeur")
        (turn,) = await asked(web, "ma roue est voilée")
        flips = Flip(turn, "gained", "clarify", f"answer entry:{BIKE.id}", "mended", ((3, 7),))
        gone = Flip(turn + 1, "gained", "unanswered", "route desk:atelier")
        await put(web, "checked", check=found(0, flips, gone))
        page = (await web.client.get(f"{HERE}/1")).text
        for said in ("ma roue est voilée", ">roue</td>", "propose un choix", "texte effacé"):
            assert said in page
        assert Parrot().served.entries[BIKE.id].title in page
        assert "L&#39;atelier" in page


async def test_a_new_entry_is_named_by_its_title_before_it_is_in_the_base() -> None:
    async with bureau() as web:
        await log_in(web, "éditeur")
        (turn,) = await asked(web, "un siège pour enfant")
        changes = Changes("entry", title="Et les enfants ?", answer="Non.", wordings=("enfant",))
        flip = Flip(turn, "gained", "unanswered", f"answer entry:{changes.owner}")
        await put(web, "checked", check=found(0, flip), changes=changes.to_dict())
        page = (await web.client.get(f"{HERE}/1")).text
        assert "répond\u00a0: Et les enfants ?" in page
        assert f"répond\u00a0: {changes.owner}" not in page


async def test_only_an_admin_is_offered_to_publish() -> None:
    async with bureau() as web:
        await put(web, "checked", check=found())
        for role, offered in (("éditeur", False), ("admin", True)):
            await log_in(web, role)  # type: ignore[arg-type]
            page = (await web.client.get(f"{HERE}/1")).text
            assert ("/publier" in page) is offered


async def test_what_breaks_asks_for_a_reason() -> None:
    async with bureau() as web:
        csrf = await log_in(web)
        await put(web, "checked", check=found(1))
        assert 'name="reason"' in (await web.client.get(f"{HERE}/1")).text
        answer = await web.client.post(f"{HERE}/1/publier", data={"csrf": csrf, "reason": " "})
        assert answer.status_code == 409
        assert "écrivez pourquoi" in answer.text
        assert (await one(web)).state == "checked"


async def test_a_published_one_offers_to_be_taken_back() -> None:
    async with bureau() as web:
        await log_in(web)
        await put(web, "published", check=found(), reason="C’était périmé.")
        page = (await web.client.get(f"{HERE}/1?fait=publiee")).text
        assert "/retirer" in page
        assert "C’était périmé." in page
        assert "publiée et servie" in page


async def test_the_list_names_what_each_adds_and_its_state() -> None:
    async with bureau() as web:
        await log_in(web, "éditeur")
        assert "Aucune proposition" in (await web.client.get(HERE)).text
        await put(web, "checked", check=found())
        page = (await web.client.get(HERE)).text
        assert Parrot().served.entries[BIKE.id].title in page
        assert "contrôlée" in page


@pytest.mark.parametrize("number", ["0", "7", "-1", "x", "9" * 12, "%C2%B2"])
async def test_a_number_that_is_none_is_not_found(number: str) -> None:
    async with bureau() as web:
        await log_in(web)
        assert (await web.client.get(f"{HERE}/{number}")).status_code == 404
