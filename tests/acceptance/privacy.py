"""Show the privacy points P1 to P7 with their figures, against a real model and a real database.

Run by hand, from the project's root: ``.venv/bin/python -m tests.acceptance.privacy``. ``DATA_DIR``
may name a folder with a trained model; the database of this run is made elsewhere.
"""

from __future__ import annotations

import asyncio
import io
import json
import logging
import os
import re
import subprocess
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import select

from bot.conversation.conversation import Conversation
from bot.conversation.messages import Incoming, Reply
from bot.ops.logs import configure_logs
from bot.ops.settings import Settings
from bot.scrubbing.scrub import scrub
from bot.service.decider import ThreadedDecider
from bot.service.retention import purge_now
from bot.service.served_model import load_or_train_model
from bot.store.database.sqlite import SqliteFile
from bot.store.pseudonym import Pseudonym, load_key
from bot.store.schema import metadata
from bot.store.store import Store
from bot.store.tables import purges
from tests.acceptance.reaching_a_human import furthest
from tests.fakes.open_store import found
from tests.fakes.personal_texts import WORDS, kept, lines, personal_texts
from tests.fakes.raw_bytes import bytes_in

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

HERS, HIS = "424242001", "-1007778889990"
SAID = "zebulon hortensia convergence"

MUST_SAY = {
    "what is kept": r"conserv|gard|enregistr",
    "why": r"pour améliorer|afin|finalité|pour ",
    "how long": r"jours|mois",
    "how to see it": r"/mesdonnees",
    "how to erase it": r"/oublier",
    "Telegram is a third party": r"Telegram",
    "not end-to-end encrypted": r"chiffr",
    "no patients' data": r"données de patients",
}

CRASHING = """
import asyncio, os, signal, sys
from pathlib import Path
from bot.store.pseudonym import Pseudonym, load_key
from bot.store.database.compact import compact
from bot.store.database.sqlite import SqliteFile
from bot.store.person import erase
from bot.store.store import Store
async def main():
    folder = Path(sys.argv[1])
    key = load_key(folder, None)
    store = await Store.open(SqliteFile(folder / "aiguilleur.db"), key, Pseudonym(key))
    await store.write(lambda c: erase(c, store.pseudonym.of("telegram", sys.argv[2])))
    await compact(store.database)
    os.kill(os.getpid(), signal.SIGKILL)
asyncio.run(main())
"""


class Bench:
    """A conversation with its store, and what was found wrong."""

    def __init__(self, folder: Path, store: Store, conversation: Conversation) -> None:
        self.folder = folder
        self.store = store
        self.conversation = conversation
        self.wrong: list[str] = []
        self._number = 0

    async def says(self, text: str, chat: str = HERS, choice: str = "") -> Reply:
        self._number += 1
        incoming = Incoming("telegram", chat, text, choice, self._number)
        prepared = await self.conversation.prepare(incoming)
        scrubbed = await self.store.scrub(incoming)
        outcome = await self.store.write(
            lambda c: self.conversation.respond(prepared, self.store.journal(c, scrubbed=scrubbed))
        )
        return outcome.reply

    def bytes(self) -> bytes:
        return bytes_in(self.folder)

    def show(self, point: str, text: str, *, right: bool) -> None:
        print(f"{'ok  ' if right else 'FAIL'} {point} {text}")
        if not right:
            self.wrong.append(point)


async def main() -> int:
    configure_logs("WARNING")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        models = Settings(data_dir=Path(os.environ.get("DATA_DIR", "data")))
        brain = ThreadedDecider(load_or_train_model(models))
        key = load_key(folder, None)
        database = SqliteFile(folder / "aiguilleur.db")
        async with await Store.open(database, key, Pseudonym(key)) as store:
            bench = Bench(folder, store, Conversation(brain))
            for show in POINTS:
                await show(bench)
        brain.close()
    print(f"\n{len(bench.wrong)} not in order: {', '.join(bench.wrong) or 'none'}")
    return bool(bench.wrong)


async def p1_said(bench: Bench) -> None:
    for command in ("/start", "/confidentialite"):
        text = (await bench.says(command)).text
        missing = [what for what, said in MUST_SAY.items() if not re.search(said, text)]
        left = ", ".join(missing) or "nothing"
        right = not missing if command == "/confidentialite" else "no patients' data" not in missing
        bench.show("P1", f"{command} leaves out: {left}", right=right)


async def p2_scrubbed(bench: Bench) -> None:
    texts, stream = [*personal_texts(), *personal_texts(0, "personal_others")], io.StringIO()
    logging.getLogger().handlers[0].setStream(stream)  # type: ignore[attr-defined]
    found = {True: [0, 0], False: [0, 0]}
    for text in texts:
        await bench.says(text.text)
        logging.getLogger("acceptance").error("could not handle %s", text.text)
        masked = scrub(text.text)
        for hidden in text.hidden:
            found[hidden.kind in WORDS][0] += not kept(hidden, masked)
            found[hidden.kind in WORDS][1] += 1
    logging.getLogger().handlers[0].setStream(sys.stderr)  # type: ignore[attr-defined]
    for names, label, least in ((False, "identifiers", 0.98), (True, "names", 0.9)):
        masked_ones, number = found[names]
        bench.show(
            "P2", f"{masked_ones} of {number} {label} masked", right=masked_ones / number >= least
        )
    technical = [*lines("technical"), *lines("technical_others")]
    changed, many = sum(scrub(line) != line for line in technical), len(technical)
    bench.show("P2", f"{changed} of {many} technical texts changed", right=changed <= 0.02 * many)
    numbers = [h.written for t in texts for h in t.hidden if h.kind not in WORDS]
    raw = bench.bytes()
    stored = sum(number.encode() in raw for number in numbers)
    logged = sum(number in stream.getvalue() for number in numbers)
    told = f"{stored} identifiers in database and log file of it, {logged} in the service's log"
    bench.show("P2", told, right=not stored and not logged)


async def p3_access(bench: Bench) -> None:
    for n in range(20):
        await bench.says(f"{SAID} {n}")
        await bench.says(f"{SAID} {n}", HIS)
    reply = await bench.says(SAID)
    if reply.buttons:
        await bench.says("", choice=reply.buttons[0].data)
    data = json.loads(command(bench, "export", "--chat", HERS).stdout)
    name = bench.store.pseudonym.of("telegram", HERS)
    counted = {table: await theirs(bench, table, name) for table in ("turns", "inbox", "outbox")}
    right = all(data["rows"][table] == number for table, number in counted.items())
    words = sum(f"{SAID} {n}" in json.dumps(data) for n in range(20))
    bench.show("P3", f"export {data['rows']}, the tables {counted}", right=right and words == 20)
    bench.show(
        "P3",
        "nothing of another chat",
        right=bench.store.pseudonym.of("telegram", HIS) not in str(data),
    )


async def theirs(bench: Bench, table: str, name: str) -> int:
    columns = metadata.tables[table].c
    return len(await found(bench.store, select(columns.id).where(columns.chat == name)))


async def p4_erasure(bench: Bench) -> None:
    name = bench.store.pseudonym.of("telegram", HERS).encode()
    before = bench.bytes()
    line = [sys.executable, "-c", CRASHING, str(bench.folder), HERS]
    killed = subprocess.run(line, check=False, capture_output=True)  # noqa: ASYNC221, S603
    told = command(bench, "forget", "--chat", HERS).stdout.strip()
    after = bench.bytes()
    figures = (
        f"pseudonym {before.count(name)} -> {after.count(name)}, id {after.count(HERS.encode())}"
    )
    right = killed.returncode == -9 and name in before and name not in after
    bench.show("P4", f"after a kill -9 at once and a new start, in bytes: {figures}", right=right)
    texts = await found(
        bench.store,
        select(metadata.tables["turns"].c.text).where(metadata.tables["turns"].c.chat == ""),
    )
    told = f"{len(texts)} turns can still be counted, {sum(bool(t[0]) for t in texts)} with words"
    bench.show("P4", told, right=bool(texts) and not any(t[0] for t in texts))


async def p5_retention(bench: Bench) -> None:
    settings, now = Settings(), datetime.now(UTC)
    for days, what in ((89, "before the period"), (91, "texts"), (396, "rows")):
        counts = await purge_now(bench.store, settings, now + timedelta(days=days))
        bench.show(
            "P5",
            f"after {days} days, {what}: {counts}",
            right=bool(sum(counts.values())) == (days > 90),
        )
    left = SAID.encode() in bench.bytes()
    noted = await found(bench.store, select(purges.c.what, purges.c.rows))
    bench.show(
        "P5",
        f"words in bytes: {int(left)}; the log of purges: {[tuple(r) for r in noted]}",
        right=not left,
    )


async def p6_pseudonyms(bench: Bench) -> None:
    await bench.says(SAID)
    report = command(bench, "report").stdout
    raw = bench.bytes()
    key = (bench.folder / "pseudonym.key").read_text("ascii").strip()
    found = sum(chat in report or chat.encode() in raw for chat in (HERS, HIS))
    inside = raw.count(key.encode()) > 1 or bytes.fromhex(key) in raw  # once: its own file
    bench.show(
        "P6",
        f"ids in report and database: {found}; key in database: {inside}",
        right=not found and not inside,
    )


async def p7_human(bench: Bench) -> None:
    for buttons_alone in (True, False):
        states, most = await furthest(bench.conversation, bench.store, buttons_alone=buttons_alone)
        how = "by buttons alone" if buttons_alone else "by button or command"
        shown = most if most is not None else "out of reach"
        right = buttons_alone or (most is not None and most <= 2)
        bench.show(
            "P7", f"{states} states, a human at most {shown} actions away {how}", right=right
        )


def command(bench: Bench, *line: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "DATA_DIR": str(bench.folder)}
    return subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-m", "bot", *line],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )


POINTS: tuple[Callable[[Bench], Awaitable[None]], ...] = (
    p1_said,
    p2_scrubbed,
    p3_access,
    p4_erasure,
    p5_retention,
    p6_pseudonyms,
    p7_human,
)

if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
