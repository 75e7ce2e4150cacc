"""Tells an operator what each entry may do by itself, and takes it from one."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from bot.analytics.autonomy import settle
from bot.store.autonomy import AutonomyError, AutonomyRecords
from bot.store.opening import open_existing_store
from kb.loader import load

if TYPE_CHECKING:
    from bot.conversation.caution import State
    from bot.ops.settings import Settings
    from bot.store.autonomy import Standing

STATE_NAMES: dict[State, str] = {
    "repond": "answers",
    "demande": "is suggested first",
    "propose": "is offered to agents alone",
}
OPERATOR = "operator"


async def describe(settings: Settings) -> list[str]:
    """One line for each entry that labels say anything of, those that may do less first.

    Raises:
        StoreError: the database cannot be used.
    """
    async with await open_existing_store(settings) as store:
        await store.write(lambda t: settle(t, datetime.now(UTC)))
        known = await store.reader.run(lambda t: AutonomyRecords(t).all())
    order = {state: place for place, state in enumerate(reversed(STATE_NAMES))}
    listed = sorted(known.values(), key=lambda found: (order[found.state], found.entry))
    return [_line(found) for found in listed] or ["every entry answers; no label counts yet"]


async def lower(settings: Settings, entry: str, to: State) -> str:
    """Take from an entry what it may do by itself; what it may do now, in a line.

    Raises:
        AutonomyError: it is not served, or that would not be less than it may do now.
        StoreError: the database cannot be used.
        ContentError: the knowledge base cannot be read.
    """
    if entry not in load(settings.kb_dir).entries:
        raise AutonomyError(f"there is no entry {entry}: its id is its file's name without .md")
    async with await open_existing_store(settings) as store:
        now = datetime.now(UTC)
        await store.write(lambda t: AutonomyRecords(t).lower(entry, to, now, OPERATOR))
    return f"{entry} {STATE_NAMES[to]} from now on; a running service knows it within 5 s"


def _line(found: Standing) -> str:
    return (
        f"{found.entry}  {STATE_NAMES[found.state]}: {found.wrong} of {found.n} labels were wrong "
        f"(E = {found.e:.1f}, it loses a step at 20)"
    )
