"""The JSON API: open a conversation, send a message, get the reply."""

from __future__ import annotations

import asyncio
import logging
from math import ceil
from typing import TYPE_CHECKING

from pydantic import ValidationError
from pydantic_core import from_json
from starlette.routing import Route

from bot.channels.web import texts
from bot.channels.web.bodies import (
    MAX_TEXT,
    MessageBody,
    RefusalError,
    SessionBody,
    as_json,
    reply_body,
)
from bot.channels.web.options import MESSAGES_AN_ADDRESS, SESSIONS_AN_ADDRESS
from bot.channels.web.rates import Rate, client_of
from bot.channels.web.request_body import TooLargeError, TooSlowError, header, is_json, read_body
from bot.channels.web.sessions import Sessions, event_id
from bot.conversation.messages import Incoming, Reply
from bot.ops.faults import describe

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from bot.channels.answering import Answerer
    from bot.channels.web.options import WebOptions
    from bot.ops.metrics import Metrics

_log = logging.getLogger(__name__)

CHANNEL = "web"
MAX_BODY = 64 * 1024
ANSWER_SECONDS = 30.0
RETRY_SECONDS = 5


class Api:
    """The routes below ``/api`` that do something.

    Args:
        answerer: whoever answers.
        metrics: what is counted.
        options: the key of the sessions, and the rates.
    """

    def __init__(self, answerer: Answerer, metrics: Metrics, options: WebOptions) -> None:
        self._answerer = answerer
        self._metrics = metrics
        self._sessions = Sessions(options.session_key)
        self._opened = Rate(options.chat_rate * SESSIONS_AN_ADDRESS)
        self._sent = Rate(options.chat_rate * MESSAGES_AN_ADDRESS)
        self._said = Rate(options.chat_rate)

    def routes(self) -> list[Route]:
        """Where they are."""
        return [
            Route("/api/sessions", self.open_session, methods=["POST"]),
            Route("/api/messages", self.take_message, methods=["POST"]),
        ]

    async def open_session(self, request: Request) -> Response:
        """``POST /api/sessions``: the token of a new conversation."""
        self._check(self._opened, client_of(request.scope))
        return as_json(SessionBody(session=self._sessions.open()))

    async def take_message(self, request: Request) -> Response:
        """``POST /api/messages``: the reply to one message or button press."""
        chat = self._chat(request)
        self._check(self._sent, client_of(request.scope))
        self._check(self._said, chat)
        body = await _message(request)
        return as_json(reply_body(await self._reply(_incoming(chat, body))))

    def _chat(self, request: Request) -> str:
        kind, _, token = header(request.scope, b"authorization").decode("latin-1").partition(" ")
        chat = self._sessions.chat(token.strip()) if kind.lower() == "bearer" else None
        if chat is None:
            raise RefusalError(401, "no_session", texts.NO_SESSION)
        return chat

    def _check(self, rate: Rate, key: str) -> None:
        if (wait := rate.wait(key)) > 0:
            self._metrics.capped.inc()
            seconds = ceil(wait)
            raise RefusalError(429, "too_many", texts.too_many(seconds), seconds)

    async def _reply(self, incoming: Incoming) -> Reply:
        try:
            with self._metrics.answer_seconds.time():
                async with asyncio.timeout(ANSWER_SECONDS):
                    return await self._answerer.answer(incoming)
        except Exception as error:  # noqa: BLE001 - whatever broke, the person may try again
            _log.error("A web message was not answered: %s.", describe(error))
            raise RefusalError(503, "broken", texts.BROKEN, RETRY_SECONDS) from None


async def _message(request: Request) -> MessageBody:
    if not is_json(request.scope):
        raise RefusalError(415, "not_json_type", texts.NOT_JSON_TYPE)
    message = _parse_message(await _body(request))
    if len(message.text) > MAX_TEXT:
        raise RefusalError(413, "too_long", texts.TOO_LONG)
    return message


async def _body(request: Request) -> bytes:
    try:
        return await read_body(request.scope, request.receive, MAX_BODY)
    except TooLargeError:
        raise RefusalError(413, "too_long", texts.TOO_LONG) from None
    except TooSlowError:
        raise RefusalError(408, "too_slow", texts.TOO_SLOW) from None


def _parse_message(body: bytes) -> MessageBody:
    try:
        data = from_json(body)
    except ValueError:
        raise RefusalError(400, "not_json", texts.NOT_JSON) from None
    try:
        return MessageBody.model_validate(data)
    except ValidationError:
        raise RefusalError(422, "not_a_message", texts.NOT_A_MESSAGE) from None


def _incoming(chat: str, body: MessageBody) -> Incoming:
    # A text with NUL is refused by some databases, and nobody types it.
    text = body.text.replace("\0", " ")
    number = event_id(chat, body.id)
    return Incoming(CHANNEL, chat, text=text, choice=body.choice, update_id=number)
