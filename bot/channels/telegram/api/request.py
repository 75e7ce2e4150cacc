"""Requests to Telegram whose answers are checked before anything else sees them.

Answers that are no JSON become errors without their text, which the library would log.
"""

from __future__ import annotations

import json
from typing import Any

from telegram.error import TelegramError
from telegram.request import HTTPXRequest


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


def updates_of(result: object) -> list[dict[str, Any]]:
    """The updates of an answer to getUpdates that have a number.

    Raises:
        TelegramError: it is no list of updates, or none of them has a number: nothing could be
            confirmed, so the same answer would come again at once.
    """
    if not isinstance(result, list):
        raise TelegramError("the result of getUpdates is not a list")
    kept = [update for update in result if number_of(update) is not None]
    if result and not kept:
        raise TelegramError("no update of the answer has a number")
    return kept


def number_of(update: object) -> int | None:
    """The number of an update; None when it has none that can be one."""
    number = update.get("update_id") if isinstance(update, dict) else None
    fits = isinstance(number, int) and not isinstance(number, bool) and abs(number) < 2**63
    return number if fits else None
