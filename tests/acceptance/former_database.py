"""A database that a former version wrote, with rows that wait: each message is answered once.

Run by hand: ``FORMER=CHECKOUT python -m tests.acceptance.former_database --small``. ``CHECKOUT`` is
the folder of the former version; it runs on the packages of this one. The models that it trains
are left in ``DATA_DIR/models``, under fingerprints of their own.
"""

from __future__ import annotations

import asyncio
import os
from collections import Counter

from tests.acceptance.harness import Run, Stage, ask_over, copies, play, stage
from tests.fakes.bot_api import Fault

CHATS = range(1000, 1400)
ANSWERED = 10
"""How many are answered before Telegram goes away."""

BOXES = {
    "inbox": "SELECT state, count(*) FROM inbox GROUP BY state",
    "outbox": "SELECT state, count(*) FROM outbox GROUP BY state",
}


async def main(run: Run) -> None:
    async with stage(run) as here:
        waiting = await leave_behind(here)
        run.check("waiting in the inbox and the outbox", waiting, "both > 0", met=all(waiting))
        await here.service.start()
        await here.replied(CHATS, 60)
        await here.calm(3.0)
        code, _ = await here.service.stop()
        lost = [chat for chat in CHATS if not here.api.chats.of(chat)]
        rows = Counter(update for update, _ in await here.turns())
        run.exactly("messages lost", len(lost), 0)
        run.exactly("replies sent twice", copies(here.api.messages), 0)
        run.exactly(
            "turns, and messages that have one", (len(rows), sum(rows.values())), (len(CHATS),) * 2
        )
        run.exactly("rows that still wait", await waiting_rows(here), (0, 0))
        run.exactly("exit code in the end", code, 0)


async def leave_behind(here: Stage) -> tuple[int, ...]:
    """Let the former version take more than it can send, and kill it; what waits in each box."""
    here.service.settings["PYTHONPATH"] = os.environ["FORMER"]
    await here.service.start()
    await ask_over(here, CHATS[:ANSWERED], 1.0)
    await here.replied(CHATS[:ANSWERED], 60)
    gone = here.api.trouble(Fault.broken(), method="sendMessage")
    await ask_over(here, CHATS[ANSWERED:30], 1.0)
    await here.api.until(lambda: gone.hits > 3)
    await ask_over(here, CHATS[30:], 0.0)
    while (await waiting_rows(here))[0] == 0:  # noqa: ASYNC110 - another process writes
        await asyncio.sleep(0.001)
    await here.service.kill()
    gone.stop()
    del here.service.settings["PYTHONPATH"]
    return await waiting_rows(here)


async def waiting_rows(here: Stage) -> tuple[int, ...]:
    """How many rows wait in the inbox and in the outbox."""
    found = [dict(await here.database.rows(query)) for query in BOXES.values()]
    return tuple(box.get("pending", 0) for box in found)


if __name__ == "__main__":
    play(main, __doc__)
