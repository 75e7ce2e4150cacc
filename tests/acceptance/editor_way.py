"""From five questions that nobody could answer to an entry that answers them, by an editor alone.

    python -m tests.acceptance.editor_way FOLDER [--plain]

A real service on a copy of the small knowledge base, and a real browser: five people ask about the
same thing in vain; an editor logs in, ticks their questions, writes an entry, has it checked and
publishes it; the same question is then answered in the chat. Every press and tick of the editor is
counted, typing is not. Each page is photographed (the same at 320 pixels too) and read by axe;
``--plain`` does the same without JavaScript, which axe needs. Exits 1 when the bar is missed.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import signal
import sys
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.async_api import Error, expect

from bot.service.accounts import add
from bot.service.review_office import describe_queue
from tests.acceptance.bureau_pages import WIDER
from tests.acceptance.harness import SMALL, Run
from tests.acceptance.proposing import prepared
from tests.acceptance.web_chat import ready
from tests.fakes.chat_page import ask
from tests.fakes.chromium import chromium, chromium_path, opened
from tests.fakes.service_process import ROOT, free_port

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from playwright.async_api import Browser, Locator, Page

    from bot.ops.settings import Settings
    from tests.fakes.chromium import Noted

MOST_CLICKS = 12
ASKED = (
    "avez-vous des sièges pour enfant ?",
    "siège enfant sur un vélo",
    "siège bébé vélo",
    "un siège bébé existe-t-il chez vous ?",
    "peut-on transporter un enfant sur un vélo ?",
)
"""The first one is asked again at the end."""

TITLE = "Y a-t-il des vélos avec un siège pour enfant ?"
ANSWER = (
    "Non, nos vélos n'ont pas de siège pour enfant, et il est interdit d'en fixer un.\n\n"
    "Un enfant de plus de 14 ans peut rouler sur son propre vélo avec l'accord d'un parent."
)
PART = "pas de siège pour enfant, et il est interdit"
"""Of the answer, without what the chat sets otherwise."""

NAME, PASSWORD = "camille", "une suite de mots pour entrer"
PATIENCE_MS = 240_000
"""For a check that trains, on a machine that may be busy with other work."""

RELOADS = 5
"""Of a page that looks anew by itself, until it is given up."""

WIDE, NARROW = {"width": 1280, "height": 800}, {"width": 320, "height": 640}


@dataclass
class Way:
    """The way of one editor through the pages.

    Attributes:
        noted: the page, and what it did that it should not have.
        folder: where pictures go.
        scripts: whether the browser runs scripts.
        clicks: presses and ticks until now.
        faults: what axe and the browser found.
    """

    noted: Noted
    folder: Path
    scripts: bool
    clicks: int = 0
    faults: list[str] = field(default_factory=list)

    @property
    def page(self) -> Page:
        """Where it is."""
        return self.noted.page

    async def click(self, what: Locator) -> None:
        """Press or tick something."""
        self.clicks += 1
        await what.click()

    async def press(self, name: str) -> None:
        """Press the first button of that name."""
        await self.click(self.page.get_by_role("button", name=name, exact=True).first)

    async def look(self, name: str) -> None:
        """Photograph the page, wide and narrow, and have axe read it."""
        number = len(list(self.folder.glob("*-wide.png"))) + 1
        for kind, size in (("narrow", NARROW), ("wide", WIDE)):
            await self.page.set_viewport_size(size)  # type: ignore[arg-type]
            path = self.folder / f"{number:02}-{name}-{kind}.png"
            await self.page.screenshot(path=path, full_page=True)
            if self.scripts:
                self.faults += [f"{path.stem}: {fault}" for fault in await self._read()]

    async def _read(self) -> list[str]:
        """What axe and the browser say; a page that looks anew by itself is read once it stays."""
        for _ in range(RELOADS):
            with contextlib.suppress(Error):
                return await self._faults()
            await self.page.wait_for_load_state()
        return ["it never stayed long enough to be read"]

    async def _faults(self) -> list[str]:
        wider = await self.page.evaluate(WIDER)
        found = [*await self.noted.faults(), *await self.noted.axe()]
        return [*found, f"{wider} pixels wider than the screen"] if wider > 0 else found


@asynccontextmanager
async def service(settings: Settings) -> AsyncIterator[str]:
    """The service over a copy of the knowledge base, which ``prepared`` named to its children."""
    port = free_port()
    command = (sys.executable, "-m", "bot", "run")
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "WEB_LISTEN": f"127.0.0.1:{port}"}
    with (settings.data_dir.parent / "service.log").open("wb") as log:
        running = await asyncio.create_subprocess_exec(
            *command, env={**environment, "TELEGRAM_BOT_TOKEN": ""}, stdout=log, stderr=log
        )
        try:
            await ready(f"http://127.0.0.1:{port}", running)
            yield f"http://127.0.0.1:{port}"
        finally:
            if running.returncode is None:
                running.send_signal(signal.SIGTERM)
            await running.wait()


async def ask_in_vain(browser: Browser, url: str, folder: Path, faults: list[str]) -> None:
    """Five people, each with one question."""
    for number, text in enumerate(ASKED):
        async with opened(browser, url) as noted:
            said = await answer_to(noted, text)
            if number == 0:
                way = Way(noted, folder, scripts=True)
                await way.look("question-sans-reponse")
                faults += way.faults
            if PART in said:
                raise SystemExit(f"{text!r} is answered already: {said}")


async def wait_for_queue(settings: Settings) -> None:
    """Until all are in the queue and grouped, as ``review list`` does it at once.

    The service does the same by itself, once a minute, and groups every ten minutes.
    """
    for _ in range(PATIENCE_MS // 2_000):
        shown = await describe_queue(settings)
        if "5 messages" in shown.replace("\u00a0", " "):
            return
        await asyncio.sleep(2)
    raise SystemExit(f"the questions did not come into the queue: {shown}")


async def answer_to(noted: Noted, text: str) -> str:
    """What the chat says to a question."""
    answers = noted.page.locator(".ours")
    await expect(answers).to_have_count(1)
    await ask(noted.page, text)
    await expect(answers).to_have_count(2)
    return await answers.last.inner_text()


async def enter(way: Way) -> None:
    """Log in."""
    await way.look("connexion")
    await way.page.get_by_label("Nom du compte").fill(NAME)
    await way.page.get_by_label("Mot de passe").fill(PASSWORD)
    await way.press("Se connecter")
    await way.page.get_by_role("heading", name="Tableau").wait_for()
    await way.look("tableau")


async def tick(way: Way) -> None:
    """Open the queue, and tick the questions of other groups that are like those of the first."""
    await way.click(way.page.get_by_role("link", name="À revoir", exact=True))
    await way.look("a-revoir")
    card = way.page.locator("article.card").first
    boxes = card.locator("details").get_by_role("checkbox", include_hidden=True)
    if number := await boxes.count():
        await way.click(card.locator("summary"))
    for each in range(number):
        if await _is_ours(boxes.nth(each)):
            await way.click(boxes.nth(each))
    await way.look("a-revoir-coche")
    await way.press("Nouvelle fiche")


async def _is_ours(box: Locator) -> bool:
    said = await box.locator("xpath=..").inner_text()
    return any(text in said for text in ASKED)


async def write(way: Way) -> None:
    """Write the entry, and have it checked."""
    await way.look("formulaire")
    await way.page.get_by_label("Titre de la fiche").fill(TITLE)
    await way.page.get_by_label("Réponse", exact=True).fill(ANSWER)
    await way.click(way.page.get_by_label("J’ai relu"))
    await way.look("formulaire-rempli")
    await way.press("Contrôler")
    await way.page.get_by_role("heading", name="Contrôle en cours").wait_for()
    await way.look("controle")


async def publish(way: Way) -> None:
    """Wait for the check, and publish."""
    button = way.page.get_by_role("button", name="Publier", exact=True)
    await button.wait_for(timeout=PATIENCE_MS)
    await way.look("controlee")
    await way.press("Publier")
    back = way.page.get_by_role("button", name="Retirer la publication")
    await back.wait_for(timeout=PATIENCE_MS)
    await way.look("publiee")


async def go(browser: Browser, url: str, folder: Path, *, scripts: bool) -> Way:
    """The whole way of the editor."""
    async with opened(browser, f"{url}/bureau/", scripts=scripts) as noted:
        noted.page.set_default_timeout(60_000)
        way = Way(noted, folder, scripts)
        for step in (enter, tick, write, publish):
            await step(way)
            print(f"after {step.__name__}: {way.clicks} clicks", flush=True)
        return way


async def ask_again(browser: Browser, url: str, folder: Path, faults: list[str]) -> str:
    """The first question once more, by somebody else; what is said to it."""
    async with opened(browser, url) as noted:
        said = await answer_to(noted, ASKED[0])
        way = Way(noted, folder, scripts=True)
        await way.look("question-avec-reponse")
        faults += way.faults
        return said


async def play(folder: Path, run: Run, *, scripts: bool) -> None:
    """Ask in vain, go the way, ask again."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.png"):
        old.unlink()
    faults: list[str] = []
    with prepared(SMALL) as settings:
        async with service(settings) as url, chromium(chromium_path()) as browser:
            await add(settings, NAME, "admin", (), PASSWORD)
            await ask_in_vain(browser, url, folder, faults)
            await wait_for_queue(settings)
            way = await go(browser, url, folder, scripts=scripts)
            said = await ask_again(browser, url, folder, faults)
    print("\n".join([*faults, *way.faults]))
    run.at_most("presses and ticks, with the login", way.clicks, MOST_CLICKS)
    run.check("the question is answered", said[:24], "the new entry", met=PART in said)
    run.exactly("findings of axe and of the browser", len(faults) + len(way.faults), 0)


def main() -> int:
    """Go the way; exit code 1 when a bar is missed."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path, help="where the pictures go; others there are removed")
    parser.add_argument("--plain", action="store_true", help="the editor's browser has no scripts")
    asked = parser.parse_args()
    run = Run(small=True)
    asyncio.run(play(asked.folder, run, scripts=not asked.plain))
    return int(not run.met)


if __name__ == "__main__":
    sys.exit(main())
