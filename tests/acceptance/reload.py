"""M2: the knowledge base changes under load, three times for the worse; R3: a stop meanwhile.

Run by hand: ``python -m tests.acceptance.reload --seed 1``
"""

from __future__ import annotations

import asyncio
import re
import signal
import tempfile
from collections import Counter
from pathlib import Path

from tests.acceptance.harness import (
    SMALL,
    Run,
    Stage,
    ask_over,
    copies,
    latencies,
    percentile,
    play,
    play_parts,
    questions,
    stage,
    waited,
)
from tests.acceptance.long_content import copied, with_term

COUNT, RELOADS, BROKEN = 200, 10, (2, 5, 8)
HANGUPS = 5
"""Sent during one reload: they are worth one more."""

PATIENCE = 120.0
ENTRY = "faq/velos/velo-vole.md"
_OUTCOME = re.compile(r'^aiguilleur_reloads_total\{outcome="(\w+)"\} ([\d.]+)$', re.MULTILINE)


async def main(run: Run) -> None:
    await play_parts(run, {"reload": reloads, "hangups": hangups, "stop": stopped})


async def reloads(run: Run) -> None:
    chats, seconds = range(1000, 1000 + COUNT), 20.0 if run.short else 60.0
    with tempfile.TemporaryDirectory() as folder:
        kb = copied(Path(folder))
        async with stage(run, kb) as here:
            await here.service.start()
            asking = asyncio.create_task(ask_over(here, chats, seconds, questions(SMALL)))
            named = 0
            for number in range(RELOADS):
                await asyncio.sleep(seconds / RELOADS / 2)
                named += await reload_once(here, kb, number)
            await asking
            await here.replied(chats, 60)
            await here.calm()
            await told(here, chats, named)


async def reload_once(here: Stage, kb: Path, number: int) -> bool:
    """Reload something good or broken; whether what is broken was named in the log."""
    said, before = len(here.service.logged()), await outcomes(here)
    good = (kb / ENTRY).read_text("utf-8")
    changed(kb, number) if number not in BROKEN else (kb / ENTRY).write_text("---\ntitle: [\n---\n")
    here.service.send(signal.SIGHUP)
    await came(here, sum(before.values()) + 1)
    if number in BROKEN:
        (kb / ENTRY).write_text(good, "utf-8")
    return bool(re.search(r"velo-vole\.md:\d+", here.service.logged()[said:]))


def changed(kb: Path, number: int) -> None:
    """Content that no model was trained on yet."""
    with_term(kb, f"TERME{number}", f"Le terme numéro {number}.")
    with (kb / ENTRY).open("a", encoding="utf-8") as entry:
        entry.write(f"\nVersion {number}.\n")


def taught(kb: Path, number: int) -> None:
    """Content with one question more: it needs a training, which texts alone do not."""
    changed(kb, number)
    entry = kb / ENTRY
    text = entry.read_text("utf-8")
    more = f'  keywords:\n    - "vélo numéro {number} volé"\n'
    entry.write_text(text.replace("  keywords:\n", more, 1), "utf-8")


async def outcomes(here: Stage) -> Counter[str]:
    """How many reloads ended how."""
    shown = _OUTCOME.findall(await here.service.metrics())
    return Counter({name: int(float(number)) for name, number in shown})


async def came(here: Stage, count: int) -> None:
    """Wait until so many reloads have ended."""
    async with asyncio.timeout(PATIENCE):
        while (await outcomes(here)).total() < count:  # noqa: ASYNC110 - it rings no bell
            await asyncio.sleep(0.1)


async def told(here: Stage, chats: range, named: int) -> None:
    run, ended = here.run, await outcomes(here)
    rows = await here.database.rows("SELECT update_id, model FROM turns")
    models = Counter(model for _, model in rows)
    run.exactly("M2 reloads that took over", ended["done"], RELOADS - len(BROKEN))
    run.exactly("M2 broken ones refused", ended["refused"], len(BROKEN))
    run.exactly("M2 broken ones named in the log, file and line", named, len(BROKEN))
    run.exactly("M2 lost", sum(not here.api.chats.of(chat) for chat in chats), 0)
    run.exactly("M2 sent twice", copies(here.api.messages), 0)
    run.exactly("M2 turn rows", len(rows), COUNT)
    run.exactly("M2 rows without the model's version", models[""] + models[None], 0)
    # The reloads change texts alone, which need no other model.
    run.exactly("M2 models that served", len(models), 1)
    run.at_most("M2 p95 of answers while reloading", percentile(latencies(here.api), 0.95), 5, " s")
    run.exactly("M2 still the same process", here.service.running, wanted=True)


async def hangups(run: Run) -> None:
    """The first begins a reload; what changes during it is not lost, however often it is said."""
    with tempfile.TemporaryDirectory() as folder:
        kb = copied(Path(folder))
        async with stage(run, kb) as here:
            await here.service.start()
            taught(kb, run.seed * 1000)
            here.service.send(signal.SIGHUP)
            await training(here)
            for number in range(HANGUPS):
                changed(kb, run.seed * 1000 + number + 1)
                here.service.send(signal.SIGHUP)
                await asyncio.sleep(0.05)
            await came(here, 2)
            await asyncio.sleep(5)
            ended = await outcomes(here)
            run.exactly(f"M2 reloads for {HANGUPS} signals during one", ended.total() - 1, 1)
            last = f"TERME{run.seed * 1000 + HANGUPS}"
            here.api.user_says(20, f"/lexique {last}")
            await here.replied([20], 15)
            served = any(last in sent.text for sent in here.api.chats.of(20))
            run.exactly("M2 what changed last is served", served, wanted=True)


async def stopped(run: Run) -> None:
    """Told to stop while it trains, it neither waits for that nor leaves it behind."""
    with tempfile.TemporaryDirectory() as folder:
        kb = copied(Path(folder))
        async with stage(run, kb) as here:
            await here.service.start()
            taught(kb, run.seed * 1000 + 500)
            here.service.send(signal.SIGHUP)
            await training(here)
            children = trainers(here)
            code, seconds = await here.service.stop()
            run.exactly("R3 stopped during a reload: exit code", code, 0)
            run.at_most("R3 stopped during a reload: seconds", seconds, 10, " s")
            gone = await waited(
                lambda: not any(Path(f"/proc/{pid}").exists() for pid in children), 5
            )
            run.exactly("R3 stopped during a reload: nothing trains on", gone, wanted=True)


def trainers(here: Stage) -> list[int]:
    """The children of the service."""
    tasks = Path(f"/proc/{here.service.pid}/task")
    return [int(pid) for task in tasks.iterdir() for pid in (task / "children").read_text().split()]


async def training(here: Stage) -> None:
    """Wait until a reload has come so far that it trains."""
    await waited(lambda: bool(trainers(here)), PATIENCE)


if __name__ == "__main__":
    play(main, __doc__)
