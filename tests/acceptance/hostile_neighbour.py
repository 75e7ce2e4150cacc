"""A neighbour inside the limits sends texts that are slow to scrub; everybody else goes on.

Run by hand: ``python -m tests.acceptance.hostile_neighbour``. One address sends 80 texts of 12,000
hostile characters, as fast as its limits allow; somebody else asks every second, and somebody
looks at ``/healthz``.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field

import httpx

from tests.acceptance.harness import Run, percentile, play, stage

UNITS = ("06 12 ", "12 34 5", "AB12 CD34 ", "a@a", "1.", "siren 123 456 ")
LENGTH, A_SESSION = 12_000, 4
"""A text counts seven times, and a conversation may count 30 times a minute."""

AT_ONCE = 8
QUIET_SECONDS = 4.0
HERS, HIS = "203.0.113.7", "198.51.100.9"


@dataclass
class Seen:
    """What came of it: statuses of the neighbour, seconds of the others, statuses of the looks."""

    neighbour: list[int] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    asked: list[int] = field(default_factory=list)
    healthy: list[int] = field(default_factory=list)


async def main(run: Run) -> None:
    texts = 8 if run.short else 80
    async with stage(run) as here:
        await here.service.start()
        async with httpx.AsyncClient(base_url=here.service.web, timeout=60) as client:
            seen, stop = Seen(), asyncio.Event()
            beside = [
                asyncio.create_task(_ask_now_and_then(client, seen, stop)),
                asyncio.create_task(_look_at_health(client, seen, stop)),
            ]
            await asyncio.sleep(QUIET_SECONDS)
            before = max(seen.seconds, default=0.0)
            began = time.monotonic()
            await _flood(client, texts, seen)
            took = time.monotonic() - began
            await asyncio.sleep(2)
            stop.set()
            await asyncio.gather(*beside)
    run.exactly(f"{texts} texts of {LENGTH} characters in {took:.1f} s", set(seen.neighbour), {200})
    print(f"the slowest answer before the neighbour came: {before:.3f} s")
    run.exactly(f"{len(seen.asked)} questions of somebody else", set(seen.asked), {200})
    run.at_most("the slowest of them", max(seen.seconds), 1.0, " s")
    run.at_most("half of them within", percentile(seen.seconds, 0.5), 0.5, " s")
    run.exactly(f"{len(seen.healthy)} looks at /healthz", set(seen.healthy), {200})


async def _flood(client: httpx.AsyncClient, texts: int, seen: Seen) -> None:
    places = asyncio.Semaphore(AT_ONCE)

    async def send_some(first: int) -> None:
        async with places:
            token = await _session(client, HERS)
            for number in range(first, min(first + A_SESSION, texts)):
                unit = UNITS[number % len(UNITS)]
                text = (unit * LENGTH)[:LENGTH]
                seen.neighbour.append(await _send(client, HERS, token, str(number), text))

    await asyncio.gather(*(send_some(first) for first in range(0, texts, A_SESSION)))


async def _ask_now_and_then(client: httpx.AsyncClient, seen: Seen, stop: asyncio.Event) -> None:
    number, token = 0, ""
    while not stop.is_set():
        if number % 20 == 0:
            token = await _session(client, HIS)
        number += 1
        began = time.monotonic()
        asked = "comment commander une carte CPS ?"
        seen.asked.append(await _send(client, HIS, token, str(number), asked))
        seen.seconds.append(time.monotonic() - began)
        await asyncio.sleep(0.5)


async def _look_at_health(client: httpx.AsyncClient, seen: Seen, stop: asyncio.Event) -> None:
    while not stop.is_set():
        seen.healthy.append((await client.get("/healthz")).status_code)
        await asyncio.sleep(0.5)


async def _session(client: httpx.AsyncClient, address: str) -> str:
    opened = await client.post("/api/sessions", headers={"X-Forwarded-For": address})
    return str(opened.json()["session"])


async def _send(client: httpx.AsyncClient, address: str, token: str, number: str, text: str) -> int:
    headers = {"X-Forwarded-For": address, "Authorization": f"Bearer {token}"}
    body = {"id": number, "text": text}
    return (await client.post("/api/messages", json=body, headers=headers)).status_code


if __name__ == "__main__":
    play(main, __doc__)
