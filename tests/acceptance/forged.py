"""Posts to a webhook that do not come from Telegram."""

from __future__ import annotations

import asyncio
import json
import time
from collections import Counter
from typing import TYPE_CHECKING

from tests.fakes.bot_api_webhook import SECRET_HEADER
from tests.fakes.service_process import SECRET
from tests.fakes.tiny_client import TinyClient

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

_CONNECTIONS = 20
_BIG = (1 << 20) + 1


def update(number: int = 0) -> bytes:
    """A message that would be answered if it were believed."""
    person = {"id": 666, "is_bot": False, "first_name": "Faux"}
    message = {
        "message_id": number,
        "date": 1,
        "chat": {"id": 666, "type": "private"},
        "from": person,
        "text": "Je viens d’ailleurs",
    }
    return json.dumps({"update_id": 900_000_000 + number, "message": message}).encode()


async def _post(url: str, headers: dict[str, str], body: bytes = b"", method: str = "POST") -> int:
    client = TinyClient()
    try:
        return (await client.post(url, body or update(), headers, method=method)).status
    except ConnectionError:
        return 499  # cut: not taken
    finally:
        client.close()


def _with(secret: str) -> Callable[[str], Awaitable[int]]:
    return lambda url: _post(url, {SECRET_HEADER: secret})


FORGERIES: dict[str, Callable[[str], Awaitable[int]]] = {
    "no secret": lambda url: _post(url, {}),
    "a wrong secret": _with("x" * len(SECRET)),
    "a prefix of the secret": _with(SECRET[:-1]),
    "an empty header": _with(""),
    "the secret in the query": lambda url: _post(f"{url}?secret_token={SECRET}", {}),
    "GET": lambda url: _post(url, {SECRET_HEADER: SECRET}, method="GET"),
    "another content type": lambda url: _post(
        url, {SECRET_HEADER: SECRET, "Content-Type": "text/plain"}
    ),
    "more than a megabyte": lambda url: _post(url, {SECRET_HEADER: SECRET}, b" " * _BIG),
}
"""What must be refused; each returns the status."""


async def forge_for(url: str, seconds: float, rate: float) -> Counter[int]:
    """Post without the secret, ``rate`` times a second; returns the statuses."""
    statuses: Counter[int] = Counter()
    end = time.monotonic() + seconds
    client = TinyClient()

    async def post_on(number: int) -> None:
        due = time.monotonic()
        while (due := due + _CONNECTIONS / rate) < end:
            await asyncio.sleep(due - time.monotonic())
            try:
                statuses[(await client.post(url, update(number))).status] += 1
            except ConnectionError:
                statuses[0] += 1

    await asyncio.gather(*(post_on(number) for number in range(_CONNECTIONS)))
    client.close()
    statuses.pop(0, None)
    return statuses
