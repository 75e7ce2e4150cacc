"""Looks for whole phrases in what somebody wrote; case, accents and punctuation do not matter."""

from __future__ import annotations

import re

from classifier.text import Words

MAX_READ = 2000
"""Characters looked at: who is in danger, or complains, says so at once."""


def phrase_pattern(*lines: str) -> re.Pattern[str]:
    """One pattern of whole words that finds phrases in what :func:`folded_words` gives.

    Args:
        lines: phrases in plain lower-case letters, parted by commas; ``*`` stands for any ending.
    """
    phrases = [phrase.strip() for line in lines for phrase in line.split(",")]
    said = "|".join(phrase.replace("*", "[a-z0-9]*") for phrase in phrases)
    return re.compile(f" (?:{said}) ")


def folded_words(text: str) -> str:
    """The words of the start of ``text`` in plain lower-case letters, a space around each."""
    return f" {' '.join(Words()(text[:MAX_READ]))} "
