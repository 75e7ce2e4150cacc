"""What was sent together arrives together, both ways; what cannot is told or sent by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from bot.channels.telegram.desks.albums import MOST
from bot.conversation import choices
from bot.store.ticket_tables import attachments, ticket_messages
from tests.fakes.bot_api import Fault
from tests.fakes.desk_service import CAMILLE, CLAIRE, GROUP, desks_answering
from tests.fakes.open_store import found

if TYPE_CHECKING:
    from tests.fakes.bot_api_rules import Sent
    from tests.fakes.desk_service import Desks

pytestmark = pytest.mark.asyncio
PHOTOS = ["photo"] * MOST
HUGE = 20_000_001


def in_topic(desks: Desks, thread: int) -> list[Sent]:
    """What a topic shows below its head."""
    return desks.api.in_topic(GROUP, thread)[1:]


def kinds_and_albums(sent: list[Sent]) -> tuple[list[str], int]:
    """What it is, and how many albums it makes; files that stand alone are counted as such."""
    alone = sum(bool(each.media and not each.album) for each in sent)
    return [each.media for each in sent], len({each.album for each in sent if each.album}) + alone


async def test_an_album_of_an_asker_is_one_at_the_desk_with_all_its_words_masked() -> None:
    async with desks_answering() as desks:
        thread = await desks.open()
        desks.api.user_sends_album(CLAIRE, PHOTOS, ["légende, 06 12 34 56 78", "", "la roue"])
        await desks.settled()
        copies = in_topic(desks, thread)
        assert kinds_and_albums(copies) == (PHOTOS, 1)
        assert copies[0].text.startswith("légende")
        assert "34 56" not in copies[0].text
        assert [copy.text for copy in copies[1:4]] == ["", "la roue", ""]


async def test_an_album_of_a_desk_is_one_at_the_asker_and_its_arrival_is_shown_once() -> None:
    async with desks_answering() as desks:
        thread = await desks.open()
        before = len(desks.api.chats.of(CLAIRE))
        said = desks.api.staff_sends_album(
            GROUP, CAMILLE, PHOTOS, ["Regardez la roue"], thread=thread, to=desks.head(thread)
        )
        await desks.settled()
        copies = desks.api.chats.of(CLAIRE)[before:]
        assert kinds_and_albums(copies) == (PHOTOS, 1)
        assert copies[0].text.endswith("Regardez la roue")
        assert "atelier" in copies[0].text
        await desks.api.until(lambda: desks.api.chats.reactions)
        assert list(desks.api.chats.reactions) == [(GROUP, said[0]["message_id"])]


async def test_a_reply_edit_or_withdrawal_finds_its_own_file_of_an_album() -> None:
    async with desks_answering() as desks:
        thread = await desks.open()
        said = desks.api.staff_sends_album(
            GROUP, CAMILLE, PHOTOS, ["Un", "Deux"], thread=thread, to=desks.head(thread)
        )
        await desks.settled()
        copies = desks.api.chats.of(CLAIRE)[-MOST:]
        desks.api.push("edited_message", {**said[1], "caption": "Trois", "edit_date": 2})
        desks.api.staff_says(GROUP, CAMILLE, "/retirer", thread=thread, to=said[2])
        await desks.settled()
        assert copies[1].text.endswith("Trois")
        assert [copy.deleted for copy in copies[:4]] == [False, False, True, False]


async def test_two_documents_wait_a_moment_for_more_and_go_before_what_is_said_next() -> None:
    async with desks_answering() as desks:
        thread = await desks.open()
        desks.api.user_sends_album(CLAIRE, ["document"] * 2)
        desks.api.user_says(CLAIRE, "Voilà.")
        await desks.api.until(lambda: "Voilà." in desks.in_topic(thread))
        copies = in_topic(desks, thread)
        assert kinds_and_albums(copies) == (["document", "document", ""], 1)
        await desks.settled()


async def test_a_file_that_is_too_large_is_told_once_and_takes_no_other_with_it() -> None:
    async with desks_answering() as desks:
        thread = await desks.open()
        large = {"document": {"file_id": "L", "file_unique_id": "U", "file_size": HUGE}}
        desks.api.user_sends_album(CLAIRE, ["document"] * 2)
        name = desks.api.asked[-1].message["media_group_id"]
        for _ in range(2):
            desks.api.user_says(CLAIRE, media_group_id=name, **large)
        await desks.settled()
        assert kinds_and_albums(in_topic(desks, thread)) == (["document"] * 2, 1)
        assert sum("20\xa0Mo" in told for told in desks.told(CLAIRE)) == 1


async def test_an_album_that_telegram_refuses_goes_file_by_file() -> None:
    async with desks_answering() as desks:
        thread = await desks.open()
        desks.api.fail("sendMediaGroup", *[Fault(400, "Bad Request: wrong file identifier")] * MOST)
        desks.api.user_sends_album(CLAIRE, PHOTOS, ["légende"])
        await desks.settled()
        copies = in_topic(desks, thread)
        assert kinds_and_albums(copies) == (PHOTOS, MOST)
        assert copies[0].text == "légende"


async def test_an_album_to_who_has_blocked_the_bot_is_told_to_the_desk_once() -> None:
    async with desks_answering() as desks:
        thread = await desks.open()
        desks.api.chats.blocked.add(CLAIRE)
        head = desks.head(thread)
        desks.api.staff_sends_album(GROUP, CAMILLE, PHOTOS, thread=thread, to=head)
        await desks.settled()
        assert sum("pas été remis" in told for told in desks.in_topic(thread)) == 1


async def test_an_album_counts_as_one_message_of_an_hour() -> None:
    async with desks_answering() as desks:
        thread = await desks.open()
        for _ in range(3):
            desks.api.user_sends_album(CLAIRE, PHOTOS)
        await desks.settled()
        assert kinds_and_albums(in_topic(desks, thread)) == (PHOTOS * 3, 3)


async def test_in_a_group_without_topics_an_album_stands_under_its_ticket() -> None:
    async with desks_answering(forum=False) as desks:
        await desks.begin()
        await desks.press(CLAIRE, "t:send")
        await desks.settled()
        (head,) = desks.api.chats.of(GROUP)
        desks.api.user_sends_album(CLAIRE, PHOTOS)
        await desks.settled()
        assert {sent.answers for sent in desks.api.chats.of(GROUP)[1:]} == {head.message_id}
        before = len(desks.api.chats.of(CLAIRE))
        (first,) = desks.api.staff_sends_album(
            GROUP, CAMILLE, ["photo"], to=head
        )  # it alone replies
        for _ in range(MOST - 1):
            desks.api.staff_sends(GROUP, CAMILLE, "photo", media_group_id=first["media_group_id"])
        await desks.settled()
        assert kinds_and_albums(desks.api.chats.of(CLAIRE)[before:]) == (PHOTOS, 1)


async def test_the_files_of_an_album_are_sealed_and_go_with_the_ticket() -> None:
    async with desks_answering() as desks:
        await desks.open()
        desks.api.user_sends_album(CLAIRE, PHOTOS, ["légende"])
        await desks.settled()
        kept = await found(desks.store, select(attachments.c.handle))
        assert len(kept) == MOST
        assert not any("AgAC" in handle for (handle,) in kept)
        await desks.press(CLAIRE, choices.FORGET)
        await desks.settled()
        assert not await found(desks.store, select(attachments.c.id))
        left = select(ticket_messages.c.id).where(ticket_messages.c.album.is_not(None))
        assert not await found(desks.store, left)
