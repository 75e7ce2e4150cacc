"""The real channel against the fake server, with a conversation that follows a script."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Any

from bot.messages import Incoming, Paragraph, Reply
from bot.telegram import build_application, run_polling

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.fakes.bot_api import FakeBotApi


def say(*texts: str, buttons: tuple[Any, ...] = ()) -> Reply:
    """A reply of plain paragraphs."""
    return Reply(tuple(Paragraph(text) for text in texts), buttons)


class Scripted:
    """Answers by the script, else echoes.

    Attributes:
        heard: everything that was asked, in order.
        gates: chats whose answers wait until their event is set.
    """

    def __init__(self, script: dict[str, Reply | Exception] | None = None) -> None:
        self.script = script or {}
        self.heard: list[Incoming] = []
        self.gates: dict[str, asyncio.Event] = {}

    async def handle(self, incoming: Incoming) -> Reply:
        """The reply that the script has for the text or the choice."""
        self.heard.append(incoming)
        if incoming.chat in self.gates:
            await self.gates[incoming.chat].wait()
        asked = incoming.choice or incoming.text
        reply = self.script.get(asked, say(f"Reçu : {asked}"))
        if isinstance(reply, Exception):
            raise reply
        return reply


@contextlib.asynccontextmanager
async def serving(
    api: FakeBotApi, conversation: Scripted, typing_after: float = 60.0
) -> AsyncIterator[None]:
    """The service while the block runs; it stops in good order at the end."""
    application = build_application(
        api.token, conversation, base_url=api.base_url, typing_after=typing_after
    )
    stop = asyncio.Event()
    service = asyncio.create_task(run_polling(application, stop))
    try:
        yield
    finally:
        stop.set()
        await service
