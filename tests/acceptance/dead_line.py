"""A line that goes dead: open connections swallow what is written, new ones are refused.

The line between the service and Telegram dies in the moment of the first answer, for 40 seconds;
the connections that were open then stay dead for good. Every question has its answer afterwards.

Run by hand: ``python -m tests.acceptance.dead_line --seed 1``
"""

from __future__ import annotations

import asyncio
import contextlib
import time

from tests.acceptance.harness import Run, Stage, ask_over, copies, play, stage, waited

SECONDS, PATIENCE = 40.0, 120.0
WARM, BEFORE, MEANWHILE = range(100, 124), range(200, 224), range(300, 312)
_CHUNK = 65536


class Line:
    """A line to a port of this machine that can die.

    Attributes:
        port: where it begins.
        swallowed: writes that nobody will ever answer.
        died_at: monotonic time; infinite while it lives.
    """

    def __init__(self, to: int) -> None:
        self._to = to
        self._server: asyncio.Server | None = None
        self._dead: set[asyncio.StreamWriter] = set()
        self._open: set[asyncio.StreamWriter] = set()
        self._word = b""
        self.port = 0
        self.swallowed = 0
        self.died_at = float("inf")

    async def start(self) -> None:
        """Take connections, on the same port as before."""
        self._server = await asyncio.start_server(self._talk, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    def die_at(self, word: bytes) -> None:
        """Die as soon as somebody writes ``word``."""
        self._word = word

    async def close(self) -> None:
        """Take none any more, and let go of all."""
        if self._server is not None:
            self._server.close()
        for writer in self._open:
            writer.close()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection("127.0.0.1", self._to)
        self._open |= {writer, back}
        with contextlib.suppress(ConnectionError, asyncio.CancelledError):
            await asyncio.gather(self._carry(reader, back, writer), self._carry(there, writer))
        self._open -= {writer, back}

    async def _carry(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        asker: asyncio.StreamWriter | None = None,
    ) -> None:
        while piece := await reader.read(_CHUNK):
            if asker is not None and self._word and self._word in piece:
                self._die()
            if writer in self._dead:
                self.swallowed += asker is not None
                continue
            writer.write(piece)
            await writer.drain()
        writer.close()

    def _die(self) -> None:
        self._word, self.died_at = b"", time.monotonic()
        self._dead |= self._open
        assert self._server is not None, "it was not started"
        self._server.close()


async def main(run: Run) -> None:
    async with stage(run) as here:
        line = Line(here.api.port)
        await line.start()
        here.service.settings["TELEGRAM_BASE_URL"] = f"http://127.0.0.1:{line.port}/bot"
        await here.service.start()
        await ask_over(here, WARM, 1.0)
        await here.replied(WARM, 60)
        await dies_for_a_while(here, line)
        await line.close()


async def dies_for_a_while(here: Stage, line: Line) -> None:
    line.die_at(b"/sendMessage")
    await ask_over(here, BEFORE, 0.0)
    await waited(lambda: line.died_at < time.monotonic(), 20)
    await ask_over(here, MEANWHILE, SECONDS / 2)
    await asyncio.sleep(line.died_at + SECONDS - time.monotonic())
    await line.start()
    begun, asked = time.monotonic(), [*WARM, *BEFORE, *MEANWHILE]
    await here.replied(asked, PATIENCE)
    answered = time.monotonic() - begun
    await here.calm(3)
    lost = [chat for chat in asked if not here.api.chats.of(chat)]
    run = here.run
    run.check("the line swallowed", line.swallowed, "> 0", met=line.swallowed > 0)
    run.exactly(f"questions without an answer, of {len(asked)}", len(lost), 0)
    run.exactly("answers sent twice", copies(here.api.messages), 0)
    run.at_most("seconds from the line's return to the last answer", answered, PATIENCE, " s")
    doubts = here.service.logged().count("A message met with TimedOut")
    run.check("doubts told in the log", doubts, "> 0", met=doubts > 0)
    await here.service.stop()


if __name__ == "__main__":
    play(main, __doc__)
