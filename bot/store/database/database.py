"""Where the store lies: a SQLite file, or a PostgreSQL server that several processes share."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Protocol

from sqlalchemy.exc import (
    DataError,
    DBAPIError,
    IntegrityError,
    SQLAlchemyError,
    StatementError,
)

from bot.store import RefusedError, StoreError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy import ColumnElement
    from sqlalchemy.ext.asyncio import AsyncEngine

    from bot.store.database.patience import Patience

NOW = timedelta()
REFUSALS = ("SQLITE_CONSTRAINT", "SQLITE_MISMATCH", "SQLITE_TOOBIG")
REFUSED_STATES = ("22", "23")
"""Classes of SQLSTATE: data that cannot be stored, and constraints that they violate."""


class Database(Protocol):
    """What the store needs of either kind.

    Attributes:
        name: how messages name it; without a password.
        path: the file, when it is one that only one process may serve from.
        patience: how long whoever writes waits for it.
    """

    name: str
    path: Path | None
    patience: Patience

    @property
    def is_replaced(self) -> bool:
        """Whether what serves is no longer what the name leads to; of a server, it always is."""
        ...

    async def upgrade(self) -> None:
        """Create it or bring it to the newest schema, all or nothing.

        Raises:
            StoreError: it cannot be used, or is of a newer version.
        """
        ...

    def serving(self) -> AsyncEngine:
        """An engine that writes."""
        ...

    def reading(self) -> AsyncEngine:
        """An engine that changes nothing."""
        ...

    def moment(self, after: timedelta = NOW) -> ColumnElement[datetime]:
        """The present time or a later one, as part of a statement, by the database's clock."""
        ...

    def explain(self, error: Exception) -> str:
        """The error on one line: what failed, why, what to do; never what was being written."""
        ...


@contextmanager
def explain_errors(database: Database) -> Iterator[None]:
    """Turn the errors of SQLAlchemy, the driver and the system into one ``StoreError`` line.

    Raises:
        RefusedError: the database works, and does not take what it was given.
        StoreError: it cannot be used.
    """
    try:
        yield
    except (SQLAlchemyError, OSError) as error:
        kind = RefusedError if _is_refusal(error) else StoreError
        raise kind(database.explain(error)) from error


def _is_refusal(error: Exception) -> bool:
    """Whether the database looked at what it was given, and does not take it."""
    if isinstance(error, IntegrityError | DataError):
        return True
    if not isinstance(error, DBAPIError):
        return isinstance(error, StatementError)  # a value that cannot even be handed over
    name = str(getattr(error.orig, "sqlite_errorname", ""))
    state = str(getattr(error.orig, "sqlstate", ""))
    return name.startswith(REFUSALS) or state.startswith(REFUSED_STATES)
