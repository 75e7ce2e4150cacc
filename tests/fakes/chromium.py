"""A real browser of the system, that notes whatever a page should not do."""

from __future__ import annotations

import os
import shutil
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import async_playwright

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from playwright.async_api import Browser, Page

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = ("--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage")
NOTE_VIOLATIONS = """
    window.violations = [];
    document.addEventListener("securitypolicyviolation", (event) =>
        window.violations.push(`${event.violatedDirective} ${event.blockedURI}`));
"""


def chromium_path() -> str:
    """Where the system's Chromium lies; without one the test is skipped, in CI it fails."""
    found = next((path for name in NAMES if (path := shutil.which(name))), "")
    if not found:
        said = "no Chromium here: install it (Debian: apt-get install chromium)"
        if os.environ.get("CI"):
            pytest.fail(said)
        pytest.skip(said)
    return found


@asynccontextmanager
async def chromium(path: str) -> AsyncIterator[Browser]:
    """The browser, for as long as the block lasts."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        try:
            yield browser
        finally:
            await browser.close()


@dataclass
class Noted:
    """A page and what it did that it should not have."""

    page: Page
    url: str
    dialogs: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    elsewhere: list[str] = field(default_factory=list)

    async def faults(self) -> list[str]:
        """Dialogs, script errors, policy violations and requests to other hosts."""
        violations: list[str] = await self.page.evaluate("window.violations")
        return [*self.dialogs, *self.errors, *self.elsewhere, *violations]

    async def axe(self) -> list[str]:
        """What axe finds: the rule and the element."""
        found = await Axe().run(self.page)
        return [
            f"{violation['id']}: {node['html'][:200]}"
            for violation in found.response["violations"]
            for node in violation["nodes"]
        ]

    def listen(self) -> None:
        """Note from now on."""
        host = urlsplit(self.url).netloc
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on(
            "request",
            lambda request: (
                self.elsewhere.append(request.url) if urlsplit(request.url).netloc != host else None
            ),
        )

        async def dismiss(dialog: object) -> None:
            self.dialogs.append(str(dialog))
            await dialog.dismiss()  # type: ignore[attr-defined]

        self.page.on("dialog", dismiss)


@asynccontextmanager
async def opened(
    browser: Browser,
    url: str,
    *,
    width: int = 1280,
    height: int = 800,
    scheme: str = "light",
    scripts: bool = True,
) -> AsyncIterator[Noted]:
    """A page of its own, in a fresh profile without movement; without JavaScript if wished for."""
    context = await browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme=scheme,  # type: ignore[arg-type]
        reduced_motion="reduce",
        java_script_enabled=scripts,
    )
    context.set_default_timeout(15_000)
    await context.add_init_script(NOTE_VIOLATIONS)
    try:
        noted = Noted(await context.new_page(), url)
        noted.listen()
        await noted.page.goto(url)
        yield noted
    finally:
        await context.close()
