"""The content folder as it would be with a proposed change, and what speaks against it there."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.analytics.proposals.changes import ChangeError, apply_changes, missing
from bot.analytics.proposals.objections import (
    Objection,
    advice_on,
    facts_beside_original,
    objections_of_review,
    objections_to_facts,
    objections_to_owner,
    objections_to_texts,
)
from kb.audit import read_catalogues
from kb.files import content_files
from kb.loader import load
from kb.problems import ContentError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from bot.analytics.proposals.changes import Changes
    from kb.entries import KnowledgeBase

CATALOGUES = "catalogues"
"""Below DATA_DIR: published answers (JSONL) with which new entries that cite them are compared."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A change that was tried on a copy.

    Attributes:
        before: the knowledge base as it is.
        after: as it would be; None when it could not be tried.
        objections: why it is refused.
        notes: what the editor should know, in French.
    """

    before: KnowledgeBase
    after: KnowledgeBase | None
    objections: tuple[Objection, ...]
    notes: tuple[str, ...] = ()


def try_changes(changes: Changes, kb: Path, copy: Path, data_dir: Path) -> Candidate:
    """Try a change on a copy of the content folder ``kb``, which is made at ``copy``.

    Raises:
        ContentError: the knowledge base itself cannot be served.
        OSError: the copy cannot be made.
    """
    before = load(kb)
    lacking = [Objection("formulaire", each) for each in missing(changes, before)]
    found = lacking or [*objections_to_texts(changes), *objections_to_owner(changes, before)]
    if found:
        return Candidate(before, None, tuple(found))
    try:
        copy_content(kb, copy)
        apply_changes(changes, copy)
        after = load(copy)
    except ContentError as error:
        problems = (Objection(each.file, each.message) for each in error.problems)
        return Candidate(before, None, tuple(problems))
    except (ChangeError, FileExistsError) as error:
        return Candidate(before, None, (Objection("fichier", str(error)),))
    catalogue = read_catalogues(sorted((data_dir / CATALOGUES).glob("*.jsonl")))
    found = objections_of_review(kb, copy, (before, after))
    found += objections_to_facts(changes, after, catalogue)
    notes = [*facts_beside_original(changes), *advice_on(changes, after)]
    if changes.kind == "entry" and changes.sources and not catalogue:
        notes.append("Les faits ne sont comparés à rien\u00a0: il n’y a pas de catalogue.")
    return Candidate(before, after, tuple(found), tuple(notes))


def copy_content(kb: Path, copy: Path) -> None:
    """Copy the files of a content folder; what was at ``copy`` before is removed.

    Raises:
        ContentError, OSError: it cannot be done.
    """
    shutil.rmtree(copy, ignore_errors=True)
    for name, path in content_files(kb).items():
        file = copy / name
        file.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, file)


def changed_files(kb: Path, copy: Path) -> Iterator[tuple[str, bytes | None, bytes]]:
    """The files that differ: name, former bytes (None: there was none), new bytes.

    Raises:
        ContentError, OSError: one cannot be read.
    """
    known = content_files(kb)
    for name, path in content_files(copy).items():
        new = path.read_bytes()
        old = known[name].read_bytes() if name in known else None
        if old != new:
            yield name, old, new
