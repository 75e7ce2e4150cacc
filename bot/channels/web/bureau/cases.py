"""The tickets: a list, and one page each on which it is answered, noted on, handed on and ended."""

from __future__ import annotations

import secrets
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse

from bot.channels.web.bureau import ticket_texts
from bot.channels.web.bureau.access import Page, root_of
from bot.escalation.desks import BUREAU
from bot.escalation.masking import MAX_TEXT, keep_contact
from bot.escalation.tickets import LIVE, MISSING_ANSWER, STATES, NewMessage
from bot.store.agents import find_agent, meet_account

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from starlette.responses import Response

    from bot.channels.web.bureau.access import Handler, Visit
    from bot.channels.web.bureau.casebook import Act, Acting, Casebook
    from bot.channels.web.bureau.paper import Paper
    from bot.escalation.ticket_work import Done
    from bot.escalation.tickets import State
    from bot.store.accounts import Role
    from kb.entries import KnowledgeBase

AGENTS: frozenset[Role] = frozenset({"agent", "éditeur"})
HERE = "bureau/demandes"


class Cases:
    """The pages of the tickets.

    Args:
        casebook: the tickets.
        base: gives the knowledge base as it is now, for the names of desks.
        paper: renders.
    """

    def __init__(self, casebook: Casebook, base: Callable[[], KnowledgeBase], paper: Paper) -> None:
        self._casebook = casebook
        self._base = base
        self._paper = paper

    def pages(self) -> list[Page]:
        """The pages, each with who may see it; which tickets they see is asked for each."""
        return [
            Page(f"/{HERE}", self.show_list, AGENTS),
            Page(f"/{HERE}/{{number}}", self.show, AGENTS),
            *(
                Page(f"/{HERE}/{{number}}/{name}", self._doing(name, make), AGENTS, posted=True)
                for name, make in ACTS.items()
            ),
        ]

    async def show_list(self, visit: Visit) -> Response:
        """The tickets of a state and a desk; a number that is searched leads to its ticket."""
        asked, account = visit.request.query_params, visit.login.account
        number = asked.get("numero", "").strip()
        if number and await self._casebook.find(account, number):
            return self._go(visit, number)
        state, desk = asked.get("etat", ""), asked.get("guichet", "")
        tickets = await self._casebook.list_all(account, _states(state), desk)
        given = {"tickets": tickets, "state": state, "desk": desk, "number": number}
        said = ticket_texts.CASES["unknown"] if number else ""
        words = {**given, "said": said, **self._names(visit)}
        return self._paper.show_to(visit, "cases.html", ticket_texts.CASES, words)

    async def show(self, visit: Visit) -> Response:
        """One ticket: what was said, what happened, and what can be done."""
        number = visit.request.path_params["number"]
        case = await self._casebook.show(visit.login.account, number)
        if case is None:
            raise HTTPException(HTTPStatus.NOT_FOUND)
        said = ticket_texts.DONE.get(visit.request.query_params.get("fait", ""), "")
        given = {"case": case, "said": said, "key": secrets.token_hex(8), "longest": MAX_TEXT}
        given["missing"] = MISSING_ANSWER
        words = {
            **ticket_texts.CASE,
            "title": ticket_texts.CASES["title"],
            "heading": ticket_texts.case_of(number),
        }
        return self._paper.show_to(visit, "case.html", words, {**given, **self._names(visit)})

    def _doing(self, name: str, make: Callable[[Visit], Act]) -> Handler:
        async def do(visit: Visit) -> Response:
            number, account = visit.request.path_params["number"], visit.login.account
            try:
                done = await self._casebook.do(account, number, make(visit))
            except LookupError:
                raise HTTPException(HTTPStatus.NOT_FOUND) from None
            still = await self._casebook.find(account, number)
            return self._go(visit, number if still else "", name if done else "rien")

        return do

    def _names(self, visit: Visit) -> Mapping[str, object]:
        account, desks = visit.login.account, self._base().desks
        seen = (
            desks if account.role != "agent" else {d: desks[d] for d in account.desks if d in desks}
        )
        return {"desks": seen, "all_desks": desks, "states": ticket_texts.STATES, "live": LIVE}

    @staticmethod
    def _go(visit: Visit, number: str, done: str = "") -> Response:
        below = f"/{number}" if number else ""
        asked = f"?{urlencode({'fait': done})}" if done else ""
        there = f"{root_of(visit.request)}{HERE}{below}{asked}"
        return RedirectResponse(there, HTTPStatus.SEE_OTHER)


def _states(named: str) -> tuple[State, ...]:
    """The states that an address names; without a name, those of tickets that go on."""
    if named == "toutes":
        return STATES
    found = tuple(state for state in STATES if state == named)
    return found or tuple(sorted(LIVE))


def _answer(visit: Visit) -> Act:
    text = keep_contact(visit.form.get("text", "").strip())
    internal = visit.form.get("how") == "note"
    key = f"{visit.request.path_params['number']}:{visit.form.get('key', '')[:32]}"

    async def act(acting: Acting) -> Done | None:
        if not text:
            return None
        said = NewMessage(
            "desk", text, staff=acting.staff.id, internal=internal, origin=BUREAU, origin_id=key
        )
        return await acting.casework.answer(acting.records, acting.ticket, said, acting.staff)

    return act


def _take(_: Visit) -> Act:
    return lambda acting: acting.casework.take(acting.records, acting.ticket, acting.staff)


def _release(_: Visit) -> Act:
    return lambda acting: acting.casework.release(acting.records, acting.ticket, acting.staff)


def _assign(visit: Visit) -> Act:
    name = visit.form.get("name", "")

    async def act(acting: Acting) -> Done | None:
        colleague = await find_agent(acting.transaction, name)
        if colleague is None or acting.ticket.desk not in colleague.desks:
            return None
        to = await meet_account(acting.transaction, acting.records, colleague)
        return await acting.casework.assign(acting.records, acting.ticket, to, acting.staff)

    return act


def _transfer(visit: Visit) -> Act:
    desk = visit.form.get("desk", "")

    async def act(acting: Acting) -> Done | None:
        if acting.casework.desks.post_of(desk) is None or desk == acting.ticket.desk:
            return None
        return await acting.casework.transfer(acting.records, acting.ticket, desk, acting.staff)

    return act


def _close(visit: Visit) -> Act:
    why = MISSING_ANSWER if visit.form.get("missing") else ""
    return lambda acting: acting.casework.close(
        acting.records, acting.ticket, "desk", acting.staff, why
    )


ACTS: Mapping[str, Callable[[Visit], Act]] = {
    "repondre": _answer,
    "prendre": _take,
    "rendre": _release,
    "assigner": _assign,
    "transferer": _transfer,
    "clore": _close,
}
"""What can be done with a ticket, as its addresses name it."""
