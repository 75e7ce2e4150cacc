"""Two editors publish at once: one wins, the other is asked to check anew. Then: taken back.

    python -m tests.acceptance.two_editors [--rounds N]

On the small knowledge base, each publication from a process of its own; the one that won is taken
back, and the model that served before serves again, the same to the byte.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import os
import sys
import time
from typing import TYPE_CHECKING

from bot.analytics.proposals.changes import Changes
from bot.ops.metrics import Metrics
from bot.service.proposals.office import Office, Serving
from bot.service.reload import CurrentResponder
from bot.service.served_model import learning_of
from kb.files import fingerprint
from kb.loader import load
from tests.acceptance.harness import SMALL, Run
from tests.acceptance.proposing import room
from tests.fakes.service_process import ROOT

if TYPE_CHECKING:
    from pathlib import Path

    from tests.acceptance.proposing import Room

REVERT_SECONDS = 10.0
FIRST, SECOND = "mon tricycle rouge a disparu", "mon vélo bleu n'est plus là où je l'avais mis"


class Silent:
    """A supervisor that is told nothing."""

    def tell_reloading(self) -> None:
        """The reload begins."""

    def tell_ready(self) -> None:
        """The reload is over."""


async def publish(number: int) -> tuple[int, str]:
    """Publish in a process of its own; its exit code and what it said."""
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "propose", "publish", str(number)),
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await child.communicate()
    return child.returncode or 0, said.decode()


def digest(folder: Path) -> str:
    """Of all bytes of a model."""
    found = hashlib.sha256()
    for path in sorted(folder.iterdir()):
        found.update(path.name.encode() + path.read_bytes())
    return found.hexdigest()


async def race(at: Room, run: Run) -> int:
    """Both are checked on one base and published at once; the number of the one that won."""
    numbers = []
    for text in (FIRST, SECOND):
        changes = Changes("wording", "velo-vole", "problem", (text,), nobody_named=True)
        number = await at.office.add("account:1", changes)
        proposal = await at.checked(number, quick=False)
        run.exactly("checked", proposal.state, "checked")
        numbers.append(number)
    ended = await asyncio.gather(*(publish(number) for number in numbers))
    run.exactly("exit codes of the two", sorted(code for code, _ in ended), [0, 1])
    refused = next((said for code, said in ended if code), "")
    asked = "contrôlez" in refused or "réessayez" in refused
    run.check("the other is asked to check anew", refused.strip()[:24], "says so", met=asked)
    entry = load(at.settings.kb_dir).entries["velo-vole"]
    more = len(entry.questions) - len(load(SMALL).entries["velo-vole"].questions)
    run.exactly("wordings that came in", more, 1)
    return next(n for n, (code, _) in zip(numbers, ended, strict=True) if code == 0)


async def take_back(at: Room, run: Run, number: int, before: tuple[str, str, str]) -> None:
    """Take the one that won back, in a service, and look at what serves."""
    current = CurrentResponder(at.settings, Metrics(), Silent())
    await current.begin()
    serving = Serving(current.reload, lambda: current().base.fingerprint)
    office = Office(at.store, at.settings, serving)
    began = time.perf_counter()
    await office.revert(number)
    run.at_most("taken back and served", time.perf_counter() - began, REVERT_SECONDS, " s")
    run.exactly("the folder is as it was", fingerprint(at.settings.kb_dir), before[0])
    folder = at.settings.data_dir / "models"
    digests = {digest(path) for path in folder.iterdir() if (path / "manifest.json").is_file()}
    run.exactly("the former model, to the byte", before[1] in digests, True)
    run.exactly("the model in service", current.fingerprint, before[2])


async def play(run: Run, rounds: int) -> None:
    """So many rounds, each from the base as it was."""
    async with room(SMALL) as at:
        for _ in range(rounds):
            current = CurrentResponder(at.settings, Metrics(), Silent())
            await current.begin()
            content = current().base.fingerprint
            folder = at.settings.data_dir / "models" / learning_of(at.settings)
            before = content, digest(folder), current.fingerprint
            await take_back(at, run, await race(at, run), before)


def main() -> int:
    """Race; exit code 1 when a bar is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=1)
    run = Run()
    asyncio.run(play(run, parser.parse_args().rounds))
    return int(not run.met)


if __name__ == "__main__":
    sys.exit(main())
