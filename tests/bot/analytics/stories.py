"""Stories of one chat, as rows of the journal: what was shown, what was said, what came later."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from bot.analytics.episodes import build_episodes
from bot.store.facts import Episode, Opened, Said, TurnFact

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


@dataclass
class Story:
    """What happens in one chat, one call after the other; time passes with ``later``."""

    chat: str = "c"
    grouped: bool = False
    now: datetime = START
    turns: list[TurnFact] = field(default_factory=list)
    said: list[Said] = field(default_factory=list)
    tickets: list[Opened] = field(default_factory=list)

    def later(self, time: timedelta) -> Story:
        self.now += time
        return self

    def asks(self, action: str | None, target: str = "", shown: str = "") -> Story:
        """A message; ``target`` is the entry answered, the desk routed to, or the top candidate."""
        self.later(MINUTE)
        kinds = {"answer": "answer", "route": "desks", "clarify": "suggestions", None: "notice"}
        prefix = "desk:" if action == "route" else "entry:"
        self.turns.append(
            TurnFact(
                len(self.turns) + 1,
                self.now,
                "web",
                self.chat,
                action,
                target if action == "answer" else None,
                target if action == "route" else None,
                shown or kinds.get(action, action or ""),
                prefix + target if target else None,
                "m",
                self.grouped,
            )
        )
        return self

    def says(self, kind: str, value: str = "", about: str | None = None, turn: int = 0) -> Story:
        """A press about the last message, or about ``turn``."""
        self.later(MINUTE)
        self.said.append(Said(turn or len(self.turns), self.now, kind, about, value))
        return self

    def opens_ticket(self) -> Story:
        self.later(MINUTE)
        self.tickets.append(Opened(len(self.tickets) + 1, self.now, "web", self.chat))
        return self

    def episodes(self) -> list[Episode]:
        return build_episodes(self.turns, self.said, self.tickets)
