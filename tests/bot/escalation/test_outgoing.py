"""What a desk is told of a ticket: buttons where they can be pressed, links where they cannot."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from bot.conversation.messages import Button
from bot.escalation.desks import StaffedDesks
from bot.escalation.tickets import Draft, NewMessage
from tests.fakes.mail_service import base_with_mailboxes, serving
from tests.fakes.open_store import OneByOne
from tests.fakes.small_base import BIKE, FARE, RIDE, answering

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.asyncio
async def test_published_answers_are_buttons_in_a_group_and_links_in_a_mailbox(
    tmp_path: Path,
) -> None:
    async with serving(tmp_path) as desk:
        asked = desk.incoming("mon vélo grince")
        turn = await OneByOne(desk.store).record_turn(asked, answering(BIKE, FARE, RIDE), 1.0)
        draft = Draft("atelier", "customer_request", (asked.text,), turn_id=turn)
        said = NewMessage("asker", asked.text, origin="x", origin_id="1")
        done = await desk.do(lambda r: desk.casework.open(r, asked, draft, said))
        group, mail = (each.reply for each in done.deliveries)  # type: ignore[union-attr]
        assert [button.url for button in group.buttons] == ["", "", ""]
        assert mail.buttons[0] == Button(group.buttons[0].label, url="https://velo.example")
        assert len(mail.buttons) == len(group.buttons)
        assert mail.paragraphs == group.paragraphs


def test_the_page_of_an_answer_is_its_own_then_the_one_of_all() -> None:
    base = base_with_mailboxes()
    bike = base.entries["velo-casse"]
    own = replace(bike, url=("https://velo.example/casse", "https://velo.example/autre"))
    of_desk = replace(bike, id="tarif", origin="guichet")
    desks = StaffedDesks(replace(base, entries={"velo-casse": own, "tarif": of_desk}), {})
    assert desks.page_of("velo-casse") == "https://velo.example/casse"
    assert StaffedDesks(base, {}).page_of("velo-casse") == "https://velo.example"
    # A desk's own answer was published nowhere.
    assert desks.page_of("tarif") == ""
    assert desks.page_of("none") == ""
