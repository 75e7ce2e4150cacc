"""Proposals from a draft to what is served and back, and what is refused on the way."""

from __future__ import annotations

import asyncio
import shutil
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from bot.analytics.proposals.changes import Changes
from bot.analytics.proposals.findings import Findings
from bot.analytics.proposals.flips import Replay
from bot.conversation.messages import Incoming
from bot.escalation.tickets import NewMessage, Opening
from bot.ops.settings import Settings
from bot.service.proposals.adopting import adopt_model
from bot.service.proposals.child import CheckStoppedError
from bot.service.proposals.office import Office, Serving
from bot.service.proposals.publishing import PublishingError
from bot.service.proposals.runner import Runner, give_up_silent
from bot.service.proposals.tidying import tidy
from bot.store.proposals import Proposals
from bot.store.review_items import Found, ReviewItems
from bot.store.review_tables import review_items
from kb.files import fingerprint
from kb.loader import load
from tests.fakes.open_store import OneByOne, found, open_store
from tests.fakes.small_base import BIKE, answering

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.store.proposals import Proposal
    from bot.store.store import Store, Transaction

pytestmark = pytest.mark.asyncio
CONTENT = Path(__file__).parents[3] / "content"
ASKED = "il a disparu"
WORDING = Changes("wording", "velo-vole", "problem", (ASKED,), nobody_named=True)
UNCHANGED = Replay(1, 0, 0, {"gained": 0, "lost": 0, "other": 0}, 0, ())
BROKEN = replace(UNCHANGED, broken=1)


class Served:
    """A service that takes what the folder says, unless it is told not to."""

    def __init__(self, kb: Path) -> None:
        self.kb = kb
        self.base = fingerprint(kb)
        self.stubborn = False

    async def reload(self) -> None:
        if not self.stubborn:
            self.base = fingerprint(self.kb)


class Desk:
    """An office with what stands around it."""

    def __init__(self, store: Store, settings: Settings) -> None:
        self.store = store
        self.settings = settings
        self.served = Served(settings.kb_dir)
        serving = Serving(self.served.reload, lambda: self.served.base)
        self.office = Office(store, settings, serving)
        self.runner = Runner(store, settings, self.office)

    async def checked(self, *, quick: bool = False, replayed: Replay = UNCHANGED) -> int:
        """A proposal whose check found this."""
        number = await self.office.add("account:1", WORDING)
        base = fingerprint(self.settings.kb_dir)
        check = Findings(quick=quick, base=base, replay=replayed).to_dict()
        (self.settings.data_dir / "proposals" / str(number)).mkdir(parents=True, exist_ok=True)
        move = number, ("draft",), "checked", datetime.now(UTC)
        await self.store.write(lambda c: Proposals(c).move(*move, check=check, base=base))  # type: ignore[arg-type]
        return number

    async def state(self, number: int) -> str:
        return (await self.proposal(number)).state

    async def proposal(self, number: int) -> Proposal:
        proposal = await self.office.find(number)
        assert proposal is not None
        return proposal

    def asks(self) -> set[str]:
        """How people ask for the entry, as the folder says."""
        return {
            question.text for question in load(self.settings.kb_dir).entries["velo-vole"].questions
        }


@asynccontextmanager
async def desk(folder: Path, **given: str) -> AsyncIterator[Desk]:
    kb = Path(shutil.copytree(CONTENT, folder / "kb"))
    settings = Settings(kb_dir=kb, data_dir=folder / "data", **given)  # type: ignore[arg-type]
    async with await open_store(folder / "a.db") as store:
        yield Desk(store, settings)


async def test_what_is_published_is_served_and_taken_back_in_one_press(tmp_path: Path) -> None:
    async with desk(tmp_path) as at:
        number, before = await at.checked(), fingerprint(at.settings.kb_dir)
        await at.office.publish(number)
        assert (await at.state(number), ASKED in at.asks()) == ("published", True)
        assert at.served.base == fingerprint(at.settings.kb_dir) != before
        await at.office.revert(number)
        assert (await at.state(number), ASKED in at.asks()) == ("reverted", False)
        assert at.served.base == fingerprint(at.settings.kb_dir) == before


async def test_of_two_editors_one_wins_and_the_other_is_asked_to_check_anew(tmp_path: Path) -> None:
    async with desk(tmp_path) as at:
        numbers = [await at.checked(), await at.checked()]
        work = [at.office.publish(number) for number in numbers]
        ended = await asyncio.gather(*work, return_exceptions=True)
        (refused,) = [each for each in ended if each is not None]
        assert isinstance(refused, PublishingError)
        assert sorted([await at.state(number) for number in numbers]) == ["checked", "published"]
        assert len(at.asks()) == len(load(CONTENT).entries["velo-vole"].questions) + 1


async def test_right_that_becomes_wrong_is_published_with_a_reason_alone(tmp_path: Path) -> None:
    async with desk(tmp_path) as at:
        number = await at.checked(replayed=BROKEN)
        for reason in ("", "  "):
            with pytest.raises(PublishingError, match="écrivez pourquoi"):
                await at.office.publish(number, reason)
        await at.office.publish(number, "La fiche d’avant est périmée.")
        assert (await at.proposal(number)).reason == "La fiche d’avant est périmée."


@pytest.mark.parametrize(("mode", "said"), [("no", "KB_WRITE=no"), ("patch", "correctif")])
async def test_where_the_folder_is_not_to_be_written_it_is_not(
    mode: str, said: str, tmp_path: Path
) -> None:
    async with desk(tmp_path, kb_write=mode) as at:
        number = await at.checked()
        with pytest.raises(PublishingError, match=said):
            await at.office.publish(number)
        assert ASKED not in at.asks()
        assert f'+    - "{ASKED}"' in await at.office.patch(number)


async def test_what_cannot_be_served_is_undone(tmp_path: Path) -> None:
    async with desk(tmp_path) as at:
        number, at.served.stubborn = await at.checked(), True
        with pytest.raises(PublishingError, match="n’a pas pu prendre"):
            await at.office.publish(number)
        assert (await at.state(number), ASKED in at.asks()) == ("checked", False)


@pytest.mark.parametrize("act", ["publish", "revert"])
async def test_what_is_a_draft_is_neither_published_nor_taken_back(
    act: str, tmp_path: Path
) -> None:
    async with desk(tmp_path) as at:
        number = await at.office.add("cli", WORDING)
        with pytest.raises(PublishingError):
            await getattr(at.office, act)(number)


async def test_what_is_published_is_not_written_otherwise(tmp_path: Path) -> None:
    async with desk(tmp_path) as at:
        number = await at.checked()
        await at.office.publish(number)
        with pytest.raises(PublishingError, match="ne peut plus"):
            await at.office.save(number, WORDING)


async def test_the_queue_learns_what_became_of_its_messages(tmp_path: Path) -> None:
    async with desk(tmp_path) as at:
        asked = Incoming("web", "1", ASKED)
        turn = await OneByOne(at.store).record_turn(asked, answering(BIKE), 1.0)
        number = await at.office.draft("account:1", "wording", [turn], "velo-vole")
        await at.office.save(number, WORDING)
        base = fingerprint(at.settings.kb_dir)
        (at.settings.data_dir / "proposals" / str(number)).mkdir(parents=True)
        check = Findings(quick=False, base=base, replay=UNCHANGED).to_dict()
        move = number, ("draft",), "checked", datetime.now(UTC)
        await at.store.write(lambda c: Proposals(c).move(*move, check=check, base=base))  # type: ignore[arg-type]
        await at.office.publish(number)
        states = select(review_items.c.turn_id, review_items.c.state)
        assert await found(at.store, states) == [(turn, "wording")]
        await at.office.revert(number)
        assert await found(at.store, states) == [(turn, "new")]


async def ticket_answered(store: Store, turn: int, answer: str) -> str:
    """A ticket that a turn led to, whose desk has answered; its number."""
    asked, now = Incoming("web", "1", ASKED, update_id=7), datetime.now(UTC)

    async def work(connection: Transaction) -> str:
        records = store.records(connection, "web")
        question = NewMessage("asker", ASKED, origin="web", origin_id="7")
        opening = Opening("atelier", "customer_request", question, "1", turn)
        ticket = await records.tickets.open(asked, opening, now)
        said = NewMessage("desk", answer, origin="web", origin_id="8")
        await records.messages.add(ticket, said, now)
        missed = [Found(turn, "ticket", ticket=ticket.id)]
        await ReviewItems(connection, store.key).put(missed, now)
        return ticket.number

    return await store.write(work)


async def test_an_entry_begins_from_what_a_desk_has_answered_masked(tmp_path: Path) -> None:
    async with desk(tmp_path) as at:
        asked = Incoming("web", "1", ASKED)
        turn = await OneByOne(at.store).record_turn(asked, answering(BIKE), 1.0)
        await ticket_answered(at.store, turn, "Bonjour Jean Dupont, portez plainte d'abord.")
        number = await at.office.draft("account:1", "entry", [turn])
        changes = Changes.from_dict((await at.proposal(number)).changes)
        assert (changes.origin, changes.desk) == ("guichet", "atelier")
        assert "portez plainte" in changes.answer
        assert "Dupont" not in changes.answer


def finds(monkeypatch: pytest.MonkeyPatch, *results: Findings | Exception) -> None:
    """Have each check find this, one after the other."""
    left = list(results)

    async def check(*_: object) -> Findings:
        result = left.pop(0)
        if isinstance(result, Exception):
            raise result
        return result

    monkeypatch.setattr("bot.service.proposals.runner.check_in_child", check)


async def test_one_press_after_a_quick_check_checks_whole_and_publishes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with desk(tmp_path) as at:
        base = fingerprint(at.settings.kb_dir)
        finds(monkeypatch, *(Findings(quick=q, base=base, replay=UNCHANGED) for q in (True, False)))
        number = await at.office.add("account:1", WORDING)
        await at.office.start_check(number)
        await at.runner.check(number)
        await at.office.publish(number)
        assert (await at.state(number), ASKED in at.asks()) == ("checking", False)
        await at.runner.check(number)
        assert (await at.state(number), ASKED in at.asks()) == ("published", True)


async def test_what_only_the_whole_check_finds_is_not_published(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with desk(tmp_path) as at:
        base = fingerprint(at.settings.kb_dir)
        finds(monkeypatch, Findings(quick=False, base=base, replay=BROKEN))
        number = await at.checked(quick=True)
        await at.office.publish(number)
        await at.runner.check(number)
        proposal = await at.proposal(number)
        assert (proposal.state, ASKED in at.asks()) == ("checked", False)
        assert "pas publiée" in proposal.reason


async def test_a_check_that_was_stopped_leaves_a_draft(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with desk(tmp_path) as at:
        finds(monkeypatch, CheckStoppedError("tué"))
        number = await at.office.add("account:1", WORDING)
        await at.office.start_check(number)
        with pytest.raises(PublishingError, match="déjà en cours"):
            await at.office.start_check(await at.office.add("account:1", WORDING))
        await at.runner.check(number)
        proposal = await at.proposal(number)
        assert (proposal.state, "tué" in proposal.reason) == ("draft", True)


async def test_a_stop_of_the_service_leaves_a_draft(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with desk(tmp_path) as at:
        begun = asyncio.Event()

        async def check(*_: object) -> Findings:
            begun.set()
            await asyncio.Event().wait()
            raise AssertionError

        monkeypatch.setattr("bot.service.proposals.runner.check_in_child", check)
        number = await at.office.add("account:1", WORDING)
        running = asyncio.create_task(at.runner.run())
        await at.office.start_check(number)
        await begun.wait()
        running.cancel()
        await asyncio.wait({running})
        assert await at.state(number) == "draft"


async def test_a_check_whose_process_was_killed_is_given_up(tmp_path: Path) -> None:
    async with desk(tmp_path) as at:
        number = await at.office.add("account:1", WORDING)
        await at.office.start_check(number)
        assert await give_up_silent(at.store) == 0
        long_ago = datetime.now(UTC) - timedelta(minutes=2)
        await at.store.write(lambda c: Proposals(c).note_progress(number, {}, long_ago))
        assert await give_up_silent(at.store) == 1
        assert await at.state(number) == "draft"


def made(folder: Path, number: int) -> Path:
    model = folder / "proposals" / str(number) / "models" / "abc"
    model.mkdir(parents=True)
    (model / "manifest.json").write_text(str(number), "utf-8")
    return model


async def test_the_model_of_a_check_is_taken_over_once(tmp_path: Path) -> None:
    made(tmp_path, 3)
    assert not adopt_model(tmp_path, "another")
    assert adopt_model(tmp_path, "abc")
    assert (tmp_path / "models/abc/manifest.json").read_text("utf-8") == "3"
    made(tmp_path, 4)
    assert not adopt_model(tmp_path, "abc")


async def test_what_nothing_can_use_any_more_is_removed(tmp_path: Path) -> None:
    models = {number: made(tmp_path, number) for number in (1, 2, 3, 4)}
    tidy(tmp_path, {1: "checked", 2: "published", 3: "refused"})
    assert {number for number, model in models.items() if model.exists()} == {1}
    left = sorted(path.name for path in (tmp_path / "proposals").iterdir())
    assert left == ["1", "2"]
