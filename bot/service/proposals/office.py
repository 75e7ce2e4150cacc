"""The proposals of a running service, or of a command: drafted, checked, published, taken back."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from bot.analytics.proposals.changes import EDITOR, Changes
from bot.analytics.proposals.findings import Findings
from bot.service.proposals.adopting import adopt_model
from bot.service.proposals.desk_answers import this_month, with_answer_of_ticket
from bot.service.proposals.following import follow_publication, follow_taking_back
from bot.service.proposals.publishing import (
    PublishingError,
    diff_of,
    is_writable,
    publish_files,
    take_back_files,
)
from bot.store.proposals import Proposals
from bot.store.replays import Replays
from bot.store.review_items import ReviewItems

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence

    from bot.analytics.proposals.changes import ChangeKind
    from bot.analytics.proposals.ports import WriteMode
    from bot.ops.settings import Settings
    from bot.store.proposals import Proposal, ProposalState
    from bot.store.store import Store

LISTED = 200
"""Proposals of the list, the newest."""

OPEN: tuple[ProposalState, ...] = ("draft", "refused", "checked")
"""States in which a change can still be written otherwise."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Serving:
    """What a publication is put into force with; a command has none: the service looks itself.

    Attributes:
        reload: has the service take what the knowledge base says now.
        base: the fingerprint of the knowledge base that is served.
    """

    reload: Callable[[], Awaitable[object]]
    base: Callable[[], str]


class Office:
    """A ``bot.analytics.proposals.ports.ProposalOffice``.

    Args:
        store: where proposals are kept.
        settings: which knowledge base, which models, and whether it may be written.
        serving: what a publication is put into force with, if anything is served here.

    Attributes:
        write_mode: what publishing does here.
        wanted: the numbers of the proposals to check here, in their order.
        called: set when there is one more.
    """

    def __init__(self, store: Store, settings: Settings, serving: Serving | None = None) -> None:
        self._store = store
        self._settings = settings
        self._serving = serving
        self.write_mode: WriteMode = settings.kb_write
        self.wanted: list[int] = []
        self.called = asyncio.Event()

    async def draft(
        self, by: str, kind: ChangeKind, turns: Sequence[int], target: str = "", ticket: str = ""
    ) -> int:
        """Begin a proposal from some turns, and from a ticket's answer; its number."""
        changes = Changes(kind, target)
        if kind == "entry":
            changes = replace(changes, origin=EDITOR, dated=this_month())
            ticket = ticket or await self._ticket_of(turns)
        if ticket and kind == "entry":
            changes = await with_answer_of_ticket(self._store, changes, ticket)
        return await self._add(by, changes, turns)

    async def add(self, by: str, changes: Changes) -> int:
        """Begin a proposal whose change is written already; its number."""
        dated = changes.dated or (this_month() if changes.kind == "entry" else "")
        return await self._add(by, replace(changes, dated=dated), ())

    async def find(self, number: int) -> Proposal | None:
        """The proposal with this number."""
        return await self._store.reader.run(lambda c: Proposals(c).get(number))

    async def newest(self) -> list[Proposal]:
        """The last proposals, the newest first."""
        return await self._store.reader.run(lambda c: Proposals(c).newest(LISTED))

    async def texts(self, turns: Collection[int]) -> Mapping[int, str]:
        """The words of these turns, masked, as far as they are kept."""
        return await self._store.reader.run(lambda c: Replays(c).texts(turns))

    async def save(self, number: int, changes: Changes) -> None:
        """Write another change into a proposal that is not published: it is a draft again."""
        values = {"changes": changes.to_dict(), "check": {}, "reason": ""}
        if not await self._move(number, OPEN, "draft", **values):
            raise PublishingError("cette proposition ne peut plus être modifiée")

    async def start_check(self, number: int, *, quick: bool = True) -> None:
        """Have a proposal checked; it is not waited for."""
        await self._begin_check(number, OPEN, {"quick": quick}, "")

    async def publish(self, number: int, reason: str = "") -> None:
        """Put a checked proposal into service; after a quick check, once the whole one is done.

        Raises:
            BotError: it is not checked, the base has changed, it may not or cannot be written.
        """
        proposal = await self._find_checked(number)
        found = Findings.from_dict(proposal.check)
        if found.broken_count and not reason.strip():
            raise PublishingError(
                "des réponses jugées justes deviendraient fausses\u00a0; écrivez pourquoi vous "
                "publiez quand même"
            )
        self._refuse_unwritable()
        if found.quick:
            await self._begin_check(number, ("checked",), {"quick": False, "then": True}, reason)
        else:
            await self.put_in_force(proposal, found, reason)

    async def revert(self, number: int) -> None:
        """Put back what a publication has replaced.

        Raises:
            BotError: it is not published, something was changed since, or cannot be written.
        """
        proposal = await self.find(number)
        if proposal is None or proposal.state != "published":
            raise PublishingError("cette proposition n’est pas publiée")
        self._refuse_unwritable()
        base = await asyncio.to_thread(take_back_files, self._settings, number)
        await self._move(number, ("published",), "reverted")
        now, key = datetime.now(UTC), self._store.key
        await self._store.write(lambda t: follow_taking_back(t, key, proposal, now))
        await self._serve(base)

    async def patch(self, number: int) -> str:
        """The change as a unified diff.

        Raises:
            BotError: there is no such proposal, or it cannot be tried.
        """
        proposal = await self.find(number)
        if proposal is None:
            raise PublishingError("cette proposition n’existe pas")
        changes = Changes.from_dict(proposal.changes)
        return await asyncio.to_thread(diff_of, changes, self._settings.kb_dir)

    async def put_in_force(self, proposal: Proposal, found: Findings, reason: str) -> None:
        """Write the lines, note it, and serve them; undone when that cannot be served.

        Raises:
            BotError: see ``publish``.
        """
        number, changes = proposal.id, Changes.from_dict(proposal.changes)
        base = await asyncio.to_thread(publish_files, self._settings, number, changes, found.base)
        if not await self._move(number, ("checked",), "published", reason=reason.strip()):
            await asyncio.to_thread(take_back_files, self._settings, number)
            raise PublishingError(
                "une autre proposition vient d’être publiée\u00a0; contrôlez celle-ci à nouveau"
            )
        await asyncio.to_thread(adopt_model, self._settings.data_dir, found.learning)
        try:
            await self._serve(base)
        except PublishingError:
            await asyncio.to_thread(take_back_files, self._settings, number)
            await self._move(number, ("published",), "checked")
            raise
        now, key, passed = datetime.now(UTC), self._store.key, not found.broken_count
        await self._store.write(lambda t: follow_publication(t, key, proposal, now, passed=passed))
        _log.info("The proposal %d was published: %s.", number, changes.owner)

    async def _serve(self, base: str) -> None:
        """Have what the folder says now served, and see that it is."""
        if self._serving is None:
            return
        await self._serving.reload()
        if self._serving.base() != base:
            raise PublishingError("le service n’a pas pu prendre la base ainsi changée")

    async def _find_checked(self, number: int) -> Proposal:
        proposal = await self.find(number)
        if proposal is None or proposal.state != "checked":
            raise PublishingError("cette proposition n’a pas été contrôlée")
        return proposal

    def _refuse_unwritable(self) -> None:
        kb = self._settings.kb_dir
        if self.write_mode == "no":
            raise PublishingError("publier est désactivé ici (KB_WRITE=no)")
        if self.write_mode == "patch":
            raise PublishingError(
                "la base se change ailleurs (KB_WRITE=patch)\u00a0; "
                "téléchargez le correctif et appliquez-le là-bas"
            )
        if not is_writable(kb):
            raise PublishingError(f"le dossier {kb} n’est pas modifiable par le service")

    async def _ticket_of(self, turns: Sequence[int]) -> str:
        """The ticket whose desk said that an answer is missing, if these turns led to one."""
        found = await self._store.reader.run(
            lambda c: ReviewItems(c, self._store.key).tickets_of(turns)
        )
        return str(max(found.values())) if found else ""

    async def _add(self, by: str, changes: Changes, turns: Sequence[int]) -> int:
        put = (by, changes.kind, changes.to_dict(), turns, datetime.now(UTC))
        return await self._store.write(lambda c: Proposals(c).add(*put))

    async def _begin_check(
        self, number: int, before: Collection[str], how: dict[str, Any], reason: str
    ) -> None:
        check = {**how, "stage": "content", "started": datetime.now(UTC).isoformat()}
        if not await self._move(number, before, "checking", check=check, reason=reason.strip()):
            raise PublishingError(
                "un contrôle est déjà en cours, ou cette proposition est déjà publiée\u00a0; "
                "réessayez quand il sera fini"
            )
        self.wanted.append(number)
        self.called.set()

    async def _move(
        self, number: int, before: Collection[str], after: ProposalState, **values: object
    ) -> bool:
        now = datetime.now(UTC)
        return await self._store.write(
            lambda c: Proposals(c).move(number, before, after, now, **values)
        )
