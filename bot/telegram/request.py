"""Requests to Telegram whose answers are checked before anything else sees them.

The library parses the updates of one answer together: a single one that it cannot read would
fail the whole answer, which Telegram would then give again, for ever. Here every update is tried
alone first, and one that fails keeps only its number, so that it is confirmed with the others.
Answers that are no JSON become errors without their text, which the library would log.
"""

from __future__ import annotations

import json
import logging
from typing import Any

from telegram import Chat, Message, Update
from telegram.error import TelegramError
from telegram.request import HTTPXRequest

_log = logging.getLogger(__name__)


class QuietRequest(HTTPXRequest):
    """Calls of methods: a broken answer is an error that does not quote it."""

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """Decode an answer.

        Raises:
            TelegramError: it is not JSON, or holds neither a result nor an error.
        """
        try:
            answer = json.loads(payload.decode("utf-8", "replace"))
        except (ValueError, RecursionError):
            answer = None
        if not isinstance(answer, dict) or not answer.keys() & {"result", "error_code"}:
            raise TelegramError("the answer is not one of the Bot API")
        return answer


class UpdatesRequest(QuietRequest):
    """Calls of getUpdates: an update that cannot be read holds up no other."""

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """Decode an answer and empty the updates in it that cannot be read.

        Raises:
            TelegramError: as for any call, or the result is no list of updates.
        """
        answer = QuietRequest.parse_json_payload(payload)
        if "result" in answer:
            answer["result"] = _readable(answer["result"])
        return answer


def _readable(updates: object) -> list[dict[str, Any]]:
    if not isinstance(updates, list):
        raise TelegramError("the result of getUpdates is not a list")
    kept = [update for raw in updates if (update := _checked(raw)) is not None]
    if updates and not kept:
        # Nothing could be confirmed, so the same answer comes again: wait as after an error.
        raise TelegramError("no update of the answer has a number")
    return kept


def _checked(raw: object) -> dict[str, Any] | None:
    """The update itself, or its number alone; None without even a number."""
    number = raw.get("update_id") if isinstance(raw, dict) else None
    if not isinstance(raw, dict) or not isinstance(number, int):
        _log.warning("An update without a number was skipped.")
        return None
    try:
        _require_sound(Update.de_json(raw, None))
    except Exception as error:  # noqa: BLE001 - a wrong type deep inside may raise anything
        _log.warning(
            "Update %d cannot be read (%s) and was skipped; the others are not affected.",
            number,
            type(error).__name__,
        )
        return {"update_id": number}
    return raw


def _require_sound(update: Update) -> None:
    """Check what the handlers rely on: the library itself takes a value of any type for these.

    Raises:
        TypeError: a value is missing or of another type than Telegram documents.
    """
    query = update.callback_query
    if query is not None:
        _require(query.id, str)
        _require(query.data, str, type(None))
    if update.effective_user is not None:
        _require(update.effective_user.id, int)
    message = update.message or (query.message if query else None)
    if message is not None:
        _require(message.message_id, int)
        _require(message.chat, Chat)
        _require(message.chat.id, int)
    if isinstance(message, Message):
        _require(message.text, str, type(None))
        _require(message.caption, str, type(None))


def _require(value: object, *types: type) -> None:
    if not isinstance(value, types):
        raise TypeError(f"an update holds a {type(value).__name__} out of place")
