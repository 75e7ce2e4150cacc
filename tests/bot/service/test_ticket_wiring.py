"""Desks answer where the settings give them a group, and what is due is done once."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from pydantic import SecretStr
from sqlalchemy import func, select

from bot.conversation.conversation import Conversation
from bot.escalation.escalating import EscalatingConversation
from bot.ops.metrics import Metrics
from bot.ops.settings import Settings
from bot.service.ticket_wiring import do_what_is_due, keep_time, let_desks_answer, posts_of
from bot.store.tables import outbox
from bot.store.tickets.jobs import JobQueue
from tests.fakes.brain import PlainBrain
from tests.fakes.open_store import found
from tests.fakes.small_base import BIKE, ScriptedDecider, answering, small_base
from tests.fakes.ticket_service import ticket_service

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def settings(**given: object) -> Settings:
    return Settings(_env_file=None, **given)  # type: ignore[call-arg,arg-type]


def test_without_groups_whoever_answers_is_the_same() -> None:
    plain = Conversation(PlainBrain(small_base(), ScriptedDecider(answering(BIKE))))
    assert let_desks_answer(plain, settings()) is plain


def test_groups_need_a_bot_that_is_in_them() -> None:
    groups = "atelier:-1001234567890"
    assert posts_of(settings(desk_groups=groups)) == {}
    given = settings(desk_groups=groups, telegram_bot_token=SecretStr("1:x"))
    assert posts_of(given) == {"atelier": ("telegram", "-1001234567890")}
    plain = Conversation(PlainBrain(small_base(), ScriptedDecider(answering(BIKE))))
    assert isinstance(let_desks_answer(plain, given), EscalatingConversation)


@pytest.mark.asyncio
async def test_while_serving_what_goes_on_is_counted(tmp_path: Path) -> None:
    async with ticket_service(tmp_path / "aiguilleur.db") as service:
        await service.open()
        stop, metrics = asyncio.Event(), Metrics()
        metrics.show_tickets = _stop_at_first(metrics.show_tickets, stop)  # type: ignore[method-assign]
        given = settings(desk_groups="atelier:-1001234567890", telegram_bot_token=SecretStr("1:x"))
        base = service.base
        await keep_time(
            service.store, given, lambda: base, service.places, stop=stop, metrics=metrics
        )
        shown = metrics.render()[0].decode()
        assert 'aiguilleur_tickets{desk="atelier",state="open"} 1.0' in shown


def _stop_at_first(show: Callable[..., None], stop: asyncio.Event) -> Callable[..., None]:
    def shown(*numbers: object) -> None:
        show(*numbers)
        stop.set()

    return shown


@pytest.mark.asyncio
async def test_two_processes_remind_once(tmp_path: Path) -> None:
    async with ticket_service(tmp_path / "aiguilleur.db") as service:
        await service.open()
        service.at += timedelta(hours=6)
        queues = [JobQueue(service.store.writer, name) for name in ("a", "b")]
        done = await asyncio.gather(
            *(
                do_what_is_due(
                    service.store, queue, service.timekeeper, service.places, lambda: service.at
                )
                for queue in queues
            )
        )
        assert sum(done) == 1
        number = select(func.count()).select_from(outbox)
        assert await found(service.store, number) == [(2,)]
