"""What the scripts on proposals share: a copy of a knowledge base with its model, and messages."""

from __future__ import annotations

import os
import shutil
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import numpy as np
from sqlalchemy import insert

from bot.ops.settings import Settings, load_settings
from bot.service.proposals.office import Office
from bot.service.proposals.runner import Runner
from bot.service.served_model import load_or_train_model
from bot.store.opening import open_store
from bot.store.staff_tables import labels
from bot.store.tables import turns
from classifier.evaluation.typing_noise import add_typing_error
from kb.loader import load
from tests.acceptance.harness import SMALL

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator, Sequence

    from bot.store.proposals import Proposal
    from bot.store.store import Store

TOGETHER = 2_000
"""Rows written at once."""

ERRORS = 3
"""Typing errors in a message: it is then none of the questions that taught the model."""


@dataclass(frozen=True, slots=True)
class Room:
    """A folder to work in.

    Attributes:
        settings: of a copy of a knowledge base, with its trained model.
        store: an empty journal, or what was put into it.
        office, runner: what works on proposals.
    """

    settings: Settings
    store: Store
    office: Office
    runner: Runner

    async def checked(self, number: int, *, quick: bool = True) -> Proposal:
        """The proposal once it was checked."""
        await self.office.start_check(number, quick=quick)
        self.office.wanted.clear()
        found = await self.runner.check(number)
        assert found is not None
        return found


@contextmanager
def prepared(kb: Path) -> Iterator[Settings]:
    """Settings of a copy of ``kb`` in a folder of its own; its model is trained when there is none.

    Models that ``DATA_DIR`` holds are lent. Child processes find the same in their environment.
    """
    lent = load_settings().data_dir
    with TemporaryDirectory() as folder:
        place = Path(folder)
        copy = Path(shutil.copytree(kb, place / "kb"))
        for name in ("models", "training"):
            if (lent / name).is_dir():
                shutil.copytree(lent / name, place / "data" / name, copy_function=os.link)
        os.environ.update(DATA_DIR=str(place / "data"), KB_DIR=str(copy))
        if kb == SMALL:
            os.environ["LOKY_MAX_CPU_COUNT"] = "1"  # it is trained before other processes are there
        settings = Settings(kb_dir=copy, data_dir=place / "data")
        load_or_train_model(settings)
        yield settings


@asynccontextmanager
async def room(kb: Path) -> AsyncIterator[Room]:
    """A room over a copy of ``kb``."""
    with prepared(kb) as settings:
        async with await open_store(settings) as store:
            office = Office(store, settings)
            yield Room(settings, store, office, Runner(store, settings, office))


def damaged(kb: Path, number: int, seed: int) -> list[tuple[str, str]]:
    """So many messages as (what is right, text): questions of entries with typing errors."""
    dice = np.random.default_rng(seed)
    asked = [
        (f"entry:{key}", question.text)
        for key, entry in load(kb).published.items()
        for question in entry.questions
    ]
    drawn = [asked[int(n)] for n in dice.integers(len(asked), size=number)]
    return [(right, _damage(text, dice)) for right, text in drawn]


def _damage(text: str, dice: np.random.Generator) -> str:
    for _ in range(ERRORS):
        text = add_typing_error(text, dice)
    return text


async def put_messages(store: Store, asked: Sequence[tuple[str, str]], *, judged: bool) -> None:
    """Write messages of the last days into a journal, each with an editor's label if judged."""
    now = datetime.now(UTC)
    for start in range(0, len(asked), TOGETHER):
        part = asked[start : start + TOGETHER]
        rows = [_row(start + n, text, now) for n, (_, text) in enumerate(part, 1)]
        await store.write(lambda c, rows=rows: c.execute(insert(turns), rows))  # type: ignore[misc]
        if judged:
            said = {"by": "account:1", "origin": "audit", "verdict": "wrong", "at": now}
            told = [
                {"turn_id": start + n, "target": right, **said}
                for n, (right, _) in enumerate(part, 1)
            ]
            await store.write(lambda c, told=told: c.execute(insert(labels), told))  # type: ignore[misc]


def _row(number: int, text: str, now: datetime) -> dict[str, object]:
    at = now - timedelta(minutes=number % 30_000)
    decided = {"action": "unanswered", "confidence": 0.5, "candidates": [], "model": "m"}
    asked = {"id": number, "at": at, "channel": "web", "chat": f"{number % 997:016x}"}
    return {**asked, **decided, "text": text, "kind": "text", "latency_ms": 1.0, "shown": {}}
