"""The real service, ``python -m bot run``, in a process to be killed, stopped and measured."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from tests.fakes.tiny_client import Received, TinyClient

if TYPE_CHECKING:
    from tests.fakes.bot_api import FakeBotApi

ROOT = Path(__file__).parent.parent.parent
SECRET = "made-up-webhook-secret-of-tests"
METRICS_TOKEN = "made-up-metrics-token-of-tests"
_OURS = ("TELEGRAM", "WEBHOOK", "WEB_", "DATA", "KB_DIR", "LOG_LEVEL", "PSEUDONYM", "METRICS")
_ALSO_OURS = (
    "COST_",
    "TARGET_",
    "UNKNOWN_",
    "OUTSIDE_",
    "RETENTION",
    "CHAT_RATE",
    "ADMIN_IDS",
    "PYTHON",
)
_CLOCK_TICKS = os.sysconf("SC_CLK_TCK")


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class ServiceProcess:
    """One instance; what it writes goes to ``log``.

    Args:
        api: the Bot API server that it talks to.
        folder: where it runs; its ``DATA_DIR`` is below.
        mode: ``polling`` or ``webhook``.
        settings: more of its environment.

    Attributes:
        started: monotonic time of the last start.
        within: a command that runs the one behind it, such as one that takes rights away.
    """

    def __init__(
        self, api: FakeBotApi, folder: Path, mode: str = "polling", **settings: str
    ) -> None:
        self.api = api
        self.folder = folder
        self.mode = mode
        self.data = folder / "data"
        self.log = folder / "service.log"
        self.web = f"http://127.0.0.1:{free_port()}"
        self.webhook = f"http://127.0.0.1:{free_port()}/telegram"
        self.settings = settings
        self.started = 0.0
        self.within: tuple[str, ...] = ()
        self._process: asyncio.subprocess.Process | None = None
        self._client = TinyClient()
        self._lend_models()

    @property
    def pid(self) -> int:
        """Of the process that runs, or ran last."""
        assert self._process is not None, "not started"
        return self._process.pid

    @property
    def running(self) -> bool:
        """Whether it runs."""
        return self._process is not None and self._process.returncode is None

    async def start(self, *, ready: bool = True, patience: float = 300.0) -> None:
        """Start it; return once it takes messages, unless ``ready`` is False."""
        before = self._signs()
        self.started = time.monotonic()
        with self.log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *(*self.within, sys.executable, "-m", "bot", "run"),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self.folder,
                env=self.environment(),
                start_new_session=True,
            )
        if ready:
            await self._wait_ready(before, patience)

    async def kill(self) -> None:
        """SIGKILL, and wait for its end."""
        await self._end(signal.SIGKILL)

    async def stop(
        self, by: signal.Signals = signal.SIGTERM, patience: float = 60.0
    ) -> tuple[int, float]:
        """Ask it to stop; returns its exit code and the seconds that it took."""
        begun = time.monotonic()
        code = await self._end(by, patience)
        return code, time.monotonic() - begun

    async def wait(self, patience: float = 60.0) -> int:
        """Its exit code, once it ends by itself."""
        assert self._process is not None, "not started"
        async with asyncio.timeout(patience):
            return await self._process.wait()

    def send(self, what: signal.Signals) -> None:
        """A signal."""
        os.kill(self.pid, what)

    async def get(self, path: str, **headers: str) -> Received:
        """A page of its own web server.

        Raises:
            OSError: it does not serve.
        """
        return await self._client.post(f"{self.web}{path}", b"", headers, method="GET")

    async def metrics(self) -> str:
        """Its figures, empty when it has none."""
        try:
            found = await self.get("/metrics", Authorization=f"Bearer {METRICS_TOKEN}")
        except OSError:
            return ""
        return found.body.decode() if found.status == 200 else ""

    def rss(self) -> int:
        """Bytes of memory that it holds."""
        for line in Path(f"/proc/{self.pid}/status").read_text("ascii").splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) * 1024
        return 0

    def cpu(self) -> float:
        """Seconds of processor that it took since its start."""
        fields = Path(f"/proc/{self.pid}/stat").read_text("ascii").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / _CLOCK_TICKS

    def open_files(self) -> int:
        """Files and lines that it holds open."""
        return len(list(Path(f"/proc/{self.pid}/fd").iterdir()))

    def logged(self) -> str:
        """All that it wrote so far."""
        return self.log.read_text("utf-8", errors="replace") if self.log.exists() else ""

    def environment(self) -> dict[str, str]:
        """What it finds in its environment; nobody else's settings are left in, nor empty ones."""
        plain = {k: v for k, v in os.environ.items() if not k.startswith(_OURS + _ALSO_OURS)}
        whole = {
            **plain,
            "PYTHONPATH": str(ROOT),
            "TELEGRAM_BOT_TOKEN": self.api.token,
            "TELEGRAM_BASE_URL": self.api.base_url,
            "TELEGRAM_MODE": self.mode,
            "WEBHOOK_URL": self.webhook,
            "WEBHOOK_LISTEN": self.webhook.split("/")[2],
            "WEBHOOK_SECRET": SECRET,
            "WEB_LISTEN": self.web.split("/")[2],
            "METRICS_TOKEN": METRICS_TOKEN,
            "DATA_DIR": str(self.data),
            "PSEUDONYM_KEY": "made-up-pseudonym-key-of-tests",
            **self.settings,
        }
        return {name: value for name, value in whole.items() if value}

    def _lend_models(self) -> None:
        self.data.mkdir(parents=True, exist_ok=True)
        models = Path(os.environ.get("DATA_DIR", ROOT / "data")).resolve() / "models"
        models.mkdir(parents=True, exist_ok=True)
        if not (self.data / "models").exists():
            (self.data / "models").symlink_to(models)

    def _signs(self) -> int:
        return self.api.count("getUpdates") + self.api.count("setWebhook")

    async def _wait_ready(self, before: int, patience: float) -> None:
        async with asyncio.timeout(patience):
            while not await self._is_ready(before):
                if not self.running:
                    raise RuntimeError(f"it ended at its start:\n{self.logged()[-3000:]}")
                await asyncio.sleep(0.02)

    async def _is_ready(self, before: int) -> bool:
        if self._signs() == before:
            return False
        if self.mode == "polling":
            return True
        host, _, port = self.webhook.split("/")[2].partition(":")
        try:
            _, writer = await asyncio.open_connection(host, int(port))
        except OSError:
            return False
        writer.close()
        return True

    async def _end(self, by: signal.Signals, patience: float = 60.0) -> int:
        assert self._process is not None, "not started"
        if self.running:
            self._process.send_signal(by)
        try:
            async with asyncio.timeout(patience):
                return await self._process.wait()
        except TimeoutError:
            self._process.kill()
            await self._process.wait()
            raise

    async def close(self) -> None:
        """Leave no process behind, nor one that it started."""
        self._client.close()
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.pid, signal.SIGKILL)
            await self._process.wait()
