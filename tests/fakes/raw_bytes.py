"""The bytes of files that SQLite has open.

Whoever opens and closes such a file in the same process drops SQLite's locks on it, and another
process may then damage it: so a process of its own reads.
"""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_READ = """
import sys
from pathlib import Path
for path in sorted(Path(sys.argv[1]).iterdir()):
    if path.is_file():
        sys.stdout.buffer.write(path.read_bytes())
"""


def bytes_in(folder: Path) -> bytes:
    """All the bytes of all the files of a folder."""
    line = [sys.executable, "-c", _READ, str(folder)]
    return subprocess.run(line, check=True, capture_output=True).stdout  # noqa: S603
