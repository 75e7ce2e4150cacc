"""The conversation that is served at this moment, and how a newer one takes its place."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Protocol

from bot.conversation.caution import Caution
from bot.conversation.conversation import Conversation
from bot.conversation.replies import notices
from bot.ops.version import program_version
from bot.service.assemble import retention_of
from bot.service.counting import CountingResponder
from bot.service.decider import ThreadedDecider
from bot.service.old_models import remove_old_models
from bot.service.retraining import load_or_train_in_background
from bot.service.ticket_wiring import has_desks, let_desks_answer, posts_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.analytics.drift import WordRead
    from bot.conversation.caution import State
    from bot.conversation.messages import Incoming, Reply
    from bot.conversation.ports import Recall, Responder
    from bot.escalation.ports import Post
    from bot.ops.metrics import Metrics
    from bot.ops.settings import Settings
    from classifier.decision import Action
    from classifier.serving.artifact import Served

_log = logging.getLogger(__name__)


class Signals(Protocol):
    """A supervisor, such as systemd, that is told when a reload begins and ends."""

    def tell_reloading(self) -> None:
        """The reload begins."""
        ...

    def tell_ready(self) -> None:
        """The reload is over, whether it succeeded or not."""
        ...


class LateRecall:
    """A ``Recall`` that begins to remember once the store is open.

    Attributes:
        source: remembers; None until then.
    """

    source: Recall | None = None

    async def last_message(self, incoming: Incoming) -> str:
        """As the source says; nothing before there is one."""
        return await self.source.last_message(incoming) if self.source else ""


class CurrentResponder:
    """Holds whoever answers; a newer knowledge base and its model take over whole.

    A message is answered with the one or the other.

    Args:
        settings: which knowledge base, which models.
        metrics: counts.
        signals: told of reloads.

    Attributes:
        recall: what its conversations know of messages just before.
        broken: the kinds of direct replies whose promise is broken: they are asked, not said.
        states: the entries that labels keep from answering at once, with what they may do.
        proven: ids of the entries that answer even while the promise on answers is broken.
        fingerprint: of the model in force; empty before the first.
        posts: where each desk answers.
    """

    def __init__(self, settings: Settings, metrics: Metrics, signals: Signals) -> None:
        self._settings = settings
        self._metrics = metrics
        self._signals = signals
        self.recall = LateRecall()
        self._one_at_a_time = asyncio.Lock()
        self._responder: Responder | None = None
        self._served: Served | None = None
        self.posts: Mapping[str, Post] = posts_of(settings)
        self.broken: frozenset[Action] = frozenset()
        self.states: Mapping[str, State] = {}
        self.proven: frozenset[str] = frozenset()
        self.fingerprint = ""
        self._decider: ThreadedDecider | None = None

    async def begin(self) -> bool:
        """Load or train the first model, which may be cancelled; True: somebody answers now.

        Raises:
            ContentError, ArtifactError: there is none to begin with.
        """
        served = await load_or_train_in_background(self._settings)
        self._responder = self._build_responder(served)
        remove_old_models(self._settings, str(served.manifest["content"]))
        return True

    def __call__(self) -> Responder:
        """Whoever answers now.

        Raises:
            RuntimeError: nobody does yet.
        """
        if self._responder is None:
            raise RuntimeError("nobody answers before begin()")
        return self._responder

    @property
    def caution(self) -> Caution:
        """What labels allow at this moment."""
        return Caution(self.broken, self.states, self.proven)

    async def read_words(self, texts: Sequence[str]) -> list[list[WordRead]]:
        """The words of each text with whether the model in force has seen them.

        Raises:
            RuntimeError: nobody answers yet.
        """
        if self._decider is None:
            raise RuntimeError("nobody answers before begin()")
        return await self._decider.read_words(texts)

    def _build_responder(self, served: Served) -> Responder:
        decider = ThreadedDecider(served, lambda: self.caution)
        self._decider = decider
        self.fingerprint = decider.fingerprint
        self._metrics.note_in_force(program_version(), self.fingerprint, served.base.fingerprint)
        retention = retention_of(self._settings, staffed=has_desks(self._settings, self.posts))
        conversation = Conversation(decider, retention, self.recall)
        counting = CountingResponder(conversation, self._metrics)
        self._served = served
        return let_desks_answer(counting, self._settings, self.posts)

    def staff(self, posts: Mapping[str, Post]) -> None:
        """From the next message on, the desks answer at these posts."""
        if posts != self.posts:
            self.posts = posts
            if self._served is not None:
                self._responder = self._build_responder(self._served)

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
                served = await load_or_train_in_background(self._settings)
                self._responder = self._build_responder(served)
                content = str(served.manifest["content"])
                await asyncio.to_thread(remove_old_models, self._settings, content)
            except Exception as error:  # noqa: BLE001 - whatever is wrong with it, the old one stays
                _log.error("The knowledge base was not reloaded, the old one stays: %s", error)
                self._metrics.reloads.labels("refused").inc()
                return notices.reload_failure()
            finally:
                self._signals.tell_ready()
            self._metrics.reloads.labels("done").inc()
            answers = len(self().base.published)
            _log.info("The knowledge base was reloaded: %d answers.", answers)
            return notices.reload_success(answers)
