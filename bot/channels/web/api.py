"""The JSON API: open a conversation, send a message, get the reply."""

from __future__ import annotations

import asyncio
import logging
from math import ceil
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import ValidationError
from starlette.routing import Route

from bot.channels.web import texts
from bot.channels.web.bodies import (
    MAX_NUMBER,
    MAX_TEXT,
    MessageBody,
    RefusalError,
    SessionBody,
    as_json,
    read_json,
    reply_body,
    thread_body,
)
from bot.channels.web.client import Clients
from bot.channels.web.exchange import CHANNEL
from bot.channels.web.options import (
    LETTERS_A_MESSAGE,
    MESSAGES_AN_ADDRESS,
    READS_A_MESSAGE,
    SESSIONS_AN_ADDRESS,
)
from bot.channels.web.recent import UsedIds
from bot.channels.web.request_body import header
from bot.channels.web.sessions import Sessions, event_id
from bot.conversation.messages import Incoming
from bot.ops.errors import describe
from bot.ops.rates import Rate
from bot.store import StoreError

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from starlette.requests import Request
    from starlette.responses import Response

    from bot.channels.web.exchange import Exchange
    from bot.channels.web.holding import Holder
    from bot.channels.web.options import WebOptions
    from bot.ops.metrics import Metrics
    from bot.store.thread import Said

T = TypeVar("T")
_log = logging.getLogger(__name__)

ANSWER_SECONDS = 30.0
RETRY_SECONDS = 5
_DIGITS = 11


class Api:
    """The routes below ``/api`` that do something.

    Args:
        exchange: answers, and shows what was said.
        metrics: what is counted.
        options: the key of the sessions, and the rates.
    """

    def __init__(self, exchange: Exchange, metrics: Metrics, options: WebOptions) -> None:
        self._exchange = exchange
        self._metrics = metrics
        self._ids = UsedIds()
        self._sessions = Sessions(options.session_key)
        self._clients = Clients(options.proxies)
        self._opened = Rate(options.chat_rate * SESSIONS_AN_ADDRESS)
        self._sent = Rate(options.chat_rate * MESSAGES_AN_ADDRESS)
        self._said = Rate(options.chat_rate)
        self._read = Rate(options.chat_rate * READS_A_MESSAGE)

    def routes(self) -> list[Route]:
        """The routes of the API."""
        return [
            Route("/api/sessions", self.open_session, methods=["POST"]),
            Route("/api/messages", self.messages, methods=["GET", "POST"]),
        ]

    async def open_session(self, request: Request) -> Response:
        """``POST /api/sessions``: the token of a new conversation."""
        self._check(self._opened, self._clients.key_of(request.scope))
        return as_json(SessionBody(session=self._sessions.open()))

    async def messages(self, request: Request) -> Response:
        """``/api/messages``: one route, so that a refusal names all that it takes."""
        if request.method == "POST":
            return await self.take_message(request)
        return await self.read_messages(request)

    async def take_message(self, request: Request) -> Response:
        """``POST /api/messages``: the reply to one message or button press."""
        chat, client = self._chat(request), self._clients.key_of(request.scope)
        self._check(self._sent, client)
        self._check(self._said, chat)
        body = await _message(request)
        if more := len(body.text) // LETTERS_A_MESSAGE:
            self._check(self._sent, client, more)
            self._check(self._said, chat, more)
        said = await self._reply_once(_incoming(chat, body))
        return as_json(reply_body(said, await self._holder(chat)))

    async def read_messages(self, request: Request) -> Response:
        """``GET /api/messages``: what was said, or what is said after a message."""
        chat = self._chat(request)
        self._check(self._read, chat)
        after = _number(request.query_params.get("after"))
        said = await self._thread(request, chat, after)
        return as_json(thread_body(said, await self._holder(chat)))

    async def _holder(self, chat: str) -> Holder | None:
        try:
            return await self._exchange.holder(chat)
        except StoreError as error:
            # The reply is worth more than who reads the next message.
            _log.error("Who holds a conversation could not be read: %s.", describe(error))
            return None

    async def _thread(self, request: Request, chat: str, after: int | None) -> list[Said]:
        try:
            return await _unless_left(request, self._exchange.read(chat, after)) or []
        except StoreError as error:
            _log.error("A conversation could not be read: %s.", describe(error))
            raise RefusalError(503, "broken", texts.BROKEN, RETRY_SECONDS) from None

    def _chat(self, request: Request) -> str:
        kind, _, token = header(request.scope, b"authorization").decode("latin-1").partition(" ")
        chat = self._sessions.chat(token.strip()) if kind.lower() == "bearer" else None
        if chat is None:
            raise RefusalError(401, "no_session", texts.NO_SESSION)
        return chat

    def _check(self, rate: Rate, key: str, price: int = 1) -> None:
        if (wait := rate.wait(key, price=price)) > 0:
            self._metrics.capped.inc()
            seconds = ceil(wait)
            raise RefusalError(429, "too_many", texts.too_many(seconds), seconds)

    async def _reply_once(self, incoming: Incoming) -> Said:
        """The reply; the same message again gets the same one, and another of its id none."""
        if self._ids.is_for_others(incoming):
            raise RefusalError(409, "id_used", texts.ID_USED)
        said = await self._reply(incoming)
        self._ids.remember(incoming)
        return said

    async def _reply(self, incoming: Incoming) -> Said:
        try:
            with self._metrics.answer_seconds.time():
                async with asyncio.timeout(ANSWER_SECONDS):
                    return await self._exchange.answer(incoming)
        except Exception as error:  # noqa: BLE001 - whatever broke, the person may try again
            _log.error("A web message was not answered: %s.", describe(error))
            raise RefusalError(503, "broken", texts.BROKEN, RETRY_SECONDS) from None


async def _unless_left(request: Request, work: Coroutine[Any, Any, T]) -> T | None:
    """The result of ``work``; None when whoever asked leaves first, and it is given up."""
    working, leaving = asyncio.ensure_future(work), asyncio.ensure_future(_until_left(request))
    try:
        await asyncio.wait((working, leaving), return_when=asyncio.FIRST_COMPLETED)
        return working.result() if working.done() else None
    finally:
        working.cancel()
        leaving.cancel()


async def _until_left(request: Request) -> None:
    """Wait until whoever asked has left; what they send besides is no matter."""
    while (await request.receive())["type"] != "http.disconnect":
        pass


def _number(text: str | None) -> int | None:
    """The number of a message as it was given; None when none was."""
    if text is None:
        return None
    if not text.isascii() or not text.isdigit() or len(text) > _DIGITS or int(text) > MAX_NUMBER:
        raise RefusalError(422, "not_a_number", texts.NOT_A_NUMBER)
    return int(text)


async def _message(request: Request) -> MessageBody:
    data = await read_json(request)
    try:
        message = MessageBody.model_validate(data)
    except ValidationError:
        raise RefusalError(422, "not_a_message", texts.NOT_A_MESSAGE) from None
    if len(message.text) > MAX_TEXT:
        raise RefusalError(413, "too_long", texts.TOO_LONG)
    return message


def _incoming(chat: str, body: MessageBody) -> Incoming:
    # A text with NUL is refused by some databases, and nobody types it.
    text = body.text.replace("\0", " ")
    number = event_id(chat, body.id)
    return Incoming(CHANNEL, chat, text=text, choice=body.choice, update_id=number)
