"""Removes what checks have left behind: a model of 46 MB for each, and a copy of the content."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from bot.service.proposals.adopting import PLACES
from bot.service.proposals.check import COPY

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from bot.store.proposals import ProposalState

MODELS = ("models", "training")
KEEPS_MODEL = frozenset({"checking", "checked"})
"""States in which the model of a check may still be wanted."""

KEEPS_FILES = frozenset({"published"})
"""States in which the files that were replaced may still be wanted."""


def tidy(data_dir: Path, states: Mapping[int, ProposalState]) -> None:
    """Remove what no proposal can still use; ``states`` are those of all that are kept."""
    for place in (data_dir / PLACES).glob("[0-9]*"):
        state = states.get(int(place.name)) if place.name.isdecimal() else None
        if state not in KEEPS_MODEL | KEEPS_FILES:
            shutil.rmtree(place, ignore_errors=True)
        elif state not in KEEPS_MODEL:
            for name in (*MODELS, COPY):
                shutil.rmtree(place / name, ignore_errors=True)
