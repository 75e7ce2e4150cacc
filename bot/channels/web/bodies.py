"""The JSON bodies of the API's requests and answers."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC
from http import HTTPStatus
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse

from bot.channels.web import texts
from bot.channels.web.request_body import (
    TooLargeError,
    TooSlowError,
    is_json,
    parse_json,
    read_body,
)
from bot.conversation.messages import Reply
from bot.conversation.ticket_choices import data
from bot.ops.errors import BotError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from starlette.requests import Request
    from starlette.responses import Response

    from bot.channels.web.holding import Holder
    from bot.conversation.messages import Receipt
    from bot.store.thread import Said

MAX_BODY = 64 * 1024
"""Bytes of what a request of the API brings."""

MAX_CHOICE = 64
MAX_TEXT = 20_000
MAX_NUMBER = 2**31 - 1
_NOT_ALLOWED = ("method_not_allowed", texts.NOT_ALLOWED)


class SessionBody(BaseModel):
    """A new conversation."""

    session: str


class MessageBody(BaseModel):
    """A message or a button press; ``id`` is the sender's own, the same when it tries again."""

    model_config = ConfigDict(
        extra="forbid",
        strict=True,
        json_schema_extra={"oneOf": [{"required": ["text"]}, {"required": ["choice"]}]},
    )

    id: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
    # Whoever writes more is told that it is too long, not that it is no message.
    text: Annotated[str, Field(json_schema_extra={"maxLength": MAX_TEXT})] = ""
    choice: Annotated[str, Field(min_length=1, max_length=MAX_CHOICE)] = ""

    @model_validator(mode="after")
    def _says_one_thing(self) -> Self:
        if len(self.model_fields_set & {"text", "choice"}) != 1:
            raise ValueError("either text or choice")
        return self


class ParagraphBody(BaseModel):
    """A block of plain text; a strong one is a heading."""

    text: str
    strong: bool


class ButtonBody(BaseModel):
    """A choice; ``data`` is sent back as ``choice``, or ``url`` is a link."""

    label: str
    data: str
    url: str


class ContactBody(BaseModel):
    """A desk whose address stands in the paragraphs; ``phone`` may be empty."""

    name: str
    email: str
    phone: str


class ReceiptBody(BaseModel):
    """By which a ticket is found again at ``/suivi``; the code is given once."""

    number: str
    code: str


class HolderBody(BaseModel):
    """The ticket whose desk reads what is written, and not the bot.

    ``taken``: somebody there has it; ``aside_until``: the moment (ISO 8601) until which the bot
    answers all the same, or empty; ``aside``: the ``choice`` that asks for that.
    """

    number: str
    desk: str
    taken: bool
    aside_until: str
    aside: str


class ReplyBody(BaseModel):
    """What is answered.

    ``number`` is that of the message in its conversation; 0 for one that is not kept. ``receipt``
    belongs to a ticket that was just opened.
    """

    number: int
    paragraphs: list[ParagraphBody]
    buttons: list[ButtonBody]
    contacts: list[ContactBody]
    receipt: ReceiptBody | None = None


class AnswerBody(ReplyBody):
    """A reply, and who reads what is written next: ``holder`` is null when the bot does."""

    holder: HolderBody | None = None


class SaidBody(ReplyBody):
    """A message of a conversation: what the person wrote or pressed, or what was answered.

    ``at`` is the moment (UTC, ISO 8601) at which it was said.
    """

    at: str
    author: Literal["person", "service"]
    text: str
    choice: str


class ThreadBody(BaseModel):
    """The messages of a conversation, in order; ``holder`` is null when the bot answers."""

    messages: list[SaidBody]
    holder: HolderBody | None = None


class ErrorBody(BaseModel):
    """An error of the API: a stable code, and a sentence to show."""

    error: str
    message: str


class RefusalError(BotError):
    """A request that is not served; it becomes the answer."""

    def __init__(self, status: int, code: str, message: str, retry_after: int = 0) -> None:
        super().__init__(code)
        self.status = status
        self.body = ErrorBody(error=code, message=message)
        self.headers = {"Retry-After": str(retry_after)} if retry_after else {}


async def read_json(request: Request) -> object:
    """The JSON that a request of the API brings.

    Raises:
        RefusalError: it is none, over :data:`MAX_BODY` bytes, or not there in time.
    """
    if not is_json(request.scope):
        raise RefusalError(415, "not_json_type", texts.NOT_JSON_TYPE)
    try:
        return parse_json(await read_body(request.scope, request.receive, MAX_BODY))
    except TooLargeError:
        raise RefusalError(413, "too_long", texts.TOO_LONG) from None
    except TooSlowError:
        raise RefusalError(408, "too_slow", texts.TOO_SLOW) from None
    except ValueError:
        raise RefusalError(400, "not_json", texts.NOT_JSON) from None


def as_json(body: BaseModel, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """A body as an answer that nobody keeps."""
    return JSONResponse(body.model_dump(), status, {"Cache-Control": "no-store", **(headers or {})})


def reply_body(said: Said, holder: Holder | None = None) -> AnswerBody:
    """A reply as the API gives it."""
    content = _content(said.reply or Reply())
    return AnswerBody(number=said.number, holder=holder_body(holder), **content)


def thread_body(said: Sequence[Said], holder: Holder | None = None) -> ThreadBody:
    """A reply of a thread in the API's form."""
    return ThreadBody(messages=[_said_body(each) for each in said], holder=holder_body(holder))


def holder_body(holder: Holder | None) -> HolderBody | None:
    """Who holds a chat, in the API's form."""
    if holder is None:
        return None
    until = holder.aside_until.isoformat(timespec="seconds") if holder.aside_until else ""
    return HolderBody(
        number=holder.number,
        desk=holder.desk,
        taken=holder.taken,
        aside_until=until,
        aside=data("aside", holder.ticket),
    )


def receipt_body(receipt: Receipt | None) -> ReceiptBody | None:
    """A receipt in the API's form."""
    return ReceiptBody(**asdict(receipt)) if receipt else None


def _said_body(said: Said) -> SaidBody:
    return SaidBody(
        number=said.number,
        at=said.at.astimezone(UTC).isoformat(timespec="seconds") if said.at else "",
        author="person" if said.reply is None else "service",
        text=said.text,
        choice=said.choice,
        **_content(said.reply or Reply()),
    )


def _content(reply: Reply) -> dict[str, Any]:
    return {
        "paragraphs": [ParagraphBody(text=p.text, strong=p.strong) for p in reply.paragraphs],
        "buttons": [ButtonBody(label=b.label, data=b.data, url=b.url) for b in reply.buttons],
        "contacts": [ContactBody(**asdict(contact)) for contact in reply.contacts],
        "receipt": receipt_body(reply.receipt),
    }


async def refusal_response(_: Request, error: Exception) -> Response:
    """A refusal as JSON."""
    assert isinstance(error, RefusalError)  # noqa: S101 - registered for it alone
    return as_json(error.body, error.status, error.headers)


def http_error(request: Request, error: Exception, page: Callable[[str, Request], str]) -> Response:
    """What the router refuses: no such page, no such method.

    Args:
        request: what was asked for.
        error: why it is refused.
        page: makes of a sentence what people see who look with a browser.
    """
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for it alone
    missing = error.status_code == HTTPStatus.NOT_FOUND
    code, said = ("not_found", texts.NOT_FOUND) if missing else _NOT_ALLOWED
    headers = dict(error.headers or {})
    if request.url.path.startswith("/api/"):
        return as_json(ErrorBody(error=code, message=said), error.status_code, headers)
    if "text/html" in request.headers.get("Accept", ""):
        return HTMLResponse(page(said, request), error.status_code, headers)
    return PlainTextResponse(said, error.status_code, headers)


async def server_error(_: Request, __: Exception) -> Response:
    """An error of ours as an answer of the API, with a sentence to show."""
    return as_json(ErrorBody(error="broken", message=texts.BROKEN), 503, {"Retry-After": "5"})
