"""A web chat behind which desks answer: the pages, a client, and the people on both sides."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.fakes.desk_talk import DeskTalk, desk_parts
from tests.fakes.web_service import Web, web_service

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    import httpx

    from tests.fakes.brain import Script


@dataclass
class DeskWeb:
    """A served chat with desks.

    Attributes:
        web: the client of the asker.
        desk: the people of the desk; its chat is that of the client once it is open.
    """

    web: Web
    desk: DeskTalk
    sent: int = 0

    async def open(self) -> str:
        """Open a conversation."""
        token = await self.web.open()
        self.desk.chat = self.web.chat
        return token

    async def says(self, **body: str) -> dict[str, Any]:
        """Send a message or a press; the answer's body."""
        self.sent += 1
        answer = await self.web.send(**{"id": f"m{self.sent}", **body})
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def opens_ticket(self, text: str = "mon vélo grince") -> dict[str, Any]:
        """Ask, and send the question to the desk; the answer with the receipt."""
        await self.says(text=text)
        await self.says(text="/humain")
        return await self.says(choice="t:send:0:")

    async def tracks(self, network: str = "192.0.2.1", **body: object) -> httpx.Response:
        """Ask the API of receipts, as somebody of a network."""
        headers = {"X-Forwarded-For": network}
        return await self.web.client.post("/api/suivi", json=body, headers=headers)


@asynccontextmanager
async def desk_web(
    where: Path | None = None,
    script: Script | None = None,
    **given: Any,  # noqa: ANN401 - as web_service takes them
) -> AsyncIterator[DeskWeb]:
    """Serve a chat whose workshop answers in it."""
    parts = desk_parts(script)
    async with web_service(parts.responder, where=where, casework=parts.casework, **given) as web:
        yield DeskWeb(web, DeskTalk(web.store, parts, chat=""))
