"""A real database that refuses every write for as long as the test says."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

from sqlalchemy import event

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection
    from sqlalchemy.ext.asyncio import AsyncEngine

    from bot.store.database.database import Database


class SickDatabase:
    """Another database, whose own refusals of writes are provoked while ``refusing``.

    Attributes:
        tries: how often somebody came to write while it refused.
    """

    def __init__(self, inner: Database) -> None:
        self._inner = inner
        self._sick = False
        self.tries = 0

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - of the other one
        return getattr(self._inner, name)

    @contextlib.contextmanager
    def refusing(self) -> Iterator[None]:
        """Nothing can be written while the block runs."""
        self._sick = True
        try:
            yield
        finally:
            self._sick = False

    def serving(self) -> AsyncEngine:
        engine = self._inner.serving()
        event.listen(engine.sync_engine, "checkout", self._on_checkout)
        event.listen(engine.sync_engine, "begin", self._on_begin)
        return engine

    def _on_checkout(self, connection: Any, *_: object) -> None:  # noqa: ANN401 - of any driver
        self.tries += self._sick
        if self._inner.path is not None:
            cursor = connection.cursor()
            cursor.execute(f"PRAGMA query_only = {'ON' if self._sick else 'OFF'}")
            cursor.close()

    def _on_begin(self, connection: Connection) -> None:
        if self._inner.path is None and self._sick:
            connection.exec_driver_sql("SET TRANSACTION READ ONLY")
