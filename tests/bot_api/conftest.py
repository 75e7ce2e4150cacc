from __future__ import annotations

from typing import TYPE_CHECKING

import pytest_asyncio
from telegram import Bot

from tests.fakes.bot_api import FakeBotApi
from tests.fakes.bot_api_calls import Calls
from tests.fakes.bot_api_webhook import WebhookSender

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

CLAIRE, GROUP = 7, -100


@pytest_asyncio.fixture
async def api() -> AsyncIterator[FakeBotApi]:
    async with FakeBotApi(sender=WebhookSender(first_wait=0.01, longest_wait=0.02)) as server:
        server.chats.meet(CLAIRE)
        server.chats.meet(GROUP)
        yield server


@pytest_asyncio.fixture
async def bot(api: FakeBotApi) -> AsyncIterator[Bot]:
    async with Bot(api.token, base_url=api.base_url) as talking:
        yield talking


@pytest_asyncio.fixture
async def call(api: FakeBotApi) -> AsyncIterator[Calls]:
    calls = Calls(api)
    yield calls
    calls.client.close()
