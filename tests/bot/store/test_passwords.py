from __future__ import annotations

import asyncio
import os
import sys

import pytest

from bot.store.passwords import Passwords

WORDS = "une suite de mots pour entrer"


class Noting:
    """A hasher that notes the niceness of the thread that it runs in."""

    def __init__(self) -> None:
        self.seen: list[int] = []

    def verify(self, *_: str) -> bool:
        self.seen.append(os.getpriority(os.PRIO_PROCESS, 0))
        return True


def test_a_password_is_right_where_it_is_the_one_that_was_kept() -> None:
    async def check() -> list[bool]:
        passwords = Passwords()
        kept = await passwords.hash(WORDS)
        asked = [(kept, WORDS), (kept, f"{WORDS} "), (None, WORDS)]
        return await asyncio.gather(*(passwords.is_right(*each) for each in asked))

    assert asyncio.run(check()) == [True, False, False]


@pytest.mark.skipif(sys.platform != "linux", reason="threads have no priority of their own")
def test_whoever_asks_comes_before_passwords() -> None:
    passwords, noting = Passwords(), Noting()
    passwords._hasher = noting  # type: ignore[assignment]  # what a check costs is no matter here
    ours = os.getpriority(os.PRIO_PROCESS, 0)

    async def check() -> None:
        await asyncio.gather(*(passwords.is_right("kept", WORDS) for _ in range(5)))

    asyncio.run(check())
    assert set(noting.seen) == {min(ours + 10, 19)}
    assert os.getpriority(os.PRIO_PROCESS, 0) == ours
