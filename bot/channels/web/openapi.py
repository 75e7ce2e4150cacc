"""The formal description of the API, from the same types that it reads and writes."""

from __future__ import annotations

from typing import Any

from pydantic.json_schema import models_json_schema

from bot.channels.web.bodies import (
    MAX_NUMBER,
    ErrorBody,
    MessageBody,
    ReplyBody,
    SessionBody,
    ThreadBody,
)

VERSION = "1"
_REF = "#/components/schemas/{model}"
_ERRORS = {
    "400": "The body is no JSON.",
    "401": "The session is not known.",
    "408": "The body came too slowly.",
    "413": "The message is too long.",
    "415": "The content type is not JSON.",
    "422": "A field is missing or does not fit.",
    "429": "Too many; wait for Retry-After seconds.",
    "503": "Something broke; send the same again later.",
}
_OPENING = ("429",)
_READING = ("401", "422", "429", "503")


def description(name: str) -> dict[str, Any]:
    """The OpenAPI 3.1 document of the service called ``name``."""
    models = (SessionBody, MessageBody, ReplyBody, ThreadBody, ErrorBody)
    _, schema = models_json_schema([(m, "validation") for m in models], ref_template=_REF)
    bearer = {"type": "http", "scheme": "bearer"}
    return {
        "openapi": "3.1.0",
        "info": {"title": name, "version": VERSION},
        "paths": {
            "/api/sessions": {"post": _sessions()},
            "/api/messages": {"post": _messages(), "get": _thread()},
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
        "responses": {"200": _answer("The reply.", "ReplyBody"), **_errors(tuple(_ERRORS))},
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


def _errors(codes: tuple[str, ...]) -> dict[str, Any]:
    return {code: _answer(_ERRORS[code], "ErrorBody") for code in codes}


def _answer(text: str, model: str) -> dict[str, Any]:
    return {"description": text, "content": _content(model)}


def _content(model: str) -> dict[str, Any]:
    return {"application/json": {"schema": {"$ref": _REF.format(model=model)}}}
