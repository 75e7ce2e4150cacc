"""Nobody acts for a desk but people who are in its group: 0 effects of all that others try."""

from __future__ import annotations

import pytest

from tests.fakes.bot_api_media import media
from tests.fakes.desk_service import (
    CAMILLE,
    CLAIRE,
    GROUP,
    NOE,
    OFFICE,
    STRANGER,
    desks_answering,
)

pytestmark = pytest.mark.asyncio
BOTH = {"atelier": GROUP, "abonnements": OFFICE}


async def test_strangers_bots_channels_and_forwards_do_nothing(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with desks_answering(groups=BOTH) as desks:
        thread = await desks.open()
        head, before = desks.head(thread), len(desks.api.messages)
        bot = {"id": 5, "is_bot": True, "first_name": "Autre"}
        channel = {"id": -1_000_000_000_005, "type": "channel", "title": "Annonces"}
        moved = media("forward")["forward_origin"]
        tries = [
            {"person": STRANGER},
            {"person": CAMILLE, "from": bot},
            {"person": CAMILLE, "sender_chat": channel},
            {"person": CAMILLE, "forward_origin": moved},
        ]
        for fields in tries:
            who = int(str(fields.pop("person")))
            for text in ("/clore", "/bloquer", "/prendre", "Bonjour"):
                desks.api.staff_says(GROUP, who, text, thread=thread, to=head, **fields)
        for data in (head.buttons[0][1], "d:stop:1:0123456789ab", "d:answer:77:0123456789ab"):
            desks.api.staff_presses(STRANGER, head, data)
        await desks.settled()
        (ticket,) = await desks.tickets()
        assert (ticket.state, ticket.version) == ("open", 1)
        assert len(desks.api.messages) == before
        refused = [record for record in caplog.records if "refused" in record.message]
        assert len(refused) == 4 * len(tries) + 3


async def test_another_desk_s_members_reach_no_ticket_of_this_one() -> None:
    async with desks_answering(groups=BOTH) as desks:
        thread = await desks.open()
        head = desks.head(thread)
        desks.api.chats.forums[GROUP].members.pop(NOE)
        desks.api.staff_says(OFFICE, NOE, "/clore", thread=thread)
        desks.api.staff_says(OFFICE, NOE, "Bonjour", thread=thread, to=head.as_json())
        elsewhere = {**head.as_json(), "chat": {"id": OFFICE, "type": "supergroup", "title": "B"}}
        query = {"id": "q", "from": desks.api.name(NOE), "chat_instance": "1"}
        data = head.buttons[0][1]
        desks.api.push("callback_query", {**query, "message": elsewhere, "data": data})
        desks.api.staff_says(GROUP, NOE, "/clore", thread=thread)
        await desks.settled()
        (ticket,) = await desks.tickets()
        assert (ticket.state, ticket.version) == ("open", 1)
        assert len(desks.told(CLAIRE)) == 3


async def test_who_leaves_the_group_or_changes_name_is_known_by_their_number() -> None:
    async with desks_answering() as desks:
        thread = await desks.open()
        renamed = {**desks.api.name(STRANGER), "first_name": "Camille", "username": "camille"}
        to = desks.head(thread)
        desks.api.staff_says(GROUP, STRANGER, "faux", thread=thread, to=to, **{"from": renamed})
        other = {**desks.api.name(CAMILLE), "first_name": "Dominique"}
        desks.api.staff_says(GROUP, CAMILLE, "vrai", thread=thread, to=to, **{"from": other})
        await desks.hears(CLAIRE, "vrai")
        assert not any("faux" in told for told in desks.told(CLAIRE))


async def test_an_anonymous_administrator_is_the_desk() -> None:
    async with desks_answering() as desks:
        thread = await desks.open()
        desks.api.anonymous_says(GROUP, "Bonjour", thread, desks.head(thread))
        await desks.hears(CLAIRE, "Bonjour")
        desks.api.anonymous_says(GROUP, "/clore", thread)
        await desks.hears(CLAIRE, "Je réponds de nouveau")
