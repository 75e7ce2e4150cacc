"""A ticket is found again by its number and code, however they are typed, and by nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import pytest_asyncio
from sqlalchemy import select

from bot.conversation.messages import Incoming
from bot.escalation.receipts import (
    ALPHABET,
    find_ticket,
    issue_receipt,
    read_code,
    read_number,
)
from bot.store.person import forget_chat
from bot.store.receipt_tables import ticket_receipts
from tests.fakes.open_store import found
from tests.fakes.ticket_service import TicketService, ticket_service

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path


@pytest_asyncio.fixture
async def service(tmp_path: Path) -> AsyncIterator[TicketService]:
    async with ticket_service(tmp_path / "aiguilleur.db") as made:
        yield made


@pytest.mark.parametrize(
    "typed", ["2026-00123", " n° 2026-00123 ", "2026-123", "N°\u00a02026\u201100123", "2026–00123"]
)
def test_a_number_is_read_however_it_is_typed(typed: str) -> None:
    assert read_number(typed) == "2026-00123"


@pytest.mark.parametrize("typed", ["", "2026", "26-00123", "2026-", "x", "9" * 500, "2026-1-2"])
def test_what_is_no_number_is_none(typed: str) -> None:
    assert read_number(typed) == ""


@pytest.mark.parametrize(
    "typed", ["ABCDE23456", "abcde 23456", " abcde-23456 ", "AbCdE\u201123456"]
)
def test_a_code_is_read_however_it_is_typed(typed: str) -> None:
    assert read_code(typed) == "ABCDE23456"


@pytest.mark.parametrize("typed", ["", "ABCDE2345", "ABCDE234567", "ABCDE2345O", "é" * 10])
def test_what_is_no_code_is_none(typed: str) -> None:
    assert read_code(typed) == ""


@pytest.mark.asyncio
async def test_a_code_opens_its_ticket_alone_and_is_kept_as_a_hash(service: TicketService) -> None:
    ticket, other = await service.open(), await service.open(chat="43")
    receipt = await service.do(lambda r: issue_receipt(r, ticket, service.at))
    assert set(receipt.code) <= set(ALPHABET)
    opened = await service.do(lambda r: find_ticket(r, ticket.number, receipt.code.lower()))
    assert opened is not None
    assert opened.id == ticket.id
    assert await service.do(lambda r: find_ticket(r, other.number, receipt.code)) is None
    assert await service.do(lambda r: find_ticket(r, "2026-09999", receipt.code)) is None
    ((kept,),) = await found(service.store, select(ticket_receipts.c.code))
    assert receipt.code not in kept


@pytest.mark.asyncio
async def test_a_new_code_ends_the_one_before(service: TicketService) -> None:
    ticket = await service.open()
    old = await service.do(lambda r: issue_receipt(r, ticket, service.at))
    new = await service.do(lambda r: issue_receipt(r, ticket, service.at))
    assert await service.do(lambda r: find_ticket(r, ticket.number, old.code)) is None
    assert await service.do(lambda r: find_ticket(r, ticket.number, new.code)) is not None


@pytest.mark.asyncio
@pytest.mark.parametrize("way", ["the ticket", "the chat"])
async def test_what_is_erased_is_found_no_more(service: TicketService, way: str) -> None:
    ticket = await service.open()
    receipt = await service.do(lambda r: issue_receipt(r, ticket, service.at))
    if way == "the ticket":
        await service.do(lambda r: service.casework.erase(r, ticket, "asker"))
    else:
        chat = service.store.pseudonym.of("telegram", Incoming("telegram", "42").chat)
        await service.store.write(lambda c: forget_chat(c, chat))
    assert await service.do(lambda r: find_ticket(r, ticket.number, receipt.code)) is None
    assert await found(service.store, select(ticket_receipts.c.code)) == []
