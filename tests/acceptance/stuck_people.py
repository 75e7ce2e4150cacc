"""Nobody who waits for us, or looks for a desk of ours, is told that it is not for us.

    python -m tests.acceptance.stuck_people

Needs the model of the knowledge base that is shipped; it is trained when there is none. None of
the messages stands in that knowledge base.
"""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

from bot.ops.settings import load_settings
from bot.service.served_model import load_or_train_model
from tests.acceptance.harness import Run

CORPORA = Path(__file__).parents[1] / "classifier" / "corpora"


def messages(name: str) -> list[str]:
    """The lines of a corpus."""
    lines = (CORPORA / name).read_text("utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def main() -> int:
    """Decide on every message; exit code 1 when one is declined."""
    triage = load_or_train_model(load_settings()).triage
    run = Run()
    for name in ("stuck_people.txt", "contact_words.txt"):
        actions = Counter(triage.decide(text).action for text in messages(name))
        print(dict(actions))
        run.exactly(f"of {name}, declined", actions["decline"], 0)
    return int(not run.met)


if __name__ == "__main__":
    sys.exit(main())
