"""Copies and files of the Bot API server: what is sent again by its number, or by its file."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from tests.fakes.bot_api_rules import Sent, bad_request, keyboard, shown_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.fakes.bot_api_limits import FloodLimits
    from tests.fakes.bot_api_people import People

Form = dict[str, str]
CAPTION_LIMIT = 1024
ALBUM_LIMIT = 10
FILES = ("photo", "document", "video", "audio", "voice", "animation", "sticker", "video_note")
OTHERS = ("location", "contact", "venue", "dice", "poll")
_SENDS = {
    **{f"send{kind.title().replace('_', '')}": kind for kind in (*FILES, *OTHERS)},
}
_TOGETHER = ({"photo", "video"}, {"document"}, {"audio"})
_MEDIA = ("animation", *FILES, "venue", *OTHERS)


class CopyMethods:
    """The methods that send what is no plain text.

    Args:
        people: with the chats.
    """

    def __init__(self, people: People) -> None:
        self._people = people
        self.limits: FloodLimits | None = None

    def table(self) -> dict[str, Callable[[Form], object]]:
        """The methods by their names."""
        sends = {name: self._sender(kind) for name, kind in _SENDS.items()}
        return {
            **sends,
            "copyMessage": self._copy,
            "copyMessages": self._copy_all,
            "editMessageCaption": self._edit_caption,
            "sendMediaGroup": self._send_together,
        }

    def _sender(self, kind: str) -> Callable[[Form], object]:
        def send(form: Form) -> object:
            if kind in FILES and not form.get(kind):
                raise bad_request(f"there is no {kind} in the request")
            return self._put(form, kind, _caption(form)).as_json()

        return send

    def _copy(self, form: Form) -> object:
        number = int(form["message_id"])
        kind, words = self._original(int(form["from_chat_id"]), number)
        shown = words if kind == "text" else _caption(form) if "caption" in form else words
        return {"message_id": self._put(form, kind, shown).message_id}

    def _copy_all(self, form: Form) -> object:
        origin, numbers = int(form["from_chat_id"]), json.loads(form["message_ids"])
        if numbers != sorted(set(numbers)):
            raise bad_request("message identifiers must be in a strictly increasing order")
        found = [self._original(origin, int(number)) for number in numbers]
        dropped = form.get("remove_caption", "").lower() == "true"
        sent = [self._put(form, kind, "" if dropped else words) for kind, words in found]
        return [{"message_id": each.message_id} for each in sent]

    def _send_together(self, form: Form) -> object:
        parts = json.loads(form["media"])
        if not 2 <= len(parts) <= ALBUM_LIMIT:
            raise bad_request("there must be 2-10 messages to send as an album")
        kinds = {part["type"] for part in parts}
        if not any(kinds <= together for together in _TOGETHER):
            raise bad_request("media of these types can't be sent in one album")
        if not all(part["media"] in self._people.files for part in parts):
            raise bad_request("wrong file identifier/HTTP URL specified")
        words = [_caption({**form, **part}) for part in parts]
        album = str(self._people.next_id())
        put = [self._put(form, part["type"], said) for part, said in zip(parts, words, strict=True)]
        for sent in put:
            sent.album = album
        return [sent.as_json() for sent in put]

    def _original(self, chat: int, number: int) -> tuple[str, str]:
        """What a message is, and its words."""
        chats = self._people.chats
        said = chats.said.get((chat, number))
        if said is None:
            if (sent := chats.sent.get((chat, number))) is not None and not sent.deleted:
                return sent.media or "text", sent.text
            raise bad_request("message to copy not found")
        if (chat, number) in chats.uncopyable:
            raise bad_request("message can't be copied")
        return kind_of(said), str(said.get("text") or said.get("caption") or "")

    def _put(self, form: Form, kind: str, words: str) -> Sent:
        chats = self._people.chats
        chat = chats.reachable(form)
        thread, buttons = chats.topic(chat, form), keyboard(form)
        answers = chats.answered(chat, json.loads(form.get("reply_parameters") or "{}"))
        if self.limits is not None:
            self.limits.check(chat)
        media = "" if kind == "text" else kind
        sent = Sent(
            chat, self._people.next_id(), words, words, thread=thread, answers=answers, media=media
        )
        sent.put(buttons)
        chats.add(sent)
        return sent

    def _edit_caption(self, form: Form) -> object:
        sent = self._people.chats.own(form)
        if not sent.media:
            raise bad_request("there is no caption in the message to edit")
        words, buttons = _caption(form), keyboard(form)
        if sent.album and buttons.rows:
            raise bad_request("an album takes no reply markup")
        if (words, buttons.rows) == (sent.text, sent.rows):
            raise bad_request("message is not modified: specified new message content")
        sent.text = sent.raw = words
        sent.put(buttons)
        sent.edits += 1
        return sent.as_json()


def kind_of(message: dict[str, Any]) -> str:
    """What a message is."""
    return next((kind for kind in _MEDIA if kind in message), "text")


def _caption(form: Form) -> str:
    if not form.get("caption", "").strip():
        return ""
    try:
        return shown_text(form, "caption", CAPTION_LIMIT)
    except Exception as error:
        if "too long" in str(error):
            raise bad_request("message caption is too long") from None
        raise
