"""What people do on the other side of the Bot API server."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.fakes.bot_api_media import ANONYMOUS, album_part, file_ids, media
from tests.fakes.bot_api_rules import BOT, chat_json, person_json
from tests.fakes.bot_api_updates import chat_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.fakes.bot_api_chats import Chats
    from tests.fakes.bot_api_rules import Sent
    from tests.fakes.bot_api_updates import Updates


@dataclass(slots=True)
class Asked:
    """A message of a person, and when it was sent (monotonic)."""

    update_id: int
    chat: int
    text: str
    message: dict[str, Any]
    at: float = field(default_factory=time.monotonic)


class People:
    """They write, press, edit, leave and come back; a negative chat is a group.

    Attributes:
        asked: every message that was put in line for the bot.
        queries: ids of presses and inline queries that can still be answered.
        files: names of the files that people have sent, by which the bot may send them again.
    """

    def __init__(self, chats: Chats, updates: Updates) -> None:
        self.chats = chats
        self.updates = updates
        self.asked: list[Asked] = []
        self.queries: set[str] = set()
        self.files: set[str] = set()
        self._last_id = 1000

    def user_says(self, chat: int, text: str | None = None, **more: object) -> dict[str, Any]:
        """A message; ``more`` are fields of the message."""
        self.chats.meet(chat)
        if more.get("is_topic_message"):
            self.chats.open_topic(chat, int(str(more["message_thread_id"])))
        message = self._message(chat, **({} if text is None else {"text": text}), **more)
        update_id = self.push("message", message)
        if update_id is not None:
            self.asked.append(Asked(update_id, chat, text or "", message))
        return message

    def user_sends(
        self, chat: int, kind: str, caption: str | None = None, **more: object
    ) -> dict[str, Any]:
        """A message of one of ``bot_api_media.KINDS``."""
        given = {} if caption is None else {"caption": caption}
        return self.user_says(chat, **(media(kind) | given | more))

    def user_sends_album(
        self, chat: int, kinds: Sequence[str], captions: Sequence[str] = (), **more: object
    ) -> list[dict[str, Any]]:
        """Messages that were sent together; captions for the first ones, empty for none."""
        name = str(self.next_id())
        return [
            self.user_says(chat, **(album_part(kind, number, captions, name) | more))
            for number, kind in enumerate(kinds)
        ]

    def user_edits(self, message: dict[str, Any], text: str) -> None:
        """A message that was sent before gets another text."""
        self.push("edited_message", {**message, "text": text, "edit_date": int(time.time())})

    def anonymous_admin_says(self, group: int, text: str) -> dict[str, Any]:
        """A message in the name of the group itself."""
        whole = chat_json(group, self.chats.kinds.get(group, ""))
        return self.user_says(group, text, **{"from": ANONYMOUS, "sender_chat": whole})

    def channel_posts(self, channel: int, text: str) -> None:
        """A post in a channel that the bot is in."""
        self.chats.kinds[channel] = "channel"
        self.chats.meet(channel)
        post = self._message(channel, text=text)
        del post["from"]
        self.push("channel_post", post)

    def user_presses(self, chat: int, button: int | str = 0, **more: object) -> str:
        """A press on the chat's last buttons, by position or data; returns the id of the query."""
        shown = next(m for m in reversed(self.chats.of(chat)) if m.buttons)
        data = shown.buttons[button][1] if isinstance(button, int) else button
        return self.user_presses_at(chat, shown, data, **more)

    def user_presses_at(self, chat: int, shown: Sent, data: str, **more: object) -> str:
        """A press on a button of one message; ``data`` may be forged."""
        query: dict[str, Any] = {
            "id": f"query-{self.next_id()}",
            "from": person_json(chat),
            "chat_instance": "1",
            "message": shown.as_json(),
            "data": data,
            **more,
        }
        self.queries.add(query["id"])
        self.push("callback_query", query)
        return str(query["id"])

    def user_searches(self, person: int, text: str, offset: str = "") -> str:
        """An inline query; returns its id."""
        query_id = f"inline-{self.next_id()}"
        self.queries.add(query_id)
        query = {"id": query_id, "from": person_json(person), "query": text, "offset": offset}
        self.push("inline_query", {**query, "chat_type": "sender"})
        return query_id

    def query_expires(self, query_id: str) -> None:
        """The press or the search is too old to be answered."""
        self.queries.discard(query_id)

    def bot_joins(self, chat: int) -> None:
        """The bot is put into a group, or a person takes it back."""
        self.chats.meet(chat)
        self.chats.blocked.discard(chat)
        self.chats.kicked.discard(chat)
        self._membership(chat, "member", before="left")

    def bot_leaves(self, chat: int) -> None:
        """A person blocks the bot, or a group throws it out."""
        (self.chats.kicked if chat < 0 else self.chats.blocked).add(chat)
        self._membership(chat, "kicked", before="member")

    def group_migrates(self, group: int, supergroup: int, *, announced: bool = True) -> None:
        """A group becomes a supergroup under another id."""
        self.chats.kinds[group] = "group"
        self.chats.meet(supergroup)
        self.chats.moved[group] = supergroup
        if announced:
            self.push("message", self._message(group, migrate_to_chat_id=supergroup))
            self.push("message", self._message(supergroup, migrate_from_chat_id=group))

    def poison(self, text: str = "illisible") -> None:
        """An update without the fields that every message has."""
        self.push("message", {"message_id": self.next_id(), "text": text})

    def push(self, kind: str, content: object, update_id: int | None = None) -> int | None:
        """Any update at all, if the bot asked for its kind; returns its id.

        ``update_id`` may be out of order, or far below the others.
        """
        if not self.updates.wanted(kind):
            return None
        number = self.next_id() if update_id is None else update_id
        self.updates.add(kind, content, number)
        return number

    def deliver(self, update: dict[str, Any]) -> None:
        """An update with a number of its own, as often as it is delivered."""
        for content in update.values():
            if isinstance(content, dict) and (chat := chat_of(content)) is not None:
                self.chats.meet(chat)
        self.updates.requeue(update)

    def next_id(self) -> int:
        """A number that was not given yet."""
        self._last_id += 1
        return self._last_id

    def _message(self, chat: int, **more: object) -> dict[str, Any]:
        message: dict[str, Any] = {
            "message_id": self.next_id(),
            "date": int(time.time()),
            "chat": chat_json(chat, self.chats.kinds.get(chat, "")),
            "from": person_json(chat),
            **more,
        }
        self.chats.heard(chat, message)
        self.files |= file_ids(message)
        return message

    def _membership(self, chat: int, after: str, before: str) -> None:
        states = {
            name: {"user": BOT, "status": status}
            | ({"until_date": 0} if status == "kicked" else {})
            for name, status in (("old_chat_member", before), ("new_chat_member", after))
        }
        self.push(
            "my_chat_member",
            {
                "chat": chat_json(chat, self.chats.kinds.get(chat, "")),
                "from": person_json(chat),
                "date": int(time.time()),
                **states,
            },
        )
