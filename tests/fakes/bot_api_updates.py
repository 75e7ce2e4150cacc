"""The updates that wait for the bot: fetched by it, or brought to its webhook."""

from __future__ import annotations

import asyncio
import json
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.fakes.bot_api_rules import Refusal, bad_request

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.fakes.bot_api_webhook import WebhookSender

_NOT_BY_DEFAULT = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
_AHEAD = 10
_LONGEST_POLL = 50.0
_MOST = 100


@dataclass(slots=True)
class Pushed:
    """An update that was put in line, and when (monotonic)."""

    update_id: int
    kind: str
    chat: int | None
    at: float = field(default_factory=time.monotonic)


class Updates:
    """The line of updates.

    Attributes:
        pushed: every update that was put in line, by its id.
        last_id: the id that was given last; set it to jump.
        sender: what brings them to the webhook, when there is one.
        secret, allowed: as the bot set them.
    """

    def __init__(self, sender: WebhookSender) -> None:
        self.pushed: dict[int, Pushed] = {}
        self.last_id = 1000
        self.sender = sender
        self.allowed: list[str] = []
        self._waiting: list[dict[str, Any]] = []
        self._given: set[int] = set()
        self._poller = 0
        self._arrived = asyncio.Event()

    def wanted(self, kind: str) -> bool:
        """Whether the bot asked for this kind."""
        return kind in self.allowed if self.allowed else kind not in _NOT_BY_DEFAULT

    def add(self, kind: str, content: object, update_id: int) -> dict[str, Any]:
        """Put an update in line."""
        update = {"update_id": update_id, kind: content}
        self.last_id = update_id
        self.pushed[update_id] = Pushed(update_id, kind, chat_of(content))
        self.requeue(update)
        return update

    def requeue(self, *updates: dict[str, Any]) -> None:
        """Put updates in line, again or for the first time."""
        self._given.difference_update(update["update_id"] for update in updates)
        if self.sender.url:
            for update in updates:
                self.sender.add(_queue_of(update), update)
        else:
            self._waiting.extend(updates)
            self._wake()

    def pending(self) -> int:
        """How many updates the bot has not confirmed."""
        return len(self._waiting) + self.sender.pending()

    async def poll(self, form: dict[str, str]) -> list[dict[str, Any]]:
        """getUpdates.

        Raises:
            Refusal: a webhook is set, or another poll came in the meantime.
        """
        if self.sender.url:
            raise Refusal(
                409,
                "Conflict: can't use getUpdates method while webhook is active; "
                "use deleteWebhook to delete the webhook first",
            )
        self._poller += 1
        poller = self._poller
        self._wake()  # a poll that was waiting loses the line
        self._allow(form)
        self._confirm(int(form.get("offset") or "0"))
        deadline = time.monotonic() + min(float(form.get("timeout") or "0"), _LONGEST_POLL)
        while not self._waiting and (left := deadline - time.monotonic()) > 0:
            await _wait(self._arrived, left)
            if poller != self._poller:
                raise Refusal(
                    409,
                    "Conflict: terminated by other getUpdates request; "
                    "make sure that only one bot instance is running",
                )
        given = self._waiting[: min(max(int(form.get("limit") or _MOST), 1), _MOST)]
        self._given.update(update["update_id"] for update in given)
        return given

    async def set_webhook(self, form: dict[str, str]) -> None:
        """setWebhook; what waits is brought there.

        Raises:
            Refusal: the address or the secret is not one.
        """
        url = form.get("url", "")
        if not url:
            return await self.delete_webhook(form)
        self._allow(form)
        waiting = [*await self.sender.set(form), *self._waiting]
        self._waiting.clear()
        if form.get("drop_pending_updates", "").lower() != "true":
            self.requeue(*waiting)
        self._poller += 1
        self._wake()
        return None

    async def delete_webhook(self, form: dict[str, str]) -> None:
        """deleteWebhook; what waits can be fetched."""
        kept = await self.sender.clear()
        if form.get("drop_pending_updates", "").lower() == "true":
            self._waiting.clear()
        else:
            self.requeue(*kept)

    def _allow(self, form: dict[str, str]) -> None:
        if "allowed_updates" in form:
            try:
                self.allowed = list(json.loads(form["allowed_updates"]))
            except (TypeError, ValueError):
                raise bad_request("can't parse allowed updates JSON object") from None

    def _confirm(self, offset: int) -> None:
        if offset < 0:
            self._waiting = self._waiting[offset:]
        elif 0 < offset <= self.last_id + _AHEAD:  # one in the future counts as none
            self._waiting = [
                update
                for update in self._waiting
                if update["update_id"] >= offset or update["update_id"] not in self._given
            ]

    def _wake(self) -> None:
        self._arrived.set()
        self._arrived = asyncio.Event()


def chat_of(content: object) -> int | None:
    """The chat that an update's content is about, when it has one."""
    for path in (("chat",), ("message", "chat"), ("from",)):
        found: object = content
        for name in path:
            found = found.get(name) if isinstance(found, dict) else None
        if isinstance(found, dict) and isinstance(found.get("id"), int):
            return int(found["id"])
    return None


def _queue_of(update: dict[str, Any]) -> int:
    contents: Iterable[object] = (v for k, v in update.items() if k != "update_id")
    return chat_of(next(iter(contents), None)) or 0


async def _wait(event: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        pass
