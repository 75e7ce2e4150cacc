"""Both ends of the Bot API server, without a library in between: a caller and a webhook."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

from tests.fakes.tiny_client import TinyClient
from tests.fakes.tiny_http import Answer, TinyHttp

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.fakes.bot_api import FakeBotApi


class Calls:
    """Calls without a library in between: the answer as it comes."""

    def __init__(self, api: FakeBotApi) -> None:
        self.api = api
        self.client = TinyClient()

    async def __call__(self, method: str, **form: object) -> dict[str, Any]:
        url = f"{self.api.base_url}{self.api.token}/{method}"
        received = await self.client.post(url, json.dumps(form).encode())
        return dict(json.loads(received.body))


class Hook(TinyHttp):
    """A webhook that answers by a script, then 200."""

    def __init__(self, *statuses: int) -> None:
        super().__init__(self._take)
        self.script = list(statuses)
        self.taken: list[int] = []
        self.gates: dict[int, asyncio.Event] = {}

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook"

    async def _take(self, _: str, form: dict[str, str]) -> Answer | None:
        chat = json.loads(form["message"])["chat"]["id"]
        if chat in self.gates:
            await self.gates[chat].wait()
        if self.script and (status := self.script.pop(0)) != 200:
            return Answer(status) if status else None
        self.taken.append(int(form["update_id"]))
        return Answer(200)


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(15):
        while not holds():  # noqa: ASYNC110 - the webhook has no event
            await asyncio.sleep(0.01)
