"""Telegram's webhook: an update is acknowledged once it is stored, and forged ones cost nothing."""

from __future__ import annotations

import hmac
import json
import logging
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from bot.channels.web.request_body import TooLargeError, TooSlowError, header, is_json, read_body
from bot.ops.errors import describe
from bot.store import StoreError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from starlette.types import ASGIApp, Receive, Scope, Send

_log = logging.getLogger(__name__)

MAX_UPDATE = 1024 * 1024
RETRY_SECONDS = b"5"
MAX_ID = 2**63
_SECRET_HEADER = b"x-telegram-bot-api-secret-token"


def build_webhook(
    path: str, secret: str, accept: Callable[[Sequence[dict[str, Any]]], Awaitable[None]]
) -> ASGIApp:
    """The application that Telegram posts to.

    Args:
        path: the only path that is served.
        secret: what Telegram sends back with every update.
        accept: stores updates; returns once they are safe, raises ``StoreError`` when it cannot.

    Raises:
        ValueError: the secret is empty.
    """
    return TelegramEndpoint(path, secret, accept)


class TelegramEndpoint:
    """See :func:`build_webhook`. Plain ASGI: nothing is made before the secret is known."""

    def __init__(
        self, path: str, secret: str, accept: Callable[[Sequence[dict[str, Any]]], Awaitable[None]]
    ) -> None:
        if not secret:
            raise ValueError("the webhook needs a secret: set WEBHOOK_SECRET")
        self._path = unquote(path)
        self._secret = secret.encode()
        self._accept = accept

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            return
        status = self._refusal(scope)
        if status is None:
            status = await self._take(scope, receive)
        await _send(send, status)

    def _refusal(self, scope: Scope) -> int | None:
        if scope["path"] != self._path:
            return 404
        if scope["method"] != "POST":
            return 405
        if not hmac.compare_digest(header(scope, _SECRET_HEADER), self._secret):
            return 403
        return None if is_json(scope) else 415

    async def _take(self, scope: Scope, receive: Receive) -> int:
        try:
            body = await read_body(scope, receive, MAX_UPDATE)
        except TooLargeError:
            return 413
        except TooSlowError:
            return 408
        update = _update(body)
        if update is None:
            # Another answer than 200 would bring it back for a day, before all that follow.
            _log.error("An update of %d bytes without a number was dropped.", len(body))
            return 200
        return await self._store(update)

    async def _store(self, update: dict[str, Any]) -> int:
        try:
            await self._accept([update])
        except StoreError as error:
            _log.error("An update was not stored, Telegram keeps it: %s", error)
            return 503
        except Exception as error:  # noqa: BLE001 - Telegram keeps what is not acknowledged
            _log.error("An update was not stored: %s.", describe(error))
            return 503
        return 200


def _update(body: bytes) -> dict[str, Any] | None:
    """The update, if it is an object with a number that can be kept."""
    try:
        update = json.loads(body)
    except (ValueError, RecursionError):
        return None
    number = update.get("update_id") if isinstance(update, dict) else None
    if isinstance(number, bool) or not isinstance(number, int) or not 0 <= number < MAX_ID:
        return None
    return dict(update)


async def _send(send: Send, status: int) -> None:
    headers = [(b"content-length", b"0")]
    if status == 503:  # noqa: PLR2004 - Telegram waits as long as it is told
        headers.append((b"retry-after", RETRY_SECONDS))
    if status == 405:  # noqa: PLR2004
        headers.append((b"allow", b"POST"))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b""})
