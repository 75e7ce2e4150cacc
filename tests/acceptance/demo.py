"""A quarter of made-up traffic, so that anyone can open the bureau and see it alive.

Run by hand: ``python -m tests.acceptance.demo FOLDER``. The folder becomes a ``DATA_DIR`` with a
database (and a key) of its own; what to type next is printed. The same seed makes the same traffic;
``--turns 100000`` makes as much of it as a large organisation has.
"""

from __future__ import annotations

import argparse
import asyncio
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert

from bot.analytics.auditing import draw_audits
from bot.analytics.refresh import refresh_episodes
from bot.conversation.messages import Incoming
from bot.escalation.casework import Casework
from bot.escalation.desks import BUREAU, StaffedDesks
from bot.escalation.ports import Post
from bot.escalation.ticket_work import Done
from bot.escalation.tickets import Draft, NewMessage
from bot.store.audits import AUDIT, Audits, Label
from bot.store.database.sqlite import SqliteFile
from bot.store.deliveries import Deliveries
from bot.store.passwords import Passwords
from bot.store.pseudonym import Pseudonym, load_key
from bot.store.store import Store
from bot.store.tables import feedback, turns
from kb.loader import load
from tests.acceptance.harness import SHIPPED, questions

if TYPE_CHECKING:
    from bot.escalation.limits import Refused
    from bot.store.store import Transaction
    from kb.entries import KnowledgeBase

DAYS, A_DAY = 92, 60
HOURS = [0.2] * 7 + [2, 5, 8, 9, 7, 3, 5, 8, 9, 7, 4, 2, 1, 1, 0.7, 0.5, 0.3]
"""How busy each hour of the day is."""

CHANNELS = {"web": 0.6, "telegram": 0.38, "terminal": 0.02}
ACTIONS = {"answer": 0.45, "clarify": 0.18, "route": 0.12, "unanswered": 0.13, "decline": 0.12}
SHOWN = {
    "answer": "answer",
    "clarify": "suggestions",
    "route": "desks",
    "unanswered": "unanswered",
    "decline": "decline",
}
WRONG = {"answer": 0.04, "route": 0.25, "decline": 0.12}
JUDGED = 0.9
NAME = "demo"
TICKETS = 60
TOGETHER = 20
"""Tickets opened in one transaction."""

TURNS_OF_TALK = 1.05
"""Turns of a conversation, times the days of a week that are busy."""


@dataclass
class Traffic:
    """Made-up turns and what was said of them.

    Attributes:
        base: what is asked about.
        dice: decides.
        texts: what may be asked.
        a_day: conversations of a working day.
    """

    base: KnowledgeBase
    dice: Random
    texts: list[str]
    a_day: float = A_DAY

    def turns(self, end: datetime) -> list[dict[str, Any]]:
        """Rows of ``turns`` over the days before ``end``, oldest first."""
        rows = []
        for day in range(DAYS):
            date = end - timedelta(days=DAYS - day)
            busy = 0.25 if date.weekday() >= 5 else 1.0
            for _ in range(int(self.dice.gauss(self.a_day, self.a_day / 8) * busy)):
                hour = self.dice.choices(range(24), HOURS)[0]
                at = date.replace(hour=hour, minute=self.dice.randrange(60))
                rows += self._talk(at)
        return sorted(rows, key=lambda row: row["at"])

    def _talk(self, at: datetime) -> list[dict[str, Any]]:
        chat = f"{self.dice.randrange(2**40):016x}"
        channel = self._pick(CHANNELS)
        number = self.dice.choices([1, 2, 3], [0.7, 0.22, 0.08])[0]
        moments = [at + timedelta(minutes=3 * step) for step in range(number)]
        if self.dice.random() < 0.08:
            moments.append(at + timedelta(days=1))
        entry = self.dice.choice(sorted(self.base.published))
        return [self._turn(moment, channel, chat, entry) for moment in moments]

    def _turn(self, at: datetime, channel: str, chat: str, entry: str) -> dict[str, Any]:
        action = self._pick(ACTIONS)
        desk = self.dice.choice(sorted(self.base.desks))
        family = self.dice.choice(sorted(self.base.outside))
        targets = {
            "answer": ("entry", entry),
            "route": ("desk", desk),
            "decline": ("family", family),
        }
        column, value = targets.get(action, ("entry", None))
        row = dict.fromkeys(("entry", "desk", "family"))
        return {
            **row,
            column: value,
            "at": at,
            "channel": channel,
            "chat": chat,
            "text": self.dice.choice(self.texts),
            "action": action,
            "confidence": round(self.dice.uniform(0.4, 0.99), 3),
            "candidates": [["faq", entry, 0.9], ["desk", desk, 0.2]],
            "model": "demonstration",
            "latency_ms": round(self.dice.uniform(0.2, 0.6), 2),
            "kind": "text",
            "shown": {"kind": SHOWN[action], "entries": [entry], "desks": [desk], "family": family},
        }

    def said(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Rows of ``feedback`` about ``rows``, whose numbers begin at 1."""
        found: list[dict[str, Any]] = []
        for number, row in enumerate(rows, 1):
            about = f"entry:{row['entry']}" if row["entry"] else None
            at = row["at"] + timedelta(minutes=1)
            said: tuple[str, str] | None = None
            if row["action"] == "answer" and self.dice.random() < 0.35:
                said = ("useful", "yes" if self.dice.random() < 0.8 else "no")
            if row["action"] == "clarify":
                said = self.dice.choice([("choice", ""), ("choice", ""), ("none", ""), None])
            if said:
                kind, value = said
                chosen = f"entry:{row['candidates'][0][1]}" if kind == "choice" else about
                found.append(
                    {"at": at, "turn_id": number, "kind": kind, "about": chosen, "value": value}
                )
        return found

    def _pick(self, shares: dict[str, float]) -> str:
        return self.dice.choices(list(shares), list(shares.values()))[0]


async def fill(
    store: Store, seed: int, now: datetime, wanted: int | None = None, tickets: int = TICKETS
) -> None:
    """A quarter of traffic up to ``now``, its episodes, tickets, and audits that were judged.

    Args:
        store: where it goes.
        seed: the same makes the same.
        now: its end.
        wanted: how many turns; by default what comes of ``A_DAY``.
        tickets: how many are opened.
    """
    dice = Random(seed)
    base = load(SHIPPED)
    traffic = Traffic(base, dice, questions(SHIPPED))
    await open_tickets(store, base, dice, now, tickets)
    if wanted:
        traffic.a_day = wanted / (DAYS * TURNS_OF_TALK)
    rows = traffic.turns(now)[-(wanted or 0) :]
    said = traffic.said(rows)
    for table, made in ((turns, rows), (feedback, said)):
        for part in (made[first : first + 5_000] for first in range(0, len(made), 5_000)):
            await store.write(lambda c, t=table, p=part: c.execute(insert(t), p))  # type: ignore[misc]
    await refresh_episodes(store, now + timedelta(days=1))
    await draw_audits(store, 20, now)

    async def judge(connection: Any) -> None:  # noqa: ANN401 - a connection
        audits = Audits(connection)
        for question in await audits.to_judge(10_000):
            if dice.random() < JUDGED:
                verdict = "wrong" if dice.random() < WRONG[question.kind] else "right"
                label = Label(question.turn, "account:1", AUDIT, verdict)  # type: ignore[arg-type]
                await audits.put_label(label, question.at + timedelta(days=2))

    await store.write(judge)


async def open_tickets(
    store: Store, base: KnowledgeBase, dice: Random, now: datetime, wanted: int = TICKETS
) -> None:
    """Some tickets of the last weeks: most answered, some transferred, some waiting."""
    desks = sorted(base.desks)
    clock = [now]
    directory = StaffedDesks(base, {desk: Post(BUREAU, desk) for desk in desks})
    casework = Casework(directory, clock=lambda: clock[0])
    deliveries = Deliveries(store, {})
    texts = questions(SHIPPED)
    span = timedelta(days=15) if wanted <= TICKETS else timedelta(days=DAYS)

    async def open_one(transaction: Transaction, number: int) -> None:
        clock[0] = now - span * (wanted - number) / wanted
        desk, text = dice.choice(desks), dice.choice(texts)
        records = store.records(transaction, "web")
        incoming = Incoming("web", f"demo{number}", text)
        said = NewMessage("asker", text, origin="web", origin_id=str(number))
        draft = Draft(desk, "customer_request", (text,))
        done: Done | Refused | None = await casework.open(records, incoming, draft, said)
        if isinstance(done, Done) and dice.random() < 0.15:
            done = await casework.transfer(records, done.ticket, dice.choice(desks), None)
        if isinstance(done, Done) and dice.random() < 0.8:
            clock[0] += timedelta(hours=dice.choice([1, 3, 5, 20, 50]))
            told = NewMessage("desk", "Bonjour, voici ce qu’il faut faire.")
            done = await casework.answer(records, done.ticket, told)
        if isinstance(done, Done):
            await deliveries.put(transaction, done.deliveries)

    async def open_some(transaction: Transaction, first: int) -> None:
        for number in range(first, min(first + TOGETHER, wanted)):
            await open_one(transaction, number)

    for first in range(0, wanted, TOGETHER):
        await store.write(partial(open_some, first=first))


async def main(folder: Path, seed: int, wanted: int | None) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    key = load_key(folder, None)
    store = await Store.open(SqliteFile(folder / "aiguilleur.db"), key, Pseudonym(key))
    async with store:
        await fill(store, seed, datetime.now(UTC), wanted)
        password = secrets.token_urlsafe(12)
        await store.accounts.add(NAME, "admin", (), await Passwords().hash(password))
    print(f"DATA_DIR={folder} .venv/bin/aiguilleur run, then http://127.0.0.1:8080/bureau")
    print(f"name {NAME}, password {password}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--turns", type=int, help="how many messages, instead of a plain quarter")
    given = parser.parse_args()
    asyncio.run(main(given.folder, given.seed, given.turns))
