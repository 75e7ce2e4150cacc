"""A wheel needs nothing of the checkout: built, unpacked elsewhere, asked a question there.

``python -m tests.acceptance.wheel [DATA_DIR]``: a folder with a model of the shipped base saves a
training. Exits 1 when the wheel cannot answer by itself.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
ASK = """
import sys
sys.path = [path for path in sys.path if path != {root!r}]
import bot
print(bot.__file__)
sys.argv = ["aiguilleur", "ask", "Comment obtenir une carte ?"]
from bot.cli.app import main
main()
"""


def main() -> int:
    """Build, unpack and ask."""
    with tempfile.TemporaryDirectory() as folder:
        here = Path(folder)
        build = [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "--no-build-isolation"]
        subprocess.run([*build, "-w", folder, str(ROOT)], check=True)  # noqa: S603 - our own tree
        (wheel,) = here.glob("*.whl")
        zipfile.ZipFile(wheel).extractall(here / "site")
        (here / "empty").mkdir()
        data = Path(sys.argv[1]).absolute() if sys.argv[1:] else here / "data"
        plain = {**os.environ, "PYTHONPATH": str(here / "site"), "DATA_DIR": str(data)}
        line = [sys.executable, "-P", "-c", ASK.format(root=str(ROOT))]
        done = subprocess.run(  # noqa: S603 - our own program
            line, cwd=here / "empty", env=plain, capture_output=True, text=True, check=False
        )
        print(done.stdout, done.stderr)
        fine = done.returncode == 0 and done.stdout.startswith(str(here / "site"))
    print("ok" if fine else "FAIL", f"{wheel.name} answers without the checkout")
    return 0 if fine else 1


if __name__ == "__main__":
    sys.exit(main())
