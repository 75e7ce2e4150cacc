"""What was dismissed comes back in eight disguises: none of them enters the queue.

Run by hand: ``python -m tests.acceptance.review_dismissed [--seed N]``; exits 1 when one returns,
or when another message is taken for one that was dismissed. On SQLite and on PostgreSQL. What is
kept of a message is masked, and a word in capitals may be taken for a name: messages of which a
disguise is masked otherwise say something else as they are kept, are counted, and are not drawn.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
import unicodedata
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import delete, func, select

from bot.analytics.review import fill_queue
from bot.conversation.messages import Incoming
from bot.scrubbing.scrub import scrub
from bot.store.database.postgres import PostgresServer
from bot.store.database.sqlite import SqliteFile
from bot.store.review_items import ReviewItems
from bot.store.review_tables import review_items
from bot.store.tables import turns
from bot.store.text_key import normalise
from classifier.decision import Decision
from kb.folding import without_accents
from kb.loader import load
from tests.acceptance.harness import SHIPPED, Run
from tests.fakes.open_store import OneByOne, found, open_store
from tests.fakes.postgres import running_postgres

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from bot.store.database.database import Database
    from bot.store.store import Store
    from kb.entries import KnowledgeBase

DISMISSED, OTHERS = 60, 60
NOTHING = Decision("unanswered", None, (), (), 0.1, "m")
LATER = timedelta(hours=1)

DISGUISES: Mapping[str, Callable[[str], str]] = {
    "capitals": str.upper,
    "no accents": without_accents,
    "accents apart": lambda text: unicodedata.normalize("NFD", text),
    "more spaces": lambda text: f"  {text.replace(' ', chr(0xA0) + ' ')} ",
    "no spaces": lambda text: text.replace(" ", ""),
    "other punctuation": lambda text: text.replace("?", "!!!").replace("'", "’") + " …",
    "drawn out": lambda text: "".join(c * 3 if c in "aeiou" else c for c in text),
    "full width": lambda text: "".join(
        chr(ord(c) + 0xFEE0) if "a" <= c <= "z" else c for c in text
    ),
}


def is_masked_alike(text: str) -> bool:
    """Whether the same is left of a message in every disguise."""
    plain = normalise(scrub(text))
    return all(normalise(scrub(put_on(text))) == plain for put_on in DISGUISES.values())


async def ask(store: Store, texts: list[str]) -> None:
    """Ask all that in vain, each from a chat of its own."""
    journal = OneByOne(store)
    for number, text in enumerate(texts):
        await journal.record_turn(Incoming("web", f"{number}", text), NOTHING, 1.0)


async def waiting(store: Store, base: KnowledgeBase) -> int:
    """How many messages are open in the queue."""
    await fill_queue(store, base, datetime.now(UTC) + LATER)
    open_ = select(func.count()).where(review_items.c.state == "new")
    return int((await found(store, open_))[0][0])


async def play(run: Run, database: Database, name: str) -> None:
    """Dismiss, ask again in disguise, and ask something else."""
    base = load(SHIPPED)
    texts = sorted({q.text for entry in base.published.values() for q in entry.questions})
    asked = run.dice.sample(texts, 2 * (DISMISSED + OTHERS))
    alike = [text for text in asked if is_masked_alike(text)]
    print(
        f"  {len(asked) - len(alike)} of {len(asked)} messages are masked otherwise in a disguise"
    )
    drawn = alike[: DISMISSED + OTHERS]
    gone, others = drawn[:DISMISSED], drawn[DISMISSED:]
    async with await open_store(database) as store:
        await ask(store, gone)
        run.exactly(f"{name}: open before", await waiting(store, base), DISMISSED)
        now, ids = datetime.now(UTC), [row[0] for row in await found(store, select(turns.c.id))]
        await store.write(lambda t: ReviewItems(t, store.key).dismiss(ids, "a", "essai", now))
        # The messages go, as after a year; what was dismissed is known all the same.
        await store.write(lambda connection: connection.execute(delete(turns)))
        for disguise, put_on in DISGUISES.items():
            await ask(store, [put_on(text) for text in gone])
            run.exactly(f"{name}: returned with {disguise}", await waiting(store, base), 0)
        await ask(store, others)
        run.exactly(f"{name}: other messages let in", await waiting(store, base), OTHERS)


async def main(seed: int) -> int:
    run = Run(seed)
    with tempfile.TemporaryDirectory() as folder:
        await play(run, SqliteFile(Path(folder) / "aiguilleur.db"), "SQLite")
        with running_postgres() as server, server.database() as address:
            await play(run, PostgresServer(address), "PostgreSQL")
    return int(not run.met)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1, help="of the messages that are drawn")
    sys.exit(asyncio.run(main(parser.parse_args().seed)))
