"""Writes the rows of an export in the format that is wished for, a piece at a time."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Literal, TypeAlias, get_args

from bot.analytics.parquet_out import NoParquetError, ParquetFile, can_write_parquet
from bot.analytics.tables_out import as_csv, as_json_lines

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from typing import Any

    from bot.store.exports import Exported, Exports

Format: TypeAlias = Literal["csv", "jsonl", "parquet"]
FORMATS: tuple[Format, ...] = get_args(Format)

_LINES = {"csv": as_csv, "jsonl": as_json_lines}


def refuse_missing_format(form: Format) -> None:
    """Say before anything is written that a format needs what is not installed.

    Raises:
        NoParquetError: it does.
    """
    if form == "parquet" and not can_write_parquet():
        raise NoParquetError


async def export_pieces(
    exports: Exports, kind: Exported, form: Format, *, texts: bool
) -> AsyncIterator[bytes]:
    """A whole file in pieces, the oldest rows first.

    Args:
        exports: reads the rows.
        kind: which rows.
        form: how they are written.
        texts: whether what people wrote is among the columns.

    Raises:
        NoParquetError: the format is Parquet, and its library is not installed.
    """
    write = _as_parquet if form == "parquet" else _as_lines
    async for piece in write(exports, kind, form, texts=texts):
        yield piece


async def _as_lines(
    exports: Exports, kind: Exported, form: Format, *, texts: bool
) -> AsyncIterator[bytes]:
    columns, write = exports.columns(kind, texts=texts), _LINES[form]
    header = "".join(write(columns, []))
    yield header.encode()
    async for rows in exports.parts(kind, texts=texts):
        yield "".join(write(columns, rows)).removeprefix(header).encode()


async def _as_parquet(
    exports: Exports, kind: Exported, _: Format, *, texts: bool
) -> AsyncIterator[bytes]:
    sink = _Sink()
    with ParquetFile(exports.columns(kind, texts=texts), sink) as file:
        async for rows in exports.parts(kind, texts=texts):
            file.add(rows)
            yield sink.take()
    yield sink.take()


class _Sink(io.RawIOBase):
    """A file that is taken away as it is written; it knows how long it was."""

    def __init__(self) -> None:
        super().__init__()
        self._pieces: list[bytes] = []
        self._length = 0

    def writable(self) -> bool:
        return True

    def write(self, piece: Any) -> int:  # noqa: ANN401 - whatever has bytes
        self._pieces.append(bytes(piece))
        self._length += len(self._pieces[-1])
        return len(self._pieces[-1])

    def tell(self) -> int:
        return self._length

    def close(self) -> None:
        """Stay open: what is left is still to be taken."""

    def take(self) -> bytes:
        """What was written since the last time."""
        whole = b"".join(self._pieces)
        self._pieces.clear()
        return whole
