from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from bot.analytics.handling import Handling, add_up, handling_by_desk
from bot.analytics.refresh import refresh_episodes
from bot.analytics.reports import figures, render
from bot.store.database.sqlite import SqliteFile
from bot.store.figures import Cohort, Figures
from classifier.decision import Decision
from tests.fakes.ticket_service import MONDAY, ticket_service

if TYPE_CHECKING:
    from pathlib import Path

    from tests.fakes.ticket_service import TicketService

pytestmark = pytest.mark.asyncio


async def handled(service: TicketService) -> dict[str, Handling]:
    cohort = Cohort(MONDAY - timedelta(days=1), MONDAY + timedelta(days=9), service.at)
    desks = service.base.desks
    return await service.store.reader.run(lambda t: handling_by_desk(t, cohort, desks))


async def test_a_delay_is_counted_in_hours_of_work_and_says_whether_the_word_was_kept(
    tmp_path: Path,
) -> None:
    async with ticket_service(tmp_path / "aiguilleur.db") as service:
        first, second = await service.open(chat="1"), await service.open(chat="2")
        await service.open(chat="3")
        service.at = MONDAY + timedelta(hours=2)  # 12:00 in Paris
        await service.answer(first)
        service.at = MONDAY + timedelta(days=2, minutes=30)
        await service.answer(second)
        found = (await handled(service))["atelier"]
        # Monday 10:00 to Wednesday 10:30: 6 h of Monday, 7 of Tuesday, 1.5 of Wednesday.
        assert found.hours == [2.0, 14.5]
        # The third waits past its moment: nobody has replied, and the word is broken all the same.
        assert (found.kept, found.promised, found.tickets, found.overdue) == (1, 3, 3, 1)
        assert found.median_hours == 8.25


async def test_desks_are_added_up() -> None:
    total = add_up([Handling(2, 1, 1, [1.0], 1, 1), Handling(1, 0, 0, [3.0], 0, 1)])
    assert (total.tickets, total.away, total.median_hours, total.word.found) == (3, 1, 2.0, 1)


async def test_an_episode_with_a_ticket_was_handed_over(tmp_path: Path) -> None:
    async with ticket_service(tmp_path / "aiguilleur.db") as service:
        asked, decision = service.incoming(), Decision("unanswered", None, (), (), 0.1, "m")
        await service.store.write(
            lambda c: service.store.journal(c).record_turn(asked, decision, 1.0)
        )
        service.at = datetime.now(UTC) + timedelta(seconds=1)
        await service.open()
        later = service.at + timedelta(days=9)
        await refresh_episodes(service.store, later)
        cohort = Cohort(service.at - timedelta(days=1), later, later)
        found = await service.store.reader.run(lambda c: Figures(c, cohort).outcomes())
        assert found == {"transmis": 1}


async def test_the_report_tells_tickets_first_replies_and_kept_promises_by_desk(
    tmp_path: Path,
) -> None:
    file = tmp_path / "aiguilleur.db"
    async with ticket_service(file) as service:
        first = await service.open(chat="1")
        await service.open(chat="2")
        service.at = MONDAY + timedelta(hours=2)
        await service.answer(first)
        later = MONDAY + timedelta(days=2)
        asked, decision = service.incoming(), Decision("unanswered", None, (), (), 0.1, "m")
        await service.store.write(
            lambda c: service.store.journal(c).record_turn(asked, decision, 1.0)
        )
        report = await figures(SqliteFile(file), service.base.desks, later)
    said = "atelier  first reply: 2.0 h of work (1), in time: 1 of 2, overdue: 1, passed on: 0"
    assert f"Tickets:\n      2  {said}" in render(report, {})
