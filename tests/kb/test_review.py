from __future__ import annotations

from typing import TYPE_CHECKING

from kb.loader import load
from kb.review import review
from tests.fakes.content import write_entry, write_text

if TYPE_CHECKING:
    from pathlib import Path


def test_files_texts_and_entries_are_looked_at(folder: Path, second: Path) -> None:
    assert review(second, load(second)) == []
    write_text(folder, "faq/note.txt", "x")
    write_entry(folder, "grasse", answer="Un **mot**.")
    found = [problem.message.partition(" ; ")[0] for problem in review(folder, load(folder))]
    assert found[0].startswith("fichier inattendu")
    assert found[1].startswith("du gras")
    assert found[-1].endswith("questions seulement")
