"""What was found by a check of the installation or by a probe of the running service."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

State = Literal["ok", "warn", "FAIL"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at.

    Attributes:
        state: in order, in order for now, or not.
        name: what was looked at.
        detail: what was found; never a secret.
        todo: what to do next; empty when there is nothing to do.
    """

    state: State
    name: str
    detail: str = ""
    todo: str = ""

    @property
    def ok(self) -> bool:
        """Whether it is in order, be it for now."""
        return self.state != "FAIL"

    def __str__(self) -> str:
        """The finding on one line."""
        line = f"{self.state:4} {self.name}: {self.detail}"
        return " ".join((f"{line}; {self.todo}" if self.todo else line).split("\n"))
