"""The queue of what is to be reviewed, for an operator: beside a running service or without."""

from __future__ import annotations

import json
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, get_args

from bot.analytics.gaps import NOTHING, SHOWN, render_gaps
from bot.analytics.review import fill_queue
from bot.analytics.review_groups import read_groups
from bot.ops.errors import BotError
from bot.ops.wording import count_of
from bot.scrubbing.scrub import scrub
from bot.service.review_grouping import GroupingError, regroup
from bot.store.opening import database_of, open_existing_store, open_store
from bot.store.review_exchange import Carried, ReviewImport, pack
from bot.store.review_groups import ReviewGroups
from bot.store.review_items import REASONS, ReviewItems
from bot.store.review_queue import ReviewQueue, Wanted
from classifier.decision import Kind
from kb.loader import load

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable, Sequence

    from bot.analytics.review_groups import ReviewGroup
    from bot.ops.settings import Settings
    from bot.store.review_queue import ReviewItem, View
    from bot.store.store import Store, Transaction
    from kb.entries import KnowledgeBase

OPERATOR = "operator"
KINDS: tuple[Kind, ...] = get_args(Kind)


class ReviewError(BotError):
    """A file cannot be taken into the queue; the message says where and why."""


async def describe_queue(settings: Settings, view: View = "open", limit: int = SHOWN) -> str:
    """The first groups of the queue as lines, in French; a missing database is not made.

    Raises:
        StoreError: the database cannot be used.
    """
    path = database_of(settings).path
    if path is not None and (not path.exists() or not path.stat().st_size):
        return NOTHING
    base = load(settings.kb_dir)
    async with _fresh(settings, base) as store:
        groups, size = await store.reader.run(lambda t: _read(t, view, limit))
    return render_gaps(groups, size, base)


async def export_queue(settings: Settings) -> list[str]:
    """What is open in the queue as lines of JSON, the newest first.

    Raises:
        StoreError: the database cannot be used.
    """
    async with _fresh(settings, load(settings.kb_dir)) as store:
        items = await store.reader.run(_read_open)
        return [_as_json(one) for one in pack(items, store.key)]


async def import_queue(settings: Settings, lines: Iterable[str]) -> str:
    """Take lines of another installation into the queue; what was done, in a line.

    What looks like a person's data is masked once more.

    Raises:
        ReviewError: a line is none of ours, or no text may be kept here.
        StoreError: the database cannot be used.
    """
    if settings.retention_text_days <= 0:
        raise ReviewError("RETENTION_TEXT_DAYS is 0: no text may be kept, so nothing is imported")
    carried = [_read_line(line, number) for number, line in enumerate(lines, 1) if line.strip()]
    base, now = load(settings.kb_dir), datetime.now(UTC)
    async with await open_store(settings) as store:
        new = await store.write(lambda t: ReviewImport(t, store.key).bring(carried, now))
        await _group(store, base)
    return f"imported: {count_of(new, 'message')} new in the queue, of {len(carried)} read"


async def dismiss(settings: Settings, turn_ids: Sequence[int], reason: str) -> str:
    """Set messages aside for good, with all that say the same; what was done, in a line.

    Raises:
        ReviewError: none of these messages is in the queue.
        StoreError: the database cannot be used.
    """
    now = datetime.now(UTC)
    async with await open_existing_store(settings) as store:
        gone = await store.write(
            lambda t: ReviewItems(t, store.key).dismiss(turn_ids, OPERATOR, reason, now)
        )
    if not gone:
        raise ReviewError("none of these messages is open in the queue: see `review list`")
    return f"dismissed: {count_of(gone, 'message')} left the queue, and such words never return"


@asynccontextmanager
async def _fresh(settings: Settings, base: KnowledgeBase) -> AsyncIterator[Store]:
    """The store, with the queue filled and grouped."""
    async with await open_existing_store(settings) as store:
        await fill_queue(store, base)
        if await store.reader.run(lambda t: ReviewGroups(t).are_old()):
            await _group(store, base)
        yield store


async def _group(store: Store, base: KnowledgeBase) -> None:
    try:
        await regroup(store, base)
    except GroupingError as error:
        raise ReviewError(f"the queue could not be grouped: {error}") from error


async def _read(
    transaction: Transaction, view: View, limit: int
) -> tuple[list[ReviewGroup], tuple[int, int]]:
    wanted = Wanted(datetime.now(UTC), view)
    groups = await read_groups(transaction, wanted, limit)
    return groups, await ReviewQueue(transaction, wanted).size()


async def _read_open(transaction: Transaction) -> list[ReviewItem]:
    return await ReviewQueue(transaction, Wanted(datetime.now(UTC))).all()


def _as_json(one: Carried) -> str:
    return json.dumps({**one._asdict(), "at": one.at.isoformat()}, ensure_ascii=False)


def _read_line(line: str, number: int) -> Carried:
    try:
        found = json.loads(line)
        return Carried(
            scrub(_text(found["text"])),
            _moment(found["at"]),
            REASONS[REASONS.index(found["reason"])],
            _text(found["voice"])[:32],
            [_candidate(one) for one in found.get("candidates", ())],
        )
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise ReviewError(f"line {number} is no line of `review export`: {error}") from error


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("a text is expected")
    return value


def _moment(value: object) -> datetime:
    moment = datetime.fromisoformat(_text(value))
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _candidate(value: Any) -> tuple[str, str, float]:  # noqa: ANN401 - whatever a file holds
    kind, name, score = value
    return KINDS[KINDS.index(kind)], _text(name), float(score)
