"""Checks proposals beside a service, one at a time, and follows what other processes publish."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from bot.analytics.proposals.changes import Changes
from bot.ops.errors import BotError
from bot.service.proposals.child import check_in_child
from bot.service.proposals.office import Office
from bot.service.proposals.publishing import place_of
from bot.service.proposals.tidying import tidy
from bot.service.proposals.work import Work
from bot.store import StoreError
from bot.store.proposals import Proposals
from kb.files import fingerprint
from kb.problems import ContentError

if TYPE_CHECKING:
    from bot.analytics.proposals.findings import Findings
    from bot.ops.settings import Settings
    from bot.service.proposals.office import Serving
    from bot.store.proposals import Proposal, ProposalState
    from bot.store.store import Store

HEARTBEAT_SECONDS = 10.0
"""How often a check says that it goes on."""

SILENT = timedelta(seconds=60)
"""After which a check that says nothing is given up: its process was killed."""

LOOK_SECONDS = 15.0
"""How often it is looked for checks to give up, and for what others have published."""

_GIVEN_UP = "Le contrôle a été interrompu\u00a0; relancez-le."
_log = logging.getLogger(__name__)


class Runner:
    """Works on the checks that an office was asked for.

    Args:
        store: where proposals are kept.
        settings: which knowledge base, which models.
        office: knows what is wanted, and publishes.
    """

    def __init__(self, store: Store, settings: Settings, office: Office) -> None:
        self._store = store
        self._settings = settings
        self._office = office

    async def run(self) -> None:
        """Check what is asked for, until it is cancelled."""
        while True:
            while self._office.wanted:
                await self.check(self._office.wanted.pop(0))
            self._office.called.clear()
            if not self._office.wanted:
                await self._office.called.wait()

    async def check(self, number: int) -> Proposal | None:
        """Check a proposal that waits for it, and publish it when that was asked; as it is then."""
        proposal = await self._office.find(number)
        if proposal is None or proposal.state != "checking":
            return proposal
        try:
            found = await self._find(proposal)
        except (BotError, OSError, ContentError, ValueError) as error:
            _log.warning("The check of proposal %d came to no end: %s.", number, error)
            await self._give_up(number, f"Le contrôle n’a pas abouti\u00a0: {error}.")
        except asyncio.CancelledError:
            with contextlib.suppress(StoreError):
                await self._give_up(number, _GIVEN_UP)
            raise
        else:
            await self._keep(proposal, found)
        states = await self._store.reader.run(lambda c: Proposals(c).states())
        await asyncio.to_thread(tidy, self._settings.data_dir, states)
        return await self._office.find(number)

    async def _find(self, proposal: Proposal) -> Findings:
        number, place = proposal.id, place_of(self._settings, proposal.id)
        place.mkdir(parents=True, exist_ok=True)
        asked = Work(Changes.from_dict(proposal.changes), place, bool(proposal.check.get("quick")))
        said: dict[str, Any] = dict(proposal.check)

        async def progress(stage: str, done: int, total: int) -> bool:
            said.update(stage=stage, done=done, total=total)
            return await self._note(number, said)

        async def go_on() -> None:
            while True:
                await asyncio.sleep(HEARTBEAT_SECONDS)
                await self._note(number, said)

        beating = asyncio.create_task(go_on())
        try:
            return await check_in_child(asked, self._settings.kb_dir, progress)
        finally:
            beating.cancel()

    async def _note(self, number: int, said: dict[str, Any]) -> bool:
        now = datetime.now(UTC)
        return await self._store.write(lambda c: Proposals(c).note_progress(number, said, now))

    async def _give_up(self, number: int, reason: str) -> None:
        now, values = datetime.now(UTC), {"check": {}, "reason": reason}
        await self._store.write(
            lambda c: Proposals(c).move(number, ("checking",), "draft", now, **values)
        )

    async def _keep(self, proposal: Proposal, found: Findings) -> None:
        """Note what was found; publish when that was asked and nothing new speaks against it."""
        now, number = datetime.now(UTC), proposal.id
        state: ProposalState = "refused" if found.objections else "checked"
        values = {"check": found.to_dict(), "base": found.base, "model": found.model}
        await self._store.write(
            lambda c: Proposals(c).move(number, ("checking",), state, now, **values)
        )
        if state == "checked" and proposal.check.get("then"):
            try:
                await self._office.publish(number, proposal.reason)
            except (BotError, ContentError, OSError) as error:
                _log.warning("The proposal %d was checked and not published: %s.", number, error)
                note = f"Contrôlée, mais pas publiée\u00a0: {error}."
                await self._store.write(
                    lambda c: Proposals(c).move(
                        number, ("checked",), "checked", datetime.now(UTC), reason=note
                    )
                )


async def follow(store: Store, settings: Settings, serving: Serving) -> None:
    """Give up checks whose process was killed, and serve what another process has published."""
    seen = await store.reader.run(lambda c: Proposals(c).last_published())
    while True:
        with contextlib.suppress(StoreError):
            await give_up_silent(store)
            last = await store.reader.run(lambda c: Proposals(c).last_published())
            if last != seen:
                seen = last
                await _catch_up(settings, serving)
        await asyncio.sleep(LOOK_SECONDS)


async def give_up_silent(store: Store) -> int:
    """Make drafts again of the proposals whose check has said nothing for long; how many."""
    now = datetime.now(UTC)
    return await store.write(lambda c: Proposals(c).give_up_checks(now - SILENT, now, _GIVEN_UP))


async def _catch_up(settings: Settings, serving: Serving) -> None:
    with contextlib.suppress(ContentError):
        if await asyncio.to_thread(fingerprint, settings.kb_dir) != serving.base():
            await serving.reload()


class ProposalWork:
    """All that a service does about proposals.

    Args:
        settings: which knowledge base, which models.
        serving: what a publication is put into force with.
    """

    def __init__(self, settings: Settings, serving: Serving) -> None:
        self._settings = settings
        self._serving = serving
        self._office: Office | None = None

    def office(self, store: Store) -> Office:
        """Who takes proposals of this store; the same at each call."""
        if self._office is None:
            self._office = Office(store, self._settings, self._serving)
        return self._office

    async def run(self, store: Store) -> None:
        """Check what is asked for and follow what others publish, until it is cancelled."""
        runner = Runner(store, self._settings, self.office(store))
        async with asyncio.TaskGroup() as group:
            group.create_task(runner.run())
            group.create_task(follow(store, self._settings, self._serving))
