"""Tickets over two processes on one PostgreSQL, one of them killed; a hundred openings. Point 2.

Run by hand: ``python -m tests.acceptance.tickets_replicas --seed 1 [--short]``
"""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

from bot.conversation.messages import Incoming
from bot.escalation.casework import Casework
from bot.escalation.desks import StaffedDesks
from bot.escalation.limits import Refused
from bot.escalation.ports import Post
from bot.escalation.tickets import Draft, NewMessage
from bot.store.database.opening import open_database
from tests.acceptance.harness import Part, Run, play, play_parts
from tests.acceptance.replicas import balanced
from tests.acceptance.ticket_stage import (
    desks_stage,
    emptied,
    gaps,
    numbers,
)
from tests.acceptance.tickets_kill import one, report
from tests.fakes.open_store import open_store
from tests.fakes.postgres import running_postgres
from tests.fakes.service_process import ServiceProcess, free_port
from tests.fakes.ticket_service import GROUP, SOURCE, staffed_base

if TYPE_CHECKING:
    from bot.store.store import Store, Transaction

TICKETS, SECONDS, AT_ONCE = 200, 40.0, 100


async def main(run: Run) -> None:
    parts: dict[str, Part] = {"replicas": two_processes, "at once": opened_at_once}
    await play_parts(run, parts)


async def two_processes(run: Run) -> None:
    run.mode, run.database = "webhook", "postgresql"
    share = 0.15 if run.short else 1.0
    chats, seconds = range(1000, 1000 + int(TICKETS * share)), SECONDS * share
    front = free_port()
    async with desks_stage(run, WEBHOOK_URL=f"http://127.0.0.1:{front}/telegram") as here:
        second = ServiceProcess(
            here.api, here.folder / "second", "webhook", **here.service.settings
        )
        ports = [int(s.webhook.split(":")[2].split("/")[0]) for s in (here.service, second)]
        async with balanced(front, ports):
            try:
                await here.service.start()
                await second.start(ready=False)
                await asyncio.sleep(4)
                askers = [
                    asyncio.create_task(one(here, chat, seconds * place / len(chats)))
                    for place, chat in enumerate(chats)
                ]
                await asyncio.sleep(seconds / 2)
                await second.kill()
                await asyncio.sleep(seconds / 4)
                await second.start(ready=False)
                opened = sum(await asyncio.gather(*askers))
                await emptied(here)
                report(run, here, opened, chats, 1)
                found = await numbers(here)
                run.exactly("tickets", len(found), len(chats))
                run.exactly("numbers missing or twice", gaps(found), 0)
            finally:
                await second.close()
                await here.service.stop()


async def opened_at_once(run: Run) -> None:
    """The same chat presses "send" a hundred times, half of them in another process."""
    casework = Casework(StaffedDesks(staffed_base(), {"atelier": Post("telegram", GROUP)}))
    with running_postgres() as server, server.database() as url:
        stores = [await open_store(open_database(url, Path())) for _ in range(2)]
        done = await asyncio.gather(
            *(send(casework, stores[number % 2], number) for number in range(AT_ONCE))
        )
        for store in stores:
            await store.aclose()
    found = {ticket for ticket in done if ticket}
    run.exactly(f"tickets of {AT_ONCE} simultaneous openings", len(found), 1)
    run.exactly("openings that were told of it", done.count(""), AT_ONCE - 1)


async def send(casework: Casework, store: Store, number: int) -> str:
    """Open a ticket; its number, empty when there was one already."""
    asked = Incoming("telegram", "42", "Mon vélo est cassé", update_id=number)
    draft = Draft("atelier", "customer_request", (asked.text,))
    question = NewMessage("asker", asked.text, origin=SOURCE, origin_id=str(number))

    async def work(transaction: Transaction) -> str:
        records = store.records(transaction, SOURCE)
        done = await casework.open(records, asked, draft, question)
        return "" if isinstance(done, Refused) else done.ticket.number

    return await store.write(work)


if __name__ == "__main__":
    play(main, __doc__)
