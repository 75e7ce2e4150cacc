"""Drive the chat page of the service: screenshots at desktop and phone widths, and axe's report.

Run by hand, from the project's root, with the folder to write into, and the address of a service
when one is already running (else one is started, with the models of ``DATA_DIR``):

    .venv/bin/python -m tests.acceptance.web_chat FOLDER [http://127.0.0.1:8080]
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
import tempfile
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
from playwright.async_api import expect

from tests.fakes.chromium import chromium, chromium_path, opened
from tests.fakes.web_service import free_listen

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from playwright.async_api import Browser

    from tests.fakes.chromium import Noted

QUESTION = "bjr on depose les preuves par chapitre ds convergence ?"
PRESSED = (
    "Non, pas vraiment",
    "Aucune de ces propositions",
    "Confidentialité",
    "Parler à un humain",
)
SIZES = {"desktop": (1280, 800), "phone": (360, 720)}
SCHEMES = ("light", "dark")
START_SECONDS = 300
"""The first start of a knowledge base trains its model."""


async def main(folder: Path, url: str) -> int:
    folder.mkdir(parents=True, exist_ok=True)
    found: dict[str, list[str]] = {}
    async with service(url) as served, chromium(chromium_path()) as browser:
        for size in SIZES:
            for scheme in SCHEMES:
                found |= await converse(browser, served, folder, size, scheme)
        for path in ("guichets", "api"):
            async with opened(browser, f"{served}/{path}") as noted:
                found[path] = await looked_at(noted, folder, path)
    (folder / "axe.json").write_text(json.dumps(found, ensure_ascii=False, indent=1), "utf-8")
    faults = sum(map(len, found.values()))
    print(f"{len(found)} views in {folder}, {faults} findings of axe or of the browser")
    return 1 if faults else 0


async def converse(
    browser: Browser, url: str, folder: Path, size: str, scheme: str
) -> dict[str, list[str]]:
    """One conversation, looked at after each step."""
    width, height = SIZES[size]
    found: dict[str, list[str]] = {}
    async with opened(browser, url, width=width, height=height, scheme=scheme) as noted:
        answers = noted.page.locator(".ours")
        await expect(answers).to_have_count(1)
        found |= {f"{size}-{scheme}-0": await looked_at(noted, folder, f"{size}-{scheme}-0")}
        await noted.page.get_by_label("Votre question").fill(QUESTION)
        await noted.page.keyboard.press("Enter")
        for step, name in enumerate((*PRESSED, ""), 1):
            await expect(answers).to_have_count(step + 1)
            view = f"{size}-{scheme}-{step}"
            found[view] = await looked_at(noted, folder, view)
            if name:
                await noted.page.get_by_role("button", name=name, exact=True).last.click()
    return found


async def looked_at(noted: Noted, folder: Path, name: str) -> list[str]:
    await noted.page.screenshot(path=folder / f"{name}.png")
    return [*await noted.axe(), *await noted.faults()]


@asynccontextmanager
async def service(url: str) -> AsyncIterator[str]:
    """The service at ``url``, or one of our own, without a token."""
    if url:
        yield url.rstrip("/")
        return
    listen = free_listen()
    url = f"http://127.0.0.1:{listen.port}"
    with tempfile.TemporaryDirectory() as data:
        process = await start(Path(data), f"127.0.0.1:{listen.port}")
        try:
            await ready(url, process)
            yield url
        finally:
            if process.returncode is None:
                process.send_signal(signal.SIGTERM)
            print(f"exit code {await process.wait()}")


async def start(data: Path, listen: str) -> asyncio.subprocess.Process:
    models = Path(os.environ.get("DATA_DIR", "data")).resolve() / "models"
    if models.is_dir():
        (data / "models").symlink_to(models)
    environment = {
        **os.environ,
        "TELEGRAM_BOT_TOKEN": "",
        "WEB_LISTEN": listen,
        "DATA_DIR": str(data),
        "LOG_LEVEL": "WARNING",
    }
    return await asyncio.create_subprocess_exec(sys.executable, "-m", "bot", "run", env=environment)


async def ready(url: str, process: asyncio.subprocess.Process) -> None:
    async with asyncio.timeout(START_SECONDS), httpx.AsyncClient() as client:
        while process.returncode is None:
            try:
                if (await client.get(f"{url}/readyz")).is_success:
                    return
            except httpx.TransportError:
                pass
            await asyncio.sleep(0.1)
    raise SystemExit("the service ended before it was ready")


if __name__ == "__main__":
    if len(sys.argv) < 2:
        raise SystemExit(__doc__)
    given = sys.argv[2] if len(sys.argv) > 2 else ""
    sys.exit(asyncio.run(main(Path(sys.argv[1]), given)))
