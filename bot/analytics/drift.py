"""Whether a week's traffic is other than that of the first weeks of its model: a hint, no verdict.

Exact tests of shares, each at a twentieth divided by the number of looks of a year (Bonferroni):
a year in which nothing changes is flagged at most once in twenty.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple, get_args

from bot.analytics.proportions import difference_chance
from bot.store.drift import BINS, Counts, Sign, Word
from classifier.decision import Action

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bot.store.drift import Week, WeekMessage

REFERENCE = 4
"""Weeks after the publication of a model that the later ones are compared with."""

ACTIONS: tuple[Action, ...] = get_args(Action)
TESTS = (*ACTIONS, "strange", "confidence")
WEEKS_A_YEAR = 52
LEVEL = 0.05 / (WEEKS_A_YEAR * len(TESTS))
"""Below this chance a share is said to have changed."""

SEVERAL = 3
"""Chats that use a word before it is kept: fewer might be recognised by it."""

KEPT_WORDS, SHOWN_WORDS = 500, 10


class WordRead(NamedTuple):
    """A word of a message, and whether the model has seen it in training."""

    word: str
    is_known: bool


def count_week(asked: Sequence[WeekMessage], read: Sequence[Sequence[WordRead]]) -> Counts:
    """One week in counts.

    Args:
        asked: the messages of the week.
        read: the words of each of them, in the same order.
    """
    counts = Counts(messages=len(asked))
    chats: dict[WordRead, set[str]] = {}
    heard: Counter[WordRead] = Counter()
    for message, words in zip(asked, read, strict=True):
        strange = sum(not word.is_known for word in words)
        counts.strange += strange > 0
        counts.words += len(words)
        counts.unknown += strange
        counts.confidence += message.confidence
        counts.bins[min(BINS - 1, int(message.confidence * BINS))] += 1
        counts.actions[message.action] = counts.actions.get(message.action, 0) + 1
        heard.update(set(words))
        for word in set(words):
            chats.setdefault(word, set()).add(message.chat)
    kept = [word for word, _ in heard.most_common() if len(chats[word]) >= SEVERAL][:KEPT_WORDS]
    counts.heard = {found.word: heard[found] for found in kept}
    counts.strangers = [found.word for found in kept if not found.is_known]
    return counts


def add_weeks(weeks: Iterable[Counts]) -> Counts:
    """Several weeks as one."""
    whole = Counts()
    for week in weeks:
        whole.messages += week.messages
        whole.strange += week.strange
        whole.words += week.words
        whole.unknown += week.unknown
        whole.confidence += week.confidence
        whole.bins = [a + b for a, b in zip(whole.bins, week.bins, strict=True)]
        whole.actions = dict(Counter(whole.actions) + Counter(week.actions))
        whole.heard = dict(Counter(whole.heard) + Counter(week.heard))
        whole.strangers = sorted({*whole.strangers, *week.strangers})
    return whole


def compare_week(week: Week, before: Sequence[Week]) -> Week:
    """The week with what is other in it than in the first weeks of its model, if anything.

    Args:
        week: what was counted.
        before: all earlier weeks of the same model, in order.
    """
    if len(before) < REFERENCE:
        return week
    reference = add_weeks(found.counts for found in before[:REFERENCE])
    shares = [(what, *_shares_of(what, reference, week.counts)) for what in TESTS]
    signs = tuple(
        Sign(what, old / reference.messages, new / week.counts.messages, chance)
        for what, old, new in shares
        if (chance := _chance(old, reference, new, week.counts)) < LEVEL
    )
    words = _words_behind(reference, week.counts) if signs else ()
    return replace(week, signs=signs, words=words, has_reference=True)


def _chance(old: int, reference: Counts, new: int, counts: Counts) -> float:
    return difference_chance(new, counts.messages, old, reference.messages)


def _shares_of(what: str, reference: Counts, now: Counts) -> tuple[int, int]:
    """How many messages then, and how many now, a test is about."""
    if what == "strange":
        return reference.strange, now.strange
    if what == "confidence":
        # Below the median of all together, which favours neither (Mood 1954).
        border = _median_bin([a + b for a, b in zip(reference.bins, now.bins, strict=True)])
        return sum(reference.bins[:border]), sum(now.bins[:border])
    return reference.actions.get(what, 0), now.actions.get(what, 0)


def _median_bin(bins: Sequence[int]) -> int:
    """The first bin at which half of all is reached; what lies below it is the lower part."""
    reached, half = 0, sum(bins) / 2
    for number, count in enumerate(bins):
        reached += count
        if reached >= half:
            return number or 1
    return len(bins)


def _words_behind(reference: Counts, now: Counts) -> tuple[Word, ...]:
    """The words that are used more than before, the most telling first."""
    strangers = set(now.strangers)
    found = []
    for word, number in now.heard.items():
        old = min(reference.heard.get(word, 0), reference.messages)
        before, share = old / reference.messages, number / now.messages
        if share > before:
            said = Word(word, word not in strangers, before, share)
            found.append((_chance(old, reference, number, now), said))
    return tuple(said for _, said in sorted(found)[:SHOWN_WORDS])
