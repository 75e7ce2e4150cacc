from __future__ import annotations

from typing import get_args

import pytest

from bot.conversation import choices
from bot.conversation.ticket_choices import Act, TicketChoice, data, parse


@pytest.mark.parametrize("act", get_args(Act))
def test_what_a_button_carries_is_read_back_and_fits(act: Act) -> None:
    carried = data(act, 2**63 - 1, choices.key("atelier"))
    assert len(carried.encode()) <= 64
    assert parse(carried) == TicketChoice(act, 2**63 - 1, choices.key("atelier"))


@pytest.mark.parametrize("forged", ["", "t:", "t:burn:1:", "t:send:-1:", "t:rate:1:x", "c:1:0"])
def test_what_is_none_of_a_ticket_is_nothing(forged: str) -> None:
    assert parse(forged) is None
