"""What somebody does on the page of the chat, and the assistant that they talk to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.fakes.small_base import BIKE, FARE, HELMET, RIDE
from tests.fakes.web_service import talking

if TYPE_CHECKING:
    from playwright.async_api import Locator, Page

    from bot.conversation.conversation import Conversation


def rider() -> Conversation:
    """Knows a little of everything about bicycles."""
    return talking(BIKE, FARE, HELMET, RIDE)


def button(page: Page, name: str) -> Locator:
    """The button with that name, which may come in a moment."""
    return page.get_by_role("button", name=name, exact=True)


async def ask(page: Page, text: str) -> None:
    """Type a question and send it."""
    await page.get_by_label("Votre question").fill(text)
    await page.keyboard.press("Enter")
