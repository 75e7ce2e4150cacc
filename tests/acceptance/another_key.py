"""``forget`` and ``export`` with another key than the service's: refused, and nothing is changed.

Run by hand: ``python -m tests.acceptance.another_key``.
"""

from __future__ import annotations

import asyncio
import sys

from tests.acceptance.harness import Run, Stage, play, stage
from tests.fakes.service_process import ROOT

CHAT, OURS = 4242, "SELECT count(*) FROM turns WHERE chat <> ''"


async def main(run: Run) -> None:
    async with stage(run) as here:
        await here.service.start()
        here.api.user_says(CHAT, "comment contacter le support convergence ?")
        run.exactly("the question is answered", await here.replied([CHAT], 20), True)
        for key in ("another-key-of-the-operator", ""):
            name = "another key" if key else "no key"
            for command in ("forget", "export"):
                code, said = await _operate(here, command, key)
                run.exactly(f"{command} with {name}: exit code", code, 1)
                named = "PSEUDONYM_KEY" in said and said.count("\n") == 1
                run.exactly(f"{command} with {name}: one line that names it", named, True)
            run.exactly(f"turns after {name}", await here.database.rows(OURS), [(1,)])
        made = sorted(path.name for path in here.service.data.glob("*.key"))
        run.exactly("keys made", made, [])
        code, _ = await _operate(here, "forget", here.service.environment()["PSEUDONYM_KEY"])
        run.exactly("forget with the right key: exit code", code, 0)
        run.exactly("turns after it", await here.database.rows(OURS), [(0,)])


async def _operate(here: Stage, command: str, key: str) -> tuple[int | None, str]:
    """The exit code of a command beside the service, and all that it said."""
    found = {**here.service.environment(), "PSEUDONYM_KEY": key}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", command, "--chat", str(CHAT)),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        cwd=here.folder,
        env={**found, "PYTHONPATH": str(ROOT)},
    )
    said, _ = await process.communicate()
    return process.returncode, said.decode()


if __name__ == "__main__":
    play(main, __doc__)
