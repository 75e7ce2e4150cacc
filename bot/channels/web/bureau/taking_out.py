"""The exports: rows of a period as a file, with what people wrote only for admins."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from http import HTTPStatus
from typing import TYPE_CHECKING

from starlette.responses import StreamingResponse

from bot.analytics.exporting import FORMATS, export_pieces
from bot.analytics.parquet_out import HOW_TO_GET, can_write_parquet
from bot.channels.web.bureau import texts
from bot.channels.web.bureau.access import Page
from bot.channels.web.bureau.period import period_of
from bot.store.accounts import ROLES
from bot.store.exports import EXPORTED, Exports

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from starlette.responses import Response

    from bot.analytics.exporting import Format
    from bot.channels.web.bureau.access import Visit
    from bot.channels.web.bureau.paper import Paper
    from bot.store.exports import Exported
    from bot.store.store import Store

_log = logging.getLogger(__name__)
_KINDS: dict[Format, str] = {
    "csv": "text/csv; charset=utf-8",
    "jsonl": "application/jsonl",
    "parquet": "application/vnd.apache.parquet",
}


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
        return self._paper.show_to(visit, "exports.html", texts.EXPORTS, self._words(visit))

    async def send(self, visit: Visit) -> Response:
        """The file, a piece at a time."""
        asked = visit.request.query_params
        kind = next((name for name in EXPORTED if name == asked.get("quoi")), EXPORTED[0])
        form: Format = next((name for name in FORMATS if name == asked.get("format")), "csv")
        if form == "parquet" and not can_write_parquet():
            return self._refuse(visit)
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
        pieces = self._pieces(visit, kind, form, texts=with_texts)
        return StreamingResponse(pieces, headers=headers, media_type=_KINDS[form])

    async def _pieces(
        self, visit: Visit, kind: Exported, form: Format, *, texts: bool
    ) -> AsyncIterator[bytes]:
        cohort = period_of(visit.request).cohort()
        async with self._store.reader.open() as connection:
            exports = Exports(connection, cohort.since, cohort.until, cohort.now)
            async for piece in export_pieces(exports, kind, form, texts=texts):
                yield piece

    def _refuse(self, visit: Visit) -> Response:
        words = self._words(visit, f"{texts.EXPORTS['no_parquet']} {HOW_TO_GET}.")
        status = HTTPStatus.NOT_IMPLEMENTED
        return self._paper.show_to(visit, "exports.html", texts.EXPORTS, words, status)

    @staticmethod
    def _words(visit: Visit, said: str = "") -> dict[str, object]:
        given = {"kinds": EXPORTED, "formats": FORMATS, "period": period_of(visit.request)}
        return {**given, "has_parquet": can_write_parquet(), "how": HOW_TO_GET, "said": said}
