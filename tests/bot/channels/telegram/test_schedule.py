"""Whatever happens in whatever order, every message is answered once and in the order of its chat.

People write, press, correct what they wrote; Telegram brings things twice; the database refuses for
a moment; the process is stopped and started again. The dice decide, by a seed.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from random import Random
from typing import TYPE_CHECKING, Any

import pytest

from bot.conversation.messages import Button
from bot.conversation.replies import notices
from tests.fakes.bot_api import FakeBotApi, Fault
from tests.fakes.sick_database import SickDatabase
from tests.fakes.telegram_service import Scripted, say, serving

if TYPE_CHECKING:
    from bot.store.database.database import Database
    from tests.fakes.bot_api import Sent
    from tests.fakes.telegram_service import Running

CHATS = (7, 8, -100)
STEPS, LIVES = 10, 4
CHOICES = say("Laquelle ?", buttons=(Button("La carte", "pick:1"),))


@pytest.fixture(autouse=True)
def _short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.channels.telegram.sending.pace.GROUP_SENDS", 10_000)
    monkeypatch.setattr("bot.channels.telegram.sending.refusals.FIRST_PAUSE", 0.02)
    monkeypatch.setattr("bot.channels.telegram.sending.refusals.LONGEST_PAUSE", 0.05)
    for module in ("bot.channels.worker_pool", "bot.channels.telegram.updates.polling"):
        monkeypatch.setattr(f"{module}.STORE_WAITS", (0.02, 0.02))


class Schedule:
    """What happens, and what must come of it.

    Attributes:
        expected: what must stand in each chat at the end, in order.
        done: what has happened, for who looks into a failure.
    """

    def __init__(self, seed: int, api: FakeBotApi, database: SickDatabase) -> None:
        self.dice = Random(seed)
        self.api = api
        self.database = database
        self.expected: dict[int, list[str]] = defaultdict(list)
        self.done: list[str] = []
        self.numbers = iter(range(1000))
        self.updates: list[dict[str, Any]] = []
        self.corrected: list[tuple[int, int, dict[str, Any]]] = []
        self.pressed: set[int] = set()

    async def life(self) -> None:
        """One process from its start to its end."""
        self.done.append("start")
        conversation = Scripted({"/aide carte": CHOICES})
        polls = self.api.count("getUpdates")
        async with serving(self.api, conversation, self.database) as running:
            await self.api.called("getUpdates", polls + 1)
            for _ in range(STEPS):
                await self.step(running)

    async def step(self, running: Running) -> None:
        happenings = [self.says] * 8 + [self.asks] * 2 + [self.again] * 3
        rare = [self.presses, self.corrects, self.refuses, self.troubles]
        happening = self.dice.choice(happenings + rare * 2)
        self.done.append(happening.__name__)
        await happening(running)

    async def says(self, _: Running) -> None:
        chat, text = self.dice.choice(CHATS), f"/aide {next(self.numbers)}"
        message = self.api.user_says(chat, text)
        self.corrected.append((chat, len(self.expected[chat]), message))
        self._keep(message)
        self.expected[chat].append(f"Reçu : {text}")

    async def asks(self, _: Running) -> None:
        chat = self.dice.choice(CHATS)
        self._keep(self.api.user_says(chat, "/aide carte"))
        self.expected[chat].append("Laquelle ?")

    def _keep(self, message: dict[str, Any]) -> None:
        self.updates.append({"update_id": self.api.asked[-1].update_id, "message": message})

    async def again(self, _: Running) -> None:
        """Telegram brings something once more."""
        if self.updates:
            self.api.deliver(self.dice.choice(self.updates))

    async def presses(self, running: Running) -> None:
        """Somebody presses a button, perhaps not for the first time."""
        await self.calm(running)
        shown = [sent for sent in self.api.messages if sent.text == "Laquelle ?"]
        if not shown:
            return
        sent: Sent = self.dice.choice(shown)
        self.api.queries.add(f"query {next(self.numbers)}")
        person = {"id": 7, "is_bot": False, "first_name": "Claire"}
        query = {"id": "query", "from": person, "chat_instance": "1", "data": "pick:1"}
        self.api.push("callback_query", {**query, "message": sent.as_json()})
        if sent.message_id not in self.pressed:
            self.expected[sent.chat].append("Reçu : pick:1")
        self.pressed.add(sent.message_id)

    async def corrects(self, running: Running) -> None:
        """Somebody corrects a question that was answered."""
        await self.calm(running)
        if not self.corrected:
            return
        chat, place, message = self.dice.choice(self.corrected)
        self.corrected.remove((chat, place, message))
        text = f"/aide {next(self.numbers)} corrigé"
        self.api.user_edits(message, text)
        self.expected[chat][place] = f"Reçu : {text}"

    async def refuses(self, _: Running) -> None:
        """Nothing can be written for a moment."""
        with self.database.refusing():
            await asyncio.sleep(self.dice.random() / 20)

    async def troubles(self, _: Running) -> None:
        """Telegram does not take the next few messages."""
        kinds = [Fault.broken(), Fault.drop(), Fault.page()]
        self.api.fail("sendMessage", *self.dice.choices(kinds, k=3))

    async def calm(self, running: Running) -> None:
        """Wait until nothing waits."""
        async with asyncio.timeout(15):
            while self.api.pending() or any(  # noqa: ASYNC110 - the database has no event
                (await running.service._store.waiting()).values()
            ):
                await asyncio.sleep(0.02)

    async def end(self) -> None:
        """All that is left is answered by one last process."""
        async with serving(self.api, Scripted({"/aide carte": CHOICES}), self.database) as running:
            await self.calm(running)

    def found(self) -> dict[int, list[str]]:
        """What stands in each chat, but for what is said while nothing can be stored."""
        sorry = notices.storage_delay().text
        return {
            chat: [sent.text for sent in self.api.chats.of(chat) if sent.text != sorry]
            for chat in self.expected
        }


@pytest.mark.asyncio
@pytest.mark.parametrize("seed", [2, 3])
async def test_every_message_is_answered_once_and_in_order(
    seed: int, any_database: Database
) -> None:
    async with FakeBotApi() as api:
        schedule = Schedule(seed, api, SickDatabase(any_database))
        for _ in range(LIVES):
            await schedule.life()
        await schedule.end()
    assert schedule.found() == dict(schedule.expected), schedule.done
    assert len(schedule.updates) > LIVES
