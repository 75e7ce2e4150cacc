"""What Telegram checks of a call, what it answers, and what can go wrong with it."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field
from typing import Any

from tests.fakes.telegram_html import MarkupError, parse

BOT = {"id": 4242, "is_bot": True, "first_name": "Aiguilleur", "username": "AiguilleurBot"}
_TEXT_LIMIT = 4096


@dataclass(frozen=True, slots=True)
class Fault:
    """What goes wrong with one call. ``taken``: the call has its effect all the same."""

    status: int = 0
    description: str = ""
    retry_after: int = 0
    body: bytes = b""
    cut: bool = False
    taken: bool = False

    @classmethod
    def flood(cls, seconds: int) -> Fault:
        """429."""
        return cls(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)

    @classmethod
    def broken(cls) -> Fault:
        """500 with a proper body."""
        return cls(500, "Internal Server Error")

    @classmethod
    def refused(cls, description: str) -> Fault:
        """400."""
        return cls(400, f"Bad Request: {description}")

    @classmethod
    def drop(cls, *, taken: bool = False) -> Fault:
        """The line is cut, before or after the call has its effect."""
        return cls(cut=True, taken=taken)

    @classmethod
    def page(cls, status: int = 502) -> Fault:
        """A proxy's page in the place of an answer."""
        return cls(status, body=b"<html>Bad Gateway</html>")


class Refusal(Exception):  # noqa: N818 - an answer, not an error of the server
    """A call that Telegram turns down."""

    def __init__(self, code: int, description: str, retry_after: int = 0) -> None:
        super().__init__(description)
        self.answer: dict[str, Any] = {"ok": False, "error_code": code, "description": description}
        if retry_after:
            self.answer["parameters"] = {"retry_after": retry_after}


@dataclass(slots=True)
class Sent:
    """A message of the bot as the chat shows it, and how it was sent."""

    chat: int
    message_id: int
    text: str
    raw: str
    buttons: list[tuple[str, str]] = field(default_factory=list)
    thread: int | None = None
    answers: int | None = None

    def as_json(self) -> dict[str, Any]:
        """A ``Message`` object."""
        message: dict[str, Any] = {
            "message_id": self.message_id,
            "date": int(time.time()),
            "chat": chat_json(self.chat),
            "from": BOT,
            "text": self.text,
        }
        if self.buttons:
            rows = [[{"text": label, "callback_data": data}] for label, data in self.buttons]
            message["reply_markup"] = {"inline_keyboard": rows}
        return message


def chat_json(chat: int) -> dict[str, Any]:
    """A ``Chat`` object; a negative chat is a group."""
    if chat > 0:
        return {"id": chat, "type": "private", "first_name": "Claire"}
    return {"id": chat, "type": "supergroup", "title": "Entraide"}


def shown_text(form: dict[str, str]) -> str:
    """The text of a call as people will see it."""
    try:
        text = parse(form["text"]) if form.get("parse_mode") == "HTML" else form["text"]
    except MarkupError as error:
        raise Refusal(400, f"Bad Request: can't parse entities: {error}") from None
    text = text.strip()
    if not text:
        raise Refusal(400, "Bad Request: message text is empty")
    if len(text) > _TEXT_LIMIT:
        raise Refusal(400, "Bad Request: message is too long")
    return text


def button_list(form: dict[str, str]) -> list[tuple[str, str]]:
    """Labels and data of the buttons of a call."""
    rows = json.loads(form.get("reply_markup", "{}")).get("inline_keyboard", [])
    buttons = [(button["text"], button["callback_data"]) for row in rows for button in row]
    if any(not 1 <= len(data.encode()) <= 64 for _, data in buttons):
        raise Refusal(400, "Bad Request: BUTTON_DATA_INVALID")
    return buttons
