from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from bot.analytics.overview import Share
from bot.channels.web.bureau import formats


def test_numbers_are_written_as_in_french() -> None:
    assert formats.number(1234567) == "1\u202f234\u202f567"
    assert formats.number(3.46) == "3,5"
    assert formats.hours(None) == "–"
    assert formats.hours(14.5) == "14,5\u00a0h"


@pytest.mark.parametrize(
    ("found", "number", "said"),
    [
        (0, 0, "–"),
        (1, 3, "1 sur 3 (trop peu pour un pourcentage)"),
        (50, 100, "50,0\u00a0% (de 39,8\u00a0% à 60,2\u00a0%\u00a0; 50 sur 100)"),
    ],
)
def test_a_share_stands_with_its_bounds_and_of_what(found: int, number: int, said: str) -> None:
    assert formats.share(Share(found, number)) == said


def test_days_and_moments_are_those_of_paris() -> None:
    assert formats.moment(datetime(2026, 7, 1, 22, 30, tzinfo=UTC)) == "02/07/2026 00:30"
    assert formats.day(date(2026, 3, 1)) == "01/03/2026"
    spans = [formats.span(grain, date(2026, 3, 1)) for grain in ("day", "week", "month")]
    assert spans == ["01/03", "01/03", "03/2026"]
