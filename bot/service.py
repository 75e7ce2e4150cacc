"""Wiring: the conversation with its store, and the terminal on it."""

from __future__ import annotations

import signal
import sys
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.brain import ThreadedBrain
from bot.conversation import Conversation
from bot.messages import Retention
from bot.models import served_model
from bot.pseudonym import Pseudonym, load_key
from bot.store.database import open_database
from bot.store.store import Store
from bot.terminal import Terminal

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from bot.messages import Incoming, Reply
    from bot.ports import Handler, Talker
    from bot.settings import Settings
    from bot.store.database import Database


@dataclass(frozen=True)
class Answering:
    """Whoever answers, with the store that is written to: a ``bot.ports.Handler``.

    Attributes:
        talker: gives whoever answers at this moment.
        store: where what a message leads to is written.
    """

    talker: Callable[[], Talker]
    store: Store

    async def handle(self, incoming: Incoming) -> Reply:
        """The reply to one message, command or button press; what it led to is stored."""
        talker = self.talker()
        prepared = await talker.prepare(incoming)
        return await self.store.write(
            lambda transaction: talker.respond(prepared, self.store.journal(transaction))
        )


def retention_of(settings: Settings) -> Retention:
    """The periods that people are told."""
    return Retention(settings.retention_text_days, settings.retention_turns_days)


def database_of(settings: Settings) -> Database:
    """The database that ``settings`` name."""
    return open_database(settings.database_url.get_secret_value(), settings.database)


async def open_store(settings: Settings) -> Store:
    """The store of ``settings``, created or migrated.

    Raises:
        StoreError: it cannot be used.
    """
    key = load_key(settings.data_dir, settings.pseudonym_key.get_secret_value() or None)
    keep_texts = settings.retention_text_days > 0
    return await Store.open(database_of(settings), key, Pseudonym(key), keep_texts=keep_texts)


@asynccontextmanager
async def conversation(settings: Settings) -> AsyncIterator[Handler]:
    """A conversation over the model and the store of ``settings``.

    Raises:
        ContentError, ArtifactError, StoreError: what it stands on is not in order.
    """
    brain = ThreadedBrain(served_model(settings))
    try:
        async with await open_store(settings) as store:
            talker = Conversation(brain, retention=retention_of(settings))
            yield Answering(lambda: talker, store)
    finally:
        brain.close()


async def talk(settings: Settings) -> None:
    """Talk in the terminal until its input ends."""
    async with conversation(settings) as handler:
        sys.stdin.reconfigure(errors="replace")  # type: ignore[union-attr]
        # Cancelling the task, as asyncio would, does not end a wait for input.
        signal.signal(signal.SIGINT, signal.default_int_handler)
        await Terminal(handler, sys.stdin, sys.stdout, interactive=sys.stdin.isatty()).run()


async def report_lines(settings: Settings) -> str:
    """The figures of the journal, as text."""
    from bot.reports import figures, render  # noqa: PLC0415 - its database library
    from kb.loader import load  # noqa: PLC0415 - serving reads the model's copy instead

    titles = {key: entry.title for key, entry in load(settings.kb_dir).entries.items()}
    return render(await figures(database_of(settings)), titles)
