"""What the conversation needs of the world; the store and the classifier provide it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from bot.conversation.messages import Incoming, Outcome
    from bot.conversation.turns import Feedback, KeptTurn, PastTurn, Prepared, Shown
    from classifier.decision import Decision
    from classifier.serving.explain import Explanation
    from kb.entries import KnowledgeBase


class Decider(Protocol):
    """A knowledge base and the model that was trained on it; neither changes."""

    @property
    def base(self) -> KnowledgeBase:
        """The texts that a decision points to."""
        ...

    @property
    def hidden_entries(self) -> Collection[str]:
        """Ids of the entries that no asker is shown at this moment."""
        ...

    async def decide(self, text: str) -> Decision:
        """What to do with a message; the event loop is free meanwhile."""
        ...

    async def explain(self, text: str) -> Explanation:
        """Which words spoke for that and which against."""
        ...


class Recall(Protocol):
    """What is read of the journal while a message is thought about, outside of its transaction."""

    async def last_message(self, incoming: Incoming) -> str:
        """The text of the chat's message before ``incoming``, as it is kept: scrubbed.

        Empty when there is none, when it is older than ``bot.conversation.follow_ups.RECENT``, has
        no words, or when texts are not kept. What cannot be read is no message either.
        """
        ...


class Journal(Protocol):
    """Keeps every turn and click; the only memory that a conversation has.

    Texts are scrubbed and chats pseudonymised by the implementation, before anything is written;
    a number that somebody sends in pieces is masked in all of them once its last piece comes.
    What one message leads to is written together or not at all.
    """

    async def record_turn(
        self,
        incoming: Incoming,
        decision: Decision | None,
        latency_ms: float,
        shown: Shown | None = None,
    ) -> int:
        """Write one turn and return its number; the same update again: the number it has.

        Args:
            incoming: the message.
            decision: what is done with it; None for a message without words.
            latency_ms: how long deciding took.
            shown: what the reply shows, where that is not what was decided.
        """
        ...

    async def record_feedback(self, turn_id: int, said: Feedback) -> None:
        """Write down what is said of a turn."""
        ...

    async def past_turn(self, incoming: Incoming, turn_id: int) -> PastTurn | None:
        """A turn of the chat of ``incoming``; None when unknown, purged or another chat's."""
        ...

    async def misses_in_a_row(self, incoming: Incoming) -> int:
        """How many of this chat's last clicks, uninterrupted, said that nothing helped.

        They are counted as :func:`bot.conversation.turns.count_misses` says.
        """
        ...

    async def read_turns(self, incoming: Incoming, limit: int) -> tuple[int, list[KeptTurn]]:
        """How many turns of this chat are kept, and the last ``limit`` of them, newest first."""
        ...

    async def most_answered(self, limit: int) -> list[str]:
        """Ids of the entries that were answered lately to most chats, the first first.

        All chats count; an entry that fewer than ``bot.conversation.turns.MANY_CHATS`` of them
        got is left out.
        """
        ...

    async def count_kept(self, incoming: Incoming) -> Mapping[str, int]:
        """How many rows are kept of this chat, by the name of their table; all it is in."""
        ...

    async def forget(self, incoming: Incoming) -> int:
        """Erase what links this chat to anything kept, its texts first; the number of turns.

        What remains can be counted but leads back to nobody.
        """
        ...


class Responder(Protocol):
    """Whoever answers, in three steps: it decides, it answers, it learns that all is stored.

    The first step is done once. The second one is part of a transaction, which may be rolled back
    and tried again; the third one follows once it is committed.
    """

    @property
    def brain(self) -> Decider:
        """The decider that it asks."""
        ...

    @property
    def base(self) -> KnowledgeBase:
        """The texts that it answers with."""
        ...

    async def prepare(self, incoming: Incoming) -> Prepared:
        """All that can be found out before the journal is opened for writing."""
        ...

    async def respond(self, prepared: Prepared, journal: Journal) -> Outcome:
        """What the message leads to; what must be remembered is written to the journal."""
        ...

    def note_recorded(self, prepared: Prepared) -> None:
        """Learn that what :meth:`respond` led to is stored; called once for each message."""
        ...
