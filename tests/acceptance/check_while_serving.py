"""A whole check runs beside a service that answers 20 messages a second; then one is killed.

    python -m tests.acceptance.check_while_serving [--small] [--rate N] [--seconds N]

The service runs in its own process, the check beside it as the bureau starts it. Told: how long the
replies took, the memory of the check with all its workers, and what becomes of a killed one.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import httpx

from bot.analytics.proposals.changes import Changes
from tests.acceptance.harness import SHIPPED, SMALL, Run
from tests.acceptance.proposing import damaged, room
from tests.fakes.service_process import ROOT, free_port

if TYPE_CHECKING:
    from tests.acceptance.proposing import Room

BAR_SECONDS = 1.0
_PAGE = os.sysconf("SC_PAGE_SIZE")


def family(pid: int) -> list[int]:
    """A process and all below it."""
    parents: dict[int, list[int]] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        parents.setdefault(int(fields[1]), []).append(int(path.parent.name))
    found, left = [], [pid]
    while left:
        found.append(left.pop())
        left += parents.get(found[-1], [])
    return found


def memory(pids: list[int]) -> float:
    """Megabytes that these processes hold, what they share counted in each."""
    pages = 0
    for pid in pids:
        try:
            pages += int(Path(f"/proc/{pid}/statm").read_text().split()[1])
        except OSError:
            continue
    return pages * _PAGE / 1e6


async def serve(at: Room, port: int) -> asyncio.subprocess.Process:
    """A service on its own database, over the same knowledge base and models."""
    place = at.settings.data_dir.parent / "service"
    place.mkdir()
    (place / "models").symlink_to(at.settings.data_dir / "models")
    (place / "training").symlink_to(at.settings.data_dir / "training")
    more = {"DATA_DIR": str(place), "WEB_LISTEN": f"127.0.0.1:{port}", "CHAT_RATE": "10000"}
    service = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "run"),
        env={**os.environ, **more, "PYTHONPATH": str(ROOT)},
        stdout=asyncio.subprocess.DEVNULL,
    )
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
        for _ in range(1200):
            try:
                if (await client.get("/readyz")).status_code == 200:
                    return service
            except httpx.HTTPError:
                pass
            await asyncio.sleep(0.25)
    raise TimeoutError("the service did not get ready")


async def talk(port: int, texts: list[str], rate: float) -> list[float]:
    """Send messages at a steady rate; seconds until each was answered."""
    took: list[float] = []
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=60) as client:

        async def send(number: int, text: str) -> None:
            opened = await client.post("/api/sessions")
            headers = {"Authorization": f"Bearer {opened.json()['session']}"}
            began = time.perf_counter()
            body = {"id": str(number), "text": text}
            answer = await client.post("/api/messages", json=body, headers=headers)
            answer.raise_for_status()
            took.append(time.perf_counter() - began)

        async with asyncio.TaskGroup() as group:
            for number, text in enumerate(texts):
                group.create_task(send(number, text))
                await asyncio.sleep(1 / rate)
    return sorted(took)


async def watch(most: list[float]) -> None:
    """Keep the most memory that what this process started for the check held at once."""
    while True:
        children = [pid for pid in family(os.getpid())[1:] if _is_check(pid)]
        pids = [each for pid in children for each in family(pid)]
        most[0] = max(most[0], memory(sorted(set(pids))))
        await asyncio.sleep(0.5)


def _is_check(pid: int) -> bool:
    try:
        return b"propose" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False


async def play(run: Run, rate: float, seconds: float) -> None:
    """Talk without a check, then with one, then kill one."""
    async with room(run.kb) as at:
        port = free_port()
        service = await serve(at, port)
        texts = [text for _, text in damaged(run.kb, int(rate * seconds), run.seed)]
        try:
            alone = await talk(port, texts, rate)
            print(f"without a check: p95 {alone[int(0.95 * len(alone))]:.3f} s")
            await _beside(at, run, port, texts, rate)
        finally:
            service.send_signal(signal.SIGTERM)
            await service.wait()


async def _beside(at: Room, run: Run, port: int, texts: list[str], rate: float) -> None:
    target = min(at.settings.kb_dir.rglob("faq/*/*.md")).stem
    changes = Changes("wording", target, "problem", ("le tiroir vert grince",), nobody_named=True)
    number, most = await at.office.add("account:1", changes), [0.0]
    watching = asyncio.create_task(watch(most))
    checking = asyncio.create_task(at.checked(number, quick=False))
    took: list[float] = []
    began = time.perf_counter()
    while not checking.done() and len(took) < 20 * len(texts):
        took += await talk(port, texts, rate)
        if run.short:
            break
    took.sort()
    print(f"{len(took)} messages in {time.perf_counter() - began:.0f} s beside the check")
    run.at_most("p95 beside the check", took[int(0.95 * len(took))], BAR_SECONDS, " s")
    await _kill(at, run, checking, number)
    watching.cancel()
    print(f"memory of the check with its workers, at most: {most[0]:.0f} MB")


async def _kill(at: Room, run: Run, checking: asyncio.Task[object], number: int) -> None:
    """End the process of a check as a machine without memory would."""
    if checking.done():
        checking = asyncio.create_task(at.checked(number, quick=False))
    while not (pids := [pid for pid in family(os.getpid())[1:] if _is_check(pid)]):  # noqa: ASYNC110 - another process
        await asyncio.sleep(0.2)
    await asyncio.sleep(2)
    os.kill(pids[0], signal.SIGKILL)
    await checking
    proposal = await at.office.find(number)
    run.exactly("state after its process was killed", proposal and proposal.state, "draft")


def main() -> int:
    """Serve, check, kill; exit code 1 when a bar is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--small", action="store_true", help="the tests' small knowledge base")
    parser.add_argument("--short", action="store_true", help="end with the first round of messages")
    parser.add_argument("--rate", type=float, default=20.0)
    parser.add_argument("--seconds", type=float, default=30.0)
    asked = parser.parse_args()
    run = Run(seed=asked.seed, small=asked.small, short=asked.short)
    print(f"{SMALL if asked.small else SHIPPED}")
    asyncio.run(play(run, asked.rate, asked.seconds))
    return int(not run.met)


if __name__ == "__main__":
    sys.exit(main())
