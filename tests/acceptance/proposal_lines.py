"""Publishing adds lines and changes no other, on every file of the shipped knowledge base.

    python -m tests.acceptance.proposal_lines

In a scratch git repository: a wording for every entry, desk and family, a new entry, and then ten
publications, one after the other, through what the service writes with; ``git diff`` is the judge.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from bot.analytics.proposals.changes import Changes, apply_changes
from bot.ops.settings import Settings
from bot.service.proposals.publishing import place_of, publish_files, take_back_files
from kb.files import fingerprint
from kb.loader import load
from tests.acceptance.harness import SHIPPED, Run

if TYPE_CHECKING:
    from kb.entries import KnowledgeBase

PUBLICATIONS = 10
NEW = "une question {n} que personne n'avait posée ainsi"
ENTRY = Changes(
    "entry",
    title="Que faire quand rien n'y fait ?",
    answer="Écrivez au guichet.",
    origin="éditeur",
    dated="2026-11",
    wordings=("rien n'y fait",),
)


def git(folder: Path, *arguments: str) -> str:
    """What git says."""
    command = [shutil.which("git") or "git", *arguments]
    done = subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True)  # noqa: S603 - no shell
    return done.stdout


def repository(folder: Path) -> Path:
    """A copy of the shipped base, committed."""
    kb = Path(shutil.copytree(SHIPPED, folder / "kb"))
    git(kb, "init", "--quiet")
    git(kb, "add", "--all")
    who = ("-c", "user.name=t", "-c", "user.email=t@example.org")
    git(kb, *who, "commit", "--quiet", "--message", "as it was")
    return kb


def changed(kb: Path) -> list[tuple[int, int, str]]:
    """Lines added and removed in each file that differs from the commit."""
    git(kb, "add", "--all")
    lines = git(kb, "diff", "--cached", "--numstat").splitlines()
    return [(int(a), int(d), name) for a, d, name in (line.split("\t") for line in lines)]


def every_file(run: Run, kb: Path) -> None:
    """One wording for each file that can get one."""
    base = load(kb)
    asked = [
        *(("wording", key) for key in base.published),
        *(("desk", key) for key in base.desks),
        *(("outside", key) for key in base.outside),
    ]
    for n, (kind, key) in enumerate(asked):
        given = {"kind": kind, "target": key, "wordings": [NEW.format(n=n)], "manner": "problem"}
        apply_changes(Changes.from_dict(given), kb)
    found = changed(kb)
    clean = [name for added, removed, name in found if added >= 1 and removed == 0]
    run.exactly(
        "files with added lines alone",
        f"{len(clean)} of {len(asked)}",
        f"{len(asked)} of {len(asked)}",
    )
    before, after = _count_questions(base), _count_questions(load(kb))
    run.exactly("questions more", after - before, len(asked))


def _count_questions(base: KnowledgeBase) -> int:
    groups = (base.published, base.desks, base.outside)
    return sum(len(item.questions) for group in groups for item in group.values())


def publications(run: Run, kb: Path, data: Path) -> None:
    """Ten publications, and all of them taken back."""
    settings, before = Settings(kb_dir=kb, data_dir=data), fingerprint(kb)
    changes = [ENTRY]
    for n, key in enumerate(sorted(load(kb).published)[: PUBLICATIONS - 1]):
        changes.append(Changes("wording", key, wordings=(NEW.format(n=n),)))
    for number, each in enumerate(changes, 1):
        place_of(settings, number).mkdir(parents=True)
        publish_files(settings, number, each, fingerprint(kb))
    removed = sum(gone for _, gone, _ in changed(kb))
    run.exactly(f"lines removed by {len(changes)} publications", removed, 0)
    run.exactly("files that differ", len(changed(kb)), len(changes))
    for number in range(len(changes), 0, -1):
        take_back_files(settings, number)
    run.exactly("files that differ once all are taken back", len(changed(kb)), 0)
    run.exactly("the folder is as it was", fingerprint(kb) == before, True)


def main() -> int:
    """Add, look at the differences; exit code 1 when a bar is missed."""
    run = Run()
    with TemporaryDirectory() as folder:
        every_file(run, repository(Path(folder)))
    with TemporaryDirectory() as folder:
        publications(run, repository(Path(folder)), Path(folder) / "data")
    return int(not run.met)


if __name__ == "__main__":
    sys.exit(main())
