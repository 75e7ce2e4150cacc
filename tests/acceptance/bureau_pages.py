"""Every page of the bureau in four shapes, over a quarter of made-up traffic: pictures and axe.

Run by hand: ``python -m tests.acceptance.bureau_pages FOLDER``; exits 1 when axe or the browser
finds something, or a page is wider than the screen.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from bot.analytics.review import fill_queue
from bot.service.review_grouping import regroup
from kb.loader import load
from tests.acceptance.demo import NAME, fill
from tests.acceptance.harness import SHIPPED
from tests.fakes.chromium import chromium, chromium_path, opened
from tests.fakes.web_service import Parrot, web_service

if TYPE_CHECKING:
    from playwright.async_api import Browser

    from tests.fakes.chromium import Noted
    from tests.fakes.web_service import Web

PAGES = {
    "tableau": "",
    "fiches": "fiches",
    "fiche": "fiches/{entry}",
    "guichets": "guichets",
    "demandes": "demandes",
    "demande": "demandes/{ticket}",
    "revoir": "revoir",
    "controles": "controles",
    "juger": "controles/juger",
    "exports": "exports",
    "comptes": "comptes",
}
SHAPES = {
    "desktop": (1280, 800, "light"),
    "phone": (320, 640, "light"),
    "dark": (1280, 800, "dark"),
}
PASSWORD = "une suite de mots pour entrer"
PATIENCE_MS = 90_000
"""The machine may be busy with other work."""

WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


async def main(folder: Path) -> int:
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as data:
        parrot = Parrot()
        parrot.served = load(SHIPPED)
        async with (
            web_service(parrot, where=Path(data) / "aiguilleur.db") as web,
            chromium(chromium_path()) as browser,
        ):
            await fill(web.store, 1, datetime.now(UTC))
            await fill_queue(web.store, parrot.served)
            await regroup(web.store, parrot.served)
            await web.store.accounts.add(NAME, "admin")
            faults = [
                fault
                for shape in SHAPES
                for fault in await look_at_all(browser, web, folder, shape)
            ]
    print("\n".join(faults) or "nothing found")
    return int(bool(faults))


async def look_at_all(browser: Browser, web: Web, folder: Path, shape: str) -> list[str]:
    width, height, scheme = SHAPES[shape]
    secret = await web.store.accounts.invite(NAME)
    address = f"{web.url}/bureau/invitation/{secret}"
    faults: list[str] = []
    async with opened(browser, address, width=width, height=height, scheme=scheme) as noted:
        noted.page.set_default_timeout(PATIENCE_MS)
        faults += await look(noted, folder / f"invitation-{shape}.png")
        await noted.page.get_by_label("Mot de passe").fill(PASSWORD)
        await noted.page.keyboard.press("Enter")
        await noted.page.get_by_role("heading", name="Tableau").wait_for()
        named = await _named(web)
        for name, pattern in PAGES.items():
            path = pattern.format(**named)
            begun = time.perf_counter()
            await noted.page.goto(f"{web.url}/bureau/{path}")
            print(f"{shape} {name}: {time.perf_counter() - begun:.2f} s")
            faults += await look(noted, folder / f"{name}-{shape}.png")
    return faults


async def _named(web: Web) -> dict[str, str]:
    """An entry and a ticket to look at."""
    entry = min(load(SHIPPED).published)
    tickets = await web.store.reader.run(
        lambda connection: web.store.records(connection).tickets.list_all(limit=1)
    )
    return {"entry": entry, "ticket": tickets[0].number}


async def look(noted: Noted, picture: Path) -> list[str]:
    await noted.page.screenshot(path=picture, full_page=True)
    if picture.stem == "tableau-desktop":
        # For README: what is seen first.
        await noted.page.screenshot(path=picture.with_name("bureau.png"))
    found = [*await noted.faults(), *await noted.axe()]
    wider = await noted.page.evaluate(WIDER)
    if wider > 0:
        found.append(f"{wider} pixels wider than the screen")
    return [f"{picture.stem}: {fault}" for fault in found]


if __name__ == "__main__":
    sys.exit(asyncio.run(main(Path(sys.argv[1]))))
