"""Somebody who talks to a conversation whose journal is in memory."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.conversation.conversation import Conversation
from bot.conversation.messages import Incoming, Reply
from bot.conversation.turns import name_target
from tests.fakes.brain import PlainBrain
from tests.fakes.memory_journal import MemoryJournal
from tests.fakes.small_base import BIKE, FARE, ScriptedDecider, answering, small_base

if TYPE_CHECKING:
    from bot.conversation.messages import Retention
    from bot.conversation.ports import Journal, Responder
    from kb.entries import KnowledgeBase
    from tests.fakes.brain import Script


def talk(
    decider: Script | None = None,
    base: KnowledgeBase | None = None,
    *,
    retention: Retention | None = None,
    journal: MemoryJournal | None = None,
    channel: str = "test",
    group: bool = False,
) -> Talk:
    """Somebody who is answered, unless told otherwise, about broken bicycles."""
    brain = PlainBrain(base or small_base(), decider or ScriptedDecider(answering(BIKE, FARE)))
    conversation = Conversation(brain, retention)
    return Talk(conversation, journal or MemoryJournal(), channel, group=group)


@dataclass
class Talk:
    """One person (or group) talking; ``last`` is what was said last."""

    conversation: Conversation
    journal: MemoryJournal
    channel: str = "test"
    name: str = "1"
    group: bool = False
    last: Reply = field(default_factory=Reply)

    async def says(self, text: str) -> Reply:
        return await self._keep(Incoming(self.channel, self.name, text=text, group=self.group))

    async def presses(self, button: str) -> Reply:
        """Press a button by (the start of) its label; else what is given is the data."""
        labels = {plain(found.label): found.data for found in self.last.buttons}
        data = next((labels[label] for label in labels if label.startswith(button)), button)
        return await self._keep(Incoming(self.channel, self.name, choice=data, group=self.group))

    @property
    def clicks(self) -> list[tuple[str, str | None, str]]:
        """Kind, name of what it is about, and value of all that was said."""
        said = [found for _, found in self.journal.clicks]
        return [(found.kind, name_target(found.about), found.value) for found in said]

    async def _keep(self, incoming: Incoming) -> Reply:
        self.last = await reply_of(self.conversation, incoming, self.journal)
        return self.last


async def reply_of(responder: Responder, incoming: Incoming, journal: Journal) -> Reply:
    """What is answered to a message by whoever answers."""
    prepared = await responder.prepare(incoming)
    return (await responder.respond(prepared, journal)).reply


def plain(text: str) -> str:
    """The text as one would type it in a test."""
    return text.replace("\u00a0", " ")


def desks_offered(reply: Reply) -> list[str]:
    """What the buttons say that lead to a desk."""
    return [plain(button.label) for button in reply.buttons if button.data.startswith("G:")]


def labels(reply: Reply) -> list[str]:
    """What the buttons say."""
    return [plain(button.label) for button in reply.buttons]
