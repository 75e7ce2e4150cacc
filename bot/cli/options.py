"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Kb = Annotated[Path | None, typer.Option("--kb", help="Knowledge base folder (beats KB_DIR).")]
