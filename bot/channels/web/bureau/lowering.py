"""Takes from an entry, by hand, what it may do by itself; it is never given anything by hand."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import quote

from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse

from bot.channels.web.bureau.access import Page, root_of
from bot.store.autonomy import AutonomyError, AutonomyRecords, as_state

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.responses import Response

    from bot.channels.web.bureau.access import Visit
    from bot.channels.web.bureau.parts import BureauParts
    from bot.conversation.caution import State
    from bot.store.accounts import Role
    from bot.store.store import Transaction

EDITORS: frozenset[Role] = frozenset({"éditeur"})


class Lowering:
    """The form below an entry.

    Args:
        parts: what the bureau works with.
    """

    def __init__(self, parts: BureauParts) -> None:
        self._store = parts.store
        self._base = parts.base
        self._refresh = parts.refresh

    def pages(self) -> list[Page]:
        """Where the form is sent to, and who may send it."""
        return [Page("/bureau/fiches/{entry}/autonomie", self.lower, EDITORS, posted=True)]

    async def lower(self, visit: Visit) -> Response:
        """Lower an entry; what would not be less than it may do now changes nothing."""
        name, state = visit.request.path_params["entry"], as_state(visit.form.get("state", ""))
        if state is None or name not in self._base().entries:
            raise HTTPException(HTTPStatus.NOT_FOUND)
        with suppress(AutonomyError):  # somebody was faster: the page shows what is so now
            await self._store.write(_work(name, state, f"account:{visit.login.account.id}"))
        await self._refresh()
        back = f"{root_of(visit.request)}bureau/fiches/{quote(name)}"
        return RedirectResponse(back, HTTPStatus.SEE_OTHER)


def _work(name: str, state: State, by: str) -> Callable[[Transaction], Awaitable[None]]:
    return lambda t: AutonomyRecords(t).lower(name, state, datetime.now(UTC), by)
