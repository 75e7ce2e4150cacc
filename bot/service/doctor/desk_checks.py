"""Checks of the desks that answer by hand: their groups on Telegram, and their hours."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from bot.ops.findings import Finding

if TYPE_CHECKING:
    from bot.ops.settings import Settings
    from kb.entries import Desk


async def desk_groups(settings: Settings) -> list[Finding]:
    """Whether the bot can do in the groups of desks what tickets need; nothing without any."""
    if not settings.desk_groups:
        return []
    unknown = _unknown_desks(settings)
    if not settings.token:
        detail = "DESK_GROUPS is set, but there is no bot that could be in them"
        return [*unknown, Finding("warn", "desk groups", detail, "set TELEGRAM_BOT_TOKEN")]
    from bot.channels.telegram.desks.diagnose_groups import diagnose_groups  # noqa: PLC0415 - slow to import

    known = settings.desk_groups
    return [
        *unknown,
        *await diagnose_groups(settings.token, settings.telegram_base_url, known),
    ]


def _unknown_desks(settings: Settings) -> list[Finding]:
    from bot.escalation.desks import ANY  # noqa: PLC0415 - one broken part must not hide the others
    from kb.loader import load  # noqa: PLC0415

    base = load(settings.kb_dir)
    unknown = [g.desk for g in settings.desk_groups if g.desk != ANY and g.desk not in base.desks]
    if not unknown:
        return []
    detail = f"DESK_GROUPS names {', '.join(unknown)}, which is no desk of the knowledge base"
    return [Finding("FAIL", "desk groups", detail, f"its desks are {', '.join(base.desks)}")]


async def desk_hours(settings: Settings) -> list[Finding]:
    """Whether every desk that answers here is open at some time; nothing where none answers."""
    from bot.service.ticket_wiring import build_casework, has_desks  # noqa: PLC0415 - one broken part must not hide the others
    from kb.loader import load  # noqa: PLC0415

    if not has_desks(settings):
        return []
    staffed = build_casework(settings, load(settings.kb_dir)).desks.list_staffed()
    return [_hours(desk, datetime.now(UTC)) for desk in staffed]


def _hours(desk: Desk, at: datetime) -> Finding:
    from bot.escalation.opening_hours import NeverOpenError, OpeningHours  # noqa: PLC0415 - loads when needed

    name = f"hours of {desk.id}"
    if not desk.hours:
        todo = "write hours into its file, so that no promise falls into a night"
        return Finding("warn", name, "none are given: it counts as always open", todo)
    try:
        opens = OpeningHours.of(desk).next_open(at)
    except NeverOpenError:
        todo = "mend hours or closed in its file: nothing can be promised"
        return Finding("FAIL", name, "it never opens", todo)
    when = "it is open now" if opens <= at else f"it opens at {opens:%Y-%m-%d %H:%M} UTC"
    return Finding("ok", name, when)
