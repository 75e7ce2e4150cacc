"""What the acceptance scripts share: options, the stage they play on, and the lines they print."""

from __future__ import annotations

import argparse
import asyncio
import signal
import sys
import tempfile
import time
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any, TypeAlias

import frontmatter

from tests.fakes.bot_api import FakeBotApi
from tests.fakes.databases import Database, Postgres, SqliteFile
from tests.fakes.service_process import ROOT, ServiceProcess

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Coroutine, Iterable, Mapping, Sequence

    from tests.fakes.bot_api_rules import Sent

Part: TypeAlias = "Callable[[Run], Coroutine[Any, Any, None]]"
SMALL = ROOT / "tests" / "content"
SHIPPED = ROOT / "kb" / "content"


@dataclass
class Run:
    """One run of a script: its options, its dice, and what it found.

    Attributes:
        met: whether every criterion was met so far.
    """

    seed: int = 1
    database: str = "sqlite"
    mode: str = "polling"
    short: bool = False
    small: bool = False
    only: str = ""
    met: bool = True
    dice: Random = field(init=False)

    def __post_init__(self) -> None:
        self.dice = Random(self.seed)

    @property
    def kb(self) -> Path:
        """The knowledge base that is served."""
        return SMALL if self.small else SHIPPED

    def check(self, name: str, figure: object, bar: str, *, met: bool) -> None:
        """Print one criterion."""
        self.met = self.met and met
        print(f"{name:<58} {figure!s:<26} {bar:<24} {'OK' if met else 'NOT MET'}", flush=True)

    def at_most(self, name: str, figure: float, most: float, unit: str = "") -> None:
        """A figure that must not be above ``most``."""
        self.check(name, f"{figure:.4g}{unit}", f"<= {most:g}{unit}", met=figure <= most)

    def exactly(self, name: str, figure: object, wanted: object) -> None:
        """A figure that must be ``wanted``."""
        self.check(name, figure, f"= {wanted}", met=figure == wanted)

    def wants(self, part: str) -> bool:
        """Whether a part of the script was asked for; prints its title."""
        wanted = not self.only or part in self.only.split(",")
        if wanted:
            print(f"-- {part} ({self.database}, {self.mode}, seed {self.seed})", flush=True)
        return wanted


async def play_parts(run: Run, parts: Mapping[str, Part]) -> None:
    """Those that were asked for, in order."""
    for name, part in parts.items():
        if run.wants(name):
            await part(run)


def play(script: Part, doc: str | None) -> None:
    """Read the options, run the script, exit 1 when a criterion was not met."""
    parser = argparse.ArgumentParser(description=doc)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--mode", choices=("polling", "webhook"), default="polling")
    parser.add_argument(
        "--short", action="store_true", help="a tenth of the load, for a first look"
    )
    parser.add_argument("--small", action="store_true", help="the tests' small knowledge base")
    parser.add_argument("--only", default="", help="parts of the script, separated by commas")
    run = Run(**vars(parser.parse_args()))
    # Asked to end, the script takes its processes with it, as after Ctrl-C.
    signal.signal(signal.SIGTERM, signal.getsignal(signal.SIGINT))
    asyncio.run(script(run))
    sys.exit(0 if run.met else 1)


@dataclass
class Stage:
    """A Bot API server, the service that talks to it, and the database that it writes."""

    run: Run
    api: FakeBotApi
    service: ServiceProcess
    database: Database
    folder: Path

    async def turns(self) -> list[tuple[int | None, str]]:
        """Update ids and actions of the journal's rows, one a message.

        A message's second question has a row of its own, under the complement of the number.
        """
        rows = await self.database.rows(
            "SELECT update_id, action FROM turns WHERE update_id IS NULL OR update_id >= 0 "
            "ORDER BY id"
        )
        return [(row[0], row[1]) for row in rows]

    async def replied(self, chats: Iterable[int], patience: float) -> bool:
        """Wait until every chat got something; whether they did in time."""
        left = set(chats)

        def done() -> bool:
            left.difference_update([chat for chat in left if self.api.chats.of(chat)])
            return not left

        return await waited(done, patience)

    async def calm(self, seconds: float = 1.5, patience: float = 60.0) -> bool:
        """Wait until nothing was sent for a while."""

        def still() -> bool:
            sent = self.api.messages
            return time.monotonic() - (sent[-1].at if sent else 0.0) > seconds

        return await waited(still, patience)


async def waited(holds: Callable[[], bool], patience: float) -> bool:
    """Look again and again; whether it held in time."""
    end = time.monotonic() + patience
    while time.monotonic() < end:
        if holds():
            return True
        await asyncio.sleep(0.05)
    return holds()


@asynccontextmanager
async def stage(run: Run, kb: Path | None = None, **settings: str) -> AsyncIterator[Stage]:
    """Everything but the service's start; all of it is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="aiguilleur-") as name:
        folder = Path(name)
        database = (
            Postgres(folder / "pg")
            if run.database == "postgresql"
            else SqliteFile(folder / "data" / "aiguilleur.db")
        )
        given = {"KB_DIR": str(kb or run.kb), "DATABASE_URL": database.url, **settings}
        api = FakeBotApi()
        await api.start()
        service = ServiceProcess(api, folder, run.mode, **given)
        try:
            yield Stage(run, api, service, database, folder)
        finally:
            await service.close()
            await api.stop()
            database.close()


def questions(kb: Path) -> list[str]:
    """What people ask, as the knowledge base has it, in a fixed order."""
    found: list[str] = []
    for path in sorted((kb / "faq").rglob("*.md")):
        asked: Any = frontmatter.load(str(path)).metadata.get("questions", [])
        manners = asked.values() if isinstance(asked, dict) else [asked]
        found += [text for manner in manners for text in manner]
    return found


async def ask_over(
    stage: Stage, chats: Sequence[int], seconds: float, texts: Sequence[str] = ()
) -> None:
    """One question from each chat, spread evenly."""
    texts = texts or questions(stage.run.kb)
    begun = time.monotonic()
    for number, chat in enumerate(chats):
        await asyncio.sleep(begun + seconds * number / len(chats) - time.monotonic())
        stage.api.user_says(chat, texts[number % len(texts)])


def copies(messages: Iterable[Sent]) -> int:
    """How many messages were sent again, word for word, to the same chat."""
    shown = [(sent.chat, sent.text) for sent in messages]
    return len(shown) - len(set(shown))


def percentile(values: Iterable[float], share: float) -> float:
    """The value that ``share`` of the values do not exceed; infinite when there is none."""
    ordered = sorted(values)
    if not ordered:
        return float("inf")
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def latencies(api: FakeBotApi) -> list[float]:
    """Seconds from each question to the answer of the same rank in its chat."""
    asked: dict[int, list[float]] = {}
    for question in api.asked:
        asked.setdefault(question.chat, []).append(question.at)
    return [
        sent.at - at
        for chat, times in asked.items()
        for at, sent in zip(times, api.chats.of(chat), strict=False)
    ]
