"""Somebody who talks with the bot and the desks behind it, over a real store, in any channel."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sqlalchemy import select

from bot.channels.answering import Answerer
from bot.conversation.conversation import Conversation
from bot.conversation.messages import Incoming, Reply
from bot.escalation.casework import Casework
from bot.escalation.desks import StaffedDesks
from bot.escalation.escalating import EscalatingConversation
from bot.escalation.limits import Limits
from bot.escalation.ports import Post
from bot.escalation.tickets import NewMessage
from bot.store.boxes.letters import Letter
from bot.store.journal import records_of
from bot.store.tables import outbox
from tests.fakes.brain import PlainBrain
from tests.fakes.open_store import open_store
from tests.fakes.small_base import BIKE, ScriptedDecider, answering
from tests.fakes.talk import plain
from tests.fakes.ticket_service import GROUP, SOURCE, staffed_base

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Collection
    from pathlib import Path

    from bot.escalation.tickets import Closing, Ticket
    from bot.store.store import Store, Transaction
    from bot.store.tickets.records import SqlRecords
    from tests.fakes.brain import Script

STAFFED = ("atelier",)


@dataclass
class DeskParts:
    """Whoever answers, without a store.

    Attributes:
        script: what the bot decides.
        staffed: ids of the desks that answer here.
        at: what the clock of the desks says; that of the turns is the real one. None: that too.
        mails_askers: whether an e-mail may be left.
    """

    script: Script = field(default_factory=lambda: ScriptedDecider(answering(BIKE)))
    staffed: Collection[str] = STAFFED
    at: datetime | None = None
    mails_askers: bool = False

    def __post_init__(self) -> None:
        self.base = staffed_base()
        posts = {desk: Post("telegram", GROUP) for desk in self.staffed}
        desks, mails = StaffedDesks(self.base, posts), self.mails_askers
        self.casework = Casework(desks, Limits(9), self.now, mails_askers=mails)
        conversation = Conversation(PlainBrain(self.base, self.script))
        self.responder = EscalatingConversation(conversation, self.casework, records_of)

    def now(self) -> datetime:
        """The present moment of the desks."""
        return self.at or datetime.now(UTC)


def desk_parts(script: Script | None = None, **given: object) -> DeskParts:
    """A bot that decides by a script, and desks."""
    more = {"script": script, **given} if script else given
    return DeskParts(**more)  # type: ignore[arg-type]


@dataclass
class DeskTalk:
    """One person, a bot, and desks.

    Attributes:
        store: of the service.
        parts: who answers.
        channel, chat: where the person is.
        last: what was said last.
    """

    store: Store
    parts: DeskParts
    channel: str = "web"
    chat: str = "42"
    last: Reply = field(default_factory=Reply)
    updates: int = 0

    def __post_init__(self) -> None:
        self.casework = self.parts.casework
        sources = {"telegram": SOURCE, "web": "web"}
        self.answerer = Answerer(lambda: self.parts.responder, self.store, sources)

    @property
    def incoming(self) -> Incoming:
        """Names the chat."""
        return Incoming(self.channel, self.chat)

    async def says(self, text: str = "", choice: str = "") -> Reply:
        """Write something, or send what a button carries."""
        self.updates += 1
        number = None if self.channel == "terminal" else self.updates
        said = replace(self.incoming, text=text, choice=choice, update_id=number)
        self.last = await self.answerer.answer(said)
        return self.last

    async def presses(self, label: str) -> Reply:
        """Press the button whose label has this in it."""
        return await self.says(
            choice=next(b.data for b in self.last.buttons if label in plain(b.label))
        )

    def offers(self) -> list[str]:
        """The labels of the buttons of the last reply."""
        return [plain(button.label) for button in self.last.buttons]

    async def tickets(self) -> list[Ticket]:
        """The tickets of the chat, the newest first."""

        async def work(transaction: Transaction) -> list[Ticket]:
            return await self._records(transaction).tickets.of_chat(self.incoming, 99)

        return await self.store.write(work)

    async def desk_answers(self, text: str = "Passez demain.") -> None:
        """The desk answers the newest ticket."""
        (ticket, *_) = await self.tickets()
        self.updates += 1

        async def work(transaction: Transaction) -> None:
            records = self._records(transaction)
            staff = await records.crew.meet("telegram", "900", "Camille Durand")
            said = NewMessage(
                "desk", text, staff=staff.id, origin=SOURCE, origin_id=f"d{self.updates}"
            )
            done = await self.casework.answer(records, ticket, said, staff)
            assert done is not None
            await self.answerer.deliveries.put(transaction, done.deliveries)

        await self.store.write(work)

    async def desk_closes(self, closing: Closing = "desk") -> None:
        """The desk ends the newest ticket."""
        (ticket, *_) = await self.tickets()

        async def work(transaction: Transaction) -> None:
            done = await self.casework.close(self._records(transaction), ticket, closing)
            assert done is not None
            await self.answerer.deliveries.put(transaction, done.deliveries)

        await self.store.write(work)

    async def told_desk(self) -> list[str]:
        """What was put into the outbox for the desk, in order."""
        wanted = select(outbox.c.payload).where(outbox.c.source == SOURCE).order_by(outbox.c.id)

        async def work(transaction: Transaction) -> list[str]:
            return [str(row.payload) for row in await transaction.execute(wanted)]

        sealed = await self.store.write(work)
        opened = [self.store.vault.open_or_none(each) for each in sealed if each]
        return [Letter.from_dict(each).reply.text for each in opened if each]

    def _records(self, transaction: Transaction) -> SqlRecords:
        return self.store.records(transaction, SOURCE)


@asynccontextmanager
async def desk_talk(
    where: Path, script: Script | None = None, *, channel: str = "web", **given: object
) -> AsyncIterator[DeskTalk]:
    """Somebody who talks; the store is closed at the end."""
    async with await open_store(where) as store:
        yield DeskTalk(store, desk_parts(script, **given), channel)
