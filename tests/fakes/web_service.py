"""The web channel on a free port, with whoever answers behind it, and a client that talks to it."""

from __future__ import annotations

import socket
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import httpx

from bot.channels.web import WebOptions, build_web, serve_app
from bot.conversation.conversation import Conversation
from bot.conversation.messages import Button, Paragraph, Reply
from bot.ops.health import Health
from bot.ops.metrics import Metrics
from bot.ops.setting_types import Listen
from tests.fakes.brain import PlainBrain
from tests.fakes.memory_journal import MemoryJournal
from tests.fakes.small_base import small_base

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from bot.conversation.messages import Incoming
    from bot.conversation.ports import Handler
    from kb.entries import KnowledgeBase
    from tests.fakes.brain import Script

KEY = b"a key that signs"


def free_listen() -> Listen:
    """An address of this machine that nobody holds."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return Listen("127.0.0.1", probe.getsockname()[1])


@dataclass
class Parrot:
    """Repeats what it hears; breaks when ``broken``."""

    heard: list[Incoming] = field(default_factory=list)
    broken: Exception | None = None
    buttons: tuple[Button, ...] = ()

    async def handle(self, incoming: Incoming) -> Reply:
        """Repeat it."""
        self.heard.append(incoming)
        if self.broken:
            raise self.broken
        said = incoming.text or incoming.choice
        return Reply((Paragraph("Reçu", strong=True), Paragraph(said)), self.buttons)


class Talking:
    """A real conversation over bicycles, whose thinking is scripted; remembers in memory."""

    def __init__(self, decider: Script) -> None:
        self.journal = MemoryJournal()
        self.conversation = Conversation(PlainBrain(small_base(), decider))

    async def handle(self, incoming: Incoming) -> Reply:
        """The reply to one message, command or button press."""
        return await self.conversation.handle(incoming, self.journal)


@dataclass
class Web:
    """A served application and a client."""

    url: str
    client: httpx.AsyncClient
    health: Health
    metrics: Metrics
    token: str = ""

    async def open(self) -> str:
        """Open a conversation and go on in it."""
        answer = await self.client.post("/api/sessions")
        assert answer.status_code == 200, answer.text
        self.token = str(answer.json()["session"])
        return self.token

    async def send(self, **body: str) -> httpx.Response:
        """Post a message in the conversation."""
        headers = {"Authorization": f"Bearer {self.token}"}
        return await self.client.post("/api/messages", json={"id": "m", **body}, headers=headers)


@asynccontextmanager
async def web_service(
    handler: Handler,
    health: Health | None = None,
    *,
    chat_rate: int = 30,
    hosts: tuple[str, ...] = (),
    embed_origins: tuple[str, ...] = (),
    metrics_token: str = "",
    base: Callable[[], KnowledgeBase] | None = None,
) -> AsyncIterator[Web]:
    """Serve ``handler`` on a free port for as long as the block lasts."""
    listen = free_listen()
    options = WebOptions(listen, KEY, hosts, embed_origins, chat_rate, metrics_token)
    web = Web(
        f"http://127.0.0.1:{listen.port}", httpx.AsyncClient(), health or Health({}), Metrics()
    )
    app = build_web(handler, web.health, web.metrics, base or small_base, options)
    async with serve_app(app, listen), httpx.AsyncClient(base_url=web.url) as web.client:
        yield web
