"""The database file is deleted, or another put in its place, under the running service.

Run by hand: ``python -m tests.acceptance.lost_database [--only deleted,replaced]``. It is noticed
within a minute, ``/healthz`` and the log say so, nothing is answered as if it were kept, and a
sound file in its place is served from without a restart.
"""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
import time
from contextlib import closing
from typing import TYPE_CHECKING

from tests.acceptance.harness import Run, Stage, play, play_parts, stage, waited

if TYPE_CHECKING:
    from pathlib import Path

WITHIN = 60.0
ASKED = "comment contacter le support convergence ?"


async def main(run: Run) -> None:
    await play_parts(run, {"deleted": deleted, "replaced": replaced})


async def deleted(run: Run) -> None:
    """``rm DATA_DIR/aiguilleur.db*``, and later the copy that was made before."""
    async with stage(run) as here:
        file = await _served(here)
        for path in here.service.data.glob("aiguilleur.db*"):
            path.unlink()
        await _trouble(here, "deleted")
        await _served_again(here, "deleted", file)


async def replaced(run: Run) -> None:
    """A file that is no database, and later the copy."""
    async with stage(run) as here:
        file = await _served(here)
        other = here.folder / "other"
        other.write_bytes(b"not a database" * 999)
        other.replace(file)
        await _trouble(here, "replaced")
        await _served_again(here, "replaced", file)


async def _served(here: Stage) -> Path:
    """Answer one person and make a copy; the database's file."""
    await here.service.start()
    here.api.user_says(1, ASKED)
    here.run.exactly("a question is answered", await here.replied([1], 20), True)
    await here.calm()
    file = here.service.data / "aiguilleur.db"
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("VACUUM INTO ?", (str(here.folder / "copy.db"),))
    return file


async def _trouble(here: Stage, name: str) -> None:
    here.api.user_says(2, ASKED)
    seconds = await _until(here, 503)
    here.run.at_most(f"{name}: /healthz says 503 after", seconds, WITHIN, " s")
    logged = "was deleted or replaced" in here.service.logged()
    here.run.exactly(f"{name}: the log says so", logged, True)
    await asyncio.sleep(5)
    here.run.exactly(f"{name}: answers that nothing keeps", _answers(here, 2), 0)


async def _served_again(here: Stage, name: str, file: Path) -> None:
    back = here.folder / "back.db"
    shutil.copy(here.folder / "copy.db", back)
    back.replace(file)
    seconds = await _until(here, 200)
    here.run.at_most(f"{name}: /healthz says 200 again after", seconds, WITHIN, " s")
    answered = await waited(lambda: _answers(here, 2) == 1, 30)
    here.run.exactly(f"{name}: who asked meanwhile is answered", answered, True)
    here.run.exactly(f"{name}: turns kept", len(await here.turns()), 2)
    code, _ = await here.service.stop()
    here.run.exactly(f"{name}: exit code", code, 0)


def _answers(here: Stage, chat: int) -> int:
    """Replies with buttons; the apology that the service is in trouble has none."""
    return sum(bool(sent.buttons) for sent in here.api.chats.of(chat))


async def _until(here: Stage, status: int) -> float:
    """Seconds until ``/healthz`` gives a status; infinite when it does not in time."""
    began = time.monotonic()
    while time.monotonic() - began < WITHIN:
        if (await here.service.get("/healthz")).status == status:
            return time.monotonic() - began
        await asyncio.sleep(0.5)
    return float("inf")


if __name__ == "__main__":
    play(main, __doc__)
