"""R16 d to f: databases that are damaged, must be migrated, or are backed up while in use."""

from __future__ import annotations

import asyncio
import hashlib
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from alembic import command
from alembic.config import Config

from tests.acceptance.harness import Run, Stage, ask_over, stage
from tests.acceptance.owners import refused

if TYPE_CHECKING:
    from pathlib import Path

OLDEST, KILLS, PAGE = "0001", 20, 4096


async def used(here: Stage, count: int = 50) -> Path:
    """The database of a service that answered ``count`` messages and ended."""
    await here.service.start()
    await ask_over(here, range(100, 100 + count), 2.0)
    await here.replied(range(100, 100 + count), 30)
    await here.calm()
    await here.service.stop()
    return here.service.data / "aiguilleur.db"


async def damaged(run: Run) -> None:
    for name, spoil in (
        ("truncated", lambda data: data[: len(data) // 2 // PAGE * PAGE + 100]),
        ("with a zeroed header", lambda data: bytes(100) + data[100:]),
        ("with a page overwritten", lambda data: _overwritten(run, data)),
    ):
        async with stage(run) as here:
            file = await used(here)
            file.write_bytes(spoil(_settled(file)))
            was = _hash(file)
            said = await refused(here, f"R16d a database {name}")
            run.exactly(f"R16d a database {name}: left as it was", _hash(file), was)
            run.check(
                f"R16d {name}: says what to do", "backup" in said, "= True", met="backup" in said
            )


def _overwritten(run: Run, data: bytes) -> bytes:
    page = run.dice.randrange(1, len(data) // PAGE)
    return data[: page * PAGE] + run.dice.randbytes(PAGE) + data[(page + 1) * PAGE :]


def _settled(file: Path) -> bytes:
    """Its bytes, without a log of what is still to be written into it."""
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    for beside in ("-wal", "-shm"):
        file.with_name(file.name + beside).unlink(missing_ok=True)
    return file.read_bytes()


def _hash(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()[:12]


async def older_schema(run: Run) -> None:
    """Killed in the middle of the migration, again and again, it starts in the end."""
    async with stage(run) as here:
        file = here.service.data / "aiguilleur.db"
        _old(file, rows=20_000)
        for _ in range(KILLS):
            await here.service.start(ready=False)
            await asyncio.sleep(run.dice.uniform(0.3, 2.0))
            await here.service.kill()
        await here.service.start()
        await ask_over(here, [20], 0.0)
        await here.replied([20], 15)
        run.exactly("R16e older schema, killed 20 times: rows", len(await here.turns()), 20_001)
        backups = list(here.service.data.glob("aiguilleur.db.*.bak"))
        run.check("R16e backups beside it", len(backups), ">= 1", met=len(backups) >= 1)


def _old(file: Path, rows: int) -> None:
    config = Config()
    config.set_main_option("script_location", "bot.store:migrations")
    import sqlalchemy  # noqa: PLC0415 - only this part needs it

    engine = sqlalchemy.create_engine(f"sqlite:///{file}")
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, OLDEST)
    engine.dispose()
    row = "(?, 'telegram', 'x', ?, 'texte', 'decline', NULL, NULL, 0.5, '[]', 'm', 1.0)"
    names = "at, channel, chat, update_id, text, action, entry, desk, confidence, candidates"
    insert = f"INSERT INTO turns ({names}, model, latency_ms) VALUES {row}"  # noqa: S608 - our words
    with closing(sqlite3.connect(file)) as rawly, rawly:
        rawly.executemany(insert, [("2026-01-01 00:00:00.000000", n) for n in range(rows)])


async def newer_schema(run: Run) -> None:
    async with stage(run) as here:
        file = await used(here, 5)
        with closing(sqlite3.connect(file)) as connection, connection:
            connection.execute("UPDATE alembic_version SET version_num = '9999'")
        _settled(file)
        was = _hash(file)
        await refused(here, "R16e a newer schema")
        run.exactly("R16e a newer schema: left as it was", _hash(file), was)


async def backed_up(run: Run) -> None:
    async with stage(run) as here:
        file = here.service.data / "aiguilleur.db"
        copy = here.folder / "copy.db"
        await here.service.start()
        asking = asyncio.create_task(ask_over(here, range(100, 300), 10.0))
        await asyncio.sleep(5)
        at_least = _count(file)
        await asyncio.to_thread(_copy, file, copy)
        at_most = _count(file)
        await asking
        await here.replied(range(100, 300), 30)
        await here.service.stop()
        found = _count(copy)
        run.check(
            "R16f rows of a copy made while writing", found, f"{at_least} to {at_most}",
            met=at_least <= found <= at_most,
        )  # fmt: skip
        _restore(copy, file)
        await here.service.start()
        run.exactly("R16f rows after it was restored", _count(file), found)


def _copy(file: Path, copy: Path) -> None:
    with closing(sqlite3.connect(file, timeout=20)) as source, closing(sqlite3.connect(copy)) as to:
        source.backup(to)


def _restore(copy: Path, file: Path) -> None:
    for path in file.parent.glob(f"{file.name}*"):
        path.unlink()
    copy.rename(file)


def _count(file: Path) -> int:
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True, timeout=20)) as connection:
        return int(connection.execute("SELECT count(*) FROM turns").fetchone()[0])


PARTS = {
    "damaged": damaged,
    "older": older_schema,
    "newer": newer_schema,
    "backup": backed_up,
}
