"""A copy of the conversation that somebody takes away: printed, or sent as their own mail."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.async_api import expect

from tests.fakes.chat_page import ask, button, rider
from tests.fakes.chromium import opened
from tests.fakes.web_service import Parrot, web_service

if TYPE_CHECKING:
    from playwright.async_api import Browser, Page

pytestmark = pytest.mark.asyncio(loop_scope="module")

LINK_ROOM = 2000
"""Characters of an address that every browser hands to a mail program."""

LONG = "Où poser mon vélo\u00a0? " * 60


async def open_menu(page: Page) -> None:
    await page.get_by_title("Garder une copie").click()


async def mailed(page: Page) -> tuple[str, str]:
    """What the mail program gets when the mail is asked for: subject and body."""
    await open_menu(page)
    await page.get_by_role("link", name="Envoyer par courriel").click()
    await expect(page.locator("#mail")).to_have_attribute("href", re.compile("body="))
    href = await page.locator("#mail").get_attribute("href") or ""
    assert len(href) <= LINK_ROOM
    said = parse_qs(urlsplit(href).query, strict_parsing=True)
    return said["subject"][0], said["body"][0]


async def test_a_mail_holds_what_was_said_by_whom_and_when(browser: Browser) -> None:
    async with web_service(Parrot()) as web, opened(browser, web.url) as noted:
        page = noted.page
        await ask(page, "mon vélo & « moi » ?")
        await expect(page.locator(".ours")).to_have_count(2)
        await page.route("**/api/messages", lambda route: route.abort())
        await ask(page, "et la suite ?")
        await expect(page.locator(".unsent")).to_have_count(1)
        subject, body = await mailed(page)
        assert re.fullmatch(r"Mon échange avec Pédalier, \d+ [^ ]+ \d{4}", subject)
        lines = body.split("\r\n")
        hours = r"\(\d\d:\d\d\) :"
        assert re.fullmatch(rf"Vous {hours}", lines[lines.index("mon vélo & « moi » ?") - 1])
        assert any(re.fullmatch(rf"Pédalier {hours}", line) for line in lines)
        assert lines[lines.index("et la suite ?") - 1] == "Vous (non envoyé) :"
        assert "Copier" not in body
        assert noted.errors == []


@pytest.mark.parametrize("clipboard", [True, False])
async def test_what_no_link_can_hold_is_copied_or_cut_and_says_so(
    browser: Browser, *, clipboard: bool
) -> None:
    async with web_service(Parrot()) as web, opened(browser, web.url) as noted:
        page = noted.page
        await page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        if not clipboard:
            await page.evaluate(
                "navigator.clipboard.writeText = () => Promise.reject(new Error());"
                "document.execCommand = () => false"
            )
        await ask(page, LONG)
        await expect(page.locator(".ours")).to_have_count(2)
        _, body = await mailed(page)
        if clipboard:
            assert body.startswith("Collez ici votre échange")
            assert LONG.strip() in await page.evaluate("navigator.clipboard.readText()")
        else:
            assert body.startswith("(Le début de l’échange est trop long")
            assert body.rstrip().endswith(LONG.strip()[-200:])


async def test_print_shows_everything_that_was_said_and_nothing_to_press(browser: Browser) -> None:
    async with web_service(rider()) as web, opened(browser, web.url, height=400) as noted:
        page = noted.page
        await page.evaluate("window.print = () => window.dispatchEvent(new Event('beforeprint'))")
        for count in range(4):
            await ask(page, "mon vélo est cassé")
            await expect(page.locator(".ours")).to_have_count(count + 2)
        await open_menu(page)
        await button(page, "Imprimer").click()
        await page.emulate_media(media="print")
        await expect(page.get_by_role("button")).to_have_count(0)
        await expect(page.get_by_label("Votre question")).to_be_hidden()
        await expect(page.locator("#printed")).to_have_text(
            re.compile(r"Échange imprimé le \d+ [^ ]+ \d{4}")
        )
        cut = "(log) => log.scrollHeight > log.clientHeight + 1"
        assert not await page.locator("#log").evaluate(cut)
        await expect(page.locator(".message").first).to_be_visible()


@pytest.mark.parametrize(("width", "height"), [(320, 568), (1280, 800)])
async def test_the_menu_fits_closes_and_is_accessible(
    browser: Browser, width: int, height: int
) -> None:
    async with (
        web_service(rider()) as web,
        opened(browser, web.url, width=width, height=height) as noted,
    ):
        page = noted.page
        await expect(page.locator(".ours")).to_have_count(1)
        await open_menu(page)
        for each in (button(page, "Imprimer"), page.get_by_role("link", name="Envoyer par")):
            box = await each.bounding_box()
            assert box is not None
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= width
            assert not await each.evaluate("(it) => it.scrollWidth > it.clientWidth")
        assert await noted.axe() == []
        await page.keyboard.press("Escape")
        await expect(button(page, "Imprimer")).to_be_hidden()
        await expect(page.locator("#keep summary")).to_be_focused()
        await open_menu(page)
        await page.locator("h1").click()
        await expect(button(page, "Imprimer")).to_be_hidden()
