"""Messages of one chat that were waiting together when the first of them was taken.

They may be one question, sent in pieces. Nothing waits for a next piece: what has not come by then
is a message of its own.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from bot.channels.telegram.updates.events import Asked, UnreadableError
from bot.conversation.commands import is_command
from bot.conversation.turns import TEXT

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bot.channels.telegram.updates.events import Event
    from bot.store.boxes.inbox import Held

MAX_PIECES = 3
"""Messages that are read as one, at most; whoever sends more is not asking one question."""


class Pieces(NamedTuple):
    """The pieces that a message is one of.

    Attributes:
        texts: of all of them, in order.
        place: of this one among them, from 0.
    """

    texts: tuple[str, ...]
    place: int


def find_pieces(lane: Sequence[Held], read: Callable[[Held], Event | None]) -> dict[int, Pieces]:
    """Which updates of a chat are pieces: by number, the pieces of its run.

    Args:
        lane: what waits in the chat, in order.
        read: gives the event of an update; what it cannot read ends a run.
    """
    asked = [(held.id, _text_of(held, read)) for held in lane] if len(lane) > 1 else []
    return {
        number: Pieces(tuple(text for _, text in run), place)
        for run in _runs(asked)
        if len(run) > 1
        for place, (number, _) in enumerate(run)
    }


def _runs(asked: Sequence[tuple[int, str]]) -> list[list[tuple[int, str]]]:
    """Neighbours that all have a text, at most ``MAX_PIECES`` together."""
    runs: list[list[tuple[int, str]]] = [[]]
    for number, text in asked:
        if not text or len(runs[-1]) == MAX_PIECES:
            runs.append([])
        if text:
            runs[-1].append((number, text))
    return runs


def with_pieces(event: Event | None, pieces: Pieces | None) -> Event | None:
    """The event, knowing the pieces that it is one of."""
    if pieces is None or not isinstance(event, Asked):
        return event
    texts, place = pieces
    return replace(event, incoming=replace(event.incoming, pieces=texts, text_number=place))


def _text_of(held: Held, read: Callable[[Held], Event | None]) -> str:
    """What an update asks in words in a chat with one person; empty for all others."""
    try:
        event = read(held)
    except UnreadableError:
        return ""
    if not isinstance(event, Asked) or event.edited or event.album or event.incoming.group:
        return ""
    text = event.incoming.text
    return "" if event.incoming.kind != TEXT or is_command(text) else text.strip()
