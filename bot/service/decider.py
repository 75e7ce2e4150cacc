"""A model at work beside the event loop: one thread thinks, everybody else goes on."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from bot.analytics.drift import WordRead
from bot.conversation.caution import FREE, soften
from classifier.serving.explain import explain
from classifier.text import Words

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from bot.conversation.caution import Caution
    from classifier.decision import Decision
    from classifier.serving.artifact import Served
    from classifier.serving.explain import Explanation
    from kb.entries import KnowledgeBase


class ThreadedDecider:
    """A ``bot.conversation.ports.Decider``: the ranker takes one thread at a time, so it has one.

    Args:
        served: a verified model with its knowledge base.
        caution: gives what labels allow at this moment.
    """

    def __init__(self, served: Served, caution: Callable[[], Caution] = lambda: FREE) -> None:
        self._served = served
        self._caution = caution
        self._thread = ThreadPoolExecutor(1, "brain")

    @property
    def base(self) -> KnowledgeBase:
        """The texts that a decision points to."""
        return self._served.base

    @property
    def hidden_entries(self) -> Collection[str]:
        """Ids of the entries that no asker is shown at this moment."""
        return self._caution().hidden_entries

    @property
    def fingerprint(self) -> str:
        """The model's."""
        return self._served.triage.fingerprint

    async def decide(self, text: str) -> Decision:
        """What to do with a message; the event loop is free meanwhile."""
        decide = self._served.triage.decide
        found = await asyncio.get_running_loop().run_in_executor(self._thread, decide, text)
        return soften(found, self._caution(), self.base)

    async def read_words(self, texts: Sequence[str]) -> list[list[WordRead]]:
        """The words of each text, and whether the model has seen each; messages go between them."""
        loop, found = asyncio.get_running_loop(), list[list[WordRead]]()
        for text in texts:
            found.append(await loop.run_in_executor(self._thread, self._read, text))
        return found

    def _read(self, text: str) -> list[WordRead]:
        ranker = self._served.triage.ranker
        words = Words(ranker.model.compounds)(text)
        return [WordRead(w, r.row >= 0) for w, r in zip(words, ranker.read(text), strict=True)]

    async def explain(self, text: str) -> Explanation:
        """Which words spoke for that and which against."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, explain, self._served.triage, text)

    def close(self) -> None:
        """Let the thread end once it has no more to do."""
        self._thread.shutdown(wait=False)
