"""Bringing updates to a webhook as Telegram does: at least once, in order inside a chat."""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
import time
from collections import deque
from typing import Any
from urllib.parse import urlsplit

from tests.fakes.bot_api_rules import bad_request
from tests.fakes.tiny_client import Received, TinyClient

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"
_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
_CONNECTIONS = range(1, 101)
_LONGEST_RETRY_AFTER = 3600.0


class WebhookSender:
    """One queue a chat; a failing update holds up its own chat alone.

    Args:
        first_wait: seconds before the second retry (the first comes at once); they double.
        longest_wait: up to here; Telegram goes up to a minute or two.
        patience: seconds that an answer may take.

    Attributes:
        url: where to; empty: no webhook is set.
        deliveries: how many posts were made; ``failures`` of them were not taken.
        astray: whether the network between here and there is broken.
    """

    def __init__(
        self, first_wait: float = 1.0, longest_wait: float = 4.0, patience: float = 60.0
    ) -> None:
        self.first_wait = first_wait
        self.longest_wait = longest_wait
        self.patience = patience
        self.url = ""
        self.deliveries = 0
        self.astray = False
        self.failures = 0
        self.statuses: dict[int, int] = {}
        self._secret = ""
        self._error: tuple[int, str] | None = None
        self._queues: dict[int, deque[dict[str, Any]]] = {}
        self._couriers: dict[int, asyncio.Task[None]] = {}
        self._lines = asyncio.Semaphore(40)
        self._connections = 40
        self._client = TinyClient()

    async def set(self, form: dict[str, str]) -> list[dict[str, Any]]:
        """Bring to this address from now on; what waited for another one comes back.

        Raises:
            Refusal: the address, the secret or the number of connections is not one.
        """
        parts = urlsplit(form["url"])
        local = parts.scheme == "http" and parts.hostname in {"127.0.0.1", "localhost"}
        if not parts.hostname or not (local or parts.scheme == "https"):
            raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
        secret = form.get("secret_token", "")
        if secret and not _SECRET.fullmatch(secret):
            raise bad_request("secret token contains unallowed characters")
        connections = int(form.get("max_connections") or 40)
        if connections not in _CONNECTIONS:
            raise bad_request("max_connections must be between 1 and 100")
        if (self.url, self._secret, self._connections) == (form["url"], secret, connections):
            return []
        kept = await self.clear()
        self.url, self._secret, self._connections = form["url"], secret, connections
        self._lines = asyncio.Semaphore(connections)
        return kept

    async def clear(self) -> list[dict[str, Any]]:
        """Bring nothing any more; what was not brought comes back."""
        couriers = list(self._couriers.values())
        for courier in couriers:
            courier.cancel()
        if couriers:
            await asyncio.wait(couriers)
        kept = [update for queue in self._queues.values() for update in queue]
        self.url, self._error = "", None
        self._queues.clear()
        self._couriers.clear()
        self._client.close()
        return sorted(kept, key=lambda update: int(update["update_id"]))

    def add(self, queue: int, update: dict[str, Any]) -> None:
        """Bring an update after those of the same chat."""
        self._queues.setdefault(queue, deque()).append(update)
        if queue not in self._couriers:
            self._couriers[queue] = asyncio.create_task(self._carry(queue))

    def pending(self) -> int:
        """How many updates were not taken yet."""
        return sum(map(len, self._queues.values()))

    def info(self) -> dict[str, Any]:
        """A ``WebhookInfo`` object, but for the allowed updates."""
        info: dict[str, Any] = {
            "url": self.url,
            "has_custom_certificate": False,
            "pending_update_count": self.pending(),
        }
        if self.url:
            info |= {"max_connections": self._connections, "ip_address": "127.0.0.1"}
        if self._error:
            info |= {"last_error_date": self._error[0], "last_error_message": self._error[1]}
        return info

    async def _carry(self, queue: int) -> None:
        waiting = self._queues[queue]
        while waiting:
            await self._bring(waiting[0])
            waiting.popleft()
        del self._queues[queue], self._couriers[queue]

    async def _bring(self, update: dict[str, Any]) -> None:
        body = json.dumps(update).encode()
        wait = 0.0
        while (asked := await self._try(body)) is not None:
            await asyncio.sleep(max(wait, asked))
            wait = min(wait * 2 or self.first_wait, self.longest_wait)

    async def _try(self, body: bytes) -> float | None:
        """None when it was taken, else the seconds that the bot asks for."""
        headers = {SECRET_HEADER: self._secret} if self._secret else {}
        async with self._lines:
            self.deliveries += 1
            if self.astray:
                return self._failed("Connection timed out")
            try:
                async with asyncio.timeout(self.patience):
                    received = await self._client.post(self.url, body, headers)
            except TimeoutError:
                return self._failed("Read timeout expired")
            except OSError as error:
                refused = isinstance(error, ConnectionRefusedError)
                return self._failed("Connection refused" if refused else "Connection reset")
        self.statuses[received.status] = self.statuses.get(received.status, 0) + 1
        if received.status // 100 == 2:
            return None
        return self._failed(f"Wrong response from the webhook: {received.status}", received)

    def _failed(self, reason: str, received: Received | None = None) -> float:
        self.failures += 1
        self._error = int(time.time()), reason
        asked = 0.0
        with contextlib.suppress(ValueError):
            asked = float(received.headers.get("retry-after", "0")) if received else 0.0
        return min(max(asked, 0.0), _LONGEST_RETRY_AFTER)
