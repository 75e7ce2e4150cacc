"""Reading a request's body with a bound on its size and on the time it takes."""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING

from pydantic_core import from_json

from bot.ops.errors import BotError

if TYPE_CHECKING:
    from starlette.types import Receive, Scope

BODY_SECONDS = 10.0

_ESCAPE = re.compile(
    rb"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}"
    rb"|(?P<half>\\u[dD][89a-fA-F][0-9a-fA-F]{2})"
    rb"|\\."
)
"""What is escaped in JSON: a whole pair, half of one, or anything else (such as a backslash)."""


class TooLargeError(BotError):
    """The body is over the limit."""


class TooSlowError(BotError):
    """The body did not come in time, or its sender left."""


def header(scope: Scope, name: bytes) -> bytes:
    """The first header of that lower-case name, empty when there is none."""
    return next((value for key, value in scope["headers"] if key == name), b"")


def is_json(scope: Scope) -> bool:
    """Whether the request says that it is JSON."""
    kind = header(scope, b"content-type").partition(b";")[0].strip().lower()
    return kind == b"application/json"


async def read_body(scope: Scope, receive: Receive, limit: int) -> bytes:
    """The whole body.

    Raises:
        TooLargeError: it is, or says it is, over ``limit`` bytes; what is left is not read.
        TooSlowError: it is not there in time.
    """
    told = header(scope, b"content-length")
    if told.isdigit() and int(told) > limit:
        raise TooLargeError
    try:
        async with asyncio.timeout(BODY_SECONDS):
            return await _read(receive, limit)
    except TimeoutError:
        raise TooSlowError from None


async def _read(receive: Receive, limit: int) -> bytes:
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise TooSlowError
        body += message.get("body", b"")
        if len(body) > limit:
            raise TooLargeError
        if not message.get("more_body", False):
            return bytes(body)


def parse_json(body: bytes) -> object:
    """The value of a JSON text; half of a character is replaced, as channels with texts do it.

    Browsers escape a half that stands alone, such as one that cutting a text left behind.

    Raises:
        ValueError: it is no JSON.
    """
    return from_json(_ESCAPE.sub(lambda m: rb"\ufffd" if m["half"] else m[0], body))
