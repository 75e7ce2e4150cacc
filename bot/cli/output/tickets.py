"""Prints tickets and the hours of desks."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Any

from bot.conversation.replies import dates
from bot.escalation.opening_hours import NeverOpenError, OpeningHours
from bot.escalation.promise import expected_moment
from bot.service.ticket_office import as_json as to_json

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.escalation.tickets import Ticket
    from bot.service.ticket_office import File
    from kb.entries import Desk

_WIDTHS = (11, 8, 18, 17, 17)
_SHOWN = ("number", "desk", "state", "reason", "channel", "assignee", "linked", "rating")


def list_lines(tickets: Sequence[Ticket], *, as_json: bool) -> str:
    """One ticket a line under headings, or JSON."""
    if as_json:
        return _json([_ticket_dict(ticket) for ticket in tickets])
    rows = [("number", "state", "desk", "opened", "due"), *map(_row, tickets)]
    return "\n".join(_aligned(row) for row in rows)


def ticket_line(ticket: Ticket, *, as_json: bool) -> str:
    """A ticket on a line, or JSON."""
    if as_json:
        return _json(_ticket_dict(ticket))
    return f"ticket {ticket.number} is {ticket.state} at {ticket.desk}"


def file_lines(file: File, *, as_json: bool) -> str:
    """A ticket with its messages and events, or JSON; files are named, not shown."""
    if as_json:
        said = [_without_handles(asdict(message)) for message in file.messages]
        events = [asdict(event) for event in file.events]
        return _json({**_ticket_dict(file.ticket), "messages": said, "events": events})
    facts = [
        f"{name}: {value}"
        for name in _SHOWN
        if (value := getattr(file.ticket, name)) not in {None, ""}
    ]
    said_lines = [
        f"{dates.moment(m.at)} {m.author}{' (internal)' if m.internal else ''}: {m.text}"
        for m in file.messages
    ]
    event_lines = [
        f"{dates.moment(e.at)} {e.kind} by {e.who} {e.what}".rstrip() for e in file.events
    ]
    return "\n".join([*facts, "", *said_lines, "", *event_lines])


def hours_lines(desk: Desk, at: datetime, *, as_json: bool) -> str:
    """Whether a desk is open at a moment, when it opens next, and what it promises."""
    hours = OpeningHours.of(desk)
    try:
        opens, due = hours.next_open(at), expected_moment(desk, [], at)
    except NeverOpenError:
        opens, due = None, None
    found = {
        "desk": desk.id,
        "at": at,
        "hours_known": hours.is_known,
        "open": opens == at,
        "opens_at": opens,
        "answers_by": due,
    }
    if as_json:
        return _json(found)
    shown = (f"{name}: {_text(value)}" for name, value in found.items() if value is not None)
    return "\n".join(shown)


def _row(ticket: Ticket) -> tuple[str, ...]:
    due = dates.moment(ticket.due_at) if ticket.due_at else "-"
    opened = dates.moment(ticket.opened_at)
    return ticket.number, ticket.state, ticket.desk, opened, due


def _aligned(row: Sequence[str]) -> str:
    return "  ".join(text.ljust(width) for text, width in zip(row, _WIDTHS, strict=True)).rstrip()


def _ticket_dict(ticket: Ticket) -> dict[str, Any]:
    """All but the pseudonym, by which nobody should look for a person here."""
    return {name: value for name, value in asdict(ticket).items() if name != "chat"}


def _without_handles(message: dict[str, Any]) -> dict[str, Any]:
    """A message without where its files lie, which opens them."""
    files = [{k: v for k, v in file.items() if k != "handle"} for file in message["attachments"]]
    return {**message, "attachments": files}


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return dates.moment(value) if isinstance(value, datetime) else str(value)


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1, default=to_json)
