"""A Bot API server that runs here, with the manners and the refusals of Telegram's.

Give ``token`` and ``base_url`` to the application; let people speak with ``user_says`` and
``user_presses``; wait with ``sent``; read ``messages``.
"""

from __future__ import annotations

import asyncio
import json
import time
from typing import TYPE_CHECKING, Any

from tests.fakes.bot_api_rules import (
    BOT,
    Fault,
    Refusal,
    Sent,
    button_list,
    chat_json,
    shown_text,
)
from tests.fakes.tiny_http import Answer, TinyHttp

if TYPE_CHECKING:
    from collections.abc import Callable

TOKEN = "4242:fake-and-made-up-for-tests"
_TOO_OLD = "query is too old and response timeout expired or query ID is invalid"


class FakeBotApi(TinyHttp):
    """The server, and the people on the other side of it.

    Attributes:
        messages: what the bot sent, in order.
        calls: method and parameters of every call with the right token.
        commands: the menus, by language code; ``""`` is everybody's.
        answered: ids of the button presses that were acknowledged.
        blocked: chats that blocked the bot.
        impatient: calls to a chat before its retry_after was over.
        faults: what goes wrong next, by method; one fault a call.
    """

    def __init__(self, token: str = TOKEN) -> None:
        super().__init__(self._serve)
        self.token = token
        self.messages: list[Sent] = []
        self.calls: list[tuple[str, dict[str, str]]] = []
        self.commands: dict[str, list[dict[str, str]]] = {}
        self.answered: list[str] = []
        self.blocked: set[int] = set()
        self.impatient: list[str] = []
        self.faults: dict[str, list[Fault | None]] = {}
        self._chats: set[int] = set()
        self._topics: set[tuple[int, int]] = set()
        self._queries: set[str] = set()
        self._updates: list[dict[str, Any]] = []
        self._allowed: list[str] = []
        self._parked: dict[int, float] = {}
        self._last_id = 1000
        self._poller = 0
        self._changed = asyncio.Event()

    @property
    def base_url(self) -> str:
        """To be given to the application."""
        return f"http://127.0.0.1:{self.port}/bot"

    # What people do

    def user_says(self, chat: int, text: str | None = None, **more: object) -> dict[str, Any]:
        """A message; a negative chat is a group. ``more`` are fields of the message."""
        self._chats.add(chat)
        if more.get("is_topic_message"):
            self._topics.add((chat, int(str(more["message_thread_id"]))))
        message = {
            "message_id": self._next_id(),
            "date": int(time.time()),
            "chat": chat_json(chat),
            "from": {"id": abs(chat), "is_bot": False, "first_name": "Claire"},
            **({} if text is None else {"text": text}),
            **more,
        }
        self.push("message", message)
        return message

    def user_presses(self, chat: int, button: int | str = 0, **more: object) -> str:
        """A press on the chat's last buttons, by position or data; returns the id of the query."""
        shown = next(m for m in reversed(self.messages) if m.chat == chat and m.buttons)
        data = shown.buttons[button][1] if isinstance(button, int) else button
        query = {
            "id": f"query-{self._next_id()}",
            "from": {"id": abs(chat), "is_bot": False, "first_name": "Claire"},
            "chat_instance": "1",
            "message": shown.as_json(),
            "data": data,
            **more,
        }
        self._queries.add(query["id"])
        self.push("callback_query", query)
        return str(query["id"])

    def query_expires(self, query_id: str) -> None:
        """The press is too old to be acknowledged."""
        self._queries.discard(query_id)

    def poison(self, text: str = "illisible") -> None:
        """An update without the fields that every message has."""
        self.push("message", {"message_id": self._next_id(), "text": text})

    def push(self, kind: str, content: object) -> None:
        """Any update at all, if the bot asked for its kind."""
        if not self._allowed or kind in self._allowed:
            self._updates.append({"update_id": self._next_id(), kind: content})
            self._wake()

    def deliver(self, update: dict[str, Any]) -> None:
        """An update with a number of its own."""
        self._chats.add(int(update["message"]["chat"]["id"]))
        self._updates.append(update)
        self._wake()

    def fail(self, method: str, *faults: Fault | None) -> None:
        """Let the next calls of ``method`` go wrong, one after the other; None: a good one."""
        self.faults.setdefault(method, []).extend(faults)

    # What a test waits for

    async def sent(self, count: int, timeout: float = 15.0) -> list[Sent]:  # noqa: ASYNC109 - a fake's own limit
        """Wait until ``count`` messages were sent in all."""
        await self.until(lambda: len(self.messages) >= count, timeout)
        return self.messages

    async def called(self, method: str, count: int = 1) -> None:
        """Wait until a method was called ``count`` times in all."""
        await self.until(lambda: [name for name, _ in self.calls].count(method) >= count)

    async def until(self, holds: Callable[[], object], timeout: float = 15.0) -> None:  # noqa: ASYNC109 - as above
        """Wait until ``holds()``."""
        async with asyncio.timeout(timeout):
            while not holds():
                await self._changed.wait()

    def pending(self) -> int:
        """How many updates the bot has not confirmed."""
        return len(self._updates)

    # The server

    async def _serve(self, path: str, form: dict[str, str]) -> Answer | None:
        prefix, _, method = path.rpartition("/")
        if prefix != f"/bot{self.token}":
            return _answer({"ok": False, "error_code": 401, "description": "Unauthorized"})
        self.calls.append((method, form))
        fault = self.faults[method].pop(0) if self.faults.get(method) else None
        try:
            return await self._perform(method, form, fault)
        except Refusal as refusal:
            return _answer(refusal.answer)
        except (KeyError, ValueError):
            return _answer(Refusal(400, "Bad Request: wrong parameter").answer)
        finally:
            self._wake()

    async def _perform(
        self, method: str, form: dict[str, str], fault: Fault | None
    ) -> Answer | None:
        self._check_patience(method, form)
        if fault is None or fault.taken:
            result = await _METHODS[method](self, form)
        if fault is None:
            return _answer({"ok": True, "result": result})
        if fault.cut:
            return None
        if fault.body:
            return Answer(fault.status, fault.body, "text/html")
        if fault.retry_after and "chat_id" in form:
            self._parked[int(form["chat_id"])] = time.monotonic() + fault.retry_after
        raise Refusal(fault.status, fault.description, fault.retry_after)

    def _check_patience(self, method: str, form: dict[str, str]) -> None:
        if "chat_id" in form and time.monotonic() < self._parked.get(int(form["chat_id"]), 0):
            self.impatient.append(method)

    async def _get_me(self, _: dict[str, str]) -> object:
        return {**BOT, "can_join_groups": True, "can_read_all_group_messages": False}

    async def _get_updates(self, form: dict[str, str]) -> object:
        self._poller += 1
        poller = self._poller
        self._wake()  # a poll that was waiting loses the line
        if "allowed_updates" in form:
            self._allowed = json.loads(form["allowed_updates"])
        offset = int(form.get("offset", "0"))
        self._updates = [update for update in self._updates if update["update_id"] >= offset]
        deadline = time.monotonic() + float(form.get("timeout", "0"))
        while not self._updates and (left := deadline - time.monotonic()) > 0:
            await _wait(self._changed, left)
            if poller != self._poller:
                raise Refusal(409, "Conflict: terminated by other getUpdates request")
        return self._updates[:100]

    async def _send_message(self, form: dict[str, str]) -> object:
        chat = self._reachable(form)
        thread = int(form["message_thread_id"]) if "message_thread_id" in form else None
        if thread is not None and (chat, thread) not in self._topics:
            raise Refusal(400, "Bad Request: message thread not found")
        answers = json.loads(form.get("reply_parameters", "{}")).get("message_id")
        sent = Sent(
            chat,
            self._next_id(),
            shown_text(form),
            form["text"],
            button_list(form),
            thread,
            answers,
        )
        self.messages.append(sent)
        return sent.as_json()

    async def _edit_text(self, form: dict[str, str]) -> object:
        sent = self._own(form)
        new = shown_text(form), button_list(form)
        if new == (sent.text, sent.buttons):
            raise Refusal(400, "Bad Request: message is not modified: same content")
        sent.text, sent.buttons = new
        return sent.as_json()

    async def _edit_markup(self, form: dict[str, str]) -> object:
        sent = self._own(form)
        if button_list(form) == sent.buttons:
            raise Refusal(400, "Bad Request: message is not modified: same content")
        sent.buttons = button_list(form)
        return sent.as_json()

    async def _answer_query(self, form: dict[str, str]) -> object:
        query = form["callback_query_id"]
        if query not in self._queries:
            raise Refusal(400, f"Bad Request: {_TOO_OLD}")
        self.answered.append(query)
        return True

    async def _set_commands(self, form: dict[str, str]) -> object:
        self.commands[form.get("language_code", "")] = json.loads(form["commands"])
        return True

    async def _chat_action(self, form: dict[str, str]) -> object:
        return bool(self._reachable(form))

    async def _delete_webhook(self, _: dict[str, str]) -> object:
        return True

    def _reachable(self, form: dict[str, str]) -> int:
        chat = int(form["chat_id"])
        if chat in self.blocked:
            raise Refusal(403, "Forbidden: bot was blocked by the user")
        if chat not in self._chats:
            raise Refusal(400, "Bad Request: chat not found")
        return chat

    def _own(self, form: dict[str, str]) -> Sent:
        chat, number = self._reachable(form), int(form["message_id"])
        for sent in self.messages:
            if (sent.chat, sent.message_id) == (chat, number):
                return sent
        raise Refusal(400, "Bad Request: message to edit not found")

    def _next_id(self) -> int:
        self._last_id += 1
        return self._last_id

    def _wake(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()


_METHODS = {
    "getMe": FakeBotApi._get_me,
    "getUpdates": FakeBotApi._get_updates,
    "sendMessage": FakeBotApi._send_message,
    "editMessageText": FakeBotApi._edit_text,
    "editMessageReplyMarkup": FakeBotApi._edit_markup,
    "answerCallbackQuery": FakeBotApi._answer_query,
    "sendChatAction": FakeBotApi._chat_action,
    "setMyCommands": FakeBotApi._set_commands,
    "deleteWebhook": FakeBotApi._delete_webhook,
    "setMyDescription": FakeBotApi._delete_webhook,
    "setMyShortDescription": FakeBotApi._delete_webhook,
}


def _answer(content: dict[str, Any]) -> Answer:
    return Answer(content.get("error_code", 200), json.dumps(content).encode())


async def _wait(event: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        pass
