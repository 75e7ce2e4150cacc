"""The conversation that is served at this moment, and how a newer one takes its place."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from bot.conversation.conversation import Conversation
from bot.conversation.replies import notices
from bot.service.assemble import retention_of
from bot.service.decider import ThreadedDecider
from bot.service.retraining import load_or_train_in_background
from bot.service.served_model import load_or_train_model

if TYPE_CHECKING:
    from bot.conversation.messages import Incoming, Reply
    from bot.conversation.ports import Decider, Journal
    from bot.conversation.turns import Prepared
    from bot.ops.metrics import Metrics
    from bot.ops.settings import Settings
    from classifier.serving.artifact import Served
    from kb.entries import KnowledgeBase

_log = logging.getLogger(__name__)


class Signals(Protocol):
    """A supervisor, such as systemd, that is told when a reload begins and ends."""

    def tell_reloading(self) -> None:
        """The reload begins."""
        ...

    def tell_ready(self) -> None:
        """The reload is over, whether it succeeded or not."""
        ...


@dataclass(frozen=True)
class CountingResponder:
    """A conversation whose decisions are counted."""

    conversation: Conversation
    metrics: Metrics

    @property
    def brain(self) -> Decider:
        """What it knows."""
        return self.conversation.brain

    @property
    def base(self) -> KnowledgeBase:
        """The texts that it answers with."""
        return self.conversation.base

    async def prepare(self, incoming: Incoming) -> Prepared:
        """As :meth:`bot.conversation.conversation.Conversation.prepare`."""
        prepared = await self.conversation.prepare(incoming)
        if prepared.decision is not None:
            self.metrics.turns.labels(incoming.channel, prepared.decision.action).inc()
            self.metrics.decision_seconds.observe(prepared.latency_ms / 1000)
        return prepared

    async def respond(self, prepared: Prepared, journal: Journal) -> Reply:
        """As :meth:`bot.conversation.conversation.Conversation.respond`."""
        return await self.conversation.respond(prepared, journal)


class CurrentResponder:
    """Loads knowledge base and model, and replaces them whole: a message meets one or the other.

    Args:
        settings: which knowledge base, which models.
        metrics: counts.
        signals: told of reloads.

    Raises:
        ContentError, ArtifactError: there is none to begin with.
    """

    def __init__(self, settings: Settings, metrics: Metrics, signals: Signals) -> None:
        self._settings = settings
        self._metrics = metrics
        self._signals = signals
        self._one_at_a_time = asyncio.Lock()
        self.conversation = self._build_responder(load_or_train_model(settings))

    def talker(self) -> CountingResponder:
        """Whoever answers now."""
        return self.conversation

    def _build_responder(self, served: Served) -> CountingResponder:
        talker = Conversation(ThreadedDecider(served), retention=retention_of(self._settings))
        return CountingResponder(talker, self._metrics)

    async def keep_up(self, changed: asyncio.Event) -> None:
        """Reload for ever when ``changed`` is set; once for all that came during a reload."""
        while True:
            await changed.wait()
            changed.clear()
            await self.reload()

    async def reload(self) -> Reply:
        """Take what the knowledge base says now; one that is broken is refused. How it went."""
        async with self._one_at_a_time:
            self._signals.tell_reloading()
            try:
                self.conversation = self._build_responder(
                    await load_or_train_in_background(self._settings)
                )
            except Exception as error:  # noqa: BLE001 - whatever is wrong with it, the old one stays
                _log.error("The knowledge base was not reloaded, the old one stays: %s", error)
                self._metrics.reloads.labels("refused").inc()
                return notices.reload_failure()
            finally:
                self._signals.tell_ready()
            self._metrics.reloads.labels("done").inc()
            answers = len(self.conversation.base.published)
            _log.info("The knowledge base was reloaded: %d answers.", answers)
            return notices.reload_success(answers)
