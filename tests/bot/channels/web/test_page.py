"""The chat page in a real browser: by mouse, by keyboard, on a phone, and when things break."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import pytest
from playwright.async_api import expect

from bot.conversation.messages import Button, Outcome, Paragraph, Reply
from tests.fakes.chat_page import ask, button, rider
from tests.fakes.chromium import opened
from tests.fakes.tiny_http import Answer, TinyHttp
from tests.fakes.web_service import Parrot, web_service

if TYPE_CHECKING:
    from playwright.async_api import Browser, Page, Route

    from bot.conversation.messages import Incoming
    from bot.conversation.ports import Journal
    from bot.conversation.turns import Prepared

pytestmark = pytest.mark.asyncio(loop_scope="module")

OPENER = "Une question\u00a0? Ouvrir l’assistance Pédalier"
TARGET = 44
"""Pixels that a finger needs."""

HOSTILE = (
    "<script>alert(1)</script> <img src=x onerror=alert(2)> {{7*7}} javascript:alert(3) "
    '<a href="javascript:alert(4)">x</a> &lt;b&gt;'
)
HOSTILE_ELEMENTS = ".message script, .message img, .message a:not([data-command])"


async def welcomed(page: Page, count: int = 1) -> None:
    await expect(page.locator(".ours")).to_have_count(count)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("width", "height"), [(1280, 800), (360, 720)])
async def test_a_conversation_from_question_to_desk(
    browser: Browser, scheme: str, width: int, height: int
) -> None:
    async with (
        web_service(rider()) as web,
        opened(browser, web.url, width=width, height=height, scheme=scheme) as noted,
    ):
        page = noted.page
        await expect(page.locator(".ours")).to_contain_text("Bonjour, je suis Pédalier.")
        assert await noted.axe() == []
        await ask(page, "mon vélo est cassé")
        await expect(page.locator(".mine p")).to_have_text(["mon vélo est cassé"])
        await expect(page.get_by_role("heading", level=2).last).to_contain_text("Mon vélo")
        await expect(page.get_by_label("Votre question")).to_be_focused()
        assert await noted.axe() == []
        await button(page, "Non, pas vraiment").click()
        await expect(page.locator(".ours").last).to_contain_text("Voici d’autres pistes.")
        await expect(button(page, "Non, pas vraiment")).to_be_disabled()
        await expect(button(page, "Oui, merci")).to_be_disabled()
        await button(page, "Aucune de ces propositions").click()
        await expect(page.locator(".ours").last).to_contain_text("L’atelier")
        await expect(page.locator(".ours").last).to_be_focused()
        mail = page.get_by_role("link", name="atelier@velo.example")
        await expect(mail).to_have_attribute("href", "mailto:atelier@velo.example")
        written = page.get_by_role("link", name="Écrire un courriel")
        href = unquote(await written.get_attribute("href") or "")
        assert href.startswith("mailto:atelier@velo.example?subject=Ma question")
        assert "\r\n\r\nmon vélo est cassé\r\n" in href
        assert await noted.axe() == []
        assert await noted.faults() == []


async def test_the_keyboard_is_enough(browser: Browser) -> None:
    async with web_service(rider()) as web, opened(browser, web.url) as noted:
        page = noted.page
        await welcomed(page)
        field = page.get_by_label("Votre question")
        await expect(field).to_be_focused()
        await page.get_by_role("link", name="Aller à la saisie").focus()
        await page.keyboard.press("Enter")
        await expect(field).to_be_focused()
        await page.keyboard.type("mon vélo")
        await page.keyboard.press("Shift+Enter")
        await page.keyboard.type("est cassé")
        await page.keyboard.press("Enter")
        await expect(page.locator(".mine p")).to_have_text("mon vélo\nest cassé")
        await welcomed(page, 2)
        await page.keyboard.press("Shift+Tab")
        await expect(button(page, "Copier").last).to_be_focused()
        await page.keyboard.press("Shift+Tab")
        to_somebody = page.locator(".ours").last.get_by_role("button", name="Contacter un guichet")
        await expect(to_somebody).to_be_focused()
        await page.keyboard.press("Shift+Tab")
        await expect(button(page, "Non, pas vraiment")).to_be_focused()
        await page.keyboard.press("Enter")
        await welcomed(page, 3)
        await expect(page.locator(".ours").last).to_be_focused()
        await page.keyboard.press("Tab")
        await expect(button(page, "Combien coûte un trajet\u00a0?").last).to_be_focused()
        await page.keyboard.press("Space")
        await expect(page.locator(".ours").last).to_contain_text("Un euro.")
        await expect(page.locator(".ours").last).to_be_focused()
        assert await noted.faults() == []


async def test_what_people_and_answers_say_is_shown_as_it_is(browser: Browser) -> None:
    async with web_service(Parrot()) as web, opened(browser, web.url) as noted:
        page = noted.page
        await welcomed(page)
        await ask(page, HOSTILE)
        await welcomed(page, 2)
        for place in (".mine", ".ours"):
            assert HOSTILE in await page.locator(place).last.inner_text()
        assert await page.locator(HOSTILE_ELEMENTS).count() == 0
        assert await noted.faults() == []


class Slow(Parrot):
    """Answers once told to."""

    def __init__(self) -> None:
        super().__init__()
        self.told = asyncio.Event()

    async def prepare(self, incoming: Incoming) -> Prepared:
        await self.told.wait()
        return await super().prepare(incoming)


async def test_what_is_sent_before_the_answer_came_goes_after_it(browser: Browser) -> None:
    slow = Slow()
    async with web_service(slow) as web, opened(browser, web.url) as noted:
        page = noted.page
        await expect(page.get_by_role("status")).to_have_text("Envoi en cours…")
        await ask(page, "vite")
        await expect(page.get_by_label("Votre question")).to_have_value("vite")
        slow.told.set()
        await welcomed(page, 2)
        await expect(page.get_by_label("Votre question")).to_have_value("")
        assert [incoming.text for incoming in slow.heard] == ["/start", "vite"]


class Scripted(Parrot):
    """Says what it was given."""

    def __init__(self, reply: Reply) -> None:
        super().__init__()
        self.reply = reply

    async def respond(self, prepared: Prepared, journal: Journal) -> Outcome:
        del prepared, journal
        return Outcome(self.reply)


async def test_an_answer_keeps_its_form_and_only_safe_links_lead_away(browser: Browser) -> None:
    text = (
        "Voici\u00a0:\n- un, https://a.example/x?y=1&z ;\n- deux.\n3. puis\n4. enfin\n\n"
        "Voir (https://b.example/), http://no.example et javascript:alert(1)."
    )
    buttons = (
        Button("Le guide", url="https://c.example/"),
        Button("Piège", url="javascript:alert(1)"),
        Button("👍 Oui", "y:1:0"),
    )
    reply = Reply((Paragraph("Titre", strong=True), Paragraph(text)), buttons)
    async with web_service(Scripted(reply)) as web, opened(browser, web.url) as noted:
        said = noted.page.locator(".ours")
        await expect(said.get_by_role("heading", level=2)).to_have_text("Titre")
        await expect(said.locator("ul > li")).to_have_count(2)
        await expect(said.locator("ol > li")).to_have_text(["puis", "enfin"])
        await expect(said.locator("ol > li").first).to_have_attribute("value", "3")
        links = await said.get_by_role("link").all()
        assert [await link.get_attribute("href") for link in links] == [
            "https://a.example/x?y=1&z",
            "https://b.example/",
            "https://c.example/",
        ]
        assert {await link.get_attribute("rel") for link in links} == {"noopener noreferrer"}
        await expect(said.get_by_role("button")).to_have_text(["Oui", "Copier"])
        assert await noted.axe() == []
        assert await noted.faults() == []


async def test_a_heading_stands_apart_from_what_was_said_before_it(browser: Browser) -> None:
    async with web_service(rider()) as web, opened(browser, web.url) as noted:
        await welcomed(noted.page)
        await ask(noted.page, "what should I do with a bike that is broken?")
        await welcomed(noted.page, 2)
        said = noted.page.locator(".ours").last
        before = await said.locator("p", has_text="Answers are in French.").bounding_box()
        heading = await said.locator("h2").bounding_box()
    assert before is not None
    assert heading is not None
    assert heading["y"] >= before["y"] + before["height"] + 12


async def test_a_lost_network_is_said_and_the_same_message_goes_again(browser: Browser) -> None:
    parrot, cut, ids = Parrot(), {"on": False}, []

    async def line(route: Route) -> None:
        body: Any = route.request.post_data_json
        ids.append(body["id"])
        await (route.abort() if cut["on"] else route.continue_())

    async with web_service(parrot) as web, opened(browser, web.url) as noted:
        page = noted.page
        await welcomed(page)
        await page.route("**/api/messages", line)
        cut["on"] = True
        await ask(page, "bonjour")
        await expect(page.get_by_role("status")).to_have_text("Envoi en cours…")
        alert = page.get_by_role("alert")
        await expect(alert).to_contain_text("Votre message n’est pas parti")
        await expect(page.get_by_role("status")).to_have_text("")
        await expect(button(page, "Réessayer")).to_be_focused()
        assert await noted.axe() == []
        cut["on"] = False
        await page.keyboard.press("Enter")
        await welcomed(page, 2)
        await expect(alert).to_have_text("")
        assert len(ids) == 4
        assert len(set(ids)) == 1
        assert [incoming.text for incoming in parrot.heard] == ["/start", "bonjour"]


async def test_what_breaks_on_our_side_can_be_tried_again(browser: Browser) -> None:
    parrot = Parrot(buttons=(Button("Oui", "y:1:0"),))
    async with web_service(parrot) as web, opened(browser, web.url) as noted:
        page = noted.page
        await welcomed(page)
        parrot.broken = RuntimeError("boom")
        await button(page, "Oui").click()
        await expect(page.get_by_role("alert")).to_contain_text("Un incident technique")
        away = page.get_by_role("link", name="Si la panne dure, voyez les guichets")
        await expect(away).to_have_attribute("href", "guichets")
        parrot.broken = None
        await button(page, "Réessayer").click()
        await welcomed(page, 2)
        await expect(page.get_by_role("alert")).to_have_text("")
        first, again = parrot.heard[1:]
        assert first == again


async def test_a_message_that_is_too_long_comes_back_to_be_shortened(browser: Browser) -> None:
    async with web_service(Parrot()) as web, opened(browser, web.url) as noted:
        page = noted.page
        await welcomed(page)
        await ask(page, "a" * 20_001)
        await expect(page.get_by_role("alert")).to_contain_text("trop long")
        await expect(page.get_by_label("Votre question")).to_have_value("a" * 20_001)
        await expect(button(page, "Réessayer")).to_have_count(0)


async def test_a_session_that_is_no_longer_known_is_opened_anew(browser: Browser) -> None:
    parrot = Parrot()
    async with web_service(parrot) as web, opened(browser, web.url) as noted:
        page = noted.page
        await welcomed(page)
        await page.evaluate("sessionStorage.setItem('session', 'forged.token')")
        await page.reload()
        await welcomed(page)
        assert [incoming.text for incoming in parrot.heard] == ["/start", "/start"]
        assert len({incoming.chat for incoming in parrot.heard}) == 2


async def test_a_tab_keeps_its_session_until_a_new_conversation(browser: Browser) -> None:
    parrot = Parrot()
    async with web_service(parrot) as web, opened(browser, web.url) as noted:
        page = noted.page
        await welcomed(page)
        await page.reload()
        await welcomed(page)
        assert len(parrot.heard) == 1, "what was said is shown again, not asked again"
        await button(page, "Nouvelle conversation").click()
        await expect(page.get_by_label("Votre question")).to_be_focused()
        await welcomed(page)
        chats = [incoming.chat for incoming in parrot.heard]
        assert len(chats) == len(set(chats)) == 2
        assert await page.context.cookies() == []


async def test_a_page_that_is_loaded_again_shows_what_was_said(browser: Browser) -> None:
    async with web_service(rider()) as web, opened(browser, web.url) as noted:
        page = noted.page
        await welcomed(page)
        await ask(page, "mon vélo, appelez le 06 12 34 56 78")
        await welcomed(page, 2)
        await button(page, "Non, pas vraiment").click()
        await welcomed(page, 3)
        await button(page, "Contacter un guichet").first.click()
        await welcomed(page, 4)
        before = await page.locator(".ours").all_inner_texts()
        await page.reload()
        await welcomed(page, 4)
        assert await page.locator(".ours").all_inner_texts() == before
        mine = await page.locator(".mine p").all_inner_texts()
        assert "06 12 34 56 78" not in mine[0], "it is shown as it is kept"
        assert mine[1:] == ["Non, pas vraiment", "Contacter un guichet"]
        await expect(button(page, "Oui, merci")).to_be_disabled()
        await ask(page, "et encore ?")
        await welcomed(page, 5)
        assert await noted.axe() == []
        assert await noted.faults() == []


async def test_what_is_said_later_shows_by_itself_and_once(browser: Browser) -> None:
    async with web_service(Parrot()) as web, opened(browser, web.url) as noted:
        page = noted.page
        await welcomed(page)
        web.token = await page.evaluate("sessionStorage.getItem('session')")
        await web.deliver("Le guichet vous répond.")
        await expect(page.locator(".ours").last).to_contain_text("Le guichet vous répond.")
        await ask(page, "merci")
        await expect(page.locator(".ours").last).to_contain_text("merci")
        await web.deliver("Bonne journée.")
        await expect(page.locator(".ours").last).to_contain_text("Bonne journée.")
        await welcomed(page, 4)
        assert await page.locator(".mine").count() == 1
        assert await noted.faults() == []


async def test_after_everything_was_erased_a_page_begins_anew(browser: Browser) -> None:
    async with web_service(rider()) as web, opened(browser, web.url) as noted:
        page = noted.page
        await welcomed(page)
        await ask(page, "/oublier")
        await welcomed(page, 2)
        await button(page, "Oui, tout effacer").click()
        await welcomed(page, 3)
        await page.reload()
        await welcomed(page)
        await expect(page.locator(".mine")).to_have_count(0)


async def test_a_human_and_the_privacy_notice_are_one_press_away(browser: Browser) -> None:
    parrot = Parrot()
    async with web_service(parrot) as web, opened(browser, web.url) as noted:
        page = noted.page
        await welcomed(page)
        await button(page, "Contacter un guichet").click()
        await welcomed(page, 2)
        await button(page, "Confidentialité").click()
        await welcomed(page, 3)
        heard = [incoming.text for incoming in parrot.heard]
        assert heard == ["/start", "/humain", "/confidentialite"]
        mine = await page.locator(".mine p").all_inner_texts()
        assert mine == ["Contacter un guichet", "Confidentialité"]


@pytest.mark.parametrize(("width", "height"), [(320, 568), (640, 400), (320, 256)])
async def test_small_and_zoomed_screens_lose_nothing(
    browser: Browser, width: int, height: int
) -> None:
    async with (
        web_service(rider()) as web,
        opened(browser, web.url, width=width, height=height) as noted,
    ):
        page = noted.page
        await welcomed(page)
        await ask(page, "mon vélo " + "x" * 300)
        await welcomed(page, 2)
        await button(page, "Oui, merci").click()
        await welcomed(page, 3)
        wide = await page.evaluate("document.documentElement.scrollWidth")
        assert wide <= width
        for each in await page.get_by_role("button").all():
            box = await each.bounding_box()
            assert box is not None
            assert box["height"] >= TARGET, await each.inner_text()
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= width
        assert await noted.axe() == []


@pytest.mark.parametrize("working", [False, True])
async def test_without_its_script_the_page_leads_to_the_desks(
    browser: Browser, *, working: bool
) -> None:
    async with web_service(rider()) as web:
        context = await browser.new_context(java_script_enabled=working)
        page = await context.new_page()
        # The word about the script appears after a second, which need not be waited for.
        devtools = await context.new_cdp_session(page)
        await devtools.send("Animation.enable")
        await devtools.send("Animation.setPlaybackRate", {"playbackRate": 20})
        await page.route("**/chat.js", lambda route: route.abort())
        await page.goto(web.url)
        await expect(page.locator("main")).to_contain_text("Activez-le")
        await expect(page.get_by_role("textbox")).to_have_count(0)
        await page.get_by_role("link", name="voir les guichets et leurs adresses").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("À qui s’adresser")
        await expect(page.get_by_role("link", name="atelier@velo.example")).to_be_visible()
        await context.close()


@pytest.mark.parametrize("path", ["/guichets", "/api"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_the_other_pages_are_accessible_too(browser: Browser, path: str, scheme: str) -> None:
    async with (
        web_service(rider()) as web,
        opened(browser, web.url + path, width=360, scheme=scheme) as noted,
    ):
        assert await noted.axe() == []
        assert await noted.faults() == []


def host_page(chat: str) -> bytes:
    return (
        '<!DOCTYPE html><html lang="fr"><title>Site</title><main><h1>Un site</h1></main>'
        f'<script src="{chat}/embed.js" defer></script></html>'
    ).encode()


async def test_another_site_shows_the_chat_only_when_it_is_named(browser: Browser) -> None:
    pages: dict[str, bytes] = {}

    async def site(path: str, form: dict[str, str]) -> Answer:
        del form
        return Answer(200, pages.get(path, b""), "text/html; charset=utf-8")

    async with TinyHttp(site) as named, TinyHttp(site) as stranger:
        origin = f"http://127.0.0.1:{named.port}"
        async with web_service(rider(), embed_origins=(origin,)) as web:
            pages["/"] = host_page(web.url)
            async with opened(browser, origin) as noted:
                await _embedded(noted.page)
                assert await noted.axe() == []
            async with opened(browser, f"http://127.0.0.1:{stranger.port}") as noted:
                refused = noted.page.expect_console_message(
                    lambda said: "frame-ancestors" in said.text
                )
                async with refused:
                    await button(noted.page, OPENER).click()


async def _embedded(page: Page) -> None:
    opener = button(page, OPENER)
    await expect(opener).to_have_attribute("aria-expanded", "false")
    await opener.click()
    frame = page.frame_locator("iframe[title='Assistance Pédalier']")
    await expect(frame.locator(".ours")).to_contain_text("Bonjour, je suis Pédalier.")
    await frame.get_by_label("Votre question").fill("mon vélo")
    await page.keyboard.press("Enter")
    await expect(frame.locator(".ours")).to_have_count(2)
    await page.keyboard.press("Escape")
    await expect(page.locator("iframe")).to_be_hidden()
    await expect(opener).to_be_focused()
    await opener.click()
    await expect(frame.locator(".ours")).to_have_count(2)
