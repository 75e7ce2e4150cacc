"""The terminal channel: a line in, a reply out, numbers instead of buttons."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TextIO

from bot.conversation.messages import Incoming, Reply

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bot.conversation.messages import Button

PROMPT = "Vous > "


def render(reply: Reply) -> str:
    """A reply as plain lines: its links written out, its other buttons numbered from 1."""
    chosen = _choices(reply)
    links = [f"  {button.label}\u00a0: {button.url}" for button in reply.buttons if button.url]
    lines = [reply.text, "", *links]
    lines += [f"  [{number}] {button.label}" for number, button in enumerate(chosen, 1)]
    return "\n".join(lines) + "\n" * (1 + bool(reply.buttons))


@dataclass
class Terminal:
    """Talks on two text streams.

    Attributes:
        answer: gives the reply to a message.
        source, sink: the streams.
        interactive: whether to show a prompt and to greet.
        show: writes a reply as lines.
    """

    answer: Callable[[Incoming], Awaitable[Reply]]
    source: TextIO
    sink: TextIO
    interactive: bool
    show: Callable[[Reply], str] = render
    buttons: tuple[Button, ...] = field(default=(), init=False)

    async def run(self) -> None:
        """Talk until the source ends; whatever ends it, the prompt's line is ended too."""
        try:
            await self._talk()
        finally:
            if self.interactive:
                self.sink.write("\n")
                self.sink.flush()

    async def _talk(self) -> None:
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
        reply = await self.answer(self._incoming(line))
        if reply != Reply():
            self.buttons = _choices(reply)
            self.sink.write(self.show(reply))
            self.sink.flush()

    def _incoming(self, line: str) -> Incoming:
        choice = ""
        with contextlib.suppress(ValueError, IndexError):
            number = int(line)
            choice = self.buttons[number - 1].data if number > 0 else ""
        return Incoming("terminal", "terminal", text="" if choice else line, choice=choice)


def _choices(reply: Reply) -> tuple[Button, ...]:
    return tuple(button for button in reply.buttons if not button.url)
