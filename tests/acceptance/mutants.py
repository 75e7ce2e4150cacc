"""Tests that cannot fail: changes of the code that a test should notice, and those none does.

``python -m tests.acceptance.mutants [--only N] [--after K] [--seed S] [--of PART]`` makes ``N``
mutants (200 unless told otherwise) of what must not break: store, leases, certificates, triage,
scrubbing, replies. Each is one change of one place in a copy of the tree; the tests of its module
run until one fails. It prints who survived with the changed line, and the score: the share that was
killed. A mutant that runs for ever is killed by the time-out. ``--of certify`` takes only modules
whose path holds the word; ``--after K`` leaves out the first ``K``, to go on with a run that was
stopped. A survivor that changes nothing anybody relies on is no fault: read it.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
import time
from contextlib import contextmanager
from itertools import zip_longest
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, NamedTuple

from tests.acceptance import forking
from tests.acceptance.mutating import Mutant, mutants_of
from tests.test_mirror import ELSEWHERE, named_tests, room_tests

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parent.parent.parent
AREAS = (
    "bot/store/boxes/leases.py",
    "bot/store",
    "classifier/training/certify.py",
    "classifier/training/promise.py",
    "classifier/serving/triage.py",
    "bot/scrubbing",
    "bot/conversation/replies",
)
"""Each has an equal share of the mutants, as far as it goes."""

SECONDS = 600
"""After which a mutant counts as killed: its tests take far less."""

NONE_SELECTED = 5
"""Exit code of pytest when no test has what was asked for in its name."""

MORE = {
    "bot/store/boxes/leases.py": ("bot/store/test_boxes.py", "bot/store/test_in_hand.py"),
    "classifier/serving/triage.py": ("classifier/serving/test_plaints.py",),
    "bot/store/keeping.py": ("bot/store/test_privacy.py",),
    "bot/conversation/replies/why.py": ("bot/cli/test_why.py", "bot/conversation/test_personal.py"),
    "bot/conversation/replies": ("bot/conversation/test_replies.py",),
    "bot/scrubbing": ("bot/scrubbing/test_scrub.py", "bot/scrubbing/test_scrub_writing.py"),
}
"""Tests that run besides those of the module's own name, by path."""


class Verdict(NamedTuple):
    """What became of one mutant.

    Attributes:
        mutant: the change.
        killed: whether a test failed, or did not end.
        by: the first test that failed, or "time-out".
        seconds: how long that took.
    """

    mutant: Mutant
    killed: bool
    by: str
    seconds: float


def tests_of(module: str) -> list[str]:
    """The test files that could kill a mutant of ``module``, its own first."""
    own = [path.relative_to(ROOT).as_posix() for path in named_tests(module)]
    named = [f"tests/{ELSEWHERE[module]}"] if module in ELSEWHERE else []
    beside = [f"tests/{file}" for part, files in MORE.items() if part in module for file in files]
    everything = [path.relative_to(ROOT).as_posix() for path in room_tests(module)]
    return list(dict.fromkeys([*named, *own, *beside])) or everything


def draw(number: int, seed: int, part: str) -> list[Mutant]:
    """``number`` mutants, an equal share of each area; the same for the same seed and source."""
    dice = Random(seed)
    pools = [_shuffled(area, dice, part) for area in AREAS]
    by_turns = (mutant for mutants in zip_longest(*pools) for mutant in mutants if mutant)
    # The leases are drawn for themselves and as a part of the store.
    return list(dict.fromkeys(by_turns))[:number]


def _shuffled(area: str, dice: Random, part: str) -> list[Mutant]:
    paths = sorted((ROOT / area).rglob("*.py")) if (ROOT / area).is_dir() else [ROOT / area]
    names = [path.relative_to(ROOT).as_posix() for path in paths if "migrations" not in path.parts]
    found = [mutant for name in names if part in name for mutant in mutants_of(ROOT, name)]
    dice.shuffle(found)
    return found


@contextmanager
def copy_of_the_tree() -> Iterator[Path]:
    """What the tests need, in a folder of its own."""
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder:
        for name in ("bot", "classifier", "kb", "tests", ".deploy"):
            shutil.copytree(ROOT / name, Path(folder) / name, ignore=_leave_out)
        for file in ("pyproject.toml", ".env.example", "README.md"):
            shutil.copy(ROOT / file, folder)
        yield Path(folder)


_leave_out = shutil.ignore_patterns("__pycache__")


def judge(tree: Path, mutant: Mutant) -> Verdict:
    """Whether the tests of the mutant's module notice it."""
    file, begun = tree / mutant.module, time.monotonic()
    whole = file.read_bytes()
    file.write_bytes(mutant.applied_to(whole))
    try:
        code, said = run_tests(tree, tests_of(mutant.module))
    finally:
        file.write_bytes(whole)
    return Verdict(mutant, code != 0, said, time.monotonic() - begun)


def run_tests(tree: Path, files: list[str]) -> tuple[int, str]:
    """The exit code of the tests, 124 after a time-out, and what failed first.

    On SQLite alone first, which is quicker: only what passes there runs on PostgreSQL too.
    """
    code, failed = forking.run(tree, ["-k", "not postgresql", *files], SECONDS)
    if code in {0, NONE_SELECTED} and any(file.startswith("tests/bot/store") for file in files):
        code, failed = forking.run(tree, ["-k", "postgresql", *files], SECONDS)
    return (0 if code == NONE_SELECTED else code), failed


def main() -> int:
    """Judge the mutants one by one; 1 when tests that killed fail without any mutant too."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", type=int, default=200, help="how many mutants")
    parser.add_argument("--after", type=int, default=0, help="leave out this many of them")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--of", default="", help="only modules whose path holds this")
    asked = parser.parse_args()
    mutants = draw(asked.only, asked.seed, asked.of)[asked.after :]
    with copy_of_the_tree() as tree:
        forking.prepare(tree, sorted({file for each in mutants for file in tests_of(each.module)}))
        verdicts = [_tell(judge(tree, mutant)) for mutant in mutants]
        unsound = [module for module in _unproven(verdicts) if run_tests(tree, tests_of(module))[0]]
    if unsound:
        print(f"without any mutant, the tests fail of: {', '.join(unsound)}")
        return 1
    killed = sum(verdict.killed for verdict in verdicts)
    print(
        f"score: {killed} of {len(verdicts)} killed, {100 * killed / max(1, len(verdicts)):.0f} %"
    )
    for verdict in verdicts:
        if not verdict.killed:
            print(f"survivor: {verdict.mutant}")
    return 0


def _unproven(verdicts: list[Verdict]) -> list[str]:
    """Modules whose mutants were all killed: where one survived, the tests are known to pass."""
    survived = {verdict.mutant.module for verdict in verdicts if not verdict.killed}
    return sorted({verdict.mutant.module for verdict in verdicts} - survived)


def _tell(verdict: Verdict) -> Verdict:
    what = f"killed by {verdict.by}" if verdict.killed else "SURVIVED"
    print(f"{verdict.seconds:5.0f} s  {verdict.mutant}: {what}", flush=True)
    return verdict


if __name__ == "__main__":
    sys.exit(main())
