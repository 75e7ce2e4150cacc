"""The real channel against the fake server, with a conversation that follows a script."""

from __future__ import annotations

import asyncio
import contextlib
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.channels.answering import Answerer
from bot.channels.telegram import Options, TelegramService, source_of
from bot.conversation import replies
from bot.conversation.messages import Incoming, Outcome, Paragraph, Reply
from bot.conversation.turns import TEXT, Prepared
from bot.ops.metrics import Metrics
from tests.fakes.bot_api import LONGEST
from tests.fakes.brain import PlainBrain
from tests.fakes.open_store import open_store
from tests.fakes.small_base import BIKE, FARE, ScriptedDecider, answering, small_base

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from bot.conversation.ports import Journal, Responder
    from bot.store.database.database import Database
    from tests.fakes.bot_api import FakeBotApi


def say(*texts: str, buttons: tuple[Any, ...] = ()) -> Reply:
    """A reply of plain paragraphs."""
    return Reply(tuple(Paragraph(text) for text in texts), buttons)


class Scripted:
    """Answers by the script, else echoes.

    Attributes:
        heard: everything that was asked, in order; what is worked on again is heard again.
        recorded: what was learnt to be stored, in order.
        gates: chats whose answers wait until their event is set.
    """

    def __init__(self, script: dict[str, Reply | Exception] | None = None) -> None:
        self.script = script or {}
        self.heard: list[Incoming] = []
        self.recorded: list[Incoming] = []
        self.gates: dict[str, asyncio.Event] = {}
        self.base = small_base()
        self.brain = PlainBrain(self.base, ScriptedDecider(answering(BIKE, FARE)))

    async def prepare(self, incoming: Incoming) -> Prepared:
        """Hear it, and wait at the gate."""
        self.heard.append(incoming)
        if incoming.chat in self.gates:
            await self.gates[incoming.chat].wait()
        return Prepared(incoming)

    async def respond(self, prepared: Prepared, journal: Journal) -> Outcome:  # noqa: ARG002 - nothing to remember
        """The reply that the script has for the text or the choice."""
        if prepared.incoming.kind != TEXT:
            return Outcome(replies.text_only())
        asked = prepared.incoming.choice or prepared.incoming.text
        reply = self.script.get(asked, say(f"Reçu : {asked}"))
        if isinstance(reply, Exception):
            raise reply
        return Outcome(reply)

    def note_recorded(self, prepared: Prepared) -> None:
        """Remember it."""
        self.recorded.append(prepared.incoming)


class Counted(Metrics):
    """The figures of a service, which are also kept in order.

    Attributes:
        kinds: of the updates that came in, and ``capped`` for what was too much.
        outcomes: of the tries to send.
    """

    def __init__(self) -> None:
        super().__init__()
        self.kinds: list[str] = []
        self.outcomes: list[str] = []

    def count_update(self, kind: str) -> None:
        super().count_update(kind)
        self.kinds.append(kind)

    def count_send(self, outcome: str, seconds: float | None) -> None:
        super().count_send(outcome, seconds)
        self.outcomes.append(outcome)

    def count_capped(self) -> None:
        super().count_capped()
        self.kinds.append("capped")


@dataclass
class Running:
    """A service at work.

    Attributes:
        service: itself.
        answerer: answers, and has things sent.
        stop: set it to have the service stop.
        task: ends with it.
        figures: what it has counted.
    """

    service: TelegramService
    answerer: Answerer
    stop: asyncio.Event
    task: asyncio.Task[None]
    figures: Counted

    async def ended(self) -> None:
        """Wait until it has ended by itself, and raise what it raised."""
        await asyncio.shield(self.task)


async def soon(holds: Callable[[], object], seconds: float = LONGEST) -> None:
    """Wait for something that announces itself to nobody, such as a line in a log."""
    async with asyncio.timeout(seconds):
        while not holds():  # noqa: ASYNC110 - there is no event to wait for
            await asyncio.sleep(0.01)


async def nothing_new() -> Reply:
    """What a reload says that is not asked for."""
    return say("rechargé")


@contextlib.asynccontextmanager
async def serving(
    api: FakeBotApi,
    conversation: Responder,
    where: Path | Database | None = None,
    reload: Callable[[], Awaitable[Reply]] = nothing_new,
    **options: Any,  # noqa: ANN401 - as Options takes them
) -> AsyncIterator[Running]:
    """The service while the block runs; it stops in good order at the end."""
    casework = options.pop("casework", None)
    wanted = {"token": api.token, "send_rate": 0, "chat_rate": 10_000, **options}
    with tempfile.TemporaryDirectory() as folder:
        async with await open_store(where or Path(folder) / "aiguilleur.db") as store:
            await store.take_over()
            figures, stop = Counted(), asyncio.Event()
            sources = {"telegram": source_of(api.token)}
            answerer = Answerer(lambda: conversation, store, sources)
            made = Options(base_url=api.base_url, **wanted)
            service = TelegramService(made, answerer, figures, reload, casework)
            running = asyncio.create_task(service.run(stop))
            try:
                yield Running(service, answerer, stop, running, figures)
            finally:
                stop.set()
                await running
