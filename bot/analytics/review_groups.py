"""The queue of what is to be reviewed, group by group, as an editor goes through it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from bot.store.review_queue import ReviewQueue

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from bot.store.review_items import Reason
    from bot.store.review_queue import GroupLine, ReviewItem, TurnLabel, Wanted
    from bot.store.store import Transaction

NEIGHBOURS = 10


class Neighbour(NamedTuple):
    """A message that is like those of a group, and how like: 0 to 1."""

    item: ReviewItem
    score: float


@dataclass(frozen=True, slots=True)
class Wording:
    """All messages of a group that say the same.

    Attributes:
        item: the newest of them.
        people: how many wrote it.
        labels: what was judged of them.
    """

    item: ReviewItem
    people: int
    labels: tuple[TurnLabel, ...]


@dataclass(frozen=True, slots=True)
class ReviewGroup:
    """A group of messages that ask for about the same.

    Attributes:
        line: what it weighs.
        wordings: what was written, that of most people first.
        reasons: for each reason, how many people are here for it.
        neighbours: the messages of other groups that are most like it, best first.
    """

    line: GroupLine
    wordings: list[Wording]
    reasons: Counter[Reason]
    neighbours: list[Neighbour]

    @property
    def item(self) -> ReviewItem:
        """The message that stands for the group."""
        return self.wordings[0].item


async def read_groups(
    transaction: Transaction, wanted: Wanted, limit: int, offset: int = 0
) -> list[ReviewGroup]:
    """So many groups, those of most people first, then the newest.

    Args:
        transaction: one that need not write.
        wanted: which messages.
        limit: how many groups at most.
        offset: how many are passed over before.
    """
    queue = ReviewQueue(transaction, wanted)
    lines = await queue.lines(limit, offset)
    members: dict[int, list[ReviewItem]] = {}
    for item in await queue.items([line.id for line in lines]):
        members.setdefault(item.group, []).append(item)
    shown = [item for listed in members.values() for item in listed]
    labels = await queue.labels([item.turn for item in shown])
    near = {turn for item in shown for turn, _ in item.neighbours}
    others = await queue.by_turn(near)
    return [_build(line, members[line.id], labels, others) for line in lines if line.id in members]


def _build(
    line: GroupLine,
    members: Sequence[ReviewItem],
    labels: Iterable[TurnLabel],
    others: Mapping[int, ReviewItem],
) -> ReviewGroup:
    same: dict[str, list[ReviewItem]] = {}
    for item in members:
        same.setdefault(item.key, []).append(item)
    wordings = [_wording(items, labels) for items in same.values()]
    wordings.sort(key=lambda wording: -wording.people)
    pairs = {(item.reason, item.voice) for item in members}
    reasons = Counter(reason for reason, _ in pairs)
    return ReviewGroup(line, wordings, reasons, _neighbours(members, others))


def _wording(items: Sequence[ReviewItem], labels: Iterable[TurnLabel]) -> Wording:
    turns = {item.turn for item in items}
    theirs = tuple(label for label in labels if label.turn in turns)
    return Wording(items[0], len({item.voice for item in items}), theirs)


def _neighbours(members: Iterable[ReviewItem], others: Mapping[int, ReviewItem]) -> list[Neighbour]:
    """The best of all neighbours of the members; each words once."""
    ours = {item.key for item in members}
    best: dict[str, Neighbour] = {}
    for item in members:
        for turn, score in item.neighbours:
            other = others.get(turn)
            if other is None or other.key in ours:
                continue
            if other.key not in best or score > best[other.key].score:
                best[other.key] = Neighbour(other, score)
    return sorted(best.values(), key=lambda near: -near.score)[:NEIGHBOURS]
