"""Hostile names and questions on every page of the bureau and in its files: text, and nothing else.

Run by hand: ``python -m tests.acceptance.bureau_hostile``; exits 1 when a dialog opens, an element
comes of a name, a page grows wider than the screen of a phone, or a file holds anything but text.
"""

from __future__ import annotations

import argparse
import asyncio
import csv
import io
import json
import sys
import tempfile
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, select

from bot.analytics.auditing import draw_audits
from bot.analytics.refresh import refresh_episodes
from bot.channels.web.bureau.charts import bars, line, stacked_bars
from bot.conversation.messages import Incoming
from bot.escalation.casework import Casework
from bot.escalation.desks import BUREAU, StaffedDesks
from bot.escalation.ports import Post
from bot.escalation.tickets import Draft, NewMessage
from bot.store.tables import turns
from tests.acceptance.harness import Run
from tests.fakes.chromium import chromium, chromium_path, opened
from tests.fakes.small_base import small_base
from tests.fakes.web_service import Parrot, web_service

if TYPE_CHECKING:
    from bot.store.store import Store, Transaction
    from kb.entries import KnowledgeBase
    from tests.fakes.chromium import Noted
    from tests.fakes.web_service import Web

NASTY = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(2)>',
    "' onmouseover='alert(3)",
    "{{7*7}} {% raw %} ${7*7}",
    "\u202eexe.tnemucod\u202c",
    '=HYPERLINK("http://x.example")',
    "javascript:alert(4)//",
    "</textarea></table></main><svg onload=alert(5)>",
)
LONG = "W" * 10_000
NAME = "<b>é</b> {{7*7}}"
PASSWORD = "une suite de mots pour entrer"
MADE = """
    document.querySelectorAll(
        "main script, main img, main b, main svg[onload], [onerror], [onmouseover], " +
        "a[href^='javascript']").length
"""
WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def hostile_base() -> KnowledgeBase:
    """The small base, in which every name and every text is hostile."""
    base, said = small_base(), " ".join(NASTY)
    entries = {
        id_: replace(entry, title=f"{said} {id_}", answer=f"{said}\n{LONG}")
        for id_, entry in base.entries.items()
    }
    desks = {
        id_: replace(desk, name=f"{said} {id_}", takes=said) for id_, desk in base.desks.items()
    }
    about = replace(base.about, name=said)
    return replace(base, entries=entries, desks=desks, about=about)


def rows(base: KnowledgeBase) -> list[dict[str, Any]]:
    """Turns of names that are in the base, and of some that never were."""
    at = datetime.now(UTC) - timedelta(hours=2)
    found = []
    for number, text in enumerate((*NASTY, LONG)):
        for entry in (min(base.entries), text[:200]):
            row = {
                "at": at,
                "channel": ("web", text[:32])[number % 2],
                "chat": f"{number}{len(entry)}",
                "text": text,
                "action": "answer",
                "entry": entry,
                "desk": min(base.desks) if number % 2 else text[:200],
                "confidence": 0.9,
                "candidates": [["faq", entry, 0.9]],
                "model": "m",
                "latency_ms": 1.0,
                "shown": {"kind": "answer"},
            }
            found.append(row)
    return found


async def fill(store: Store, base: KnowledgeBase) -> str:
    """Turns, draws and a ticket; the number of the ticket."""
    await store.write(lambda c: c.execute(insert(turns), rows(base)))
    later = datetime.now(UTC) + timedelta(hours=1)
    await refresh_episodes(store, later)
    await draw_audits(store, 1_000, later)
    desk = min(base.desks)
    casework = Casework(StaffedDesks(base, {d: Post(BUREAU, d) for d in base.desks}))

    async def work(transaction: Transaction) -> str:
        records = store.records(transaction, "web")
        said = NewMessage("asker", " ".join(NASTY), origin="web", origin_id="1")
        draft = Draft(desk, "customer_request", (said.text,))
        done: Any = await casework.open(records, Incoming("web", "1", said.text), draft, said)
        for text in (*NASTY, LONG[:3_000]):
            told = NewMessage("desk", text, internal=True)
            await casework.answer(records, done.ticket, told)
        return str(done.ticket.number)

    return await store.write(work)


async def look(run: Run, web: Web, number: str, width: int) -> None:
    """Every page in a browser."""
    entry = min(hostile_base().entries)
    paths = (
        *("", "fiches", f"fiches/{entry}", "guichets", "controles", "controles/juger"),
        *(
            "demandes",
            f"demandes/{number}",
            "exports",
            "comptes",
            "?canal=<script>alert(6)</script>",
        ),
    )
    async with AsyncExitStack() as stack:
        browser = await stack.enter_async_context(chromium(chromium_path()))
        secret = await web.store.accounts.invite(NAME)
        address = f"{web.url}/bureau/invitation/{secret}"
        noted = await stack.enter_async_context(opened(browser, address, width=width))
        noted.page.set_default_timeout(90_000)
        found, shown = await seen(noted), 0
        await noted.page.get_by_label("Mot de passe").fill(PASSWORD)
        await noted.page.keyboard.press("Enter")
        await noted.page.locator("nav").wait_for()
        for path in paths:
            await noted.page.goto(f"{web.url}/bureau/{path}")
            found += await seen(noted)
            shown += "{{7*7}}" in await noted.page.inner_text("body")
        run.exactly(f"faults of {len(paths) + 1} pages, {width} pixels wide", found, [])
        run.exactly("pages that show the text as it was written", shown, len(paths))
        run.exactly("dialogs", len(noted.dialogs), 0)
        if width > 320:
            await draw(run, noted)


async def seen(noted: Noted) -> list[str]:
    """What came of names on a page that should be text."""
    made: int = await noted.page.evaluate(MADE)
    wider: int = await noted.page.evaluate(WIDER)
    faults = [f"{made} elements"] if made else []
    faults += [f"{wider} pixels wider"] if wider > 0 else []
    return [f"{noted.page.url}: {fault}" for fault in (*faults, *await noted.faults())]


async def draw(run: Run, noted: Noted) -> None:
    """Charts of hostile names, on a page without any policy."""
    names = [*NASTY, LONG]
    values = list(range(1, len(names) + 1))
    pictures = [
        bars(names, values, " ".join(NASTY)),
        stacked_bars(names, dict.fromkeys(names, values), " ".join(NASTY)),
        line(names, dict.fromkeys(names, values), " ".join(NASTY)),
    ]
    await noted.page.goto("about:blank")
    await noted.page.set_content(f"<main>{''.join(pictures)}</main>")
    made = await noted.page.evaluate(MADE)
    run.exactly("elements, dialogs of charts", (made, len(noted.dialogs)), (0, 0))
    run.exactly(
        "charts that are images with a name", await noted.page.locator('svg[role="img"]').count(), 3
    )


async def read_files(run: Run, web: Web) -> None:
    """The exports hold the texts, cell by cell."""
    secret = await web.store.accounts.invite(NAME)
    await web.client.post(f"/bureau/invitation/{secret}", data={"password": PASSWORD})
    asked = "/bureau/exports/fichier?quoi=turns&textes=1&format="
    wanted = [row[0] for row in await _texts(web.store)]
    table = (await web.client.get(asked + "csv")).text.removeprefix("\ufeff")
    cells = [r["text"] for r in csv.DictReader(io.StringIO(table, newline=""), delimiter=";")]
    run.exactly(
        "cells of CSV that differ",
        sum(c.lstrip("'") != w.lstrip("'") for c, w in zip(cells, wanted, strict=True)),
        0,
    )
    run.exactly("cells of CSV that begin a formula", sum(c.startswith("=") for c in cells), 0)
    lines = (await web.client.get(asked + "jsonl")).text.splitlines()
    run.exactly(
        "texts of JSON lines that differ",
        sum(json.loads(one)["text"] != w for one, w in zip(lines, wanted, strict=True)),
        0,
    )


async def _texts(store: Store) -> list[Any]:
    query = select(turns.c.text).order_by(turns.c.id)
    return list(await store.reader.run(lambda c: c.execute(query)))


async def main() -> int:
    run, parrot = Run(), Parrot()
    parrot.served = hostile_base()
    with tempfile.TemporaryDirectory() as name:
        async with web_service(parrot, where=Path(name) / "aiguilleur.db") as web:
            number = await fill(web.store, parrot.served)
            await web.store.accounts.add(NAME, "admin")
            for width in (320, 1280):
                await look(run, web, number, width)
            await read_files(run, web)
    return int(not run.met)


if __name__ == "__main__":
    argparse.ArgumentParser(description=__doc__).parse_args()
    sys.exit(asyncio.run(main()))
