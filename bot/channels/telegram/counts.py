"""What the Telegram side counts; nothing of it names a person."""

from __future__ import annotations

from typing import Protocol


class Figures(Protocol):
    """Counts."""

    def update(self, kind: str) -> None:
        """An update of a kind came in."""
        ...

    def capped(self) -> None:
        """A chat asked too much."""
        ...

    def sent(self, outcome: str, seconds: float) -> None:
        """A try to send had an outcome, so long after the message was written."""
        ...
