"""What Telegram checks of a call, and the messages that pass."""

from __future__ import annotations

import json
import re
import time
from dataclasses import dataclass, field
from typing import Any

from tests.fakes.telegram_html import MarkupError, parse

BOT = {"id": 4242, "is_bot": True, "first_name": "Aiguilleur", "username": "AiguilleurBot"}
_TEXT_LIMIT = 4096
_RAW_LIMIT = 1 << 15
_DATA_LIMIT = 64
_URL = re.compile(r"(?:(?:https?://)?[\w\-]+(?:\.[\w\-]+)+(?:[:/?#]\S*)?|tg://\S+)", re.IGNORECASE)
_LOOPBACK = re.compile(r"https?://(?:localhost|127\.)", re.IGNORECASE)


class Refusal(Exception):  # noqa: N818 - an answer, not an error of the server
    """A call that Telegram turns down; ``parameters`` tell the bot what to do about it."""

    def __init__(
        self, code: int, description: str, retry_after: int = 0, **parameters: int
    ) -> None:
        super().__init__(description)
        if retry_after:
            parameters["retry_after"] = retry_after
        self.answer: dict[str, Any] = {"ok": False, "error_code": code, "description": description}
        if parameters:
            self.answer["parameters"] = parameters


def bad_request(description: str) -> Refusal:
    """400."""
    return Refusal(400, f"Bad Request: {description}")


@dataclass(slots=True)
class Keyboard:
    """Buttons under a message: those that come back, and those that lead elsewhere."""

    buttons: list[tuple[str, str]] = field(default_factory=list)
    links: list[tuple[str, str]] = field(default_factory=list)
    rows: list[list[dict[str, str]]] = field(default_factory=list)


@dataclass(slots=True)
class Sent:
    """A message of the bot as the chat shows it, and how it was sent.

    Attributes:
        links: labels and addresses of the buttons that lead elsewhere.
        at: monotonic time of the call.
        rows: the keyboard as it was given.
        media: what it is when it is no text.
        album: what it was sent together with; empty for a message of its own.
    """

    chat: int
    message_id: int
    text: str
    raw: str
    buttons: list[tuple[str, str]] = field(default_factory=list)
    thread: int | None = None
    answers: int | None = None
    links: list[tuple[str, str]] = field(default_factory=list)
    at: float = field(default_factory=time.monotonic)
    rows: list[list[dict[str, str]]] = field(default_factory=list)
    edits: int = 0
    deleted: bool = False
    chat_type: str = ""
    media: str = ""
    album: str = ""

    def as_json(self) -> dict[str, Any]:
        """A ``Message`` object."""
        message: dict[str, Any] = {
            "message_id": self.message_id,
            "date": int(time.time()),
            "chat": chat_json(self.chat, self.chat_type),
            "from": BOT,
            "text": self.text,
        }
        if self.thread is not None:
            message |= {"message_thread_id": self.thread, "is_topic_message": True}
        if self.album:
            message["media_group_id"] = self.album
        if self.rows:
            message["reply_markup"] = {"inline_keyboard": self.rows}
        return message

    def put(self, keyboard: Keyboard) -> None:
        """Show another keyboard."""
        self.buttons, self.links, self.rows = keyboard.buttons, keyboard.links, keyboard.rows


def chat_json(chat: int, kind: str = "") -> dict[str, Any]:
    """A ``Chat`` object; a negative chat is a supergroup unless ``kind`` says otherwise."""
    if chat > 0:
        return {"id": chat, "type": "private", "first_name": "Claire"}
    return {"id": chat, "type": kind or "supergroup", "title": "Entraide"}


def person_json(person: int) -> dict[str, Any]:
    """A ``User`` object."""
    return {"id": abs(person), "is_bot": False, "first_name": "Claire", "language_code": "fr"}


def shown_text(form: dict[str, str], name: str = "text", limit: int = _TEXT_LIMIT) -> str:
    """The text of a call as people will see it.

    Raises:
        Refusal: it is empty, too long, or its entities cannot be parsed.
    """
    raw = form.get(name, "")
    try:
        size = len(raw.encode())
    except UnicodeEncodeError:
        raise bad_request("strings must be encoded in UTF-8") from None
    if size > _RAW_LIMIT:
        raise bad_request("text is too long")
    text = _parsed(raw, form.get("parse_mode", "")).strip()
    if not text:
        raise bad_request("message text is empty")
    if len(text) > limit:
        raise bad_request("message is too long")
    return text


def _parsed(raw: str, mode: str) -> str:
    if not mode:
        return raw
    if mode.upper() != "HTML":
        raise bad_request("unsupported parse_mode")
    try:
        return parse(raw)
    except MarkupError as error:
        raise bad_request(f"can't parse entities: {error}") from None


def keyboard(form: dict[str, str]) -> Keyboard:
    """The inline keyboard of a call.

    Raises:
        Refusal: a button without a text, with no use or two, too much data, or a bad address.
    """
    try:
        rows = json.loads(form.get("reply_markup") or "{}").get("inline_keyboard", [])
    except (ValueError, AttributeError):
        raise bad_request("object expected as reply markup") from None
    found = Keyboard(rows=[row for row in rows if row])
    for row in rows:
        for button in row:
            _add(found, button)
    return found


def _add(found: Keyboard, button: dict[str, str]) -> None:
    label = button.get("text", "")
    uses = [name for name in button if name != "text"]
    if not label.strip():
        raise bad_request("inline keyboard button text must be non-empty")
    if len(uses) != 1:
        raise bad_request("text buttons are unallowed in the inline keyboard")
    if uses == ["callback_data"]:
        if not 1 <= len(button["callback_data"].encode()) <= _DATA_LIMIT:
            raise bad_request("BUTTON_DATA_INVALID")
        found.buttons.append((label, button["callback_data"]))
    elif uses == ["url"]:
        _check_url(button["url"])
        found.links.append((label, button["url"]))


def _check_url(url: str) -> None:
    if not _URL.fullmatch(url) or _LOOPBACK.match(url):
        raise bad_request(f"inline keyboard button URL '{url}' is invalid: Wrong HTTP URL")
