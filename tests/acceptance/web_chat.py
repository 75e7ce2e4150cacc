"""Drive the chat page of the service: screenshots at desktop and phone widths, and axe's report.

Run by hand, from the project's root, with the folder to write into:

    .venv/bin/python -m tests.acceptance.web_chat FOLDER [--url http://127.0.0.1:8080] [--small]

Without ``--url`` a service is started, with the models of ``DATA_DIR``; ``--small`` gives it the
tests' knowledge base. ``chat.png`` in the folder is the picture that opens the README;
``--picture`` takes it alone:

    .venv/bin/python -m tests.acceptance.web_chat .images --picture
"""

from __future__ import annotations

import argparse
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

from tests.acceptance.harness import SHIPPED, SMALL
from tests.fakes.chromium import chromium, chromium_path, opened
from tests.fakes.web_service import free_listen

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from playwright.async_api import Browser

    from tests.fakes.chromium import Noted

QUESTIONS = {
    SHIPPED: "bjr on depose les preuves par chapitre ds convergence ?",
    SMALL: "la station est pleine, que faire pour rendre mon vélo ?",
}
"""Knowledge base -> a question that it answers."""

PRESSED = (
    "Non, pas vraiment",
    "Aucune de ces propositions",
    "Confidentialité",
    "Contacter un guichet",
)
SIZES = {"desktop": (1280, 800), "phone": (360, 720)}
SCHEMES = ("light", "dark")
START_SECONDS = 600
"""The first start of a knowledge base trains its model."""
PICTURE, PICTURE_SIZE, PICTURE_BYTES = "chat.png", (900, 760), 200_000
"""The picture of the README: its name, its width and height, and how large its file may be."""


async def main(folder: Path, url: str, kb: Path, *, picture: bool) -> int:
    folder.mkdir(parents=True, exist_ok=True)
    async with service(url, kb) as served, chromium(chromium_path()) as browser:
        small = await take_picture(browser, served, folder / PICTURE, QUESTIONS[kb])
        faults = 0 if picture else await look_at_all(browser, served, folder, QUESTIONS[kb])
    return 0 if small and not faults else 1


async def take_picture(browser: Browser, url: str, path: Path, question: str) -> bool:
    """One question and its answer, light, on a desktop; returns whether the file is small."""
    width, height = PICTURE_SIZE
    async with opened(browser, url, width=width, height=height) as noted:
        answers = noted.page.locator(".ours")
        await expect(answers).to_have_count(1)
        await noted.page.get_by_label("Votre question").fill(question)
        await noted.page.keyboard.press("Enter")
        await expect(answers).to_have_count(2)
        await noted.page.screenshot(path=path, animations="disabled")
    size = path.stat().st_size
    print(f"{path}: {size} bytes")
    return size < PICTURE_BYTES


async def look_at_all(browser: Browser, served: str, folder: Path, question: str) -> int:
    """Every view, written to ``folder`` with what axe says; returns the number of findings."""
    found: dict[str, list[str]] = {}
    for size in SIZES:
        for scheme in SCHEMES:
            found |= await converse(browser, served, folder, (size, scheme), question)
    for path in ("guichets", "api"):
        async with opened(browser, f"{served}/{path}") as noted:
            found[path] = await looked_at(noted, folder, path)
    (folder / "axe.json").write_text(json.dumps(found, ensure_ascii=False, indent=1), "utf-8")
    faults = sum(map(len, found.values()))
    print(f"{len(found)} views in {folder}, {faults} findings of axe or of the browser")
    return faults


async def converse(
    browser: Browser, url: str, folder: Path, look: tuple[str, str], question: str
) -> dict[str, list[str]]:
    """One conversation, looked at after each step."""
    size, scheme = look
    width, height = SIZES[size]
    found: dict[str, list[str]] = {}
    async with opened(browser, url, width=width, height=height, scheme=scheme) as noted:
        answers = noted.page.locator(".ours")
        await expect(answers).to_have_count(1)
        found |= {f"{size}-{scheme}-0": await looked_at(noted, folder, f"{size}-{scheme}-0")}
        await noted.page.get_by_label("Votre question").fill(question)
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
async def service(url: str, kb: Path) -> AsyncIterator[str]:
    """The service at ``url``, or one of our own, without a token."""
    if url:
        yield url.rstrip("/")
        return
    listen = free_listen()
    url = f"http://127.0.0.1:{listen.port}"
    with tempfile.TemporaryDirectory() as data:
        process = await start(Path(data), kb, f"127.0.0.1:{listen.port}")
        try:
            await ready(url, process)
            yield url
        finally:
            if process.returncode is None:
                process.send_signal(signal.SIGTERM)
            print(f"exit code {await process.wait()}")


async def start(data: Path, kb: Path, listen: str) -> asyncio.subprocess.Process:
    models = Path(os.environ.get("DATA_DIR", "data")).resolve() / "models"
    if models.is_dir():
        (data / "models").symlink_to(models)
    environment = {
        **os.environ,
        "TELEGRAM_BOT_TOKEN": "",
        "WEB_LISTEN": listen,
        "DATA_DIR": str(data),
        "KB_DIR": str(kb),
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
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--url", default="", help="a service that runs already")
    parser.add_argument("--small", action="store_true", help="the tests' knowledge base")
    parser.add_argument("--picture", action="store_true", help="the README's picture alone")
    given = parser.parse_args()
    shown = SMALL if given.small else SHIPPED
    sys.exit(asyncio.run(main(given.folder, given.url, shown, picture=given.picture)))
