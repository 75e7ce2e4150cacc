"""What becomes of messages on the page: links, unsent ones, waiting, and going back to the last."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from playwright.async_api import expect

from bot.conversation.messages import Button, Outcome, Paragraph, Reply
from tests.fakes.chat_page import ask, button, rider
from tests.fakes.chromium import opened
from tests.fakes.linked import LINKED
from tests.fakes.web_service import Parrot, web_service

if TYPE_CHECKING:
    from playwright.async_api import Browser, Page, Route

    from bot.conversation.messages import Incoming
    from bot.conversation.ports import Journal
    from bot.conversation.turns import Prepared

pytestmark = pytest.mark.asyncio(loop_scope="module")

LEAD = """async (texts) => {
    const { pieces } = await import("/static/links.js");
    return texts.map((t) => pieces(t).filter((p) => p.kind).map((p) => [p.text, p.href]));
}"""
OLD_BROWSER = """
    delete AbortSignal.timeout;
    delete Array.prototype.at;
    delete String.prototype.at;
    delete String.prototype.replaceAll;
    delete String.prototype.toWellFormed;
    delete String.prototype.isWellFormed;
    delete Object.hasOwn;
    delete Array.prototype.findLast;
    delete Array.prototype.toSorted;
    delete Promise.any;
    delete window.structuredClone;
    Object.defineProperty(crypto, "randomUUID", { value: undefined });
"""
"""What came after the syntax that the script is parsed with."""


async def replied(page: Page, count: int = 1) -> None:
    await expect(page.locator(".ours")).to_have_count(count)


async def test_the_page_and_the_server_link_the_same(browser: Browser) -> None:
    async with web_service(Parrot()) as web, opened(browser, web.url) as noted:
        found = await noted.page.evaluate(LEAD, [text for text, _ in LINKED])
    for (text, expected), made in zip(LINKED, found, strict=True):
        assert [tuple(each) for each in made] == list(expected), text


async def test_a_command_that_a_reply_names_is_one_press_away(browser: Browser) -> None:
    async with web_service(rider()) as web, opened(browser, web.url) as noted:
        page = noted.page
        await replied(page)
        await page.get_by_role("link", name="/confidentialite").click()
        await replied(page, 2)
        await page.get_by_role("link", name="/oublier").last.click()
        await replied(page, 3)
        await expect(button(page, "Oui, tout effacer")).to_be_visible()
        assert await page.locator(".mine p").all_inner_texts() == ["/confidentialite", "/oublier"]


class Line:
    """The line of a page to the service, which may be cut or refuse."""

    def __init__(self) -> None:
        self.status = 0
        self.cut = False

    async def __call__(self, route: Route) -> None:
        if self.cut:
            await route.abort()
        elif self.status:
            await route.fulfill(
                status=self.status, json={"error": "x", "message": "Refusé."}, headers={}
            )
        else:
            await route.continue_()


async def test_what_was_not_sent_looks_so_and_each_goes_again_by_itself(browser: Browser) -> None:
    parrot, line = Parrot(), Line()
    async with web_service(parrot) as web, opened(browser, web.url) as noted:
        page = noted.page
        await replied(page)
        await page.route("**/api/messages", line)
        line.status = 429
        await ask(page, "un")
        alert = page.get_by_role("alert")
        await expect(alert).to_have_text("Refusé.")
        await ask(page, "deux")
        unsent = page.locator(".unsent")
        await expect(unsent.locator("p")).to_have_text(["un", "deux"])
        await expect(unsent.first).to_contain_text("Non envoyé · Réessayer")
        await expect(unsent.last).to_be_in_viewport(ratio=1)
        assert await noted.axe() == []
        line.status = 0
        await unsent.first.get_by_role("button").click()
        await replied(page, 2)
        await expect(unsent.locator("p")).to_have_text(["deux"])
        await expect(page.locator(".mine p")).to_have_text(["deux", "un"])
        await unsent.get_by_role("button").click()
        await replied(page, 3)
        await expect(unsent).to_have_count(0)
        assert [incoming.text for incoming in parrot.heard] == ["/start", "un", "deux"]
        assert await noted.faults() == []


@pytest.mark.parametrize("status", [400, 413, 422])
async def test_what_can_never_be_taken_comes_back_to_be_changed(
    browser: Browser, status: int
) -> None:
    line = Line()
    async with web_service(Parrot()) as web, opened(browser, web.url) as noted:
        page = noted.page
        await replied(page)
        await page.route("**/api/messages", line)
        line.status = status
        await ask(page, "non")
        await expect(page.get_by_role("alert")).to_have_text("Refusé.")
        await expect(page.get_by_label("Votre question")).to_have_value("non")
        await expect(page.locator(".mine")).to_have_count(0)


async def test_half_a_character_is_sent_whole(browser: Browser) -> None:
    parrot = Parrot()
    async with web_service(parrot) as web, opened(browser, web.url) as noted:
        page = noted.page
        await replied(page)
        await page.evaluate(
            "document.getElementById('question').value = 'v\\u00e9lo \\ud83d \\ud83d\\ude00'"
        )
        await page.get_by_role("button", name="Envoyer").click()
        await replied(page, 2)
    assert parrot.heard[-1].text == "vélo \ufffd 😀"


async def test_an_old_browser_talks_all_the_same(browser: Browser) -> None:
    async with web_service(rider()) as web, opened(browser, "about:blank") as noted:
        page = noted.page
        await page.add_init_script(OLD_BROWSER)
        await page.goto(web.url)
        await replied(page)
        await ask(page, "mon vélo")
        await replied(page, 2)
        await page.reload()
        await replied(page, 2)
        assert noted.errors == []


class Slow(Parrot):
    """Answers all but the greeting once told to."""

    def __init__(self) -> None:
        super().__init__()
        self.told = asyncio.Event()

    async def prepare(self, incoming: Incoming) -> Prepared:
        if incoming.text != "/start":
            await self.told.wait()
        return await super().prepare(incoming)


async def test_waiting_is_seen_and_a_long_wait_is_said(browser: Browser) -> None:
    slow = Slow()
    async with web_service(slow) as web, opened(browser, "about:blank") as noted:
        page = noted.page
        await page.clock.install()
        await page.goto(web.url)
        await replied(page)
        await ask(page, "alors ?")
        typing, status = page.locator(".typing"), page.get_by_role("status")
        await expect(typing).to_be_in_viewport()
        await expect(status).to_have_text("Envoi en cours…")
        assert await noted.axe() == []
        await page.clock.fast_forward(10_000)
        await expect(typing).to_contain_text("C’est plus long que d’habitude")
        await expect(status).to_contain_text("C’est plus long que d’habitude")
        slow.told.set()
        await replied(page, 2)
        await expect(typing).to_have_count(0)
        await expect(status).to_have_text("")


async def test_the_arrow_up_brings_back_what_was_asked(browser: Browser) -> None:
    async with web_service(Parrot()) as web, opened(browser, web.url) as noted:
        page, field = noted.page, noted.page.get_by_label("Votre question")
        await replied(page)
        for count, text in enumerate(("un", "deux"), 2):
            await ask(page, text)
            await replied(page, count)
        for key, value in (
            *(("ArrowUp", "deux"), ("ArrowUp", "un"), ("ArrowUp", "un")),
            *(("ArrowDown", "deux"), ("ArrowDown", ""), ("ArrowUp", "deux")),
        ):
            await page.keyboard.press(key)
            await expect(field).to_have_value(value)
        await page.keyboard.type(" et demi")
        await page.keyboard.press("ArrowUp")
        await expect(field).to_have_value("deux et demi")


async def test_a_new_question_ends_the_choices_before_it(browser: Browser) -> None:
    async with web_service(rider()) as web, opened(browser, web.url) as noted:
        page = noted.page
        await replied(page)
        await ask(page, "mon vélo")
        await replied(page, 2)
        await button(page, "Confidentialité").click()
        await replied(page, 3)
        await expect(button(page, "Oui, merci")).to_be_enabled()
        await ask(page, "et encore")
        await replied(page, 4)
        judged = button(page, "Oui, merci")
        await expect(judged.first).to_be_disabled()
        await expect(judged.last).to_be_enabled()
        await page.reload()
        await replied(page, 4)
        await expect(judged.first).to_be_disabled()
        await expect(judged.last).to_be_enabled()


class Tall(Parrot):
    """Answers at a height of its own."""

    lines = 1

    async def respond(self, prepared: Prepared, journal: Journal) -> Outcome:
        del prepared, journal
        text = "\n".join(["ligne"] * self.lines)
        return Outcome(
            Reply((Paragraph("Titre", strong=True), Paragraph(text)), (Button("Ah", "y:1:0"),))
        )


@pytest.mark.parametrize("lines", range(6, 30, 4))
async def test_the_title_of_an_answer_stays_in_sight(browser: Browser, lines: int) -> None:
    tall = Tall()
    async with web_service(tall) as web, opened(browser, web.url, height=625) as noted:
        page = noted.page
        await replied(page)
        tall.lines = lines
        await ask(page, "combien ?")
        await replied(page, 2)
        await expect(page.get_by_role("heading", level=2).last).to_be_in_viewport(ratio=1)


async def test_an_answer_and_the_way_to_a_desk_can_be_copied(browser: Browser) -> None:
    async with web_service(rider()) as web, opened(browser, web.url) as noted:
        page = noted.page
        await page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        await replied(page)
        await ask(page, "mon vélo grince")
        await replied(page, 2)
        await button(page, "Copier").last.click()
        await expect(page.get_by_role("status")).to_have_text("Copié")
        read = "navigator.clipboard.readText()"
        assert (await page.evaluate(read)).startswith("Mon vélo est cassé\u00a0: que faire")
        await page.locator(".ours").last.get_by_role("button", name="Contacter un guichet").click()
        await replied(page, 3)
        await button(page, "Copier l’adresse").click()
        await expect(button(page, "Copié").last).to_be_visible()
        assert await page.evaluate(read) == "atelier@velo.example"
        await button(page, "Copier mon message").click()
        assert "mon vélo grince" in await page.evaluate(read)
        call = page.get_by_role("link", name="Appeler le 01 99 00 00 00")
        await expect(call).to_have_attribute("href", "tel:0199000000")
        assert await noted.axe() == []


async def test_who_asks_for_somebody_writes_of_the_question_before(browser: Browser) -> None:
    async with web_service(rider()) as web, opened(browser, web.url) as noted:
        page = noted.page
        await replied(page)
        await ask(page, "mon vélo grince")
        await replied(page, 2)
        await ask(page, "je veux parler à quelqu'un")
        await replied(page, 3)
        await button(page, "Les abonnements").click()
        await replied(page, 4)
        href = await page.get_by_role("link", name="Écrire un courriel").get_attribute("href")
    assert href is not None
    assert "grince" in href
    assert "quelqu" not in href


async def test_a_message_says_when_it_was_said(browser: Browser) -> None:
    async with web_service(rider()) as web, opened(browser, web.url) as noted:
        page = noted.page
        await ask(page, "mon vélo")
        await replied(page, 2)
        now = await page.locator("time").all_inner_texts()
        assert len(now) == 3
        await page.reload()
        await replied(page, 2)
        assert await page.locator("time").all_inner_texts() == now
