"""Proposals on pages: a list, the form of one, what its check found, publishing and taking back."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from bot.analytics.proposals.changes import KINDS, Changes
from bot.analytics.proposals.findings import Findings
from bot.analytics.proposals.progress import progress_of
from bot.channels.web.bureau import proposal_texts
from bot.channels.web.bureau.access import Page, root_of
from bot.channels.web.bureau.proposal_view import flips_of, headline_of, targets_of
from bot.ops.errors import BotError
from kb.problems import KbError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from bot.analytics.proposals.ports import ProposalOffice
    from bot.channels.web.bureau.access import Visit
    from bot.channels.web.bureau.forms import Form
    from bot.channels.web.bureau.paper import Paper
    from bot.store.accounts import Role
    from bot.store.proposals import Proposal
    from kb.entries import KnowledgeBase

HERE = "/bureau/propositions"
EDITORS: frozenset[Role] = frozenset({"éditeur"})
ADMINS: frozenset[Role] = frozenset({"admin"})
REFRESH_SECONDS = 3
"""How often the page of a running check looks again."""

_FAULTS = (BotError, KbError, OSError)


class ProposalPages:
    """The pages of proposals.

    Args:
        office: takes proposals from a draft to what is served.
        base: gives the knowledge base as it is now.
        paper: renders.
    """

    def __init__(
        self, office: ProposalOffice, base: Callable[[], KnowledgeBase], paper: Paper
    ) -> None:
        self._office = office
        self._base = base
        self._paper = paper

    def pages(self) -> list[Page]:
        """The pages, each with who may see it."""
        one = f"{HERE}/{{number}}"
        return [
            Page(HERE, self.show_list, EDITORS),
            Page(HERE, self.begin, EDITORS, posted=True),
            Page(one, self.show, EDITORS),
            Page(f"{one}/correctif", self.patch, EDITORS),
            Page(f"{one}/controler", self.check, EDITORS, posted=True),
            Page(f"{one}/modifier", self.edit, EDITORS, posted=True),
            Page(f"{one}/publier", self.publish, ADMINS, posted=True),
            Page(f"{one}/retirer", self.revert, ADMINS, posted=True),
        ]

    async def show_list(self, visit: Visit) -> Response:
        """The last proposals with their states."""
        base = self._base()
        rows = [(each, headline_of(each, base)) for each in await self._office.newest()]
        given = {
            "rows": rows,
            "states": proposal_texts.STATES,
            "kinds": proposal_texts.KINDS,
            "short": proposal_texts.SHORT_KINDS,
        }
        return self._paper.show_to(visit, "proposals.html", proposal_texts.LIST, given)

    async def begin(self, visit: Visit) -> Response:
        """Begin a draft from some turns, and go on to its form."""
        form, by = visit.form, f"account:{visit.login.account.id}"
        kind = next((each for each in KINDS if each == form.get("kind")), None)
        if kind is None:
            return _go(visit)
        target = form.get("target", "").rpartition(":")[2]
        turns, ticket = form.numbers("turn"), form.get("ticket", "").strip()
        return _go(visit, await self._office.draft(by, kind, turns, target, ticket))

    async def show(self, visit: Visit) -> Response:
        """One proposal: its form, its check, or what the check found."""
        return await self._page(visit, await self._find(visit))

    async def check(self, visit: Visit) -> Response:
        """Write down what the form holds and have it checked."""
        proposal = await self._find(visit)
        quick = not visit.form.get("full")

        async def begin() -> None:
            if "wordings" in visit.form:
                changes = _read_changes(visit.form, Changes.from_dict(proposal.changes))
                await self._office.save(proposal.id, changes)
            await self._office.start_check(proposal.id, quick=quick)

        return await self._do(visit, proposal, begin)

    async def edit(self, visit: Visit) -> Response:
        """Make a draft again of what was checked or refused."""
        proposal = await self._find(visit)
        changes = replace(Changes.from_dict(proposal.changes), nobody_named=False)
        return await self._do(visit, proposal, lambda: self._office.save(proposal.id, changes))

    async def publish(self, visit: Visit) -> Response:
        """Put a checked proposal into service."""
        proposal, reason = await self._find(visit), visit.form.get("reason", "")
        publish = self._office.publish
        return await self._do(visit, proposal, lambda: publish(proposal.id, reason), "publiee")

    async def revert(self, visit: Visit) -> Response:
        """Take a publication back."""
        proposal = await self._find(visit)
        return await self._do(visit, proposal, lambda: self._office.revert(proposal.id), "retiree")

    async def patch(self, visit: Visit) -> Response:
        """The change as a file to apply elsewhere."""
        proposal = await self._find(visit)
        try:
            text = await self._office.patch(proposal.id)
        except _FAULTS as error:
            return await self._page(visit, proposal, str(error))
        named = f'attachment; filename="proposition-{proposal.id}.patch"'
        headers = {"Content-Disposition": named, "Cache-Control": "no-store"}
        return Response(text, media_type="text/x-diff; charset=utf-8", headers=headers)

    async def _do(
        self, visit: Visit, proposal: Proposal, work: Callable[[], Awaitable[None]], done: str = ""
    ) -> Response:
        """Do something with a proposal, and show it then, or why it was not done."""
        try:
            await work()
        except _FAULTS as error:
            now = await self._office.find(proposal.id) or proposal
            return await self._page(visit, now, str(error))
        return _go(visit, proposal.id, done)

    async def _find(self, visit: Visit) -> Proposal:
        number = visit.request.path_params["number"]
        known = number.isascii() and number.isdecimal() and len(number) < 10  # noqa: PLR2004 - fits a column
        found = await self._office.find(int(number)) if known else None
        if found is None:
            raise HTTPException(HTTPStatus.NOT_FOUND)
        return found

    async def _page(self, visit: Visit, proposal: Proposal, fault: str = "") -> Response:
        base, changes = self._base(), Changes.from_dict(proposal.changes)
        told = fault or proposal.reason if proposal.state in {"draft", "checked"} else fault
        done = visit.request.query_params.get("fait", "")
        said = proposal_texts.SAID.get(done, "") if _is_true(done, proposal) else ""
        given: dict[str, object] = {
            "proposal": proposal,
            "changes": changes,
            "headline": headline_of(proposal, base),
            "fault": proposal_texts.refusal(told) if told else "",
            "said": said,
            "entries": base.entries,
            "write_mode": self._office.write_mode,
            **proposal_texts.PAGE,
            **await self._body(proposal, changes, base),
        }
        status = HTTPStatus.CONFLICT if fault else HTTPStatus.OK
        words = {**proposal_texts.FORM, "heading": proposal_texts.heading_of(proposal.id)}
        page = self._paper.show_to(visit, "proposal.html", words, given, status)
        if proposal.state == "checking":
            page.headers["Refresh"] = str(REFRESH_SECONDS)
        return page

    async def _body(
        self, proposal: Proposal, changes: Changes, base: KnowledgeBase
    ) -> Mapping[str, object]:
        """What the page of a proposal shows, by how far it is."""
        if proposal.state == "checking":
            return {"progress": progress_of(proposal.check, datetime.now(UTC))}
        texts = await self._office.texts(proposal.turns)
        asked = [(turn, texts.get(turn, "")) for turn in proposal.turns]
        if proposal.state == "draft":
            written = changes.wordings or tuple(text for _, text in asked if text)
            targets = targets_of(changes.kind, base)
            return {"asked": asked, "written": written, "desks": base.desks, "targets": targets}
        if not proposal.check:
            return {"asked": asked}
        found = Findings.from_dict(proposal.check)
        flips = await flips_of(found, changes, base, self._office)
        return {"asked": asked, "found": found, "flips": flips}


def _is_true(done: str, proposal: Proposal) -> bool:
    """Whether what an address says was done is so: somebody may have kept the address."""
    return {"publiee": "published", "retiree": "reverted"}.get(done) == proposal.state


def _read_changes(form: Form, known: Changes) -> Changes:
    """The change that a form holds; what it has no field for stays."""
    given = {
        name: form[name].strip()
        for name in ("target", "manner", "title", "desk", "theme")
        if name in form
    }
    answer = form.get("answer", known.answer).replace("\r\n", "\n").strip()
    sources = form.get("sources", "").replace(",", " ").split() or list(known.sources)
    lines = {"wordings": form.get("wordings", ""), "sources": sources}
    named = bool(form.get("nobody_named"))
    return Changes.from_dict(
        {**known.to_dict(), **given, **lines, "answer": answer, "nobody_named": named}
    )


def _go(visit: Visit, number: int | None = None, done: str = "") -> Response:
    below = f"/{number}" if number else ""
    asked = f"?{urlencode({'fait': done})}" if done else ""
    there = f"{root_of(visit.request)}{HERE.removeprefix('/')}{below}{asked}"
    return RedirectResponse(there, HTTPStatus.SEE_OTHER)
