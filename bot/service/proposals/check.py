"""The check of a proposal, from its texts to the replies that it would change: minutes of work.

It runs in a process of its own (``child.py``), which may be killed at any moment: nothing that is
served is touched, only the folder of the proposal.
"""

from __future__ import annotations

import asyncio
import re
import resource
import sys
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from bot.analytics.proposals.findings import Findings, Gate
from bot.analytics.proposals.flips import replay
from bot.analytics.proposals.objections import Objection
from bot.service.proposals.candidate import try_changes
from bot.service.served_model import load_trained_model
from bot.store.opening import database_of
from bot.store.reader import Reader
from bot.store.replays import Replays
from classifier.errors import ArtifactError, TrainingError, WorseModelError

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.analytics.proposals.flips import Replay
    from bot.ops.settings import Settings
    from bot.service.proposals.models import Made
    from bot.service.proposals.work import Work
    from bot.store.replays import KeptMessage
    from classifier.serving.artifact import Served
    from classifier.serving.triage import Triage
    from kb.entries import KnowledgeBase

    Tell = Callable[[str, int, int], None]

WEEKS = 4
"""How far back messages are replayed."""

COPY = "content"
"""Below the folder of a proposal: the content folder as it would be."""

_POINTS = re.compile(r"-([\d.]+) points on (\d+)")
_PER_MEGABYTE = 1024.0 if sys.platform != "darwin" else 1024.0**2


def check(work: Work, settings: Settings, tell: Tell) -> Findings:
    """Check a proposal.

    Args:
        work: what is proposed, and where its model goes.
        settings: where the knowledge base, the models and the journal are.
        tell: called with ``(stage, done, total)``.

    Raises:
        ContentError: the knowledge base itself cannot be served.
        StoreError: the messages cannot be read.
        OSError: nothing can be written in the folder of the proposal.
    """
    started = time.perf_counter()
    tell("content", 0, 1)
    tried = try_changes(work.changes, settings.kb_dir, work.place / COPY, settings.data_dir)
    found = Findings(
        work.quick, tried.before.fingerprint, objections=tried.objections, notes=tried.notes
    )
    if tried.after is not None and not tried.objections:
        found = replace(found, becomes=tried.after.fingerprint)
        found = _compare(found, tried.after, work, settings, tell)
    seconds = time.perf_counter() - started
    return replace(found, seconds=round(seconds, 1), megabytes=round(most_memory(), 1))


def _compare(
    found: Findings, base: KnowledgeBase, work: Work, settings: Settings, tell: Tell
) -> Findings:
    """What the model with the change would do otherwise than the one in service."""
    from bot.service.proposals import models  # noqa: PLC0415 - imports scikit-learn

    started = time.perf_counter()
    tell("training", 0, 1)
    quick = work.quick and models.can_rehearse(work.changes)
    try:
        served = load_trained_model(settings)
        if quick:
            made = models.rehearse_model(served, base, work.changes)
        else:
            made = models.train_model(served, settings, work.place / COPY, work.place, tell)
    except (ArtifactError, TrainingError, WorseModelError) as error:
        return replace(found, objections=(objection_of(error),))
    found = replace(
        found,
        quick=quick,
        learning=made.learning,
        model=made.triage.fingerprint,
        gate=_gate(made),
        training=round(time.perf_counter() - started, 1),
    )
    return replace(found, replay=_replay(served, made.triage, settings, tell))


def objection_of(error: Exception) -> Objection:
    """Why no model came of a check, for the editor: a worse one, or what failed."""
    if isinstance(error, WorseModelError):
        found = _POINTS.search(str(error))
        by = f" de {_points(found[1])} sur {found[2]} questions communes" if found else ""
        told = f"le nouveau modèle fait moins bien que celui en service{by}"
        return Objection("modèle", f"{told}\u00a0; revoyez les questions.")
    return Objection("modèle", f"aucun modèle n’a pu être comparé\u00a0: {error}.")


def _points(number: str) -> str:
    """A number of points in French, such as "5,43 points"; the plural begins at two."""
    ending = "s" if float(number) >= 2 else ""  # noqa: PLR2004 - as French counts
    return f"{number.replace('.', ',')}\u00a0point{ending}"


def _gate(made: Made) -> Gate | None:
    if made.gate is None:
        return None
    return Gate(made.gate.shared, made.gate.difference, made.gate.low, made.gate.high)


def _replay(served: Served, new: Triage, settings: Settings, tell: Tell) -> Replay:
    asked, emptied = read_messages(settings, WEEKS)
    return replay(served.triage, new, asked, emptied, tell)


def read_messages(settings: Settings, weeks: int) -> tuple[list[KeptMessage], int]:
    """The messages of the last weeks, and how many more there were whose words are gone.

    Raises:
        StoreError: the database cannot be read.
    """
    database = database_of(settings)
    if database.path is not None and not database.path.exists():
        return [], 0
    since = datetime.now(UTC) - timedelta(weeks=weeks)

    async def read() -> tuple[list[KeptMessage], int]:
        reader = Reader(database)
        try:
            async with reader.open() as connection:
                found = Replays(connection)
                return await found.messages(since), await found.count_emptied(since)
        finally:
            await reader.aclose()

    return asyncio.run(read())


def most_memory() -> float:
    """The most memory that this process and what it started held at once, in megabytes."""
    kinds = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return sum(resource.getrusage(kind).ru_maxrss for kind in kinds) / _PER_MEGABYTE
