from __future__ import annotations

from typing import TYPE_CHECKING

import pytest_asyncio

from tests.fakes.chromium import chromium, chromium_path

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from playwright.async_api import Browser


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with chromium(chromium_path()) as found:
        yield found
