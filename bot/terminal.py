"""The terminal channel: a line in, a reply out, numbers instead of buttons."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TextIO

from bot.messages import Incoming

if TYPE_CHECKING:
    from bot.messages import Button, Reply
    from bot.ports import Handler

PROMPT = "Vous > "


@dataclass
class Terminal:
    """Talks on two text streams; ``interactive`` shows a prompt and greets."""

    handler: Handler
    source: TextIO
    sink: TextIO
    interactive: bool
    buttons: tuple[Button, ...] = field(default=(), init=False)

    async def run(self) -> None:
        """Talk until the source ends."""
        if self.interactive:
            await self._exchange("/start")
        # Nothing else runs here: waiting in a thread would outlive an interruption.
        while (line := self._read()) is not None:
            if line.strip():
                await self._exchange(line.strip())

    def _read(self) -> str | None:
        if self.interactive:
            self.sink.write(PROMPT)
            self.sink.flush()
        line = self.source.readline()
        return line or None

    async def _exchange(self, line: str) -> None:
        reply = await self.handler.handle(self._incoming(line))
        self.buttons = reply.buttons
        self.sink.write(render(reply))
        self.sink.flush()

    def _incoming(self, line: str) -> Incoming:
        choice = ""
        with contextlib.suppress(ValueError, IndexError):
            number = int(line)
            choice = self.buttons[number - 1].data if number > 0 else ""
        return Incoming("terminal", "terminal", text="" if choice else line, choice=choice)


def render(reply: Reply) -> str:
    """A reply as plain lines, its buttons numbered from 1."""
    lines = [reply.text, ""]
    lines += [f"  [{number}] {button.label}" for number, button in enumerate(reply.buttons, 1)]
    return "\n".join(lines) + "\n" * (1 + bool(reply.buttons))
