"""Many messages decided by two models: each model in a process of its own where there are many.

One model after the other would be right too, and takes twice as long; in turns it takes longer
still, for the tables of two models do not fit into what a processor keeps at hand.
"""

from __future__ import annotations

import multiprocessing
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from multiprocessing.connection import Connection

    from classifier.decision import Action, Decision, Target

    Decide = Callable[[str], Decision]
    Progress = Callable[[int, int], None]

MANY = 1_000
"""Texts from which on a second process is worth its start."""

_TOLD_EVERY = 500


class Reply(NamedTuple):
    """What of a decision is compared; attributes as of :class:`classifier.decision.Decision`."""

    action: Action
    target: Target | None
    suggestions: tuple[Target, ...]


def decide_twice(
    old: Decide, new: Decide, texts: Sequence[str], tell: Progress, many: int = MANY
) -> Iterable[tuple[Reply, Reply]]:
    """What two models reply to each text, in order.

    Args:
        old: decides as the model in service.
        new: decides as the one to come.
        texts: the messages.
        tell: called with ``(done, total)`` now and then.
        many: from so many texts on, a second process decides as ``new``.
    """
    if len(texts) < many or "fork" not in multiprocessing.get_all_start_methods():
        return zip(_decide_all(old, texts, tell), _decide_all(new, texts), strict=True)
    # Forked, it has the model already: to hand it over would take as long as a thousand texts.
    context = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe(duplex=False)
    child = context.Process(target=_send, args=(ours, theirs, new, texts), daemon=True)
    child.start()
    theirs.close()
    try:
        before = _decide_all(old, texts, tell)
        return zip(before, _receive(ours) or _decide_all(new, texts), strict=True)
    finally:
        child.kill()
        child.join()
        ours.close()


def _decide_all(decide: Decide, texts: Sequence[str], tell: Progress | None = None) -> list[Reply]:
    return list(_replies(decide, texts, tell))


def _replies(decide: Decide, texts: Sequence[str], tell: Progress | None) -> Iterator[Reply]:
    for n, text in enumerate(texts):
        if tell and n % _TOLD_EVERY == 0:
            tell(n, len(texts))
        decision = decide(text)
        yield Reply(decision.action, decision.target, decision.suggestions)


def _send(ours: Connection, pipe: Connection, decide: Decide, texts: Sequence[str]) -> None:
    ours.close()  # or nobody would notice that the one who is to read has ended
    pipe.send(_decide_all(decide, texts))


def _receive(pipe: Connection) -> list[Reply] | None:
    """What the other process decided; None when it came to no end, and its work is to be done."""
    try:
        found: list[Reply] = pipe.recv()
    except EOFError:
        return None
    return found
