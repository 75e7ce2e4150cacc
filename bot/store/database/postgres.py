"""PostgreSQL through asyncpg, when several processes share the work."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Interval, func, literal, text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.ext.asyncio import create_async_engine

from bot.store import StoreError
from bot.store.column_types import UtcDateTime
from bot.store.database.addresses import read_address
from bot.store.database.database import NOW
from bot.store.database.migrate import SCRIPTS, run_migrations
from bot.store.database.patience import Patience

if TYPE_CHECKING:
    from datetime import datetime, timedelta
    from pathlib import Path

    from sqlalchemy import ColumnElement, Connection
    from sqlalchemy.ext.asyncio import AsyncEngine

POOL_SIZE = 5
CONNECT_SECONDS = 10.0
STATEMENT_SECONDS = 30.0
_MIGRATION_LOCK = 4_167_801  # any number, the same in every process


class PostgresServer:
    """A database on a server.

    Args:
        url: ``postgresql://user:password@host/name``, perhaps with ``?sslmode=require``.

    Raises:
        StoreError: ``url`` cannot be read, or the driver is not installed.
    """

    def __init__(self, url: str) -> None:
        self._url, self._arguments = read_address(url)
        self.path: Path | None = None
        self.patience = Patience(CONNECT_SECONDS + STATEMENT_SECONDS)
        shown = self._url.set(drivername="postgresql", query={})
        self.name = shown.render_as_string(hide_password=True)

    @property
    def is_replaced(self) -> bool:
        """Never: a server looks after its own files."""
        return False

    def serving(self) -> AsyncEngine:
        """A small pool of connections."""
        return self._engine()

    def reading(self) -> AsyncEngine:
        """Connections whose transactions cannot write."""
        return self._engine().execution_options(postgresql_readonly=True)

    def _engine(self) -> AsyncEngine:
        try:
            return create_async_engine(
                self._url,
                hide_parameters=True,
                pool_size=POOL_SIZE,
                pool_pre_ping=True,
                connect_args={
                    "timeout": CONNECT_SECONDS,
                    "command_timeout": STATEMENT_SECONDS,
                    **self._arguments,
                },
            )
        except ModuleNotFoundError:
            raise StoreError(
                "PostgreSQL needs its driver: pip install 'aiguilleur[postgresql]', then retry"
            ) from None

    async def upgrade(self) -> None:
        """Migrate in one transaction; processes that start together wait for each other.

        Raises:
            StoreError: the server cannot be reached, or holds a newer schema.
        """
        engine = self._engine()
        try:
            async with engine.begin() as connection:
                await connection.execute(
                    text("SELECT pg_advisory_xact_lock(:key)"), {"key": _MIGRATION_LOCK}
                )
                await connection.run_sync(self._migrate)
        except (SQLAlchemyError, OSError) as error:
            raise StoreError(self.explain(error)) from error
        finally:
            await engine.dispose()

    def _migrate(self, connection: Connection) -> None:
        config = Config()
        config.set_main_option("script_location", SCRIPTS)
        scripts = ScriptDirectory.from_config(config)
        current = MigrationContext.configure(connection).get_current_revision()
        if current is not None and current not in {s.revision for s in scripts.walk_revisions()}:
            raise StoreError(
                f"{self.name} has schema {current}, which this version does not know: "
                "install the newer version of aiguilleur, or restore a backup"
            )
        run_migrations(connection, config)

    def moment(self, after: timedelta = NOW) -> ColumnElement[datetime]:
        """The server's time at the start of the statement: the clocks of those who share it differ.

        Not that of the transaction, in which much may have been waited for.
        """
        now: ColumnElement[datetime] = func.statement_timestamp(type_=UtcDateTime())
        return now + literal(after, Interval()) if after else now

    def explain(self, error: Exception) -> str:
        """The error on one line; the server's own words only where they quote no stored data."""
        cause = error.orig if isinstance(error, DBAPIError) and error.orig else error
        kind = type(getattr(cause, "__cause__", None) or cause).__name__
        return (
            f"{self.name} cannot be used ({kind}): check that the server runs, "
            "that DATABASE_URL names it, and that its disk has room"
        )
