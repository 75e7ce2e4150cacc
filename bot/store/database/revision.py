"""The revision of a database's schema, and who may go on with another than this program's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from bot.store import StoreError
from bot.store.database.database import explain_errors
from bot.store.database.migrate import SCRIPTS

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from bot.store.database.database import Database


def newest_revision() -> str | None:
    """The revision that this version of the program makes."""
    return _scripts().get_current_head()


def knows_revision(revision: str) -> bool:
    """Whether this version of the program can come from such a schema."""
    return revision in {script.revision for script in _scripts().walk_revisions()}


def read_revision(connection: Connection) -> str | None:
    """The revision of the database of a connection; None for an empty one."""
    return MigrationContext.configure(connection).get_current_revision()


async def check_revision(database: Database) -> None:
    """Refuse a database that this version of the program would have to migrate, or does not know.

    Raises:
        StoreError: it has another schema, or cannot be read.
    """
    engine = database.reading()
    try:
        with explain_errors(database):
            async with engine.begin() as connection:
                refuse_other_revision(
                    database.name, await connection.run_sync(read_revision), newest_revision()
                )
    finally:
        await engine.dispose()


def refuse_other_revision(name: str, found: str | None, newest: str | None) -> None:
    """Say what to do about a database of another revision than this program's.

    Raises:
        StoreError: it is another one.
    """
    if found == newest:
        return
    if found is None or knows_revision(found):
        raise StoreError(
            f"{name} has schema {found or 'none'}, not yet {newest}: "
            "start the service of this version once, it migrates; nothing was changed"
        )
    raise StoreError(
        f"{name} has schema {found}, which this version does not know: use the version of "
        "aiguilleur that serves from it; nothing was changed"
    )


def _scripts() -> ScriptDirectory:
    config = Config()
    config.set_main_option("script_location", SCRIPTS)
    return ScriptDirectory.from_config(config)
