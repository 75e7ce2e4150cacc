"""Masks secrets and personal data in the lines of the log."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING
from urllib.parse import quote, quote_plus

from bot.scrubbing.scrub import scrub

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

MASK = "[secret]"
_SHORT = 6  # a shorter secret is masked as a word of its own only: "bot" stands in many words


class Redaction:
    """Masks secrets in whatever form they appear, then personal data.

    Args:
        secrets: the values to be masked, in any order; empty ones are ignored.
    """

    def __init__(self, secrets: Iterable[str]) -> None:
        forms = {form for secret in secrets if secret for form in _forms(secret)}
        ordered = sorted(forms, key=len, reverse=True)
        self._long = tuple(form for form in ordered if len(form) >= _SHORT)
        self._short = _words([form for form in ordered if len(form) < _SHORT])

    def secrets(self, text: str) -> str:
        """``text`` without any of the secrets."""
        for form in self._long:
            if form in text:
                text = text.replace(form, MASK)
        return self._short(text)

    def all(self, text: str) -> str:
        """``text`` without any of the secrets and without personal data."""
        return scrub(self.secrets(text))

    def inside(self, value: object) -> object:
        """Redact every text within lists and mappings; anything else is redacted as its text."""
        if value is None or isinstance(value, bool | int | float):
            return value
        if isinstance(value, dict):
            return {self.all(str(key)): self.inside(item) for key, item in value.items()}
        if isinstance(value, list | tuple | set | frozenset):
            return [self.inside(item) for item in value]
        return self.all(str(value))


def _forms(secret: str) -> set[str]:
    """A secret as itself, in an address, in a repr and in JSON."""
    shown = {secret, quote(secret, safe=""), quote(secret), quote_plus(secret)}
    return shown | {repr(secret)[1:-1], json.dumps(secret)[1:-1]}


def _words(secrets: list[str]) -> Callable[[str], str]:
    if not secrets:
        return str
    pattern = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, secrets))})(?!\w)")
    return lambda text: pattern.sub(MASK, text)
