"""Answers of a store with what was judged of them, as a test needs them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert

from bot.store.audits import AUDIT, Audits, Label
from bot.store.tables import turns

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.store.store import Store, Transaction

ENTRY = "velo-casse"
MONDAY = datetime(2026, 3, 2, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def turn_row(at: datetime, **values: Any) -> dict[str, Any]:  # noqa: ANN401 - of any column
    """A direct answer with ``ENTRY``, but for what is said otherwise."""
    row = {
        "at": at,
        "channel": "web",
        "chat": "c",
        "text": "question",
        "action": "answer",
        "entry": ENTRY,
        "confidence": 0.9,
        "candidates": [["faq", ENTRY, 0.9]],
        "model": "m",
        "latency_ms": 1.0,
        "shown": {"kind": "answer"},
    }
    return {**row, **values}


def deferred_row(at: datetime, **values: Any) -> dict[str, Any]:  # noqa: ANN401 - of any column
    """A question to which ``ENTRY`` was suggested for want of autonomy."""
    shown = {"kind": "suggestions", "entries": [ENTRY]}
    asked = {"action": "clarify", "entry": None, "deferred": f"entry:{ENTRY}", "shown": shown}
    return turn_row(at, **{**asked, **values})


async def put_turn(transaction: Transaction, row: dict[str, Any]) -> int:
    """Write a turn; its number."""
    done = await transaction.execute(insert(turns).values(row).returning(turns.c.id))
    return int(done.scalar_one())


async def judge_answers(
    store: Store, wrong: Iterable[bool], since: datetime = MONDAY, entry: str = ENTRY
) -> None:
    """Answers, a minute apart, each audited and judged as it came."""

    async def work(transaction: Transaction) -> None:
        audits = Audits(transaction)
        for number, is_wrong in enumerate(wrong):
            at = since + number * MINUTE
            turn = await put_turn(transaction, turn_row(at, entry=entry))
            await audits.put(turn, at, 1.0)
            verdict = "wrong" if is_wrong else "right"
            await audits.put_label(Label(turn, "account:1", AUDIT, verdict), at)  # type: ignore[arg-type]

    await store.write(work)
