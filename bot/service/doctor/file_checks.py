"""Checks of the disk, and of who may read what lies on it."""

from __future__ import annotations

import shutil
import stat
from typing import TYPE_CHECKING

from bot.ops.findings import Finding
from bot.ops.settings import ENV_FILE, SECRETS
from bot.scrubbing.word_lists import WordListError, check_word_lists
from bot.service.proposals.publishing import is_writable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from bot.ops.settings import Settings

LEAST, LITTLE = 50_000_000, 500_000_000
_OTHERS = 0o077
_DISK, _FILES, _LISTS, _CONTENT = "disk", "files", "word lists", "content folder"


async def disk(settings: Settings) -> list[Finding]:
    """Whether ``DATA_DIR`` has room and may be written."""
    folder = _nearest_existing_folder(settings.data_dir)
    free = shutil.disk_usage(folder).free
    detail = f"{free / 1e9:.1f} GB free in {settings.data_dir}"
    if free < LEAST:
        return [Finding("FAIL", _DISK, detail, "free some space: soon nothing can be stored")]
    if free < LITTLE:
        return [Finding("warn", _DISK, detail, "free some space")]
    return [Finding("ok", _DISK, detail)]


def _nearest_existing_folder(folder: Path) -> Path:
    """The folder, or the first above it that is there."""
    path = folder.absolute()
    return next(parent for parent in (path, *path.parents) if parent.exists())


async def content_folder(settings: Settings) -> list[Finding]:
    """Whether what ``KB_WRITE`` says can be done with the knowledge base."""
    folder, mode = settings.kb_dir, settings.kb_write
    if mode != "files":
        return [
            Finding("ok", _CONTENT, f"proposals are not written into {folder} (KB_WRITE={mode})")
        ]
    if not is_writable(folder):
        todo = "let the service write there, or set KB_WRITE=patch"
        return [Finding("warn", _CONTENT, f"proposals cannot be published into {folder}", todo)]
    return [Finding("ok", _CONTENT, f"proposals can be published into {folder}")]


async def word_lists(_: Settings) -> list[Finding]:
    """Whether the lists that personal data is masked with can be read."""
    try:
        check_word_lists()
    except WordListError as error:
        return [Finding("FAIL", _LISTS, str(error), "nothing is kept nor logged until then")]
    return [Finding("ok", _LISTS, "every list for masking can be read")]


async def file_modes(settings: Settings) -> list[Finding]:
    """Whether other users of the machine can read secrets or what people wrote."""
    open_ones = [path for path in _private_files(settings) if _is_open(path)]
    if not open_ones:
        return [Finding("ok", _FILES, "what is private is read by its owner alone")]
    named = ", ".join(str(path) for path in open_ones[:5])
    more = f" and {len(open_ones) - 5} more" if len(open_ones) > 5 else ""  # noqa: PLR2004 - as many are named
    detail = f"other users may read {named}{more}"
    return [Finding("warn", _FILES, detail, "chmod go= those files")]


def _private_files(settings: Settings) -> Iterator[Path]:
    """Files that hold a secret or a person's words; a closed folder closes what is in it."""
    yield ENV_FILE
    for name in SECRETS:
        given: Path | None = getattr(settings, f"{name}_file")
        if given is not None:
            yield given
    folder = settings.data_dir
    if folder.is_dir() and _is_open(folder):
        yield from (path for path in sorted(folder.iterdir()) if path.is_file())


def _is_open(path: Path) -> bool:
    return path.exists() and bool(stat.S_IMODE(path.stat().st_mode) & _OTHERS)
