"""A number that is sent in two or three messages is kept in none of them."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio
from sqlalchemy import select

from bot.conversation.messages import Incoming
from bot.scrubbing.scrub import scrub
from bot.scrubbing.split import mask_across, may_go_on
from bot.store.pseudonym import Pseudonym
from bot.store.store import Store
from bot.store.tables import turns
from classifier.decision import Decision
from tests.fakes.memory_journal import MemoryJournal
from tests.fakes.open_store import KEY, OneByOne, journal_in
from tests.fakes.personal_texts import personal_texts

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.conversation.ports import Journal
    from bot.store.database.database import Database

DECISION = Decision("decline", None, (), (), 0.9, "model-1")
TEXTS = select(turns.c.text).order_by(turns.c.id)


def sent(*texts: str) -> list[str]:
    """What is kept of messages that follow one another."""
    kept: list[str] = []
    for text in texts:
        if may_go_on(text):
            kept, text = mask_across(kept, text)  # noqa: PLW2901 - as the journal does
        kept.append(scrub(text))
    return kept


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_what_is_sent_in_two_messages_is_kept_in_neither(seed: int) -> None:
    left = []
    for text in personal_texts(seed, "personal_split"):
        pieces = text.hidden[0].written.split(" || ")
        for piece, kept in zip(pieces, sent(*text.text.split(" || ")), strict=True):
            said = re.sub(r"\d derniers|(?:\d\.){2}\S+", "", kept)
            is_there = re.search(r"\d", said) if re.search(r"\d", piece) else piece in kept
            left += [kept] if is_there else []
    assert len(left) <= 2, left


def test_three_messages_make_a_number_too() -> None:
    assert sent("mon 06 39", "98 12", "34 merci") == [
        "mon [téléphone]", "[téléphone]", "[téléphone] merci",
    ]  # fmt: skip


def test_a_message_announces_the_number_of_the_next() -> None:
    assert sent("voici mon rpps", "10100000017") == ["voici mon rpps", "[RPPS]"]


@pytest.mark.parametrize("texts", [
    ("version 2.3", "4512 erreurs"), ("ticket 451234", "0612 fois"), ("erreur 12", "12 en 2024"),
    ("le 12/06/2024", "10:30 ou 11:30 ?"), ("il y a 3 cas", "2 sont urgents"),
    ("RPPS manquant", "erreur 404"), ("port 8443", "puis 636"), ("vague 2", "12 500 dossiers"),
    ("j'ai 12 postes", "30 utilisateurs"), ("Convergence", "et 3 autres"), ("1.2.250", "1.213"),
])  # fmt: skip
def test_numbers_of_two_messages_stay_when_they_make_none(texts: tuple[str, str]) -> None:
    assert sent(*texts) == list(texts)


def test_a_message_alone_is_left_to_the_scrubbing() -> None:
    assert mask_across([], "0639981234") == ([], "0639981234")


@pytest_asyncio.fixture
async def journal(any_database: Database) -> AsyncIterator[Journal]:
    async with journal_in(any_database) as opened:
        yield opened


def said(text: str, update_id: int, chat: str = "4242") -> Incoming:
    return Incoming("telegram", chat, text, update_id=update_id)


async def kept_in(journal: Journal, *messages: Incoming) -> list[str]:
    for message in messages:
        await journal.record_turn(message, DECISION, 0.1)
    _, turns = await journal.read_turns(messages[-1], 10)
    return [turn.text for turn in turns][::-1]


@pytest.mark.asyncio
async def test_the_journal_mends_the_turn_before(journal: Journal) -> None:
    kept = await kept_in(journal, said("mon tel : 06 39 98", 1), said("12 34", 2))
    assert kept == ["mon tel : [téléphone]", "[téléphone]"]


@pytest.mark.asyncio
async def test_the_journal_of_the_tests_does_the_same() -> None:
    kept = await kept_in(MemoryJournal(), said("mon tel : 06 39 98", 1), said("12 34", 2))
    assert kept == ["mon tel : [téléphone]", "[téléphone]"]


@pytest.mark.asyncio
async def test_another_chat_completes_no_number(journal: Journal) -> None:
    await journal.record_turn(said("mon tel : 06 39 98", 1, "4343"), DECISION, 0.1)
    assert await kept_in(journal, said("12 34", 2)) == ["12 34"]


@pytest.mark.asyncio
async def test_a_message_of_two_questions_completes_itself_not(journal: Journal) -> None:
    message = said("12 34 06 39 98", 3)
    again = replace(message, update_id=~3)
    assert await kept_in(journal, message, again) == ["12 34 06 39 98"] * 2


@pytest.mark.asyncio
async def test_what_is_forgotten_meanwhile_does_not_come_back(any_database: Database) -> None:
    async with journal_in(any_database) as opened:
        await opened.record_turn(said("mon tel : 06 39 98", 1), DECISION, 0.1)
        scrubbed = await opened.store.scrub(said("12 34", 2))
        await opened.forget(said("12 34", 2))
        await opened.store.write(
            lambda connection: opened.store.journal(connection, "", scrubbed).record_turn(
                said("12 34", 2), DECISION, 0.1
            )
        )
        texts = await opened.store.write(lambda connection: connection.scalars(TEXTS))
        assert texts.all() == ["", "[téléphone]"]


@pytest.mark.asyncio
async def test_a_store_without_texts_reads_and_mends_none(any_database: Database) -> None:
    async with journal_in(any_database) as opened:
        await opened.record_turn(said("mon tel : 06 39 98", 1), DECISION, 0.1)
    store = await Store.open(any_database, KEY, Pseudonym(KEY), keep_texts=False)
    async with store:
        await OneByOne(store).record_turn(said("12 34", 2), DECISION, 0.1)
        texts = await store.write(lambda connection: connection.scalars(TEXTS))
        assert texts.all() == ["mon tel : 06 39 98", ""]


@pytest.mark.asyncio
async def test_the_same_message_again_changes_nothing(journal: Journal) -> None:
    half, rest = said("mon tel : 06 39 98", 1), said("12 34", 2)
    kept = await kept_in(journal, half, rest, rest, half)
    assert kept == ["mon tel : [téléphone]", "[téléphone]"]
