"""What is to be reviewed: groups of questions to tick, and what is made of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING, TypeAlias
from urllib.parse import parse_qsl, urlencode

from starlette.responses import RedirectResponse

from bot.analytics.gaps import WHY
from bot.analytics.review_groups import read_groups
from bot.channels.web.bureau import review_texts
from bot.channels.web.bureau.access import Page, root_of
from bot.conversation.turns import name_target
from bot.store.review_items import REASONS, ReviewItems
from bot.store.review_queue import VIEWS, ReviewQueue, Wanted
from classifier.decision import Target

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from starlette.responses import Response

    from bot.analytics.review_groups import ReviewGroup
    from bot.channels.web.bureau.access import Handler, Visit
    from bot.channels.web.bureau.paper import Paper
    from bot.channels.web.bureau.parts import BureauParts
    from bot.store.accounts import Role
    from bot.store.store import Transaction
    from kb.entries import KnowledgeBase

EDITORS: frozenset[Role] = frozenset({"éditeur"})
HERE = "bureau/revoir"
AT_ONCE = 15
"""Groups of one page."""

LAST_PAGE = 1_000
LONGEST_WORDS = 100
TARGETS = 5
"""Entries and desks that are offered with a group."""

_ASKED = ("etat", "motif", "cible", "q", "page")
"""What an address may say."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What an address asks for.

    Attributes:
        wanted: which messages.
        page: which part of the list, from 1 on.
    """

    wanted: Wanted
    page: int = 1

    def address(self, **other: str) -> str:
        """The same as the query of an address, some things otherwise."""
        wanted = self.wanted
        given = dict(
            zip(_ASKED, (wanted.view, wanted.reason, wanted.nearest, wanted.words), strict=False)
        )
        return urlencode({name: value for name, value in (given | other).items() if value})


class Review:
    """The page of the queue.

    Args:
        parts: what the bureau works with.
        paper: renders.
    """

    def __init__(self, parts: BureauParts, paper: Paper) -> None:
        self._store = parts.store
        self._base = parts.base
        self._paper = paper

    def pages(self) -> list[Page]:
        """The pages, each with who may see it."""
        return [
            Page(f"/{HERE}", self.show, EDITORS),
            *(
                Page(f"/{HERE}/{name}", self._doing(name, act), EDITORS, posted=True)
                for name, act in ACTS.items()
            ),
        ]

    async def show(self, visit: Visit) -> Response:
        """Groups of the queue, as the address asks for them."""
        asked = read_address(visit.request.query_params)
        offset = (asked.page - 1) * AT_ONCE
        found, size = await self._store.reader.run(
            partial(_read, wanted=asked.wanted, offset=offset)
        )
        done = visit.request.query_params.get("fait", "")
        given = {
            "asked": asked,
            "found": found,
            "size": size,
            "said": review_texts.SAID.get(done, ""),
        }
        more = size[0] > offset + AT_ONCE
        words = {**given, "more": more, **self._names()}
        return self._paper.show_to(visit, "review.html", review_texts.REVIEW, words)

    def _doing(self, name: str, act: Act) -> Handler:
        async def do(visit: Visit) -> Response:
            turns = visit.form.numbers("turn")
            if turns:
                work = partial(act, visit=visit, turns=turns)
                await self._store.write(lambda t: work(ReviewItems(t, self._store.key)))
            asked = read_address(dict(parse_qsl(visit.form.get("back", ""))))
            query = asked.address(fait=name if turns else "rien", page=str(asked.page))
            there = f"{root_of(visit.request)}{HERE}?{query}"
            return RedirectResponse(there, HTTPStatus.SEE_OTHER)

        return do

    def _names(self) -> Mapping[str, object]:
        base = self._base()
        return {
            "views": review_texts.VIEWS,
            "why": WHY,
            "words": review_texts,
            "base": base,
            "targets": partial(targets_of, base=base),
            "why_dismiss": review_texts.WHY_DISMISS,
        }


def read_address(query: Mapping[str, str]) -> Asked:
    """What the query of an address asks for; what it names badly is taken as not named."""
    view, reason = query.get("etat", ""), query.get("motif", "")
    number = query.get("page", "")
    wanted = Wanted(
        datetime.now(UTC),
        view if view in VIEWS else "open",
        reason if reason in REASONS else "",
        query.get("cible", "")[:220],
        query.get("q", "").strip()[:LONGEST_WORDS],
    )
    page = int(number) if number.isascii() and number.isdecimal() and len(number) < 5 else 1  # noqa: PLR2004 - digits
    return Asked(wanted, min(max(page, 1), LAST_PAGE))


def targets_of(group: ReviewGroup, base: KnowledgeBase) -> list[tuple[str, str]]:
    """The entries and desks nearest to a group that there still are: name, and title."""
    known = {"faq": base.entries, "desk": base.desks}
    names = [
        name_target(Target(kind, found))  # type: ignore[arg-type]
        for kind, found, _ in group.item.candidates
        if found in known.get(kind, ())
    ]
    return [(name, review_texts.name_of(name, base)) for name in names[:TARGETS] if name]


async def _read(
    transaction: Transaction, wanted: Wanted, offset: int
) -> tuple[list[ReviewGroup], tuple[int, int]]:
    groups = await read_groups(transaction, wanted, AT_ONCE, offset)
    return groups, await ReviewQueue(transaction, wanted).size()


def _who(visit: Visit) -> str:
    return f"account:{visit.login.account.id}"


async def _dismiss(items: ReviewItems, visit: Visit, turns: list[int]) -> None:
    given = visit.form.get("reason", "")
    reason = given if given in review_texts.WHY_DISMISS else ""
    await items.dismiss(turns, _who(visit), reason, datetime.now(UTC))


async def _put_off(items: ReviewItems, visit: Visit, turns: list[int]) -> None:
    await items.later(turns, _who(visit), datetime.now(UTC))


async def _put_back(items: ReviewItems, visit: Visit, turns: list[int]) -> None:
    await items.resume(turns, _who(visit), datetime.now(UTC))


Act: TypeAlias = "Callable[..., Awaitable[None]]"
ACTS: Mapping[str, Act] = {
    "ecarter": _dismiss,
    "plus-tard": _put_off,
    "remettre": _put_back,
}
"""What can be done with questions here, as its addresses name it."""
