"""What the acceptance scripts of tickets share: groups of desks, who asks there and who answers."""

from __future__ import annotations

import asyncio
import contextlib
import time
from pathlib import Path
from typing import TYPE_CHECKING

from bot.conversation import choices
from bot.store.database.opening import open_database
from tests.acceptance.harness import Stage, stage
from tests.fakes.desk_service import Desks, desks_answering
from tests.fakes.postgres import running_postgres

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from tests.acceptance.harness import Run
    from tests.fakes.bot_api import FakeBotApi
    from tests.fakes.bot_api_rules import Sent

ADMIN, STAFF = 90, tuple(range(70, 75))
GROUPS = tuple(-1_000_000_000_100 - number for number in range(5))
LOOK = 0.2
PATIENCE = 240.0


def desks_of(run: Run, count: int) -> list[str]:
    """The first desks of the knowledge base that is served."""
    return sorted(path.stem for path in (run.kb / "desks").glob("*.md"))[:count]


def group_of(desk: int) -> int:
    """The group of a desk, by its place among them."""
    return GROUPS[desk]


@contextlib.asynccontextmanager
async def desks_stage(run: Run, count: int = 5, **settings: str) -> AsyncIterator[Stage]:
    """A stage on which so many desks answer, each in a forum of its own."""
    names = desks_of(run, count)
    groups = ",".join(f"{name}:{GROUPS[number]}" for number, name in enumerate(names))
    given = {
        "DESK_GROUPS": groups,
        "TELEGRAM_GROUP_RATE": "0",
        "TELEGRAM_SEND_RATE": "0",
        "TICKET_RATE": "50",
        "CHAT_RATE": "1000",
        "ADMIN_IDS": str(ADMIN),
        **settings,
    }
    async with stage(run, None, **given) as here:
        for group in GROUPS[: len(names)]:
            here.api.found_forum(group, *STAFF)
        here.api.chats.meet(ADMIN)
        yield here


async def open_ticket(here: Stage, chat: int, desk: str, question: str) -> bool:
    """Ask, want a person, and send; whether the ticket was opened in time."""
    api = here.api
    api.user_says(chat, question)
    if not await seen(lambda: buttons_of(api, chat)):
        return False
    turn = next((d.split(":")[1] for d in buttons_of(api, chat) if turn_in(d)), "0")
    press(api, chat, f"t:begin:{turn}:{choices.key(desk)}")
    if not await seen(lambda: button(api, chat, "t:send")):
        return False
    press(api, chat, button(api, chat, "t:send"))
    return await seen(lambda: said_to(api, chat, "transmise"))


def turn_in(data: str) -> bool:
    """Whether a button names the turn that it belongs to."""
    parts = data.split(":")
    return parts[0] in set("cnyuhp") | {"t"} and len(parts) > 2 and parts[-2].isdecimal()


def press(api: FakeBotApi, chat: int, data: str) -> None:
    """Press a button, under the message that shows it or the last one."""
    said = api.chats.of(chat)
    shown = next((s for s in reversed(said) if data in [d for _, d in s.buttons]), said[-1])
    api.user_presses_at(chat, shown, data)


def buttons_of(api: FakeBotApi, chat: int) -> list[str]:
    """The data of all buttons of a chat, the newest first."""
    return [data for sent in reversed(api.chats.of(chat)) for _, data in sent.buttons]


def button(api: FakeBotApi, chat: int, starts: str) -> str:
    """The newest button that begins so; empty: none."""
    return next((data for data in buttons_of(api, chat) if data.startswith(starts)), "")


def said_to(api: FakeBotApi, chat: int, words: str) -> list[Sent]:
    """What the bot has said in a chat with these words."""
    return [sent for sent in api.chats.of(chat) if words in sent.text and not sent.deleted]


def head_of(api: FakeBotApi, group: int, question: str) -> Sent | None:
    """The head of the ticket of a question, where it stands last."""
    found = [s for s in api.chats.of(group) if question in s.text and "Motif" in s.text]
    return next((s for s in reversed(found) if not s.deleted), None)


async def seen(holds: object, patience: float = PATIENCE) -> bool:
    """Look again and again, not too often: there are hundreds who look."""
    end = time.monotonic() + patience
    while time.monotonic() < end:
        if holds():  # type: ignore[operator]
            return True
        await asyncio.sleep(LOOK)
    return False


async def numbers(here: Stage) -> list[str]:
    """The numbers of all tickets, in order."""
    rows = await here.database.rows("SELECT number FROM tickets ORDER BY number")
    return [str(row[0]) for row in rows]


def gaps(found: Sequence[str]) -> int:
    """How many numbers are missing or twice."""
    wanted = {f"{found[0][:4]}-{n:05d}" for n in range(1, len(found) + 1)} if found else set()
    return len(wanted ^ set(found)) + len(found) - len(set(found))


async def emptied(here: Stage, patience: float = PATIENCE) -> bool:
    """Wait until nothing waits to be worked on or sent."""
    end = time.monotonic() + patience
    while time.monotonic() < end:
        # Before the rows are counted: what is taken in between is a row that was not counted.
        to_come = here.api.pending()
        waits = await here.database.rows(
            "SELECT (SELECT count(*) FROM inbox WHERE state = 'pending')"
            " + (SELECT count(*) FROM outbox WHERE state = 'pending')"
        )
        if not to_come and not waits[0][0]:
            return True
        await asyncio.sleep(1.0)
    return False


@contextlib.asynccontextmanager
async def answering(run: Run, **options: object) -> AsyncIterator[Desks]:
    """Desks that answer within this process, over the database of a run."""
    if run.database == "sqlite":
        async with desks_answering(**options) as desks:  # type: ignore[arg-type]
            yield desks
        return
    with running_postgres() as server, server.database() as url:
        database = open_database(url, Path())
        async with desks_answering(database, **options) as desks:  # type: ignore[arg-type]
            yield desks
