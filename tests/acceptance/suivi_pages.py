"""``/suivi`` and the web chat while a person holds it: pictures, axe, 320 px, keyboard, guessing.

Run by hand: ``python -m tests.acceptance.suivi_pages FOLDER``; exits 1 when axe or the browser
finds something, a page is wider than the screen, a reply took over two seconds, or a code was
guessed.
"""

from __future__ import annotations

import asyncio
import secrets
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from bot.escalation.receipts import ALPHABET, LENGTH
from tests.acceptance.bureau_pages import look
from tests.fakes.chromium import chromium, chromium_path, opened
from tests.fakes.desk_web import desk_web

if TYPE_CHECKING:
    from playwright.async_api import Browser, Page

    from tests.fakes.chromium import Noted
    from tests.fakes.desk_web import DeskWeb

SHAPES = {
    "desktop": (1280, 800, "light"),
    "phone": (390, 844, "light"),
    "narrow": (320, 640, "light"),
    "dark": (390, 844, "dark"),
}
QUESTION = "Mon vélo grince quand je freine, mon numéro est le 06 12 34 56 78."
ANSWER = "Bonjour, passez demain à l’atelier entre 9 h et 12 h.\n\nNous changerons les patins."
GUESSES = 1_000
MOST_SECONDS = 2.0


async def main(folder: Path) -> int:
    folder.mkdir(parents=True, exist_ok=True)
    faults: list[str] = []
    async with chromium(chromium_path()) as browser:
        for shape in SHAPES:
            # Each shape is somebody else's chat.
            async with desk_web(chat_rate=10_000) as web:
                faults += await look_at_all(browser, web, folder, shape)
    faults += await guess()
    print("\n".join(faults) or "nothing found")
    return int(bool(faults))


async def look_at_all(browser: Browser, web: DeskWeb, folder: Path, shape: str) -> list[str]:
    width, height, scheme = SHAPES[shape]
    faults: list[str] = []
    url = web.web.url
    async with opened(browser, url, width=width, height=height, scheme=scheme) as noted:

        async def picture(name: str) -> None:
            faults.extend(await look(noted, folder / f"{name}-{shape}.png"))

        receipt = await open_by_keyboard(noted, picture)
        await answer_and_wait(web, noted, faults)
        await picture("chat-held")
        await press_key(noted.page, "Autre question", within="#holder")
        await noted.page.get_by_text("Le robot répond jusqu").wait_for()
        await picture("chat-aside")
    # The tab is closed: only the receipt is left.
    address = f"{url}/suivi"
    async with opened(browser, address, width=width, height=height, scheme=scheme) as noted:
        faults += await follow(noted, receipt, folder, shape)
    return faults


async def open_by_keyboard(noted: Noted, picture: object) -> tuple[str, str]:
    """Ask, look at the preview and send it, with nothing but keys; the receipt."""
    page = noted.page
    await page.locator(".message.ours").first.wait_for()
    await page.get_by_label("Votre question").focus()
    await page.keyboard.type(QUESTION)
    await page.keyboard.press("Enter")
    await page.get_by_text("Rendez-le.").wait_for()
    await press_key(page, "Parler à un humain", last=True)
    await page.get_by_text("Voici exactement").wait_for()
    await picture("chat-preview")  # type: ignore[operator]
    await press_key(page, "Envoyer", within=".choices")
    await page.locator(".receipt").wait_for()
    await picture("chat-receipt")  # type: ignore[operator]
    number, code = await page.locator(".receipt code").all_inner_texts()
    return number, code


async def press_key(page: Page, label: str, *, last: bool = False, within: str = "body") -> None:
    """Press the button of a name as a keyboard does."""
    found = page.locator(within).get_by_role("button", name=label)
    button = found.last if last or within != "body" else found.first
    await button.focus()
    await page.keyboard.press("Enter")


async def answer_and_wait(web: DeskWeb, noted: Noted, faults: list[str]) -> None:
    """The desk answers; how long the page takes to show it."""
    token = await noted.page.evaluate("sessionStorage.getItem('session')")
    web.desk.chat = str(token).partition(".")[0]
    begun = time.perf_counter()
    await web.desk.desk_answers(ANSWER)
    await noted.page.get_by_text("Nous changerons les patins").wait_for()
    seconds = time.perf_counter() - begun
    print(f"a reply of the desk was seen after {seconds:.2f} s")
    if seconds > MOST_SECONDS:
        faults.append(f"a reply of the desk was seen after {seconds:.2f} s")
    await noted.page.get_by_text("Une personne du guichet").wait_for()


async def follow(noted: Noted, receipt: tuple[str, str], folder: Path, shape: str) -> list[str]:
    """The page of the ticket, step by step, with nothing but keys."""
    page, faults = noted.page, list[str]()

    async def picture(name: str) -> None:
        faults.extend(await look(noted, folder / f"{name}-{shape}.png"))

    number, code = receipt
    await picture("suivi-ask")
    await fill(page, number, "AAAAAAAAAA")
    await page.get_by_role("alert").wait_for()
    await picture("suivi-wrong")
    await fill(page, number, code.lower())
    await page.get_by_text("Nous changerons les patins").wait_for()
    await page.get_by_label("Écrire au guichet").focus()
    await page.keyboard.type("Merci, je viendrai à 10 h.")
    await press_key(page, "Envoyer")
    await page.get_by_text("je viendrai à 10 h").wait_for()
    await picture("suivi-thread")
    await press_key(page, "C’est réglé")
    await page.get_by_text("Ce n’est pas réglé ?").wait_for()
    await picture("suivi-closed")
    return faults


async def fill(page: Page, number: str, code: str) -> None:
    await page.get_by_label("Numéro de la demande").fill(number)
    await page.get_by_label("Code de suivi").focus()
    await page.keyboard.type(code)
    await page.keyboard.press("Enter")


async def guess() -> list[str]:
    """Many codes for one ticket, from one network and from many."""
    async with desk_web(chat_rate=10_000) as web:
        await web.open()
        number = (await web.opens_ticket())["receipt"]["number"]
        opened_by_chance, looked_at = 0, 0
        for n in range(GUESSES):
            code = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
            network = "192.0.2.9" if n % 2 else f"198.51.{n // 250}.{n % 250}"
            answer = await web.tracks(network, number=number, code=code)
            opened_by_chance += answer.status_code == 200
            looked_at += answer.status_code == 403
    print(f"{GUESSES} codes guessed: {opened_by_chance} right, {looked_at} looked at")
    return ["a code was guessed"] if opened_by_chance else []


if __name__ == "__main__":
    sys.exit(asyncio.run(main(Path(sys.argv[1]))))
