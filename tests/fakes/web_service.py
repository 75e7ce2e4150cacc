"""The web channel on a free port, with whoever answers behind it, and a client that talks to it."""

from __future__ import annotations

import socket
import tempfile
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import httpx

from bot.channels.answering import Answerer
from bot.channels.web import (
    CHANNEL,
    BureauParts,
    Exchange,
    WebOptions,
    build_web,
    carry_late_replies,
    serve_app,
)
from bot.conversation.conversation import Conversation
from bot.conversation.messages import Delivery, Outcome, Paragraph, Recipient, Reply
from bot.conversation.turns import Prepared
from bot.escalation.casework import Casework
from bot.escalation.desks import BUREAU, StaffedDesks
from bot.escalation.ports import Post
from bot.ops.health import Health
from bot.ops.metrics import Metrics
from bot.ops.setting_types import Listen
from bot.ops.settings import Settings
from bot.service.proposals.office import Office
from tests.fakes.brain import PlainBrain
from tests.fakes.open_store import open_store
from tests.fakes.small_base import BIKE, ScriptedDecider, answering, small_base

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Mapping
    from datetime import datetime

    from bot.conversation.messages import Button, Incoming
    from bot.conversation.ports import Journal, Responder
    from bot.store.audits import Promised
    from bot.store.database.database import Database
    from bot.store.deliveries import Deliveries
    from bot.store.store import Store
    from classifier.decision import Target
    from kb.entries import KnowledgeBase

KEY = b"a key that signs"
SOURCE = "telegram:1"
"""By which desks are written to, where some answer."""

TARGETS: Mapping[Promised, float] = {"answer": 0.075, "route": 0.4, "decline": 0.2}


def free_listen() -> Listen:
    """An address of this machine that nobody holds."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return Listen("127.0.0.1", probe.getsockname()[1])


class Parrot:
    """A ``Responder`` that repeats what it hears; it breaks when ``broken``.

    Attributes:
        heard: all that was asked, in order; what is tried again is heard again.
        served: the knowledge base that the pages show.
    """

    def __init__(
        self, *, broken: Exception | None = None, buttons: tuple[Button, ...] = ()
    ) -> None:
        self.heard: list[Incoming] = []
        self.broken = broken
        self.buttons = buttons
        self.served = small_base()

    @property
    def base(self) -> KnowledgeBase:
        return self.served

    @property
    def brain(self) -> PlainBrain:
        return PlainBrain(self.base, ScriptedDecider(answering(BIKE)))

    async def prepare(self, incoming: Incoming) -> Prepared:
        """Hear it."""
        self.heard.append(incoming)
        if self.broken:
            raise self.broken
        return Prepared(incoming)

    async def respond(self, prepared: Prepared, journal: Journal) -> Outcome:  # noqa: ARG002 - nothing to remember
        """Repeat it."""
        said = prepared.incoming.text or prepared.incoming.choice
        return Outcome(Reply((Paragraph("Reçu", strong=True), Paragraph(said)), self.buttons))

    def note_recorded(self, prepared: Prepared) -> None:
        """Nothing is counted."""


def talking(*targets: Target) -> Conversation:
    """A real conversation over bicycles that always finds the same."""
    return Conversation(PlainBrain(small_base(), ScriptedDecider(answering(*targets))))


@dataclass
class Web:
    """A served application, its store, and a client."""

    url: str
    client: httpx.AsyncClient
    health: Health
    metrics: Metrics
    answerer: Answerer
    token: str = ""

    @property
    def store(self) -> Store:
        """Where everything is written."""
        return self.answerer.store

    async def open(self) -> str:
        """Open a conversation and go on in it."""
        answer = await self.client.post("/api/sessions")
        assert answer.status_code == 200, answer.text
        self.token = str(answer.json()["session"])
        return self.token

    @property
    def chat(self) -> str:
        """The channel's own id of the conversation."""
        return self.token.partition(".")[0]

    async def send(self, **body: str) -> httpx.Response:
        """Post a message in the conversation."""
        headers = {"Authorization": f"Bearer {self.token}"}
        return await self.client.post("/api/messages", json={"id": "m", **body}, headers=headers)

    async def read(self, after: int | str | None = None) -> httpx.Response:
        """Read the conversation, or what was said after a message."""
        headers = {"Authorization": f"Bearer {self.token}"}
        asked = {} if after is None else {"after": after}
        return await self.client.get("/api/messages", params=asked, headers=headers, timeout=30)

    async def deliver(self, text: str, chat: str = "", not_before: datetime | None = None) -> None:
        """Have something sent to the conversation, or to another, that nobody asked for."""
        reply = Reply((Paragraph(text),))
        delivery = Delivery(Recipient(CHANNEL, chat or self.chat), reply, not_before)
        await self.store.write(lambda c: self.answerer.deliveries.put(c, [delivery]))


def bureau_parts(
    store: Store, base: Callable[[], KnowledgeBase], deliveries: Deliveries
) -> BureauParts:
    """What the bureau works with, all of whose desks answer there."""

    def casework() -> Casework:
        return Casework(StaffedDesks(base(), {d: Post(BUREAU, d) for d in base().desks}))

    office = Office(store, Settings(data_dir=Path(tempfile.gettempdir()) / "unused"))
    return BureauParts(store, base, TARGETS, lambda: "m", casework, deliveries, proposals=office)


@asynccontextmanager
async def web_service(
    responder: Responder,
    health: Health | None = None,
    *,
    where: Path | Database | None = None,
    chat_rate: int = 30,
    hosts: tuple[str, ...] = (),
    embed_origins: tuple[str, ...] = (),
    metrics_token: str = "",
    casework: Casework | None = None,
) -> AsyncIterator[Web]:
    """Serve ``responder`` on a free port for as long as the block lasts."""
    listen = free_listen()
    options = WebOptions(listen, KEY, hosts, embed_origins, chat_rate, metrics_token)
    url, health, metrics = f"http://127.0.0.1:{listen.port}", health or Health({}), Metrics()
    with tempfile.TemporaryDirectory() as folder:
        async with await open_store(where or Path(folder) / "aiguilleur.db") as store:
            desks = {"telegram": SOURCE} if casework else {}
            answerer = Answerer(lambda: responder, store, {CHANNEL: CHANNEL, **desks})
            exchange = Exchange(answerer, (lambda: casework) if casework else None)
            parts = bureau_parts(store, exchange.base, answerer.deliveries)
            app = build_web(exchange, health, metrics, options, parts)
            async with (
                serve_app(app, listen),
                carry_late_replies(exchange),
                httpx.AsyncClient(base_url=url, timeout=30) as client,
            ):
                yield Web(url, client, health, metrics, answerer)
