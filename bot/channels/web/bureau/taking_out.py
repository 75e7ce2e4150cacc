"""The exports: rows of a period as a file, with what people wrote only for admins."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from starlette.responses import StreamingResponse

from bot.analytics.tables_out import as_csv, as_json_lines
from bot.channels.web.bureau import texts
from bot.channels.web.bureau.access import Page
from bot.channels.web.bureau.period import period_of
from bot.store.accounts import ROLES
from bot.store.exports import EXPORTED, Exports

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from starlette.responses import Response

    from bot.channels.web.bureau.access import Visit
    from bot.channels.web.bureau.paper import Paper
    from bot.store.exports import Exported
    from bot.store.store import Store

_log = logging.getLogger(__name__)
_KINDS = {"csv": "text/csv; charset=utf-8", "jsonl": "application/jsonl"}
_WRITERS = {"csv": as_csv, "jsonl": as_json_lines}


class TakingOut:
    """The page of the exports, and the files.

    Args:
        store: where the rows are.
        paper: renders.
    """

    def __init__(self, store: Store, paper: Paper) -> None:
        self._store = store
        self._paper = paper

    def pages(self) -> list[Page]:
        """The pages, each with who may see it."""
        everybody = frozenset(ROLES)
        return [
            Page("/bureau/exports", self.ask, everybody),
            Page("/bureau/exports/fichier", self.send, everybody),
        ]

    async def ask(self, visit: Visit) -> Response:
        """The form that asks for what."""
        given = {"kinds": EXPORTED, "formats": tuple(_KINDS), "period": period_of(visit.request)}
        return self._paper.show_to(visit, "exports.html", texts.EXPORTS, given)

    async def send(self, visit: Visit) -> Response:
        """The file, a piece at a time."""
        asked = visit.request.query_params
        kind = next((name for name in EXPORTED if name == asked.get("quoi")), EXPORTED[0])
        form = asked.get("format") if asked.get("format") in _KINDS else "csv"
        with_texts = bool(asked.get("textes")) and visit.may()
        _log.info(
            "An export of %s (%s%s) was made by account %d.",
            *(kind, form, ", with texts" if with_texts else "", visit.login.account.id),
        )
        name = f"aiguilleur-{kind}-{datetime.now(UTC):%Y-%m-%d}.{form}"
        headers = {
            "Content-Disposition": f'attachment; filename="{name}"',
            "Cache-Control": "no-store",
        }
        pieces = self._pieces(visit, kind, form or "csv", texts_too=with_texts)
        return StreamingResponse(pieces, headers=headers, media_type=_KINDS[form or "csv"])

    async def _pieces(
        self, visit: Visit, kind: Exported, form: str, *, texts_too: bool
    ) -> AsyncIterator[str]:
        cohort = period_of(visit.request).cohort()
        async with self._store.reader.open() as connection:
            exports = Exports(connection, cohort.since, cohort.until, cohort.now)
            columns = exports.columns(kind, texts=texts_too)
            write = _WRITERS[form]
            for line in write(columns, []):
                yield line
            async for row in exports.rows(kind, texts=texts_too):
                *_, line = write(columns, [row])
                yield line
