"""Erases what has been kept for long enough, and notes how much: never what."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import case, delete, exists, func, insert, or_, select, update

from bot.store.tables import chats, feedback, inbox, messages, outbox, purges, turns

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Delete, Table, Update
    from sqlalchemy.ext.asyncio import AsyncConnection

RECOGNISED = timedelta(days=7)
"""How long a finished update or message is remembered: a channel may bring it again for a day."""

SEALED = timedelta(days=1)
"""How long a whole message is kept that could not be worked on; Telegram waits no longer either."""


class Periods(NamedTuple):
    """How long things are kept, in days.

    Attributes:
        text: what people wrote, as it is kept; 0: not at all.
        turns: what was decided, and when.
    """

    text: int
    turns: int


async def purge(connection: AsyncConnection, now: datetime, periods: Periods) -> dict[str, int]:
    """In a transaction: erase what is older than ``periods``; how many rows of each kind.

    Writes one line a kind into the table of purges, and one for the whole, even when there was
    nothing to erase: that is the proof that somebody looked.
    """
    counts: dict[str, int] = {}
    for what, statements in [*_statements(now, periods), *_late(now)]:
        done = [(await connection.execute(statement)).rowcount for statement in statements]
        counts[what] = done[-1]
    noted = {what: number for what, number in counts.items() if number}
    noted["all"] = sum(noted.values())
    rows = [{"at": now, "what": what, "rows": number} for what, number in noted.items()]
    await connection.execute(insert(purges), rows)
    return counts


async def count_erased_turns(connection: AsyncConnection) -> int:
    """In a transaction: how many turns lead to nobody any more, in the whole journal."""
    number = select(func.count()).select_from(turns).where(turns.c.chat == "")
    return int((await connection.execute(number)).scalar_one())


def _statements(now: datetime, periods: Periods) -> list[tuple[str, list[Delete | Update]]]:
    """What to do of each kind; the last statement is the one whose rows are counted."""
    # Without texts at all, what could not be worked on is still noted for a day.
    sealed = now - max(timedelta(days=periods.text), SEALED)
    texts, rows = now - timedelta(days=periods.text), now - timedelta(days=periods.turns)
    old = select(turns.c.id).where(turns.c.at < rows)
    return [
        ("texts", [update(turns).where(turns.c.at < texts, turns.c.text != "").values(text="")]),
        (
            "turns",
            [
                delete(feedback).where(feedback.c.turn_id.in_(old)),
                delete(turns).where(turns.c.at < rows),
            ],
        ),
        ("inbox", [_in_transit(inbox, now, sealed)]),
        ("outbox", [_in_transit(outbox, now, sealed)]),
        ("messages", [delete(messages).where(messages.c.at < sealed)]),
        ("addresses", [_addresses_of_the_quiet(sealed)]),
        ("chats", [_chats_of_nobody(now)]),
    ]


def _late(now: datetime) -> list[tuple[str, list[Delete | Update]]]:
    """What waits or was set aside for too long loses its words; that it came stays to be seen."""
    return [
        ("late updates", [_statement_to_empty(inbox, now).values(payload="", state="quarantined")]),
        ("late messages", [_statement_to_empty(outbox, now).values(payload="", state="dropped")]),
    ]


def _statement_to_empty(table: Table, now: datetime) -> Update:
    waiting = table.c.state == "pending"
    held = table.c.lease.is_not(None) & (table.c.lease >= now)  # it is being worked on after all
    old = update(table).where(
        table.c.at < now - SEALED,
        or_(waiting & ~held, table.c.state == "quarantined"),
        table.c.payload != "",
    )
    reason = case((waiting, "it waited for more than a day"), else_=table.c.reason)
    return old.values(reason=reason, lease=None, holder=None)


def _in_transit(table: Table, now: datetime, sealed: datetime) -> Delete:
    finished = table.c.state.in_(("done", "sent", "dropped"))
    return delete(table).where(or_(table.c.at < sealed, (table.c.at < now - RECOGNISED) & finished))


def _addresses_of_the_quiet(since: datetime) -> Update:
    """The addresses of chats that have not been heard of, and to which nothing is to be sent."""
    heard = exists().where(turns.c.chat == chats.c.chat, turns.c.at >= since)
    boxes = [exists().where(table.c.chat == chats.c.chat) for table in (inbox, outbox)]
    known = update(chats).where(chats.c.address.is_not(None), ~or_(heard, *boxes))
    return known.values(address=None)


def _chats_of_nobody(now: datetime) -> Delete:
    """Chats of whom nothing else is kept any more."""
    kept = [
        exists().where(table.c.chat == chats.c.chat) for table in (turns, inbox, outbox, messages)
    ]
    parked = chats.c.parked_until.is_not(None) & (chats.c.parked_until > now)
    return delete(chats).where(~or_(*kept), ~parked)
