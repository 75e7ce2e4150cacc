"""Tickets wired: which desks answer here, and what is due about them while the service runs."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from bot.channels.mail.addresses import source_of
from bot.conversation.messages import Recipient
from bot.escalation.casework import Casework
from bot.escalation.desks import ANY, BUREAU, MAIL, StaffedDesks
from bot.escalation.escalating import EscalatingConversation
from bot.escalation.limits import Limits
from bot.escalation.ports import Post
from bot.escalation.ticket_work import now
from bot.escalation.timekeeper import Timekeeper
from bot.store.agents import staffed_desks
from bot.store.journal import records_of
from bot.store.rounds import look_again
from bot.store.tickets.jobs import JobQueue

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable, Mapping

    from bot.conversation.ports import Responder
    from bot.escalation.ports import Clock, Job
    from bot.ops.metrics import Metrics
    from bot.ops.settings import Settings
    from bot.store.deliveries import Deliveries
    from bot.store.store import Store, Transaction
    from kb.entries import KnowledgeBase

TELEGRAM = "telegram"
AT_ONCE = 50
LOOK_SECONDS = 5.0
"""How often it is looked whether something is due."""

_log = logging.getLogger(__name__)


def posts_of(settings: Settings) -> Mapping[str, Post]:
    """Where each desk answers; none without a bot that could be in their groups."""
    if not settings.token:
        return {}
    return {group.desk: Post(TELEGRAM, str(group.chat)) for group in settings.desk_groups}


def telegram_source(settings: Settings) -> dict[str, str]:
    """What is sent by Telegram leaves by this source; empty without a bot."""
    if not settings.token:
        return {}
    from bot.channels.telegram import source_of  # noqa: PLC0415 - slow to import

    return {TELEGRAM: source_of(settings.token)}


async def staffed_posts(store: Store, settings: Settings) -> Mapping[str, Post]:
    """Where each desk answers: in its group, or in the bureau when an agent has an account there.

    Raises:
        StoreError: the database cannot be used.
    """
    groups = posts_of(settings)
    if ANY in groups:
        return groups
    desks = await store.reader.run(staffed_desks)
    return {**{desk: Post(BUREAU, desk) for desk in sorted(desks)}, **groups}


def has_desks(settings: Settings, posts: Mapping[str, Post] | None = None) -> bool:
    """Whether any desk answers here: at one of ``posts`` (None: the groups), or by mail."""
    return bool(settings.mail_desks or (posts_of(settings) if posts is None else posts))


def mail_source_of(settings: Settings) -> dict[str, str]:
    """The channel of mails with its source, where it is served."""
    return {MAIL: source_of(settings.mail_from)} if settings.mail_desks else {}


def build_casework(
    settings: Settings,
    base: KnowledgeBase,
    clock: Clock = now,
    posts: Mapping[str, Post] | None = None,
) -> Casework:
    """What works on tickets, with the desks of a knowledge base.

    Args:
        settings: with the groups of the desks, and how much one person may ask.
        base: with the desks.
        clock: the present moment.
        posts: where each desk answers; None: in the groups alone.
    """
    given = posts_of(settings) if posts is None else posts
    desks = StaffedDesks(base, given, settings.mail_desks)
    mails = bool(settings.mail_desks and settings.public_address)
    operators = operators_of(settings)
    return Casework(desks, Limits(settings.ticket_rate), clock, operators, mails_askers=mails)


def operators_of(settings: Settings) -> list[Recipient]:
    """Those who run the service, in their private chats; nobody where no bot could write there."""
    ids = settings.admin_ids if settings.token else ()
    return [Recipient(TELEGRAM, str(number)) for number in ids]


def let_desks_answer(
    responder: Responder, settings: Settings, posts: Mapping[str, Post] | None = None
) -> Responder:
    """A responder that gives chats to desks; the same one where none answers here."""
    if not has_desks(settings, posts):
        return responder
    casework = build_casework(settings, responder.base, posts=posts)
    return EscalatingConversation(responder, casework, records_of, settings.attachment_mb)


async def keep_time(
    store: Store,
    settings: Settings,
    base: Callable[[], KnowledgeBase],
    deliveries: Deliveries,
    *,
    stop: asyncio.Event,
    metrics: Metrics,
    posts: Callable[[], Mapping[str, Post]] | None = None,
) -> None:
    """Do what is due about tickets until ``stop`` is set; what fails is tried again.

    Args:
        store: of this process.
        settings: which desks answer.
        base: the knowledge base as it is now.
        deliveries: takes what is to be sent.
        stop: ends it.
        metrics: shows how many tickets go on.
        posts: gives where each desk answers; while none does, nothing is due. None: in groups.
    """
    where = posts or (lambda: posts_of(settings))
    queue = JobQueue(store.writer, store.holder)

    async def look() -> None:
        posted = where()
        if has_desks(settings, posted):
            timekeeper = Timekeeper(build_casework(settings, base(), posts=posted))
            await do_what_is_due(store, queue, timekeeper, deliveries)
            live = await store.write(lambda c: store.records(c).tickets.count_live(now()))
            metrics.show_tickets(live)

    await look_again(look, stop, "What is due about tickets", every=LOOK_SECONDS)


async def do_what_is_due(
    store: Store,
    queue: JobQueue,
    timekeeper: Timekeeper,
    deliveries: Deliveries,
    clock: Clock = now,
) -> int:
    """Do every job that is due at the moment; how many there were.

    A job and what it has sent are one transaction: it is done once, or not yet.

    Raises:
        StoreError: the database cannot be used; what was not done is done later.
    """
    due = await queue.claim(clock(), AT_ONCE)
    for job in due:
        await _do(store, job, timekeeper, deliveries)
    return len(due)


async def _do(store: Store, job: Job, timekeeper: Timekeeper, deliveries: Deliveries) -> None:
    async def work(transaction: Transaction) -> None:
        done = await timekeeper.run(store.records(transaction), job)
        if done is not None:
            await deliveries.put(transaction, done.deliveries)

    await store.write(work)
