"""The chat in a page of another site: once, in its colours, on any screen, opened by the page."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest
from playwright.async_api import expect

from tests.fakes.chromium import opened
from tests.fakes.small_base import BIKE, FARE
from tests.fakes.tiny_http import Answer, TinyHttp
from tests.fakes.web_service import talking, web_service

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from playwright.async_api import Browser, FrameLocator, Page

    from tests.fakes.chromium import Noted

pytestmark = pytest.mark.asyncio(loop_scope="module")

LAPTOP, PHONE, ON_ITS_SIDE = (1366, 625), (390, 844), (844, 390)
SCRIPT = '<script src="{chat}/embed.js" {attributes}></script>'


@asynccontextmanager
async def embedded(
    browser: Browser, scripts: tuple[str, ...] = ("defer",), size: tuple[int, int] = LAPTOP
) -> AsyncIterator[Noted]:
    """A site with the script in it, once for each of ``scripts``, which are its attributes."""
    pages: dict[str, bytes] = {}

    async def site(path: str, form: dict[str, str]) -> Answer:
        del form
        return Answer(200, pages.get(path, b""), "text/html; charset=utf-8")

    async with TinyHttp(site) as host:
        origin = f"http://127.0.0.1:{host.port}"
        async with web_service(talking(BIKE, FARE), embed_origins=(origin,)) as web:
            inserted = "".join(SCRIPT.format(chat=web.url, attributes=each) for each in scripts)
            head = (
                '<!DOCTYPE html><html lang="fr"><meta name="viewport" content="width=device-width">'
            )
            body = f"<title>Site</title><main><h1>Un site</h1></main>{inserted}</html>"
            pages["/"] = (head + body).encode()
            async with opened(browser, origin, width=size[0], height=size[1]) as noted:
                yield noted


def chat(page: Page) -> FrameLocator:
    return page.frame_locator("iframe[title='Assistance Pédalier']")


async def test_a_script_that_is_inserted_twice_makes_one_button(browser: Browser) -> None:
    async with embedded(browser, ("defer", "defer")) as noted:
        page = noted.page
        opener = page.get_by_role("button", name="Une question")
        await expect(opener).to_have_count(1)
        # A site of one page throws its body away, and inserts the script again.
        await page.evaluate("document.body.replaceChildren()")
        await expect(opener).to_have_count(0)
        await page.evaluate("window.aiguilleur.show()")
        await opener.click()
        await expect(chat(page).locator(".ours")).to_have_count(1)
        assert noted.errors == []


@pytest.mark.parametrize("colour", ["#ffd400", "#1a6b3c", "#0b0b0b"])
async def test_the_site_gives_its_colour_its_words_and_the_side(
    browser: Browser, colour: str
) -> None:
    attributes = f'data-color="{colour}" data-label="Besoin d’aide" data-position="left"'
    async with embedded(browser, (attributes,)) as noted:
        page = noted.page
        opener = page.get_by_role("button", name="Besoin d’aide Ouvrir l’assistance Pédalier")
        await expect(opener).to_have_text("Besoin d’aide")
        box = await opener.bounding_box()
        assert box is not None
        assert box["x"] < 100
        await opener.click()
        await expect(chat(page).locator(".ours")).to_have_count(1)
        await chat(page).get_by_label("Votre question").fill("mon vélo")
        await page.keyboard.press("Enter")
        await expect(chat(page).locator(".ours")).to_have_count(2)
        assert await noted.axe() == []


async def test_a_colour_that_is_none_is_left_aside(browser: Browser) -> None:
    async with embedded(browser, ('data-color="red;display:none" data-position="up"',)) as noted:
        opener = noted.page.get_by_role("button", name="Une question")
        await expect(opener).to_have_css("background-color", "rgb(23, 73, 107)")
        await opener.click()
        await expect(chat(noted.page).locator(".ours")).to_have_count(1)


@pytest.mark.parametrize("size", [PHONE, ON_ITS_SIDE])
async def test_on_a_phone_the_chat_takes_the_screen_and_gives_it_back(
    browser: Browser, size: tuple[int, int]
) -> None:
    async with embedded(browser, size=size) as noted:
        page = noted.page
        opener = page.get_by_role("button", name="Une question")
        await opener.click()
        frame = page.locator("iframe")
        box = await frame.bounding_box()
        assert box == {"x": 0, "y": 0, "width": size[0], "height": size[1]}
        await expect(opener).to_be_hidden()
        await expect(chat(page).get_by_label("Votre question")).to_be_in_viewport(ratio=1)
        assert await noted.axe() == []
        await chat(page).get_by_role("button", name="Fermer").click()
        await expect(frame).to_be_hidden()
        await expect(opener).to_be_focused()


async def test_the_site_opens_the_chat_with_a_question(browser: Browser) -> None:
    async with embedded(browser) as noted:
        page = noted.page
        await expect(page.get_by_role("button", name="Une question")).to_be_visible()
        await page.evaluate("window.aiguilleur.open('mon vélo grince')")
        await expect(chat(page).locator(".mine p")).to_have_text(["mon vélo grince"])
        await expect(chat(page).locator(".ours")).to_have_count(2)
        await page.evaluate("window.aiguilleur.close()")
        await expect(page.locator("iframe")).to_be_hidden()
        await page.evaluate("window.aiguilleur.open('et le prix ?')")
        await expect(chat(page).locator(".ours")).to_have_count(3)
        await expect(chat(page).get_by_label("Votre question")).to_be_in_viewport(ratio=1)
        assert noted.errors == []
