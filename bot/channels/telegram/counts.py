"""What the Telegram side counts; nothing of it names a person."""

from __future__ import annotations

from typing import Protocol


class Figures(Protocol):
    """Counts."""

    def count_update(self, kind: str) -> None:
        """An update of a kind came in."""
        ...

    def count_capped(self) -> None:
        """A chat asked too much."""
        ...

    def count_send(self, outcome: str, seconds: float) -> None:
        """A try to send had an outcome, so long after the message was written."""
        ...
