"""A Bot API server that runs here, with the manners and the refusals of Telegram's.

Give ``token`` and ``base_url`` to the application; let people speak with ``user_says`` and
``user_presses``; wait with ``sent``; read ``messages``. What people can do stands in
``bot_api_people`` (at desks: ``bot_api_desks``), what can go wrong in ``bot_api_faults``.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.fakes.bot_api_chats import Chats
from tests.fakes.bot_api_desks import DeskPeople
from tests.fakes.bot_api_faults import Fault, Faults, Patience, Trouble
from tests.fakes.bot_api_limits import FloodLimits
from tests.fakes.bot_api_menus import Menus
from tests.fakes.bot_api_methods import Methods
from tests.fakes.bot_api_rules import BOT, Refusal, Sent
from tests.fakes.bot_api_updates import Updates
from tests.fakes.bot_api_webhook import WebhookSender
from tests.fakes.tiny_http import RESET, Answer, TinyHttp

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

__all__ = ["BOT", "TOKEN", "Call", "FakeBotApi", "Fault", "FloodLimits", "Sent"]

TOKEN = "4242:fake-and-made-up-for-tests"
LONGEST = 60.0
"""Seconds after which what a test waits for will not come, on a machine with other work too."""


@dataclass(frozen=True, slots=True)
class Call:
    """When a call came (monotonic), and what became of it; status 0: the line was cut."""

    at: float
    method: str
    chat: int | None
    status: int


class FakeBotApi(TinyHttp, DeskPeople):
    """The server, and the people on the other side of it.

    Attributes:
        calls: method and parameters of every call with the right token.
        log: every call with its time and its outcome, once it has one.
        impatient: calls to a chat before its retry_after was over.
    """

    def __init__(self, token: str = TOKEN, sender: WebhookSender | None = None) -> None:
        TinyHttp.__init__(self, self._serve)
        DeskPeople.__init__(self, Chats(), Updates(sender or WebhookSender()))
        self.token = token
        self.calls: list[tuple[str, dict[str, str]]] = []
        self.log: list[Call] = []
        self.menus = Menus()
        self.methods = Methods(self, self.menus)
        self._faults = Faults()
        self._patience = Patience()
        self._counts: Counter[str] = Counter()
        self._changed = asyncio.Event()

    @property
    def base_url(self) -> str:
        """To be given to the application."""
        return f"http://127.0.0.1:{self.port}/bot"

    @property
    def messages(self) -> list[Sent]:
        """What the bot sent, in order."""
        return self.chats.messages

    @property
    def commands(self) -> dict[str, list[dict[str, str]]]:
        """The menus, by language code; ``""`` is everybody's."""
        return self.menus.commands

    @property
    def answered(self) -> list[str]:
        """Ids of the button presses that were acknowledged."""
        return self.methods.answered

    @property
    def blocked(self) -> set[int]:
        """Chats that blocked the bot."""
        return self.chats.blocked

    @property
    def impatient(self) -> list[str]:
        """Calls to a chat before its retry_after was over."""
        return self._patience.impatient

    @property
    def limits(self) -> FloodLimits | None:
        """When set, sends that are too many are refused."""
        return self.methods.limits

    @limits.setter
    def limits(self, limits: FloodLimits | None) -> None:
        self.methods.limits = limits

    # What goes wrong

    def fail(self, method: str, *faults: Fault | None) -> None:
        """Let the next calls of ``method`` go wrong, one after the other; None: a good one."""
        self._faults.next_of.setdefault(method, []).extend(faults)

    def trouble(self, fault: Fault, method: str | None = None, **limits: Any) -> Trouble:  # noqa: ANN401 - the fields of Trouble
        """Let calls go wrong until it is stopped, or as ``limits`` (fields of Trouble) say."""
        trouble = Trouble(fault, method, **limits)
        self._faults.troubles.append(trouble)
        return trouble

    def calm_down(self) -> None:
        """Nothing goes wrong any more."""
        self._faults = Faults()

    @contextlib.asynccontextmanager
    async def away(self) -> AsyncIterator[None]:
        """Connections are refused while the block runs."""
        await self.close()
        try:
            yield
        finally:
            await self.start()

    async def close(self) -> None:
        """Refuse new connections and cut the others."""
        await TinyHttp.close(self)

    async def stop(self) -> None:
        """Close, and bring nothing to the webhook any more."""
        await self.updates.sender.clear()
        await self.close()

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    # What a test waits for

    async def sent(self, count: int, timeout: float = LONGEST) -> list[Sent]:  # noqa: ASYNC109 - a fake's own limit
        """Wait until ``count`` messages were sent in all."""
        await self.until(lambda: len(self.messages) >= count, timeout)
        return self.messages

    async def called(self, method: str, count: int = 1) -> None:
        """Wait until a method was called ``count`` times in all."""
        await self.until(lambda: self._counts[method] >= count)

    async def until(self, holds: Callable[[], object], timeout: float = LONGEST) -> None:  # noqa: ASYNC109 - as above
        """Wait until ``holds()``."""
        async with asyncio.timeout(timeout):
            while not holds():
                await self._changed.wait()

    def count(self, method: str) -> int:
        """How often a method was called."""
        return self._counts[method]

    def pending(self) -> int:
        """How many updates the bot has not confirmed."""
        return self.updates.pending()

    # The server

    async def _serve(self, path: str, form: dict[str, str]) -> Answer | None:
        prefix, _, method = path.rpartition("/")
        if prefix != f"/bot{self.token}":
            return _answer({"ok": False, "error_code": 401, "description": "Unauthorized"})
        at, chat = time.monotonic(), _chat(form)
        self.calls.append((method, form))
        self._counts[method] += 1
        self._tell()
        answer: Answer | None = None
        try:
            answer = await self._perform(method, form, chat)
        except Refusal as refusal:
            answer = _answer(refusal.answer)
            self._park(chat, refusal)
        finally:
            self.log.append(Call(at, method, chat, answer.status if answer else 0))
            self._tell()
        return answer

    async def _perform(self, method: str, form: dict[str, str], chat: int | None) -> Answer | None:
        if chat is not None:
            self._patience.check(method, chat)
        fault = self._faults.strike(method, chat)
        if fault is None:
            return _answer({"ok": True, "result": await self.methods.perform(method, form)})
        result = await self.methods.perform(method, form) if fault.taken else None
        if fault.delay or fault.gate:
            self._tell()
            await (fault.gate.wait() if fault.gate else asyncio.sleep(fault.delay))
        return _faulty(fault, result)

    def _tell(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()

    def _park(self, chat: int | None, refusal: Refusal) -> None:
        seconds = refusal.answer.get("parameters", {}).get("retry_after")
        if seconds and chat is not None:
            self._patience.park(chat, seconds)


def _faulty(fault: Fault, result: object) -> Answer | None:
    if fault.cut:
        return RESET if fault.torn else None
    if fault.raw or fault.body:
        return Answer(fault.status, fault.body, "text/html")
    if fault.status:
        raise Refusal(fault.status, fault.description, fault.retry_after)
    return _answer({"ok": True, "result": result}, chunked=fault.chunked)


def _chat(form: dict[str, str]) -> int | None:
    try:
        return int(form["chat_id"])
    except (KeyError, ValueError):
        return None


def _answer(content: dict[str, Any], *, chunked: bool = False) -> Answer:
    body = json.dumps(content).encode()
    return Answer(content.get("error_code", 200), body, chunked=chunked)
