"""Writes rows as a Parquet file, for programs that analyse tables.

The library that does it is 55 MB: whoever wants such files installs it beside the service.
"""

from __future__ import annotations

from datetime import datetime
from importlib.util import find_spec
from typing import IO, TYPE_CHECKING, Any, Self

from bot.ops.errors import BotError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from io import RawIOBase
    from types import TracebackType

    from bot.analytics.tables_out import Value

HOW_TO_GET = "pip install 'aiguilleur[parquet]'"
_AT_ONCE = 5_000


class NoParquetError(BotError):
    """The library that writes Parquet is not installed; the message says how to get it."""

    def __init__(self) -> None:
        super().__init__(
            f"Parquet needs the library pyarrow, which is not installed: run {HOW_TO_GET} "
            "(or pip install pyarrow) where the service is installed, or choose csv or jsonl"
        )


def can_write_parquet() -> bool:
    """Whether the library is installed; it is not loaded for that."""
    return find_spec("pyarrow") is not None


class ParquetFile:
    """A Parquet file that takes rows one by one, and is whole at the end of its block.

    Args:
        columns: name of each column -> what its values are: ``str``, ``int``, ``float``, ``bool``
            or ``datetime``.
        out: where it goes, in order; nothing is read back.

    Raises:
        NoParquetError: the library is not installed.
    """

    def __init__(self, columns: Mapping[str, type], out: IO[bytes] | RawIOBase) -> None:
        if not can_write_parquet():
            raise NoParquetError
        import pyarrow as pa  # noqa: PLC0415 - large, and mostly not there
        from pyarrow import parquet  # noqa: PLC0415 - as above

        kinds: dict[type, Any] = {
            str: pa.string(),
            int: pa.int64(),
            float: pa.float64(),
            bool: pa.bool_(),
            datetime: pa.timestamp("us", tz="UTC"),
        }
        self._make = pa.RecordBatch.from_pylist
        self._schema = pa.schema([(name, kinds[kind]) for name, kind in columns.items()])
        self._writer = parquet.ParquetWriter(out, self._schema)
        self._waiting: list[dict[str, Value]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, _: object, __: TracebackType | None
    ) -> None:
        if kind is None:
            self._write()
        self._writer.close()

    def add(self, rows: Sequence[Mapping[str, Value]]) -> None:
        """Take rows; what one lacks is null."""
        self._waiting += map(dict, rows)
        if len(self._waiting) >= _AT_ONCE:
            self._write()

    def _write(self) -> None:
        if self._waiting:
            self._writer.write_batch(self._make(self._waiting, schema=self._schema))
            self._waiting.clear()
