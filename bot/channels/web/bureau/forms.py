"""Reads what a page of the bureau sends back: a form, and nothing else."""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from starlette.exceptions import HTTPException

from bot.channels.web.request_body import TooLargeError, TooSlowError, header, read_body

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.requests import Request

MAX_FORM = 200_000
"""Bytes of a form: an answer of an agent, or of an editor, with room to spare."""

MAX_FIELDS = 500
_NUMBER = re.compile(r"[0-9]{1,9}")
_FORM = b"application/x-www-form-urlencoded"


class Form(dict[str, str]):
    """The fields of a form by name; of one that comes several times, the last.

    Args:
        fields: as they came.
    """

    def __init__(self, fields: Sequence[tuple[str, str]] = ()) -> None:
        super().__init__(fields)
        self._fields = fields

    def numbers(self, name: str) -> list[int]:
        """All numbers that were given under a name, each once: boxes that were ticked."""
        given = [value for key, value in self._fields if key == name]
        return [int(value) for value in dict.fromkeys(given) if _NUMBER.fullmatch(value)]


async def read_form(request: Request) -> Form:
    """The fields of a form.

    Raises:
        HTTPException: it is no form, too large, or did not come in time.
    """
    kind = header(request.scope, b"content-type").partition(b";")[0].strip().lower()
    if kind != _FORM:
        raise HTTPException(HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
    try:
        body = await read_body(request.scope, request.receive, MAX_FORM)
        return _fields(body.decode("utf-8", "replace"))
    except (TooLargeError, ValueError):
        raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE) from None
    except TooSlowError:
        raise HTTPException(HTTPStatus.REQUEST_TIMEOUT) from None


def _fields(text: str) -> Form:
    return Form(parse_qsl(text, keep_blank_values=True, max_num_fields=MAX_FIELDS))
