"""R16 c: places that cannot be written, or belong to somebody else; and who may read our files."""

from __future__ import annotations

import os
import shutil
import stat
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from tests.acceptance.harness import Run, Stage, ask_over, stage, waited

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

SOMEBODY_ELSE = 65534
RIGHTS = "-dac_override,-dac_read_search,-fowner,-chown"
OTHERS = 0o077


async def unwritable(run: Run) -> None:
    """A folder, a file, or a file system in the way; who runs as root may write anywhere else."""
    ways: tuple[tuple[str, Callable[[Path], Path]], ...] = (
        ("a folder in the place of the file", lambda folder: _made(folder / "x.db")),
        ("a file in the place of its folder", lambda folder: _file(folder / "y") / "x.db"),
        ("a folder that nobody can write to", lambda _: Path("/proc/aiguilleur/x.db")),
    )
    for name, make in ways:
        async with stage(run) as here:
            here.service.settings["DATABASE_URL"] = f"sqlite:///{make(here.folder)}"
            await refused(here, f"R16c {name}")


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


def _file(path: Path) -> Path:
    path.write_bytes(b"")
    return path


async def refused(here: Stage, name: str) -> str:
    """It does not start, in one line; returns what it says."""
    before = len(here.service.logged())
    await here.service.start(ready=False)
    ended = await waited(lambda: not here.service.running, 30)
    code = await here.service.wait() if ended else None
    said = here.service.logged()[before:]
    lines = [line for line in said.splitlines() if line.strip()]
    here.run.check(f"{name}: exit code", code, "> 0", met=bool(code))
    here.run.check(f"{name}: lines", len(lines), "1 to 3", met=1 <= len(lines) <= 3)
    here.run.exactly(f"{name}: tracebacks", said.count("Traceback"), 0)
    await here.service.close()
    return said


async def wrong_owner(run: Run) -> None:
    """What belongs to another user, for a service that may not pass over that."""
    if os.geteuid() != 0 or not shutil.which("setpriv"):
        print("   needs root and setpriv, to give files away: left out")
        return
    for name, give, named in (
        ("the database", _database_given, "aiguilleur.db"),
        ("the folder", lambda data: _given(data, 0o755), "data"),
        ("the folder, closed,", lambda data: _given(data, 0o700), "data"),
        ("the key", lambda data: _given(_file(data / "pseudonym.key"), 0o600), "pseudonym.key"),
        (".env", lambda data: _given(_file(data.parent / ".env"), 0o600), ".env"),
    ):
        async with _unprivileged(run) as here:
            give(here.service.data)
            said = await refused(here, f"R16c {name} is another's")
            told = named in said
            run.check(f"R16c {name} is another's: named", said.strip()[:60], named, met=told)


@asynccontextmanager
async def _unprivileged(run: Run) -> AsyncIterator[Stage]:
    """Root is somebody like everybody else once it has lost the right to pass over modes."""
    async with stage(run, PSEUDONYM_KEY="") as here:
        service = here.service
        service.within = ("setpriv", f"--bounding-set={RIGHTS}", f"--inh-caps={RIGHTS}")
        yield here


def _given(path: Path, mode: int) -> None:
    path.chmod(mode)
    os.chown(path, SOMEBODY_ELSE, SOMEBODY_ELSE)


def _database_given(data: Path) -> None:
    _given(_file(data / "aiguilleur.db"), 0o644)


async def private(run: Run) -> None:
    """Whatever the service makes in an empty place, its owner alone can read; so can a backup."""
    before = os.umask(0o022)
    try:
        async with stage(run) as here:
            shutil.rmtree(here.service.data)
            await here.service.start()
            await ask_over(here, [20], 0.0)
            await here.replied([20], 60)
            made = [here.service.data, *here.service.data.rglob("*")]
            open_ones = [path.name for path in made if stat.S_IMODE(path.stat().st_mode) & OTHERS]
            run.check("R16c files and folders made", len(made), ">= 6", met=len(made) >= 6)
            run.exactly("R16c of them others may read", open_ones, [])
    finally:
        os.umask(before)


PARTS = {
    "unwritable": unwritable,
    "owner": wrong_owner,
    "private": private,
}
