"""Those who answer for a desk, in its group on the Bot API server."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.fakes.bot_api_forums import Forum, Topic
from tests.fakes.bot_api_media import ANONYMOUS, album_part, media
from tests.fakes.bot_api_people import People
from tests.fakes.bot_api_rules import BOT, Sent, chat_json, person_json

if TYPE_CHECKING:
    from collections.abc import Sequence


class DeskPeople(People):
    """People who write in the groups of desks, in a topic or not."""

    def found_forum(self, group: int, *members: int, on: bool = True) -> Forum:
        """A supergroup with topics (or, not ``on``, without), the bot and these people in it."""
        self.chats.meet(group)
        forum = self.chats.forums.setdefault(group, Forum(on=on))
        forum.members |= dict.fromkeys(members, "member")
        return forum

    def staff_says(
        self,
        group: int,
        person: int,
        text: str | None,
        *,
        thread: int | None = None,
        to: Sent | dict[str, Any] | None = None,
        **more: object,
    ) -> dict[str, Any]:
        """A message of somebody at a desk; in a topic, one that replies to nothing names its root.

        Args:
            group: where.
            person: who.
            text: what; None: ``more`` has it.
            thread: the topic.
            to: the message that it replies to.
            more: fields of the message.
        """
        fields: dict[str, object] = {"from": self.name(person), **self._in(group, thread)}
        if to is not None:
            fields["reply_to_message"] = to.as_json() if isinstance(to, Sent) else to
        return self.user_says(group, text, **(fields | more))

    def staff_sends(
        self, group: int, person: int, kind: str, caption: str | None = None, **more: object
    ) -> dict[str, Any]:
        """A message of one of ``bot_api_media.KINDS``."""
        words = {} if caption is None else {"caption": caption}
        return self.staff_says(group, person, None, **(media(kind) | words | more))

    def staff_sends_album(
        self,
        group: int,
        person: int,
        kinds: Sequence[str],
        captions: Sequence[str] = (),
        *,
        thread: int | None = None,
        to: Sent | dict[str, Any] | None = None,
        **more: object,
    ) -> list[dict[str, Any]]:
        """Messages that were sent together; ``more`` as :meth:`staff_says` takes it."""
        name = str(self.next_id())
        return [
            self.staff_says(
                group,
                person,
                None,
                thread=thread,
                to=to,
                **(album_part(kind, number, captions, name) | more),
            )
            for number, kind in enumerate(kinds)
        ]

    def anonymous_says(
        self, group: int, text: str, thread: int, to: Sent | None = None
    ) -> dict[str, Any]:
        """A message of an administrator who does not show who they are."""
        whole = chat_json(group, "supergroup")
        return self.staff_says(
            group, 0, text, thread=thread, to=to, **{"from": ANONYMOUS, "sender_chat": whole}
        )

    def staff_presses(self, person: int, sent: Sent, data: str) -> str:
        """A press on a button of a message of the bot's; ``data`` may be forged."""
        query: dict[str, Any] = {
            "id": f"query-{self.next_id()}",
            "from": self.name(person),
            "chat_instance": "1",
            "message": sent.as_json(),
            "data": data,
        }
        self.queries.add(query["id"])
        self.push("callback_query", query)
        return str(query["id"])

    def topics_of(self, group: int) -> dict[int, Topic]:
        """The topics of a group that are still there."""
        topics = self.chats.forums[group].topics
        return {thread: topic for thread, topic in topics.items() if not topic.deleted}

    def in_topic(self, group: int, thread: int | None) -> list[Sent]:
        """What the bot has said in a topic (None: in General), in order."""
        here = (sent for sent in self.chats.of(group) if sent.thread == thread)
        return [sent for sent in here if not sent.deleted]

    @staticmethod
    def name(person: int) -> dict[str, Any]:
        """Somebody at a desk as Telegram shows them."""
        return {**person_json(person), "first_name": "Camille", "last_name": f"N{person}"}

    def _in(self, group: int, thread: int | None) -> dict[str, object]:
        if thread is None:
            return {}
        root: dict[str, Any] = {
            "message_id": thread,
            "date": 1,
            "chat": chat_json(group, "supergroup"),
            "from": BOT,
            "message_thread_id": thread,
            "is_topic_message": True,
            "forum_topic_created": {"name": "sujet", "icon_color": 7322096},
        }
        return {"message_thread_id": thread, "is_topic_message": True, "reply_to_message": root}
