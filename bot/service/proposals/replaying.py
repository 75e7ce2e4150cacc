"""``aiguilleur replay``: the messages of some weeks, decided by two models."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.analytics.proposals.flips import replay
from bot.service.proposals.check import read_messages
from bot.service.proposals.commands import describe_replay
from bot.service.served_model import load_or_train_model, load_trained_model

if TYPE_CHECKING:
    from bot.ops.settings import Settings


def replay_lines(settings: Settings, other: Settings, weeks: int) -> list[str]:
    """What the model of ``other`` would do otherwise than the one in service, as lines.

    Args:
        settings: the journal, and the knowledge base in service.
        other: with the knowledge base to compare; its model is trained when there is none.
        weeks: how far back messages are taken.

    Raises:
        ArtifactError: there is no model of the one in service, or none could be made.
        ContentError: a knowledge base cannot be served.
        StoreError: the journal cannot be read.
    """
    old = load_trained_model(settings)
    new = old if other.kb_dir == settings.kb_dir else load_or_train_model(other)
    asked, emptied = read_messages(settings, weeks)
    done = replay(old.triage, new.triage, asked, emptied)
    return describe_replay(done, {each.turn: each.text for each in asked})
