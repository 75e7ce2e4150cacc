"""Small knowledge bases that a script writes: with a very long term, another text, or a fault."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from tests.acceptance.harness import SMALL

if TYPE_CHECKING:
    from pathlib import Path

LONG = "INTERMINABLE"


def copied(folder: Path) -> Path:
    """A copy of the tests' knowledge base."""
    return shutil.copytree(SMALL, folder / "kb")


def with_term(kb: Path, short: str, definition: str) -> None:
    """Add a term to the lexicon: ``/lexique`` then says exactly this."""
    quoted = definition.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    with (kb / "lexicon.toml").open("a", encoding="utf-8") as lexicon:
        lexicon.write(f'\n[[term]]\nshort = "{short}"\ndefinition = "{quoted}"\n')


def words(characters: int) -> str:
    """A text of this length without two equal words, so that each piece can be told."""
    text, number = "", 0
    while len(text) < characters:
        text += f"mot{number} "
        number += 1
    return text[: characters - 1].rstrip() + "."
