"""The forums of the Bot API server: topics of supergroups, what the bot may do there, who is in."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.fakes.bot_api_rules import BOT, bad_request, person_json

if TYPE_CHECKING:
    from tests.fakes.bot_api_limits import FloodLimits
    from tests.fakes.bot_api_people import People

Form = dict[str, str]
GENERAL = 1
_NAME_LIMIT = 128
_REACTIONS = frozenset("👌👍👎❤🔥👏🎉🙏")
_INSIDE = frozenset({"creator", "administrator", "member", "restricted"})


@dataclass(slots=True)
class Topic:
    """A topic: its name, and whether it was closed or deleted."""

    name: str
    closed: bool = False
    deleted: bool = False


@dataclass(slots=True)
class Forum:
    """A supergroup as its administrators have set it.

    Attributes:
        topics: by their number, in the order in which they were made.
        on: whether topics are switched on; if not, their numbers are passed over in silence.
        rights: what the bot may do: ``topics`` (make and close them), ``send``, ``react``.
        members: what people are to it, by id; who is not named has left.
        deleted_says: what a call hears that names a topic that was deleted.
        admin: whether the bot is an administrator; if not, it is a member.
    """

    topics: dict[int, Topic] = field(default_factory=dict)
    on: bool = True
    rights: set[str] = field(default_factory=lambda: {"topics", "send", "react"})
    members: dict[int, str] = field(default_factory=dict)
    deleted_says: str = "message thread not found"
    admin: bool = True

    def check_thread(self, thread: int) -> int | None:
        """The topic that a message goes to; None: to none, for there are none any more.

        Raises:
            Refusal: there is no such topic, or the bot may not write there.
        """
        if not self.on:
            return None
        topic = self.topics.get(thread)
        if topic is None or thread == GENERAL:
            raise bad_request("message thread not found")
        if topic.deleted:
            raise bad_request(self.deleted_says)
        if topic.closed and "topics" not in self.rights:
            raise bad_request("TOPIC_CLOSED")
        return thread

    def live(self, thread: int) -> Topic:
        """A topic that is managed.

        Raises:
            Refusal: it is not there, or the bot may not.
        """
        if not self.on:
            raise bad_request("the chat is not a forum")
        if "topics" not in self.rights:
            raise bad_request("not enough rights to manage the topic")
        topic = self.topics.get(thread)
        if topic is None or topic.deleted or thread == GENERAL:
            raise bad_request("TOPIC_ID_INVALID")
        return topic


class ForumMethods:
    """The methods that are about topics, members and reactions.

    Args:
        people: with the chats.
    """

    def __init__(self, people: People) -> None:
        self._people = people
        self.limits: FloodLimits | None = None

    def create(self, form: Form) -> object:
        """createForumTopic; it counts as a message of the group's."""
        chats = self._people.chats
        chat = chats.reachable(form)
        forum, name = chats.forums.get(chat), form["name"][:_NAME_LIMIT]
        if forum is None or not forum.on:
            raise bad_request("the chat is not a forum")
        if "topics" not in forum.rights:
            raise bad_request("not enough rights to create a topic")
        if not name.strip():
            raise bad_request("TOPIC_TITLE_EMPTY")
        if self.limits is not None:
            self.limits.check(chat)
        thread = self._people.next_id()
        forum.topics[thread] = Topic(name)
        return {"message_thread_id": thread, "name": name, "icon_color": 7322096}

    def close(self, form: Form) -> object:
        """closeForumTopic."""
        return self._set(form, closed=True)

    def reopen(self, form: Form) -> object:
        """reopenForumTopic."""
        return self._set(form, closed=False)

    def edit(self, form: Form) -> object:
        """editForumTopic."""
        self._topic(form).name = form["name"][:_NAME_LIMIT]
        return True

    def delete(self, form: Form) -> object:
        """deleteForumTopic: all that stands in it goes too."""
        self._topic(form).deleted = True
        for sent in self._people.chats.of(int(form["chat_id"])):
            if sent.thread == int(form["message_thread_id"]):
                sent.deleted = True
        return True

    def _set(self, form: Form, *, closed: bool) -> bool:
        topic = self._topic(form)
        if topic.closed is closed:
            raise bad_request("TOPIC_NOT_MODIFIED")
        topic.closed = closed
        return True

    def _topic(self, form: Form) -> Topic:
        chat = self._people.chats.reachable(form)
        forum = self._people.chats.forums.get(chat)
        if forum is None:
            raise bad_request("the chat is not a forum")
        return forum.live(int(form["message_thread_id"]))

    def member(self, form: Form) -> object:
        """getChatMember."""
        chat, person = self._people.chats.reachable(form), int(form["user_id"])
        forum = self._people.chats.forums.get(chat, Forum())
        if person == BOT["id"]:
            if not forum.admin:
                return {"status": "member", "user": BOT}
            manages = "topics" in forum.rights
            return {"status": "administrator", "user": BOT, **_rights(manages=manages)}
        status = forum.members.get(person, "left")
        found: dict[str, object] = {"status": status, "user": person_json(person)}
        if status == "creator":
            found["is_anonymous"] = False
        if status == "administrator":
            found |= _rights(manages=True)
        return found if status in _INSIDE else {**found, "status": "left"}

    def react(self, form: Form) -> object:
        """setMessageReaction."""
        chats = self._people.chats
        chat, number = chats.reachable(form), int(form["message_id"])
        if not chats.knows(chat, number):
            raise bad_request("message to react not found")
        if (forum := chats.forums.get(chat)) and "react" not in forum.rights:
            raise bad_request("REACTION_INVALID")
        chosen = [each["emoji"] for each in json.loads(form.get("reaction") or "[]")]
        if not set(chosen) <= _REACTIONS:
            raise bad_request("REACTION_INVALID")
        chats.reactions[chat, number] = "".join(chosen)
        return True


def _rights(*, manages: bool) -> dict[str, object]:
    names = ("can_be_edited", "is_anonymous", "can_manage_chat", "can_delete_messages")
    more = ("can_manage_video_chats", "can_restrict_members", "can_promote_members")
    last = ("can_change_info", "can_invite_users", "can_post_stories", "can_edit_stories")
    held = dict.fromkeys((*names, *more, *last, "can_delete_stories"), True)
    return {**held, "is_anonymous": False, "can_manage_topics": manages}
