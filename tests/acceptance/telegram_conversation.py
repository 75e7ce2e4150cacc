"""Show a conversation over a local Bot API server, and the journal rows it left.

Run by hand, from the project's root: ``.venv/bin/python -m tests.acceptance.telegram_conversation``
"""

from __future__ import annotations

import asyncio
import os
import signal
import sqlite3
import sys
import tempfile
from contextlib import closing
from pathlib import Path

from tests.fakes.bot_api import FakeBotApi
from tests.fakes.service_process import free_port

CHAT = 77
QUESTION = "bjr, on depose les preuves par chapitre ds convergence ? jean.dupont@exemple.fr"
NO = 1
DESK = "Écrire à"


async def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        async with FakeBotApi() as api:
            service = await start(api, Path(folder))
            try:
                await talk(api)
            finally:
                service.send_signal(signal.SIGTERM)
                print(f"exit code {await service.wait()}\n")
        show_journal(Path(folder) / "aiguilleur.db")


async def start(api: FakeBotApi, data: Path) -> asyncio.subprocess.Process:
    models = Path(os.environ.get("DATA_DIR", "data")).resolve() / "models"
    if models.is_dir():
        (data / "models").symlink_to(models)
    environment = {
        **os.environ,
        "TELEGRAM_BOT_TOKEN": api.token,
        "TELEGRAM_BASE_URL": api.base_url,
        "DATA_DIR": str(data),
        "LOG_LEVEL": "WARNING",
        "WEB_LISTEN": f"127.0.0.1:{free_port()}",
    }
    return await asyncio.create_subprocess_exec(sys.executable, "-m", "bot", "run", env=environment)


async def talk(api: FakeBotApi) -> None:
    api.user_says(CHAT, "/start")
    await api.sent(1, timeout=300)
    api.user_says(CHAT, QUESTION)
    await api.sent(2)
    for count, choose in enumerate((no, another_answer, no), 3):
        api.user_presses(CHAT, choose(api))
        await api.sent(count)
    for message in api.messages:
        print(f"--- the bot says\n{message.text}")
        print("".join(f"    [{label}]\n" for label, _ in message.buttons))


def no(_: FakeBotApi) -> int:
    """The answer did not help."""
    return NO


def another_answer(api: FakeBotApi) -> int:
    """The first suggestion that is an answer; a desk may be the likeliest."""
    labels = [label for label, _ in api.messages[-1].buttons]
    return next(number for number, label in enumerate(labels) if not label.startswith(DESK))


def show_journal(database: Path) -> None:
    with closing(sqlite3.connect(database)) as connection:
        connection.row_factory = sqlite3.Row
        for table in ("turns", "feedback"):
            for row in connection.execute(f"SELECT * FROM {table} ORDER BY id"):  # noqa: S608
                print(table, {key: str(row[key])[:80] for key in row.keys()})  # noqa: SIM118


if __name__ == "__main__":
    asyncio.run(main())
