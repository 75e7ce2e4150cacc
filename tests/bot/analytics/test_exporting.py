from __future__ import annotations

import csv
import io
import json
import sys
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
import pytest_asyncio

from bot.analytics.exporting import Format, export_pieces, refuse_missing_format
from bot.analytics.parquet_out import NoParquetError, ParquetFile
from bot.conversation.messages import Incoming
from bot.store.exports import EXPORTED, Exports
from classifier.decision import Decision, Target
from tests.fakes.open_store import OneByOne, open_store

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from bot.store.exports import Exported
    from bot.store.store import Store

pytestmark = pytest.mark.asyncio
ANSWER = Decision("answer", Target("faq", "velo"), (), (), 0.91, "m")
MANY = 7
HOSTILE = '=1+1;"é"\n'


@pytest_asyncio.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with await open_store(tmp_path / "aiguilleur.db") as opened:
        for number in range(MANY):
            await OneByOne(opened).record_turn(Incoming("web", f"{number}", HOSTILE), ANSWER, 1.0)
        yield opened


async def whole(store: Store, kind: Exported, form: Format, *, texts: bool = False) -> bytes:
    """A file, put together from its pieces, a few rows at a time."""
    now = datetime.now(UTC)
    async with store.reader.open() as connection:
        exports = Exports(connection, now - timedelta(days=1), now + timedelta(days=1), now)
        exports.at_once = 3
        return b"".join([piece async for piece in export_pieces(exports, kind, form, texts=texts)])


async def read_parquet(store: Store, kind: Exported, *, texts: bool = False) -> Any:  # noqa: ANN401 - a table of a library that may be missing
    parquet = pytest.importorskip("pyarrow.parquet", reason="pip install 'aiguilleur[parquet]'")
    return parquet.read_table(io.BytesIO(await whole(store, kind, "parquet", texts=texts)))


async def test_the_three_formats_hold_the_same_rows(store: Store) -> None:
    lines = (await whole(store, "turns", "jsonl", texts=True)).decode().splitlines()
    table = (await whole(store, "turns", "csv", texts=True)).decode().removeprefix("\ufeff")
    cells = list(csv.DictReader(io.StringIO(table, newline=""), delimiter=";"))
    numbers = [json.loads(line)["id"] for line in lines]
    assert numbers == [int(row["id"]) for row in cells] == list(range(1, MANY + 1))
    assert {row["text"] for row in cells} == {f"'{HOSTILE}"}
    read = await read_parquet(store, "turns", texts=True)
    assert read.column("id").to_pylist() == numbers
    assert set(read.column("text").to_pylist()) == {HOSTILE}
    assert set(read.column("confidence").to_pylist()) == {0.91}
    assert [at.isoformat() for at in read.column("at").to_pylist()] == [
        json.loads(line)["at"] for line in lines
    ]


@pytest.mark.parametrize("kind", EXPORTED)
async def test_a_file_without_rows_is_whole_and_names_its_columns(
    kind: Exported, tmp_path: Path
) -> None:
    async with await open_store(tmp_path / "aiguilleur.db") as empty:
        read = await read_parquet(empty, kind)
        header = (await whole(empty, kind, "csv")).decode().removeprefix("\ufeff")
    assert read.num_rows == 0
    assert read.column_names == next(csv.reader([header.strip()], delimiter=";"))


async def test_without_the_library_it_is_told_how_to_get_it(
    monkeypatch: pytest.MonkeyPatch, store: Store
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    for ask in (refuse_missing_format, lambda _: ParquetFile({}, io.BytesIO())):
        with pytest.raises(NoParquetError, match=r"pip install 'aiguilleur\[parquet\]'.*csv"):
            ask("parquet")
    refuse_missing_format("csv")
    assert await whole(store, "turns", "csv")
