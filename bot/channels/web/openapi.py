"""The formal description of the API, from the same types that it reads and writes."""

from __future__ import annotations

from typing import Any

from pydantic.json_schema import models_json_schema

from bot.channels.web.bodies import (
    MAX_NUMBER,
    AnswerBody,
    ErrorBody,
    MessageBody,
    SessionBody,
    ThreadBody,
)
from bot.channels.web.tracking.bodies import TicketBody, TrackingBody

VERSION = "1"
_REF = "#/components/schemas/{model}"
_ERRORS = {
    "400": "The body is no JSON.",
    "401": "The session is not known.",
    "403": "No ticket has this number and code.",
    "408": "The body came too slowly.",
    "409": "The id was used for another message of this conversation; choose a new one.",
    "413": "The message is too long.",
    "415": "The content type is not JSON.",
    "422": "A field is missing or does not fit.",
    "429": "Too many; wait for Retry-After seconds.",
    "503": "Something broke; send the same again later.",
}
_OPENING = ("429",)
_SENDING = ("400", "401", "408", "409", "413", "415", "422", "429", "503")
_READING = ("401", "422", "429", "503")
_FOLLOWING = ("400", "403", "408", "413", "415", "422", "429", "503")


def description(name: str, *, tickets: bool = False) -> dict[str, Any]:
    """The OpenAPI 3.1 document of the service called ``name``.

    Args:
        name: of the service.
        tickets: whether desks answer in the chat.
    """
    followed = (TrackingBody, TicketBody) if tickets else ()
    models = (SessionBody, MessageBody, AnswerBody, ThreadBody, ErrorBody, *followed)
    _, schema = models_json_schema([(m, "validation") for m in models], ref_template=_REF)
    bearer = {"type": "http", "scheme": "bearer"}
    return {
        "openapi": "3.1.0",
        "info": {"title": name, "version": VERSION},
        "paths": {
            "/api/sessions": {"post": _sessions()},
            "/api/messages": {"post": _messages(), "get": _thread()},
            **({"/api/suivi": {"post": _tracking()}} if tickets else {}),
        },
        "components": {"schemas": schema["$defs"], "securitySchemes": {"session": bearer}},
    }


def _sessions() -> dict[str, Any]:
    return {
        "operationId": "openSession",
        "summary": "Open a conversation.",
        "responses": {"200": _answer("A token.", "SessionBody"), **_errors(_OPENING)},
    }


def _messages() -> dict[str, Any]:
    return {
        "operationId": "sendMessage",
        "summary": "Send a message or press a button.",
        "security": [{"session": []}],
        "requestBody": {"required": True, "content": _content("MessageBody")},
        "responses": {"200": _answer("The reply.", "AnswerBody"), **_errors(_SENDING)},
    }


def _thread() -> dict[str, Any]:
    number = {"type": "integer", "minimum": 0, "maximum": MAX_NUMBER}
    return {
        "operationId": "readMessages",
        "summary": "Read what was said; with after, wait for more for up to 25 seconds.",
        "security": [{"session": []}],
        "parameters": [{"name": "after", "in": "query", "schema": number}],
        "responses": {"200": _answer("The messages.", "ThreadBody"), **_errors(_READING)},
    }


def _tracking() -> dict[str, Any]:
    return {
        "operationId": "followTicket",
        "summary": "Read a ticket with its number and code, write to it, end it or judge it.",
        "requestBody": {"required": True, "content": _content("TrackingBody")},
        "responses": {"200": _answer("The ticket.", "TicketBody"), **_errors(_FOLLOWING)},
    }


def _errors(codes: tuple[str, ...]) -> dict[str, Any]:
    return {code: _answer(_ERRORS[code], "ErrorBody") for code in codes}


def _answer(text: str, model: str) -> dict[str, Any]:
    return {"description": text, "content": _content(model)}


def _content(model: str) -> dict[str, Any]:
    return {"application/json": {"schema": {"$ref": _REF.format(model=model)}}}
