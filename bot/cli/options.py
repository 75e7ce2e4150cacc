"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from datetime import date, datetime

Kb = Annotated[Path | None, typer.Option("--kb", help="Knowledge base folder (beats KB_DIR).")]


def check_period(since: datetime | None, until: datetime | None) -> tuple[date | None, date | None]:
    """The first and the last day, as far as they are named, once there is a day between them.

    Raises:
        BadParameter: the period ends before it begins: its figures would look like a quiet one's.
    """
    if since and until and until < since:
        raise typer.BadParameter("the period ends before it begins", param_hint="--until")
    return since and since.date(), until and until.date()
