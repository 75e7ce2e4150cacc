"""The real channel with desks that answer, against the fake server: what a test plays on."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from bot.conversation.conversation import Conversation
from bot.conversation.messages import Recipient
from bot.escalation.casework import Casework
from bot.escalation.desks import StaffedDesks
from bot.escalation.escalating import EscalatingConversation
from bot.escalation.limits import Limits
from bot.escalation.ports import Post
from bot.escalation.timekeeper import Timekeeper
from bot.service.ticket_wiring import do_what_is_due
from bot.store.journal import records_of
from bot.store.tickets.jobs import JobQueue
from tests.fakes.bot_api import FakeBotApi
from tests.fakes.brain import PlainBrain
from tests.fakes.small_base import BIKE, FARE, ScriptedDecider, answering
from tests.fakes.telegram_service import serving
from tests.fakes.ticket_service import staffed_base

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping
    from pathlib import Path

    from bot.escalation.tickets import Event, Message, Ticket
    from bot.store.database.database import Database
    from bot.store.store import Store
    from bot.store.tickets.records import SqlRecords
    from kb.entries import KnowledgeBase
    from tests.fakes.bot_api_rules import Sent
    from tests.fakes.telegram_service import Running

GROUP, OFFICE = -1_000_000_000_007, -1_000_000_000_008
CAMILLE, NOE, STRANGER, ADMIN, CLAIRE = 70, 71, 99, 90, 7
QUESTION = "Mon vélo ne démarre plus"


@dataclass
class Desks:
    """A service whose desks answer in groups of the fake server.

    Attributes:
        api: the server.
        running: the service.
        casework: works on the tickets, by the clock below.
        late: by how much the clock of the tickets is ahead.
    """

    api: FakeBotApi
    running: Running
    casework: Casework
    late: timedelta = field(default_factory=timedelta)

    @property
    def store(self) -> Store:
        """Where everything is."""
        return self.running.answerer.store

    async def open(self, chat: int = CLAIRE, text: str = QUESTION) -> int:
        """Somebody asks, presses "parler à un humain", and sends; the topic of the ticket."""
        before = set(self.api.chats.forums[GROUP].topics)
        await self.begin(chat, text)
        await self.press(chat, "t:send")
        topics = self.api.chats.forums[GROUP].topics
        await self.api.until(lambda: set(topics) - before and self.heads() > len(before))
        return (set(topics) - before).pop()

    def heads(self) -> int:
        """How many tickets the desk was told of."""
        said = (sent.text for sent in self.api.chats.of(GROUP))
        return sum(text.startswith("Demande n°") and "Motif" in text for text in said)

    async def begin(self, chat: int = CLAIRE, text: str = QUESTION) -> None:
        """Somebody asks, and wants a person: the preview is shown."""
        count = len(self.api.chats.of(chat))
        self.api.user_says(chat, text)
        await self.api.until(lambda: len(self.api.chats.of(chat)) > count)
        await self.begin_again(chat)

    async def begin_again(self, chat: int) -> None:
        """Somebody who was answered wants a person: the preview is shown."""
        begin = self.button(chat, "t:begin")
        turn = self.button(chat, "h:").split(":")[1] if not begin else ""
        await self.press(chat, begin or f"t:begin:{turn}:")

    async def press(self, chat: int, starts: str) -> Sent:
        """Press the newest button whose data begins so; what came of it in that chat."""
        count = len(self.api.chats.of(chat))
        data = self.button(chat, starts) or starts
        said = self.api.chats.of(chat)
        shown = next((s for s in reversed(said) if data in dict(s.buttons).values()), said[-1])
        self.api.user_presses(chat, data, message=shown.as_json())
        await self.api.until(lambda: len(self.api.chats.of(chat)) > count)
        return self.api.chats.of(chat)[-1]

    def button(self, chat: int, starts: str) -> str:
        """The data of the newest button that begins so; empty: there is none."""
        shown = (data for sent in reversed(self.api.chats.of(chat)) for _, data in sent.buttons)
        return next((data for data in shown if data.startswith(starts)), "")

    def told(self, chat: int) -> list[str]:
        """What the bot has said in a chat."""
        return [sent.text for sent in self.api.chats.of(chat) if not sent.deleted]

    def in_topic(self, thread: int | None) -> list[str]:
        """What the bot has said in a topic of the group."""
        return [sent.text for sent in self.api.in_topic(GROUP, thread)]

    def head(self, thread: int | None) -> Sent:
        """The first message of a topic."""
        return self.api.in_topic(GROUP, thread)[0]

    async def hears(self, chat: int, text: str) -> None:
        """Wait until somebody was told this, among other words."""
        await self.api.until(lambda: any(text in told for told in self.told(chat)))

    async def settled(self) -> None:
        """Wait until nothing is to be worked on or sent any more."""

        async def waits() -> bool:
            waiting = await self.store.waiting()
            return bool(self.api.pending() or any(waiting.values()))

        while await waits():  # noqa: ASYNC110 - the database has no event
            await asyncio.sleep(0.01)

    async def reply(self, thread: int, text: str, person: int = CAMILLE) -> dict[str, object]:
        """Somebody at the desk replies to the head of a topic."""
        return self.api.staff_says(GROUP, person, text, thread=thread, to=self.head(thread))

    async def tickets(self) -> list[Ticket]:
        """All tickets, the oldest first."""
        return (await self.store.write(lambda t: self.records(t).tickets.list_all()))[::-1]

    async def messages(self, ticket: Ticket) -> list[Message]:
        """What was said in a ticket."""
        return await self.store.write(lambda t: self.records(t).messages.of_ticket(ticket))

    async def events(self, ticket: Ticket) -> list[Event]:
        """What happened to a ticket."""
        return await self.store.write(lambda t: self.records(t).tickets.events(ticket))

    def records(self, transaction: object) -> SqlRecords:
        """The tickets in a transaction."""
        return self.store.records(transaction)  # type: ignore[arg-type]

    async def pass_time(self, by: timedelta) -> None:
        """Let the tickets' clock go on, and do what is due."""
        self.late += by
        queue = JobQueue(self.store.writer, "here")
        keeper, deliveries = Timekeeper(self.casework), self.running.answerer.deliveries
        await do_what_is_due(self.store, queue, keeper, deliveries, self.casework.clock)
        self.running.service._wake_sender()


@contextlib.asynccontextmanager
async def desks_answering(
    where: Path | Database | None = None,
    *,
    base: KnowledgeBase | None = None,
    forum: bool = True,
    groups: Mapping[str, int] | None = None,
    **options: object,
) -> AsyncIterator[Desks]:
    """A service whose workshop answers in a group, while the block runs."""
    where_of = groups or {"atelier": GROUP}
    knows = base or staffed_base(hours=(), remind_after=(), reply_within="")
    late: list[Desks] = []

    def clock() -> datetime:
        return datetime.now(UTC) + (late[0].late if late else timedelta())

    posts = {desk: Post("telegram", str(group)) for desk, group in where_of.items()}
    operators = (Recipient("telegram", str(ADMIN)),)
    casework = Casework(StaffedDesks(knows, posts), Limits(50), clock, operators)
    brain = PlainBrain(knows, ScriptedDecider(answering(BIKE, FARE)))
    conversation = EscalatingConversation(Conversation(brain), casework, records_of)
    wanted: dict[str, Any] = {
        "desk_groups": tuple(set(where_of.values())),
        "group_rate": 0,
        "admin_ids": (ADMIN,),
        "casework": lambda: casework,
        **options,
    }
    async with FakeBotApi() as server, contextlib.AsyncExitStack() as stack:
        for group in set(where_of.values()):
            server.found_forum(group, CAMILLE, NOE, on=forum)
        server.chats.meet(ADMIN)
        running = await stack.enter_async_context(serving(server, conversation, where, **wanted))
        late.append(Desks(server, running, casework))
        yield late[0]
