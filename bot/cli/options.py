"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from datetime import datetime

Kb = Annotated[Path | None, typer.Option("--kb", help="Knowledge base folder (beats KB_DIR).")]


def check_period(since: datetime | None, until: datetime | None) -> None:
    """See that a period has a day in it: figures of none look like figures of a quiet one.

    Raises:
        BadParameter: it ends before it begins.
    """
    if since and until and until < since:
        raise typer.BadParameter("the period ends before it begins", param_hint="--until")
