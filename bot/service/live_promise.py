"""Tells an operator how the promise on errors stands on live traffic."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.analytics.auditing import draw_audits, standings
from bot.service.watched_targets import targets_of
from bot.store.opening import open_existing_store
from classifier.serving.artifact import model_folder, read_manifest
from kb.learning import learning_fingerprint
from kb.loader import load

if TYPE_CHECKING:
    from bot.analytics.promise import Standing
    from bot.ops.settings import Settings

_NAMES = {"answer": "answers", "route": "hand-overs", "decline": "declines"}
_WORDS = {
    "prouvée": "proven",
    "rien ne la contredit": "nothing speaks against it",
    "rompue": "BROKEN",
}


async def describe(settings: Settings) -> tuple[list[str], bool]:
    """One line a promise, and whether one is broken.

    Raises:
        StoreError: the database cannot be used.
        ContentError, ArtifactError: there is no model to speak of.
    """
    model = served_fingerprint(settings)
    async with await open_existing_store(settings) as store:
        await draw_audits(store, settings.audit_a_week)
        found = await standings(store, targets_of(settings), model)
    return [_line(standing) for standing in found], any(s.word == "rompue" for s in found)


def served_fingerprint(settings: Settings) -> str:
    """The fingerprint of the model that the settings lead to.

    Raises:
        ContentError, ArtifactError: there is none.
    """
    content = learning_fingerprint(load(settings.kb_dir))
    return str(read_manifest(model_folder(settings.data_dir, content))["fingerprint"])


def _line(standing: Standing) -> str:
    low, high = standing.bounds
    return (
        f"{_NAMES[standing.kind]:<10}  {_WORDS[standing.word]}: {standing.wrong} of "
        f"{standing.labels} judged were wrong ({low:.1%} to {high:.1%}; promised: at most "
        f"{standing.target:.1%}); {standing.missing} to judge, {standing.overdue} never judged; "
        f"{standing.unknown} had no published answer"
    )
