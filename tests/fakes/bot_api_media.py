"""Messages that are no plain text, with the fields that Telegram gives them."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

KINDS = (
    "voice",
    "photo",
    "document",
    "sticker",
    "location",
    "contact",
    "dice",
    "poll",
    "video_note",
    "animation",
    "audio",
    "video",
    "venue",
    "forward",
)
"""What ``media`` makes."""

ANONYMOUS = {
    "id": 1087968824,
    "is_bot": True,
    "first_name": "Group",
    "username": "GroupAnonymousBot",
}


def media(kind: str) -> dict[str, Any]:
    """The fields of a message of one of ``KINDS``, but for those that every message has."""
    file = {"file_id": f"AgACAgQAAxkBAA{kind}", "file_unique_id": f"AQAD{kind}", "file_size": 20480}
    thumbnail = {**file, "width": 90, "height": 67}
    clip = {**file, "width": 320, "height": 240, "duration": 4, "mime_type": "video/mp4"}
    place = {"latitude": 48.8566, "longitude": 2.3522}
    animation = {**clip, "file_name": "a.mp4", "thumbnail": thumbnail}
    makes: dict[str, dict[str, Any]] = {
        "voice": {"voice": {**file, "duration": 7, "mime_type": "audio/ogg"}},
        "photo": {"photo": [thumbnail, {**file, "width": 1280, "height": 960}]},
        "document": {
            "document": {**file, "file_name": "../../x.pdf", "mime_type": "application/pdf"}
        },
        "sticker": {"sticker": _sticker(file)},
        "location": {"location": place},
        "contact": {"contact": {"phone_number": "+33612345678", "first_name": "Paul"}},
        "dice": {"dice": {"emoji": "🎲", "value": 4}},
        "poll": {"poll": _poll()},
        "video_note": {"video_note": {**file, "length": 240, "duration": 5}},
        "animation": {"animation": animation, "document": animation},
        "audio": {"audio": {**file, "duration": 180, "title": "Titre", "performer": "Qui"}},
        "video": {"video": clip},
        "venue": {
            "venue": {"location": place, "title": "Ici", "address": "1 rue"},
            "location": place,
        },
        "forward": {"text": "Message transféré", "forward_origin": _origin()},
    }
    return makes[kind]


def _sticker(file: dict[str, Any]) -> dict[str, Any]:
    return {
        **file,
        "width": 512,
        "height": 512,
        "is_animated": False,
        "is_video": False,
        "type": "regular",
        "emoji": "👍",
        "set_name": "Ensemble",
    }


def _poll() -> dict[str, Any]:
    options = [{"text": text, "voter_count": 0, "persistent_id": text} for text in ("Oui", "Non")]
    return {
        "id": "5001",
        "question": "Oui ou non ?",
        "options": options,
        "total_voter_count": 0,
        "is_closed": False,
        "is_anonymous": True,
        "type": "regular",
        "allows_multiple_answers": False,
        "allows_revoting": False,
        "members_only": False,
    }


def _origin() -> dict[str, Any]:
    return {"type": "hidden_user", "sender_user_name": "Quelqu’un", "date": int(time.time()) - 60}


def album_part(kind: str, number: int, captions: Sequence[str], album: str) -> dict[str, Any]:
    """The fields of one of the messages that were sent together; each has a file of its own."""
    fields = {**media(kind), "media_group_id": album}
    found = fields[kind]
    own = [{**size, "file_id": f"{size['file_id']}{album}{number}"} for size in _sizes(found)]
    fields[kind] = own if isinstance(found, list) else own[0]
    words = captions[number] if number < len(captions) else ""
    return fields | ({"caption": words} if words else {})


def file_ids(message: dict[str, Any]) -> set[str]:
    """The names of the files in a message."""
    sizes = [size for value in message.values() for size in _sizes(value)]
    return {size["file_id"] for size in sizes if "file_id" in size}


def _sizes(value: object) -> list[dict[str, Any]]:
    """A file, or the sizes of a photo; of anything else, nothing that has a name."""
    return [
        each for each in (value if isinstance(value, list) else [value]) if isinstance(each, dict)
    ]
