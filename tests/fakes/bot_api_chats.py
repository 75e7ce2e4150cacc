"""The chats of the Bot API server: who can be reached, and what stands in them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.fakes.bot_api_rules import Refusal, bad_request

if TYPE_CHECKING:
    from tests.fakes.bot_api_forums import Forum
    from tests.fakes.bot_api_rules import Sent


class Chats:
    """Everything by key: nothing here gets slower with the number of messages.

    Attributes:
        messages: what the bot sent, in order.
        kinds: types of the chats that are no ordinary ones: ``group``, ``channel``.
        blocked: chats that blocked the bot; ``kicked``: groups that threw it out;
            ``deactivated``: people who left Telegram.
        moved: new ids of groups that became supergroups.
        forums: supergroups whose topics, rights and members matter, by id.
        said, sent: what people and the bot have said, by chat and number.
        uncopyable: messages that cannot be copied.
        reactions: what the bot has put under messages, by chat and number.
    """

    def __init__(self) -> None:
        self.messages: list[Sent] = []
        self.kinds: dict[int, str] = {}
        self.blocked: set[int] = set()
        self.kicked: set[int] = set()
        self.deactivated: set[int] = set()
        self.moved: dict[int, int] = {}
        self._known: set[int] = set()
        self._topics: set[tuple[int, int]] = set()
        self.forums: dict[int, Forum] = {}
        self.sent: dict[tuple[int, int], Sent] = {}
        self.said: dict[tuple[int, int], dict[str, Any]] = {}
        self.uncopyable: set[tuple[int, int]] = set()
        self.reactions: dict[tuple[int, int], str] = {}
        self._in_chat: dict[int, list[Sent]] = {}

    def meet(self, chat: int) -> None:
        """The bot may write there from now on."""
        self._known.add(chat)

    def open_topic(self, chat: int, thread: int) -> None:
        """A topic of a forum."""
        self._topics.add((chat, thread))

    def heard(self, chat: int, message: dict[str, Any]) -> None:
        """A person's message, that can be replied to and copied."""
        self.said[chat, int(message["message_id"])] = message

    def knows(self, chat: int, number: int) -> bool:
        """Whether a message stands in a chat."""
        return (chat, number) in self.said or (chat, number) in self.sent

    def add(self, sent: Sent) -> None:
        """A message of the bot."""
        self.messages.append(sent)
        self.sent[sent.chat, sent.message_id] = sent
        self._in_chat.setdefault(sent.chat, []).append(sent)

    def of(self, chat: int) -> list[Sent]:
        """What the bot sent to one chat, in order."""
        return self._in_chat.get(chat, [])

    def reachable(self, form: dict[str, str]) -> int:
        """The chat of a call.

        Raises:
            Refusal: it is unknown, moved, or wants no more of the bot.
        """
        chat = int(form["chat_id"])
        if chat in self.moved:
            raise Refusal(
                400,
                "Bad Request: group chat was upgraded to a supergroup chat",
                migrate_to_chat_id=self.moved[chat],
            )
        if chat in self.blocked:
            raise Refusal(403, "Forbidden: bot was blocked by the user")
        if chat in self.deactivated:
            raise Refusal(403, "Forbidden: user is deactivated")
        if chat in self.kicked:
            kind = self.kinds.get(chat, "supergroup")
            raise Refusal(403, f"Forbidden: bot was kicked from the {kind} chat")
        if chat not in self._known:
            raise bad_request("chat not found")
        return chat

    def topic(self, chat: int, form: dict[str, str]) -> int | None:
        """The topic of a call.

        Raises:
            Refusal: the chat has no such topic.
        """
        if chat in self.forums and "send" not in self.forums[chat].rights:
            raise bad_request("not enough rights to send text messages to the chat")
        if "message_thread_id" not in form:
            return None
        thread = int(form["message_thread_id"])
        if chat in self.forums:
            return self.forums[chat].check_thread(thread)
        if (chat, thread) not in self._topics:
            raise bad_request("message thread not found")
        return thread

    def answered(self, chat: int, parameters: dict[str, object]) -> int | None:
        """The message that a call replies to.

        Raises:
            Refusal: it is not there, and the call insists on it.
        """
        if "message_id" not in parameters:
            return None
        number = int(str(parameters["message_id"]))
        if not self.knows(chat, number):
            if not parameters.get("allow_sending_without_reply"):
                raise bad_request("message to be replied not found")
            return None
        return number

    def own(self, form: dict[str, str], what: str = "edit") -> Sent:
        """The bot's message that a call is about.

        Raises:
            Refusal: it is not there, or no longer.
        """
        chat, number = self.reachable(form), int(form["message_id"])
        sent = self.sent.get((chat, number))
        if sent is None or sent.deleted:
            if what == "edit" and (chat, number) in self.said:
                raise bad_request("message can't be edited")
            raise bad_request(f"message to {what} not found")
        return sent
