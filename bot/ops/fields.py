"""Reads stored JSON into a dataclass, whichever version of the program has written it."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


def known_fields(kind: type[Any], data: Mapping[str, Any]) -> dict[str, Any]:
    """What of ``data`` the dataclass ``kind`` knows: a newer version may have added to it."""
    names = {field.name for field in fields(kind)}
    return {name: value for name, value in data.items() if name in names}
