"""What a turn showed, which kind of message it was, and what feedback is about.

Rows of earlier versions are carried over by reading them as those versions did:

- a choice made something else be shown; every other feedback was about what was shown last, at
  first the entry or desk of the turn, if it had one;
- ``human`` without a desk, written in the same moment as its turn, was a wish in words: it showed
  the contacts and no answer. A press takes longer than ``_SAME_MOMENT``;
- which candidates were suggested was not written down: the first ones are taken for it, and
  ``"estimated": true`` says so;
- the family of a decline was not written down and stays unknown.
"""

from __future__ import annotations

from datetime import timedelta
from itertools import groupby
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from alembic import op

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_BATCH = 1_000
_SUGGESTED = 3
_SAME_MOMENT = timedelta(seconds=0.5)
_PREFIXES = {"faq": "entry", "desk": "desk"}
_SHOWN = {"answer": "answer", "route": "desks", "clarify": "suggestions", "decline": "decline"}

_turns = sa.table(
    "turns",
    sa.column("id", sa.Integer),
    sa.column("at", sa.DateTime(timezone=True)),
    sa.column("action", sa.String),
    sa.column("entry", sa.String),
    sa.column("desk", sa.String),
    sa.column("candidates", sa.JSON),
    sa.column("kind", sa.String),
    sa.column("shown", sa.JSON),
)
_feedback = sa.table(
    "feedback",
    sa.column("id", sa.Integer),
    sa.column("at", sa.DateTime(timezone=True)),
    sa.column("turn_id", sa.Integer),
    sa.column("kind", sa.String),
    sa.column("value", sa.String),
    sa.column("about", sa.String),
)


def upgrade() -> None:
    """Add the columns, and say of every row what can be known."""
    op.add_column("turns", sa.Column("family", sa.String(200)))
    kind = sa.Column("kind", sa.String(32), nullable=False, server_default="text")
    op.add_column("turns", kind)
    unknown = '{"kind": "unknown"}'
    op.add_column("turns", sa.Column("shown", sa.JSON, nullable=False, server_default=unknown))
    op.add_column("feedback", sa.Column("about", sa.String(220)))
    _change_decided(nullable=True)
    for turns in _batches():
        _carry_over(turns)


_DECIDED: tuple[tuple[str, sa.types.TypeEngine[Any], str], ...] = (
    ("action", sa.String(16), ""),
    ("confidence", sa.Float(), "0"),
    ("model", sa.String(100), ""),
)
"""Name, type and stand-in of what is decided on a message with words alone."""


def _change_decided(*, nullable: bool) -> None:
    """Let these columns be empty, or no more."""
    if op.get_bind().dialect.name != "sqlite":
        for name, kind, _ in _DECIDED:
            op.alter_column("turns", name, existing_type=kind, nullable=nullable)
        return
    # Not by a copy of the table: that would forget which numbers were used before a purge.
    for name, kind, instead in _DECIDED:
        default = None if nullable else instead
        again = sa.Column(f"{name}_again", kind, nullable=nullable, server_default=default)
        op.add_column("turns", again)
    copied = ", ".join(f"{name}_again = {name}" for name, _, _ in _DECIDED)
    op.execute(f"UPDATE turns SET {copied}")  # noqa: S608 - our own names
    for name, _, _ in _DECIDED:
        op.execute(f"ALTER TABLE turns DROP COLUMN {name}")
        op.execute(f"ALTER TABLE turns RENAME COLUMN {name}_again TO {name}")


_READ = ("id", "at", "action", "entry", "desk", "candidates")


def _batches() -> Iterator[Sequence[sa.Row[Any]]]:
    """All turns, so many at a time that none fills the memory."""
    last = 0
    wanted = sa.select(*(_turns.c[name] for name in _READ)).order_by(_turns.c.id).limit(_BATCH)
    while rows := op.get_bind().execute(wanted.where(_turns.c.id > last)).all():
        yield rows
        last = rows[-1].id


def _carry_over(turns: Sequence[sa.Row[Any]]) -> None:
    clicks = _clicks_on(turns)
    abouts: list[dict[str, Any]] = []
    shown = []
    for turn in turns:
        said = clicks.get(turn.id, [])
        wish = _was_a_wish(turn, said)
        shown.append({"number": turn.id, "found": _contacts() if wish else _shown_by(turn)})
        abouts.extend(_replay(None if wish else _first_shown(turn), said))
    _update(_turns, "shown", shown)
    _update(_feedback, "about", [row for row in abouts if row["found"] is not None])
    chosen = _feedback.c.kind == "choice", _feedback.c.about.is_not(None)
    first, last = turns[0].id, turns[-1].id
    emptied = sa.update(_feedback).where(*chosen, _feedback.c.turn_id.between(first, last))
    op.get_bind().execute(emptied.values(value=""))


def _clicks_on(turns: Sequence[sa.Row[Any]]) -> dict[int, list[sa.Row[Any]]]:
    there = _feedback.c.turn_id.between(turns[0].id, turns[-1].id)
    found = sa.select(_feedback).where(there).order_by(_feedback.c.turn_id, _feedback.c.id)
    rows = op.get_bind().execute(found).all()
    return {turn: list(said) for turn, said in groupby(rows, lambda row: row.turn_id)}


def _replay(first: str | None, said: Sequence[sa.Row[Any]]) -> Iterator[dict[str, Any]]:
    """What each feedback of a turn is about, in the order in which it came."""
    shown = first
    for row in said:
        if row.kind == "choice":
            shown = _renamed(row.value)
        yield {"number": row.id, "found": shown}


def _renamed(name: str) -> str | None:
    """``faq:slug`` or ``desk:id`` of earlier versions as it is called now."""
    kind, _, found = name.partition(":")
    return f"{_PREFIXES[kind]}:{found}" if found and kind in _PREFIXES else None


def _first_shown(turn: sa.Row[Any]) -> str | None:
    if turn.entry is not None:
        return f"entry:{turn.entry}"
    return f"desk:{turn.desk}" if turn.desk is not None else None


def _was_a_wish(turn: sa.Row[Any], said: Sequence[sa.Row[Any]]) -> bool:
    return any(
        (row.kind, row.value) == ("human", "") and row.at - turn.at < _SAME_MOMENT
        for row in said[:1]
    )


def _contacts() -> dict[str, Any]:
    return {"kind": "contacts", "entries": [], "desks": [], "family": None}


def _shown_by(turn: sa.Row[Any]) -> dict[str, Any]:
    kind = _SHOWN.get(turn.action, "unknown")
    if kind == "suggestions":
        first = [(found[0], found[1]) for found in turn.candidates[:_SUGGESTED]]
        entries = [name for kind_of, name in first if kind_of == "faq"]
        desks = [name for kind_of, name in first if kind_of == "desk"]
        return {**_contacts(), "kind": kind, "entries": entries, "desks": desks, "estimated": True}
    entries = [turn.entry] if turn.entry is not None else []
    desks = [turn.desk] if turn.desk is not None else []
    return {**_contacts(), "kind": kind, "entries": entries, "desks": desks}


def _update(table: sa.TableClause, column: str, rows: list[dict[str, Any]]) -> None:
    if not rows:
        return
    changed = sa.update(table).where(table.c.id == sa.bindparam("number"))
    found = sa.bindparam("found", type_=table.c[column].type)
    op.get_bind().execute(changed.values({column: found}), rows)


def downgrade() -> None:
    """Name choices by their value again; turns without words cannot be kept."""
    bind = op.get_bind()
    wordless = sa.select(_turns.c.id).where(_turns.c.kind != "text")
    bind.execute(sa.delete(_feedback).where(_feedback.c.turn_id.in_(wordless)))
    bind.execute(sa.delete(_turns).where(_turns.c.kind != "text"))
    chosen = _feedback.c.kind == "choice"
    for old, new in _PREFIXES.items():
        named = sa.func.replace(_feedback.c.about, f"{new}:", f"{old}:")
        there = chosen, _feedback.c.about.like(f"{new}:%")
        bind.execute(sa.update(_feedback).where(*there).values(value=named))
    op.drop_column("feedback", "about")
    for name in ("shown", "kind", "family"):
        op.drop_column("turns", name)
    _change_decided(nullable=False)
