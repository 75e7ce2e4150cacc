"""The web chat while a person holds it: who reads what is written, and when the bot is back."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from tests.fakes.desk_web import desk_web


@pytest.mark.asyncio
async def test_the_chat_says_who_reads_until_the_bot_is_back() -> None:
    async with desk_web() as web:
        await web.open()
        assert (await web.says(text="bonjour"))["holder"] is None
        opened = await web.opens_ticket()
        holder = opened["holder"]
        assert (holder["number"], holder["taken"]) == ("2026-00001", False)
        assert "atelier" in holder["desk"]
        await web.desk.desk_answers()
        said = await web.says(text="et le frein ?")
        assert said["holder"]["taken"]
        assert said["paragraphs"] == [], "the bot is silent"
        aside = await web.says(choice=said["holder"]["aside"])
        until = datetime.fromisoformat(aside["holder"]["aside_until"])
        assert timedelta(minutes=9) < until - datetime.now(UTC) <= timedelta(minutes=10)
        assert "Rendez-le." in str((await web.says(text="mon vélo"))["paragraphs"])
        web.desk.parts.at = datetime.now(UTC) + timedelta(minutes=11)
        assert (await web.says(text="mon vélo"))["holder"]["aside_until"] == ""
        assert (await web.says(text="/clore"))["holder"] is None


@pytest.mark.asyncio
async def test_a_reply_of_the_desk_reaches_whoever_waits_for_it() -> None:
    async with desk_web() as web:
        await web.open()
        opened = await web.opens_ticket()
        waiting = asyncio.create_task(web.web.read(after=opened["number"]))
        await web.desk.desk_answers("Passez demain.")
        found = (await waiting).json()
        assert "Passez demain." in str(found["messages"])
        assert found["holder"]["taken"]
