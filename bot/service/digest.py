"""The week in ten lines, sent once on Monday morning to the chats that ``DIGEST_CHAT`` names."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bot.analytics.auditing import standings
from bot.analytics.drawing import monday_of
from bot.analytics.handling import add_up, handling_by_desk
from bot.analytics.overview import overview
from bot.analytics.refresh import refresh_episodes
from bot.conversation.messages import Delivery, Recipient
from bot.conversation.replies import operation
from bot.conversation.replies.dates import screen_zone
from bot.service.accounts import bureau_address
from bot.service.live_promise import served_fingerprint
from bot.service.ticket_office import sources_of
from bot.service.ticket_wiring import TELEGRAM
from bot.service.watched_targets import targets_of
from bot.store.audits import Audits
from bot.store.deliveries import Deliveries
from bot.store.drift import Weeks
from bot.store.figures import Cohort
from bot.store.marks import move_mark, read_mark
from bot.store.opening import open_existing_store
from kb.loader import load

if TYPE_CHECKING:
    from datetime import date, datetime

    from bot.conversation.messages import Reply
    from bot.ops.settings import Settings
    from bot.store.store import Store, Transaction
    from kb.entries import KnowledgeBase

AFTER_MONDAY = timedelta(hours=8, minutes=30)
"""When it is sent, in Paris."""

LATE = timedelta(days=2)
"""A service that was down on Monday still sends it until then; later it is left out."""

MARK = "digest"
LOOKED_AT = 8
"""Weeks among which the last one is looked for: one a model that was in force in it."""


async def write_digest(
    store: Store, settings: Settings, base: KnowledgeBase, model: str, now: datetime
) -> Reply:
    """The week before the present one, in ten lines.

    Raises:
        StoreError: the database cannot be used.
    """
    until = monday_of(now)
    # A day of the clock change has 23 or 25 hours: days of Paris are counted, not hours.
    since = (until.replace(tzinfo=None) - timedelta(days=7)).replace(tzinfo=screen_zone())
    cohort = Cohort(since, until, now)

    async def work(transaction: Transaction) -> operation.Week:
        seen = await overview(transaction, cohort)
        handled = add_up((await handling_by_desk(transaction, cohort, base.desks)).values())
        waiting = len(await Audits(transaction).to_judge(500))
        return operation.Week(
            since.date(),
            (until - timedelta(hours=1)).date(),
            *seen.totals,
            seen.resolved.confirmed.found,
            seen.resolved.supposed.found,
            seen.resolved.supposed.number,
            seen.outcomes["transmis"],
            seen.outcomes["sans réponse"],
            seen.outcomes["refusé"],
            seen.outcomes["recontacté"],
            handled.tickets,
            handled.overdue,
            handled.median_hours,
            words["answer"],
            waiting,
            bureau_address(settings),
            await _changes(transaction, since.date()),
        )

    words = {s.kind: s.word for s in await standings(store, targets_of(settings), model, now)}
    return operation.digest(await store.reader.run(work))


async def _changes(transaction: Transaction, monday: date) -> tuple[str, ...]:
    """What of a week's traffic is other than when its model was new."""
    weeks = await Weeks(transaction).last(LOOKED_AT)
    signs = [sign.what for week in weeks if week.week == monday for sign in week.signs]
    return tuple(dict.fromkeys(signs))


def is_due(now: datetime) -> bool:
    """Whether it is the time of the week at which the digest is sent."""
    monday = monday_of(now).replace(tzinfo=None)
    local = now.astimezone(screen_zone()).replace(tzinfo=None)
    return monday + AFTER_MONDAY <= local < monday + LATE


async def send_once(
    store: Store, deliveries: Deliveries, chats: tuple[int, ...], reply: Reply, now: datetime
) -> bool:
    """Have the digest of a week sent; False when it was sent before, by whichever process."""
    year, week, _ = now.astimezone(screen_zone()).isocalendar()
    number = year * 100 + week

    async def work(transaction: Transaction) -> bool:
        if await read_mark(transaction, MARK) >= number:
            return False
        sent = [Delivery(Recipient(TELEGRAM, str(chat)), reply) for chat in chats]
        await deliveries.put(transaction, sent)
        await move_mark(transaction, MARK, number)
        return True

    return await store.write(work)


async def print_or_send(settings: Settings, now: datetime, *, dry_run: bool) -> str:
    """The digest as text, sent unless it is only looked at or was sent before.

    Raises:
        StoreError: the database cannot be used.
        ContentError, ArtifactError: there is no knowledge base or no model to speak of.
    """
    base = load(settings.kb_dir)
    async with await open_existing_store(settings) as store:
        await refresh_episodes(store)
        reply = await write_digest(store, settings, base, served_fingerprint(settings), now)
        if not dry_run and settings.digest_chat:
            deliveries = Deliveries(store, sources_of(settings))
            await send_once(store, deliveries, settings.digest_chat, reply, now)
    return reply.text
