"""M2: the knowledge base changes under load, three times for the worse.

Run by hand: ``python -m tests.acceptance.reload --seed 1``
"""

from __future__ import annotations

import asyncio
import signal
import tempfile
from collections import Counter
from pathlib import Path

from tests.acceptance.harness import SMALL, Run, Stage, ask_over, copies, play, questions, stage
from tests.acceptance.long_content import copied, with_term

COUNT, RELOADS, BROKEN = 200, 10, (2, 5, 8)
ENTRY = "faq/velos/velo-vole.md"


async def main(run: Run) -> None:
    run.wants("reload")
    pause = 2.0 if run.short else 5.0
    chats = range(1000, 1000 + COUNT)
    with tempfile.TemporaryDirectory() as folder:
        kb = copied(Path(folder))
        async with stage(run, kb) as here:
            await here.service.start()
            asking = asyncio.create_task(ask_over(here, chats, pause * RELOADS, questions(SMALL)))
            broken = [await reload_once(here, kb, number, pause) for number in range(RELOADS)]
            await asking
            await here.replied(chats, 60)
            await here.calm()
            await told(here, chats, broken)


async def reload_once(here: Stage, kb: Path, number: int, pause: float) -> bool:
    """Whether the broken content was spoken of in the log, for the broken ones."""
    said = len(here.service.logged())
    good = (kb / ENTRY).read_text("utf-8")
    if number in BROKEN:
        (kb / ENTRY).write_text("---\ntitle: [\n---\n", "utf-8")
    else:
        with_term(kb, f"TERME{number}", f"Le terme numéro {number}.")
        (kb / ENTRY).write_text(f"{good}\nVersion {number}.\n", "utf-8")
    here.service.send(signal.SIGHUP)
    await asyncio.sleep(pause)
    if number in BROKEN:
        (kb / ENTRY).write_text(good, "utf-8")
    return "velo-vole" in here.service.logged()[said:]


async def told(here: Stage, chats: range, broken: list[bool]) -> None:
    run = here.run
    rows = await here.database.rows("SELECT update_id, model FROM turns")
    models = Counter(model for _, model in rows)
    run.exactly("M2 lost", sum(not here.api.chats.of(chat) for chat in chats), 0)
    run.exactly("M2 sent twice", copies(here.api.messages), 0)
    run.exactly("M2 turn rows", len(rows), COUNT)
    run.exactly("M2 rows without the model's version", models[""] + models[None], 0)
    run.check("M2 versions that served", len(models), ">= 3", met=len(models) >= 3)
    named = sum(broken[number] for number in BROKEN)
    run.exactly("M2 broken ones refused, the file named in the log", named, len(BROKEN))
    run.exactly("M2 still the same process", here.service.running, wanted=True)


if __name__ == "__main__":
    play(main, __doc__)
