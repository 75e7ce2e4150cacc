"""What can go wrong with a call, once, for a while, by chance, or in one chat only."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from random import Random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import asyncio

_CLOCK_SLACK = 0.01


@dataclass(frozen=True, slots=True)
class Fault:
    """What goes wrong with one call.

    Attributes:
        taken: the call has its effect all the same.
        cut: the line is cut in the place of an answer; ``torn``: reset.
        delay: seconds before the answer, or before the line is cut.
        gate: the answer waits until this is set.
        raw: this body goes back, with ``status``, in the place of JSON.
        chunked: a good answer, in pieces of no announced length.
    """

    status: int = 0
    description: str = ""
    retry_after: int = 0
    body: bytes = b""
    cut: bool = False
    taken: bool = False
    torn: bool = False
    delay: float = 0.0
    gate: asyncio.Event | None = None
    raw: bool = False
    chunked: bool = False

    @classmethod
    def flood(cls, seconds: int) -> Fault:
        """429."""
        return cls(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)

    @classmethod
    def broken(cls) -> Fault:
        """500 with a proper body."""
        return cls(500, "Internal Server Error")

    @classmethod
    def refused(cls, description: str) -> Fault:
        """400."""
        return cls(400, f"Bad Request: {description}")

    @classmethod
    def unauthorized(cls) -> Fault:
        """401: the token was revoked."""
        return cls(401, "Unauthorized")

    @classmethod
    def drop(cls, *, taken: bool = False) -> Fault:
        """The line is cut, before or after the call has its effect."""
        return cls(cut=True, taken=taken)

    @classmethod
    def reset(cls, *, taken: bool = False) -> Fault:
        """The line is torn, before or after the call has its effect."""
        return cls(cut=True, torn=True, taken=taken)

    @classmethod
    def page(cls, status: int = 502) -> Fault:
        """A proxy's page in the place of an answer."""
        return cls(status, body=b"<html>Bad Gateway</html>", raw=True)

    @classmethod
    def garbage(cls) -> Fault:
        """200, and what is no JSON."""
        return cls(200, body=b"\x00\xff{not json", raw=True)

    @classmethod
    def empty(cls) -> Fault:
        """200 without a body."""
        return cls(200, raw=True)

    @classmethod
    def in_pieces(cls) -> Fault:
        """A good answer in chunks: nothing is wrong with it, and it must be read."""
        return cls(taken=True, chunked=True)

    @classmethod
    def slow(cls, seconds: float) -> Fault:
        """A good answer that lets itself be waited for; the call has its effect at once."""
        return cls(taken=True, delay=seconds)

    @classmethod
    def held(cls, gate: asyncio.Event) -> Fault:
        """A good answer that waits until ``gate`` is set; the call has its effect at once."""
        return cls(taken=True, gate=gate)


@dataclass(slots=True)
class Trouble:
    """A fault that strikes again and again; ``hits`` counts how often it did.

    Attributes:
        method: of the calls that it strikes; None: of any.
        chat: of the calls that it strikes; None: any, and those without one.
        count: how many calls at most.
        until: monotonic time of its end.
        share: of the calls, drawn by ``dice``.
    """

    fault: Fault
    method: str | None = None
    chat: int | None = None
    count: float = float("inf")
    until: float = float("inf")
    share: float = 1.0
    dice: Random = field(default_factory=Random)
    hits: int = 0

    def strikes(self, method: str, chat: int | None) -> bool:
        """Whether this call goes wrong."""
        if self.hits >= self.count or time.monotonic() >= self.until:
            return False
        if self.method not in (None, method) or self.chat not in (None, chat):
            return False
        if self.share < 1.0 and self.dice.random() >= self.share:
            return False
        self.hits += 1
        return True

    def stop(self) -> None:
        """It is over."""
        self.count = 0


class Faults:
    """What goes wrong next.

    Attributes:
        next_of: faults of the next calls by method, one a call; None is a good call.
        troubles: what lasts longer.
    """

    def __init__(self) -> None:
        self.next_of: dict[str, list[Fault | None]] = {}
        self.troubles: list[Trouble] = []

    def strike(self, method: str, chat: int | None) -> Fault | None:
        """The fault of this call, if it has one."""
        if waiting := self.next_of.get(method):
            return waiting.pop(0)
        for trouble in self.troubles:
            if trouble.strikes(method, chat):
                return trouble.fault
        return None


@dataclass(slots=True)
class Patience:
    """Remembers who was asked to wait; ``impatient`` lists the calls that did not."""

    impatient: list[str] = field(default_factory=list)
    _parked: dict[int, float] = field(default_factory=dict)

    def park(self, chat: int, seconds: float) -> None:
        """Calls to a chat are too early from now on."""
        self._parked[chat] = time.monotonic() + seconds

    def check(self, method: str, chat: int) -> None:
        """Note a call that comes too early."""
        if time.monotonic() < self._parked.get(chat, 0) - _CLOCK_SLACK:
            self.impatient.append(method)
