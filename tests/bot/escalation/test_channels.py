"""A ticket in the channels that differ: pages that are lost, and a terminal that is read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.escalation.channels import EDITABLE
from tests.fakes.desk_talk import DeskTalk, desk_talk
from tests.fakes.talk import plain

if TYPE_CHECKING:
    from pathlib import Path


async def open_ticket(talk: DeskTalk) -> None:
    await talk.says("mon vélo grince")
    await talk.presses("Parler à un humain")
    await talk.presses("Envoyer")


@pytest.mark.asyncio
async def test_in_the_terminal_answers_are_read_once_with_the_status(tmp_path: Path) -> None:
    async with desk_talk(tmp_path / "a.db", channel="terminal") as talk:
        await open_ticket(talk)
        assert "dont la réponse se lit avec /statut" in talk.last.text
        assert "L’atelier, demande" not in (await talk.says("/statut")).text
        await talk.desk_answers("Passez demain.")
        await talk.desk_answers("Ou jeudi.")
        said = plain((await talk.says("/statut")).text)
        assert "Passez demain." in said
        assert "L’atelier, demande n° 2026-00001 :" in said
        assert said.index("Passez demain.") < said.index("Ou jeudi.")
        assert "Passez demain." not in (await talk.says("/statut")).text
        assert "close" in (await talk.says("/clore")).text
        assert "mon vélo grince" in (await talk.told_desk())[0]


@pytest.mark.asyncio
async def test_whoever_can_close_their_page_gets_a_receipt_and_another_on_request(
    tmp_path: Path,
) -> None:
    async with desk_talk(tmp_path / "a.db") as talk:
        await open_ticket(talk)
        assert talk.last.receipt is not None
        first = talk.last.receipt
        await talk.says("/statut")
        await talk.presses("nouveau code")
        assert talk.last.receipt is not None
        assert talk.last.receipt.number == first.number == "2026-00001"
        assert talk.last.receipt.code != first.code


@pytest.mark.asyncio
@pytest.mark.parametrize("channel", ["telegram", "terminal", "web"])
async def test_people_are_told_how_to_correct_a_message_there(tmp_path: Path, channel: str) -> None:
    async with desk_talk(tmp_path / "a.db", channel=channel) as talk:
        await open_ticket(talk)
        assert ("modifiez-le" in talk.last.text) is (channel in EDITABLE)
        assert (talk.last.receipt is not None) is (channel == "web")
