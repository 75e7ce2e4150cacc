"""Everything that an editor should look at again in a folder that can be served."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kb.files import find_strays
from kb.lint import lint
from kb.markup import find_markup

if TYPE_CHECKING:
    from pathlib import Path

    from kb.entries import KnowledgeBase
    from kb.problems import Problem


def review(folder: Path, base: KnowledgeBase) -> list[Problem]:
    """What to take up again: stray files, leftovers of editing, then what ``lint`` finds.

    Args:
        folder: the content folder.
        base: what was loaded from it.

    Raises:
        ContentError: a file cannot be read; ``load`` says so first.
    """
    return [*find_strays(folder), *find_markup(folder), *lint(base)]
