"""The proposals of a store, within one transaction; what may follow what is decided above."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from sqlalchemy import and_, exists, func, insert, select, update

from bot.store.proposal_table import proposals

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement, Row
    from sqlalchemy.ext.asyncio import AsyncConnection

ProposalState: TypeAlias = Literal[
    "draft", "checking", "refused", "checked", "published", "reverted"
]
_LOCK = 0x5052_4F50
"""The lock under which PostgreSQL changes states: any number that nothing else takes."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """One proposal.

    Attributes:
        id: its number.
        by: who made it: ``account:3``, or ``cli``.
        at: when (UTC).
        state: how far it is.
        kind: what it changes.
        changes: the change itself, as JSON types.
        turns: the turns that it came from.
        check: what the last check found, or how far the present one is.
        reason: why it is published in spite of what the check found; or what became of the check.
        base: the fingerprint of the knowledge base that was checked.
        model: of the model that the check made.
        updated_at: when the state or the progress last changed.
    """

    id: int
    by: str
    at: datetime
    state: ProposalState
    kind: str
    changes: Mapping[str, Any]
    turns: tuple[int, ...]
    check: Mapping[str, Any]
    reason: str
    base: str
    model: str
    updated_at: datetime


class Proposals:
    """Reads and writes proposals.

    Args:
        connection: of the transaction.
    """

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(
        self, by: str, kind: str, changes: Mapping[str, Any], turns: Sequence[int], at: datetime
    ) -> int:
        """Write down a draft; its number."""
        row = {"by": by, "at": at, "updated_at": at, "kind": kind, "state": "draft"}
        empty = {"check": {}, "reason": "", "base": "", "model": ""}
        new = insert(proposals).values(**row, **empty, changes=dict(changes), turns=list(turns))
        made = (await self._connection.execute(new)).inserted_primary_key
        return int(made[0]) if made else 0

    async def get(self, number: int) -> Proposal | None:
        """The proposal with this number."""
        found = await self._read(proposals.c.id == number)
        return found[0] if found else None

    async def newest(self, limit: int) -> list[Proposal]:
        """The last ones, the newest first."""
        return await self._read(limit=limit)

    async def states(self) -> dict[int, ProposalState]:
        """The state of every proposal, by number."""
        query = select(proposals.c.id, proposals.c.state)
        return {row.id: row.state for row in await self._connection.execute(query)}

    async def last_published(self) -> datetime | None:
        """When something was last published or reverted."""
        done = proposals.c.state.in_(("published", "reverted"))
        query = select(func.max(proposals.c.updated_at)).where(done)
        found: datetime | None = (await self._connection.execute(query)).scalar_one()
        return found

    async def move(
        self,
        number: int,
        before: Collection[str],
        after: ProposalState,
        at: datetime,
        **values: object,
    ) -> bool:
        """Change a state, and other columns with it; False when it was in none of ``before``.

        While one is checked no other begins to be; of two that were checked on one knowledge
        base, one can be published.
        """
        await self._hold()
        mine = proposals.c.id == number, proposals.c.state.in_(before)
        free = {"checking": _none_is_checked, "published": _none_took_its_base}.get(after)
        where = and_(*mine, free(number)) if free else and_(*mine)
        done = update(proposals).where(where).values(state=after, updated_at=at, **values)
        return bool((await self._connection.execute(done)).rowcount)

    async def note_progress(self, number: int, check: Mapping[str, Any], at: datetime) -> bool:
        """Say how far a check is; False when nobody waits for it any more."""
        checking = proposals.c.id == number, proposals.c.state == "checking"
        done = update(proposals).where(*checking).values(check=dict(check), updated_at=at)
        return bool((await self._connection.execute(done)).rowcount)

    async def give_up_checks(self, silent_since: datetime, at: datetime, reason: str) -> int:
        """Make drafts again of those whose check has said nothing since; how many."""
        silent = proposals.c.state == "checking", proposals.c.updated_at < silent_since
        back = {"state": "draft", "check": {}, "reason": reason, "updated_at": at}
        done = update(proposals).where(*silent).values(**back)
        return int((await self._connection.execute(done)).rowcount)

    async def _hold(self) -> None:
        """One change of state at a time; a file has one writer anyway."""
        if self._connection.dialect.name == "postgresql":
            await self._connection.execute(select(func.pg_advisory_xact_lock(_LOCK)))

    async def _read(self, *where: ColumnElement[bool], limit: int = 1) -> list[Proposal]:
        query = select(proposals).where(*where).order_by(proposals.c.id.desc()).limit(limit)
        return [_proposal(row) for row in await self._connection.execute(query)]


def _none_is_checked(_: int) -> ColumnElement[bool]:
    others = proposals.alias()
    return ~exists(select(1).where(others.c.state == "checking"))


def _none_took_its_base(number: int) -> ColumnElement[bool]:
    mine, others = proposals.alias(), proposals.alias()
    base = select(mine.c.base).where(mine.c.id == number).scalar_subquery()
    checked = select(mine.c.updated_at).where(mine.c.id == number).scalar_subquery()
    later = others.c.state == "published", others.c.updated_at >= checked
    return ~exists(select(1).where(*later, others.c.base == base))


def _proposal(row: Row[Any]) -> Proposal:
    values = dict(row._mapping)  # noqa: SLF001 - a row's public name for its columns
    return Proposal(**{**values, "turns": tuple(values["turns"])})
