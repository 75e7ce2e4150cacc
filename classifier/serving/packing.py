"""Writes a model down: JSON, arrays without pickles, a whole folder at once."""

from __future__ import annotations

import contextlib
import io
import json
import math
import os
import shutil
import tempfile
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import mmap
    from collections.abc import Mapping

    from numpy.typing import NDArray

HEADER_ROOM = 4096
"""Bytes in which the header of an ``.npy`` file must end."""

SWAPS = 3
"""Tries to take the place of an older folder: another process may put its own there meanwhile."""


def array_of(npy: bytes | mmap.mmap) -> NDArray[Any]:
    """The array of an ``.npy`` file, without copying it.

    Raises:
        ValueError: it is no such file, or holds something else than plain numbers.
    """
    head = io.BytesIO(npy[:HEADER_ROOM])
    if np.lib.format.read_magic(head) != (1, 0):
        raise ValueError("another version of .npy")
    shape, by_column, dtype = np.lib.format.read_array_header_1_0(head)
    if by_column or dtype.hasobject:
        raise ValueError("an array of another kind")
    return np.frombuffer(npy, dtype, math.prod(shape), head.tell()).reshape(shape)


def to_json(data: Mapping[str, Any]) -> bytes:
    """Compact UTF-8."""
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode()


def to_npy(array: NDArray[Any]) -> bytes:
    """One array as an ``.npy`` file."""
    buffer = io.BytesIO()
    np.lib.format.write_array(buffer, np.ascontiguousarray(array), (1, 0), allow_pickle=False)
    return buffer.getvalue()


def to_npz(arrays: Mapping[str, Any]) -> bytes:
    """Several arrays in one file, the same bytes each time."""
    # zipfile by hand: numpy.savez stamps the time, and the same model must be the same bytes.
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, array in arrays.items():
            archive.writestr(zipfile.ZipInfo(f"{name}.npy"), to_npy(array))
    return packed.getvalue()


def replace_folder(folder: Path, files: Mapping[str, bytes]) -> None:
    """Put ``files`` in the place of ``folder``, all of them or none.

    Raises:
        OSError: the folder cannot be written.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    fresh = Path(tempfile.mkdtemp(prefix=".training-", dir=folder.parent))
    try:
        for name, data in files.items():
            with (fresh / name).open("wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
        _swap(fresh, folder)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def _swap(fresh: Path, folder: Path) -> None:
    for _ in range(SWAPS):
        shutil.rmtree(folder, ignore_errors=True)
        with contextlib.suppress(OSError):
            fresh.rename(folder)
            return
    fresh.rename(folder)
