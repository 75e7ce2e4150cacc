"""Look at the chat in every shape that it takes: what one writes in is in sight, axe is content.

Run by hand, from the project's root, with the folder to write pictures into:

    .venv/bin/python -m tests.acceptance.web_shapes FOLDER [--small]

A service is started with the models of ``DATA_DIR`` and shown in a page and embedded in another, at
five sizes each; then its welcome, an unsent message, waiting, a desk, and a phone full of it. With
``--small`` it serves the tests' knowledge base. Exits 1 when the field or the button beside it is
out of sight anywhere, when something is cut off at the side, or when axe finds anything.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.async_api import expect

from tests.acceptance.harness import SHIPPED, SMALL
from tests.acceptance.web_chat import QUESTIONS, service
from tests.fakes.chromium import chromium, chromium_path, opened
from tests.fakes.tiny_http import Answer, TinyHttp

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from playwright.async_api import Browser, FrameLocator, Page, Route

    from tests.fakes.chromium import Noted

SIZES = {
    "laptop": (1366, 625),
    "low-laptop": (1280, 520),
    "narrow": (320, 568),
    "phone": (390, 844),
    "phone-on-its-side": (844, 390),
}
FIELD, SEND = "Votre question", "Envoyer"
EDGES = """(field) => {
    const box = field.getBoundingClientRect();
    return [box.top, box.bottom, innerHeight, document.documentElement.scrollWidth, innerWidth];
}"""


class Look:
    """Takes pictures and notes what is wrong.

    Args:
        folder: where the pictures go.

    Attributes:
        faults: what is wrong, a line each.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.faults: list[str] = []
        self.seen = 0

    async def at(self, noted: Noted, name: str, place: Page | FrameLocator) -> None:
        """One picture; ``place`` holds the chat."""
        self.seen += 1
        await noted.page.screenshot(path=self.folder / f"{name}.png", animations="disabled")
        field = place.get_by_label(FIELD)
        top, bottom, height, width, room = await field.evaluate(EDGES)
        if not 0 <= top < bottom <= height:
            self._blame(name, f"the field is out of sight: {top:.0f} to {bottom:.0f} of {height}")
        if width > room:
            self._blame(name, f"{width - room} pixels are cut off at the side")
        sent = await place.get_by_role("button", name=SEND).bounding_box()
        view = noted.page.viewport_size
        if not sent or not view or sent["y"] + sent["height"] > view["height"]:
            self._blame(name, "the button that sends is out of sight")
        for found in await noted.axe():
            self._blame(name, found)
        for error in noted.errors:
            self._blame(name, error)

    def _blame(self, name: str, fault: str) -> None:
        self.faults.append(f"{name}: {fault}")
        print(f"WRONG {name}: {fault}")


async def main(folder: Path, kb: Path) -> int:
    folder.mkdir(parents=True, exist_ok=True)
    look, question = Look(folder), QUESTIONS[kb]
    async with site() as host, chromium(chromium_path()) as browser:
        os.environ["WEB_EMBED_ORIGINS"] = host.origin
        async with service("", kb) as url:
            host.show(url)
            for size in SIZES:
                await talk(browser, ("page", url), look, size, question)
                await talk(browser, ("embed", host.origin), look, size, question)
            await trouble(browser, url, look, question)
            await at_a_desk(browser, url, look, question)
    print(f"{look.seen} views in {folder}, {len(look.faults)} faults")
    return 1 if look.faults else 0


async def talk(
    browser: Browser, where: tuple[str, str], look: Look, size: str, question: str
) -> None:
    """The welcome and an answer, at one size, in a page or embedded."""
    (kind, url), (width, height) = where, SIZES[size]
    name = f"{kind}-{size}"
    async with opened(browser, url, width=width, height=height) as noted:
        place = await chat(noted.page)
        await expect(place.locator(".ours")).to_have_count(1)
        await look.at(noted, f"{name}-welcome", place)
        await place.get_by_label(FIELD).fill(question)
        await noted.page.keyboard.press("Enter")
        await expect(place.locator(".ours")).to_have_count(2)
        await look.at(noted, f"{name}-answer", place)


async def chat(page: Page) -> Page | FrameLocator:
    """Where the chat is: the page, or its frame once the button was pressed."""
    if await page.locator("#composer").count():
        return page
    await page.get_by_role("button", name="Une question").click()
    return page.frame_locator("iframe")


async def trouble(browser: Browser, url: str, look: Look, question: str) -> None:
    """A line that is slow, then cut: waiting, a long wait, an unsent message."""
    for name in ("laptop", "low-laptop", "narrow", "phone-on-its-side"):
        width, height = SIZES[name]
        async with opened(browser, "about:blank", width=width, height=height) as noted:
            page, line = noted.page, SlowLine()
            await page.clock.install()
            await page.goto(url)
            await expect(page.locator(".ours")).to_have_count(1)
            await page.route("**/api/messages", line.cut)
            await page.get_by_label(FIELD).fill(question)
            await page.keyboard.press("Enter")
            await expect(page.locator(".typing")).to_be_visible()
            await look.at(noted, f"waiting-{name}", page)
            await page.clock.fast_forward(10_000)
            await look.at(noted, f"waiting-long-{name}", page)
            line.held.set()
            await expect(page.locator(".unsent")).to_be_in_viewport(ratio=1)
            await look.at(noted, f"unsent-{name}", page)


class SlowLine:
    """Gives an error once told to."""

    def __init__(self) -> None:
        self.held = asyncio.Event()

    async def cut(self, route: Route) -> None:
        await self.held.wait()
        said = "Un incident technique nous empêche de vous répondre."
        await route.fulfill(status=503, json={"error": "broken", "message": said})


async def at_a_desk(browser: Browser, url: str, look: Look, question: str) -> None:
    """From a question to a desk, by day and by night."""
    for scheme, name in (("light", "phone"), ("dark", "laptop")):
        width, height = SIZES[name]
        async with opened(browser, url, width=width, height=height, scheme=scheme) as noted:
            page = noted.page
            await expect(page.locator(".ours")).to_have_count(1)
            await page.get_by_label(FIELD).fill(question)
            await page.keyboard.press("Enter")
            await expect(page.locator(".ours")).to_have_count(2)
            await page.locator("#human").click()
            await expect(page.locator(".ours")).to_have_count(3)
            await look.at(noted, f"desks-{name}-{scheme}", page)
            await page.locator(".ours").last.locator("button.choice").first.click()
            await expect(page.locator(".ours")).to_have_count(4)
            await look.at(noted, f"desk-{name}-{scheme}", page)


class Host:
    """A site of somebody else's, with the chat in it."""

    def __init__(self, server: TinyHttp, pages: dict[str, bytes]) -> None:
        self.origin = f"http://127.0.0.1:{server.port}"
        self._pages = pages

    def show(self, url: str) -> None:
        """Put the script of the service at ``url`` into the page."""
        self._pages["/"] = (
            '<!DOCTYPE html><html lang="fr"><meta name="viewport" content="width=device-width">'
            "<title>Un site</title><main><h1>Un site</h1><p>Son texte.</p></main>"
            f'<script src="{url}/embed.js" defer></script></html>'
        ).encode()


@asynccontextmanager
async def site() -> AsyncIterator[Host]:
    pages: dict[str, bytes] = {}

    async def answer(path: str, form: dict[str, str]) -> Answer:
        del form
        return Answer(200, pages.get(path, b""), "text/html; charset=utf-8")

    async with TinyHttp(answer) as server:
        yield Host(server, pages)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--small", action="store_true", help="the tests' knowledge base")
    given = parser.parse_args()
    sys.exit(asyncio.run(main(given.folder, SMALL if given.small else SHIPPED)))
