"""Passwords: what is kept of them, and whether one is right."""

from __future__ import annotations

import asyncio
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

Result = TypeVar("Result")

MIN_LENGTH = 12
"""Characters of a password at least (NIST SP 800-63B asks for 8, its draft 4 for 15 alone)."""

MAX_LENGTH = 200
TOGETHER = 1
"""Checks at once: each takes 64 MiB and four threads; two would leave the chat no core of two."""

AFTER_PEOPLE = 10
"""The niceness of the thread that checks: whoever asks meanwhile is answered first."""


class Passwords:
    """Hashes and checks passwords by Argon2id, in a thread that gives way to all others."""

    def __init__(self) -> None:
        from argon2 import PasswordHasher  # noqa: PLC0415 - the bureau may never be opened

        self._hasher = PasswordHasher()
        self._threads = ThreadPoolExecutor(TOGETHER, "passwords", _give_way)
        self._dummy = ""

    async def hash(self, password: str) -> str:
        """What is kept of a password: an Argon2id hash with its salt and its costs."""
        return await self._run(lambda: self._hasher.hash(password))

    async def is_right(self, kept: str | None, password: str) -> bool:
        """Whether a password is the one that was kept.

        Without a kept one the answer is no, and takes as long: a wrong name must not be told
        from a wrong password.
        """
        if kept is None:
            self._dummy = self._dummy or await self.hash("nobody's")
            await self._verify(self._dummy, password)
            return False
        return await self._verify(kept, password)

    async def _verify(self, kept: str, password: str) -> bool:
        from argon2.exceptions import VerificationError  # noqa: PLC0415 - as above

        try:
            return await self._run(lambda: self._hasher.verify(kept, password[:MAX_LENGTH]))
        except VerificationError:
            return False

    async def _run(self, work: Callable[[], Result]) -> Result:
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)


def _give_way() -> None:
    """Lower the priority of this thread and of those that it starts, where each has its own."""
    if sys.platform == "linux":
        os.nice(AFTER_PEOPLE)


def password_problem(password: str, name: str) -> str | None:
    """Why a password cannot be taken, in French; None when it can."""
    if len(password) < MIN_LENGTH:
        return f"Il faut au moins {MIN_LENGTH}\u00a0caractères."
    if len(password) > MAX_LENGTH:
        return f"Il faut au plus {MAX_LENGTH}\u00a0caractères."
    if name.casefold() in password.casefold():
        return "Le mot de passe ne doit pas contenir le nom du compte."
    return None
