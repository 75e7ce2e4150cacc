"""The methods of the Bot API, with their refusals."""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING, Any

from tests.fakes.bot_api_copies import CopyMethods
from tests.fakes.bot_api_forums import ForumMethods
from tests.fakes.bot_api_rules import (
    BOT,
    Refusal,
    Sent,
    bad_request,
    chat_json,
    keyboard,
    shown_text,
)

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from tests.fakes.bot_api_limits import FloodLimits
    from tests.fakes.bot_api_menus import Menus
    from tests.fakes.bot_api_people import People

Form = dict[str, str]
_TOO_OLD = "query is too old and response timeout expired or query ID is invalid"
_NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)
_QUERY_TEXT_LIMIT = 200
_ACTIONS = frozenset({"typing", "upload_photo", "upload_document", "find_location"})


class Methods:
    """Performs calls.

    Attributes:
        answered: ids of the presses that were acknowledged; ``notices`` what they were told.
    """

    def __init__(self, people: People, menus: Menus) -> None:
        self.people = people
        self.menus = menus
        self.answered: list[str] = []
        self.notices: dict[str, str] = {}
        self._limits: FloodLimits | None = None
        self.forums, self.copies = ForumMethods(people), CopyMethods(people)
        self._table = self._methods()

    @property
    def limits(self) -> FloodLimits | None:
        """When set, sends that are too many are refused, whatever is sent."""
        return self._limits

    @limits.setter
    def limits(self, limits: FloodLimits | None) -> None:
        self._limits = self.forums.limits = self.copies.limits = limits

    async def perform(self, method: str, form: Form) -> object:
        """The result of a call.

        Raises:
            Refusal: Telegram turns it down.
        """
        known = self._table.get(method.lower())
        if known is None:
            raise Refusal(404, "Not Found: method not found")
        try:
            return await known(form)
        except (KeyError, ValueError, TypeError, AttributeError):
            raise bad_request("wrong parameter") from None

    def _methods(self) -> dict[str, Callable[[Form], Awaitable[object]]]:
        menus, updates = self.menus, self.people.updates
        plain: dict[str, Callable[[Form], object]] = {
            "getMe": lambda _: _ME,
            "logOut": lambda _: True,
            "getWebhookInfo": self._webhook_info,
            "sendMessage": self._send,
            "editMessageText": self._edit_text,
            "editMessageReplyMarkup": self._edit_markup,
            "deleteMessage": self._delete,
            "answerCallbackQuery": self._answer_press,
            "answerInlineQuery": lambda form: menus.answer_inline(
                self._query(form["inline_query_id"]), form
            ),
            "sendChatAction": self._act,
            "leaveChat": lambda form: bool(self.people.chats.reachable(form)),
            "getChat": self._chat,
            "getChatMember": self.forums.member,
            "createForumTopic": self.forums.create,
            "closeForumTopic": self.forums.close,
            "reopenForumTopic": self.forums.reopen,
            "editForumTopic": self.forums.edit,
            "deleteForumTopic": self.forums.delete,
            "setMessageReaction": self.forums.react,
            **self.copies.table(),
            "setMyCommands": menus.set_commands,
            "getMyCommands": menus.get_commands,
            "deleteMyCommands": menus.delete_commands,
        }
        for ending in ("Name", "Description", "ShortDescription"):
            plain[f"setMy{ending}"] = partial(menus.set_text, ending)
            plain[f"getMy{ending}"] = partial(menus.get_text, ending)
        table = {name.lower(): _awaited(call) for name, call in plain.items()}
        table["getupdates"] = updates.poll
        table["setwebhook"] = _then_true(updates.set_webhook)
        table["deletewebhook"] = _then_true(updates.delete_webhook)
        return table

    def _send(self, form: Form) -> object:
        chats = self.people.chats
        chat = chats.reachable(form)
        thread = chats.topic(chat, form)
        text, buttons = shown_text(form), keyboard(form)
        answers = chats.answered(chat, json.loads(form.get("reply_parameters") or "{}"))
        if self.limits is not None:
            self.limits.check(chat)
        sent = Sent(
            chat,
            self.people.next_id(),
            text,
            form["text"],
            thread=thread,
            answers=answers,
            chat_type=chats.kinds.get(chat, ""),
        )
        sent.put(buttons)
        chats.add(sent)
        return sent.as_json()

    def _edit_text(self, form: Form) -> object:
        if "inline_message_id" in form:
            return bool(shown_text(form))
        sent = self.people.chats.own(form)
        if sent.media:
            raise bad_request("there is no text in the message to edit")
        text, buttons = shown_text(form), keyboard(form)
        if (text, form["text"], buttons.rows) == (sent.text, sent.raw, sent.rows):
            raise bad_request(_NOT_MODIFIED)
        sent.text, sent.raw = text, form["text"]
        sent.put(buttons)
        sent.edits += 1
        return sent.as_json()

    def _edit_markup(self, form: Form) -> object:
        sent = self.people.chats.own(form)
        buttons = keyboard(form)
        if buttons.rows == sent.rows:
            raise bad_request(_NOT_MODIFIED)
        sent.put(buttons)
        return sent.as_json()

    def _delete(self, form: Form) -> object:
        self.people.chats.own(form, "delete").deleted = True
        return True

    def _answer_press(self, form: Form) -> object:
        query = self._query(form["callback_query_id"])
        if len(form.get("text", "")) > _QUERY_TEXT_LIMIT:
            raise bad_request("MESSAGE_TOO_LONG")
        self.answered.append(query)
        self.notices[query] = form.get("text", "")
        return True

    def _query(self, query: str) -> str:
        if query not in self.people.queries:
            raise bad_request(_TOO_OLD)
        return query

    def _act(self, form: Form) -> object:
        chat = self.people.chats.reachable(form)
        self.people.chats.topic(chat, form)
        if form["action"] not in _ACTIONS:
            raise bad_request("wrong parameter action in request")
        return True

    def _chat(self, form: Form) -> object:
        chat = self.people.chats.reachable(form)
        kind = self.people.chats.kinds.get(chat, "")
        forum = self.people.chats.forums.get(chat)
        topics = {"is_forum": True} if forum is not None and forum.on else {}
        return {
            **topics,
            **chat_json(chat, kind),
            "accent_color_id": 0,
            "max_reaction_count": 11,
        }

    def _webhook_info(self, _: Form) -> object:
        updates = self.people.updates
        info = updates.sender.info() | {"pending_update_count": updates.pending()}
        return info | ({"allowed_updates": updates.allowed} if updates.allowed else {})


_ME: dict[str, Any] = {
    **BOT,
    "can_join_groups": True,
    "can_read_all_group_messages": False,
    "supports_inline_queries": True,
    "can_connect_to_business": False,
    "has_main_web_app": False,
}


def _awaited(call: Callable[[Form], object]) -> Callable[[Form], Awaitable[object]]:
    async def result(form: Form) -> object:
        return call(form)

    return result


def _then_true(call: Callable[[Form], Awaitable[None]]) -> Callable[[Form], Awaitable[object]]:
    async def result(form: Form) -> object:
        await call(form)
        return True

    return result
