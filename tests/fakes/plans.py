"""How a database means to find the rows of a statement, and what it would read whole for that."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from sqlalchemy.ext.asyncio import AsyncConnection

_EXPLAINED = ("SELECT", "INSERT", "UPDATE", "DELETE", "WITH")


@dataclass(frozen=True)
class Step:
    """One way into a table.

    Attributes:
        table: its name.
        how: as the database says it.
        whole: whether every row, or every entry of an index, is looked at.
    """

    table: str
    how: str
    whole: bool


@dataclass(frozen=True)
class Plan:
    """The steps of one statement; none for what cannot be explained, such as BEGIN."""

    steps: tuple[Step, ...] = ()

    def scans_of(self, tables: Collection[str]) -> list[str]:
        """The steps that read one of these tables whole."""
        return [step.how for step in self.steps if step.whole and step.table in tables]


async def plans_of(connection: AsyncConnection, asked: Sequence[tuple[str, Any]]) -> list[Plan]:
    """The plan of each statement, given with its values as it went to the driver."""
    if connection.dialect.name == "postgresql":
        # What is left is a way through indexes, if there is one: a join by hashing or merging
        # reads one side whole, which is quicker while all of it is asked for.
        for way in ("seqscan", "hashjoin", "mergejoin"):
            await connection.exec_driver_sql(f"SET LOCAL enable_{way} = off")
        return [await _of_postgres(connection, *each) for each in asked]
    return [await _of_sqlite(connection, *each) for each in asked]


async def _of_sqlite(connection: AsyncConnection, statement: str, values: Any) -> Plan:  # noqa: ANN401 - of the driver
    if not statement.lstrip().upper().startswith(_EXPLAINED):
        return Plan()
    rows = await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", _once(values))
    found = []
    for *_, step in rows:
        way = re.match(r"(SCAN|SEARCH) (\w+)", step)
        if way and way[2] not in ("subquery", "CONSTANT"):
            found.append(Step(way[2], step, way[1] == "SCAN" and not _is_limited(statement)))
    return Plan(tuple(found))


def _is_limited(statement: str) -> bool:
    """Whether it takes the first rows in the order of the primary key, and leaves the rest."""
    return bool(re.search(r"ORDER BY \w+\.id( DESC)?\s+LIMIT", statement))


async def _of_postgres(connection: AsyncConnection, statement: str, values: Any) -> Plan:  # noqa: ANN401 - as above
    if not statement.lstrip().upper().startswith(_EXPLAINED):
        return Plan()
    explain = f"EXPLAIN (FORMAT JSON) {statement}"
    rows = (await connection.exec_driver_sql(explain, _once(values))).scalar_one()
    plan = json.loads(rows) if isinstance(rows, str) else rows
    return Plan(tuple(_steps(plan[0]["Plan"], limited=False)))


def _steps(node: dict[str, Any], *, limited: bool) -> Iterator[Step]:
    kind = node["Node Type"]
    limited = limited or kind == "Limit"
    if kind in ("Sort", "Aggregate", "Hash"):
        limited = False  # takes in all before it gives anything
    if "Relation Name" in node:
        through = "Index" in kind and "Index Cond" not in node and not limited
        whole = kind == "Seq Scan" or (through and kind != "Bitmap Heap Scan")
        how = f"{kind} {node['Relation Name']} {node.get('Index Name', '')}"
        yield Step(node["Relation Name"], how, whole)
    for below in node.get("Plans", ()):
        yield from _steps(below, limited=limited)


def _once(values: Any) -> Any:  # noqa: ANN401 - as above
    """Of many rows, the first."""
    many = isinstance(values, list) and values and isinstance(values[0], tuple | list | dict)
    return values[0] if many else values
