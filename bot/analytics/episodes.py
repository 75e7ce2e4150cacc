"""Episodes: what one person wanted and what became of it, from the rows of the journal.

An episode is made of the messages of one chat with at most 30 minutes between one and the next;
in a group, where several people write, each message is one. It is a pure function of the turns,
of what was said of them and of the tickets, so that it can be made anew at any time.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import takewhile
from typing import TYPE_CHECKING

from bot.conversation.turns import NO, NONE, USEFUL, YES, parse_target
from bot.store.facts import Episode

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from bot.store.facts import Opened, Said, TurnFact
    from classifier.decision import Target

GAP = timedelta(minutes=30)
"""Silence after which the next message of a chat begins another episode."""

BACK = timedelta(days=7)
"""A person who asks for the same within this time was not helped."""


def build_episodes(
    turns: Iterable[TurnFact], said: Iterable[Said] = (), tickets: Iterable[Opened] = ()
) -> list[Episode]:
    """The episodes of turns, in the order of their first turns.

    Args:
        turns: of any chats, in any order; those that lead to nobody are passed over.
        said: what was said of them; of other turns it is passed over.
        tickets: those that were opened in these chats.
    """
    by_chat: dict[tuple[str, str], list[TurnFact]] = {}
    for turn in sorted(turns):
        if turn.chat:
            by_chat.setdefault((turn.channel, turn.chat), []).append(turn)
    by_turn: dict[int, list[Said]] = {}
    for word in sorted(said, key=lambda word: word.at):
        by_turn.setdefault(word.turn, []).append(word)
    opened: dict[tuple[str, str], list[Opened]] = {}
    for ticket in sorted(tickets):
        opened.setdefault((ticket.channel, ticket.chat), []).append(ticket)
    episodes = [
        episode
        for chat, listed in by_chat.items()
        for episode in _episodes_of_chat(listed, by_turn, opened.get(chat, ()))
    ]
    return sorted(episodes, key=lambda episode: episode.first_turn)


def _episodes_of_chat(
    turns: Sequence[TurnFact], said: Mapping[int, list[Said]], tickets: Sequence[Opened]
) -> list[Episode]:
    parts = _split(turns)
    ends = [part[0].at for part in parts[1:]]
    episodes = [_build_episode(part, said) for part in parts]
    for number, episode in enumerate(episodes):
        until = ends[number] if number < len(ends) else None
        episodes[number] = replace(episode, ticket_id=_ticket_of(episode, until, tickets))
    if turns[0].grouped:
        # Nobody knows who came back to a group.
        return episodes
    return [
        replace(episode, back_at=_back_at(episode, episodes[number + 1 :]))
        for number, episode in enumerate(episodes)
    ]


def _split(turns: Sequence[TurnFact]) -> list[list[TurnFact]]:
    parts: list[list[TurnFact]] = []
    for turn in turns:
        if parts and not turn.grouped and turn.at - parts[-1][-1].at <= GAP:
            parts[-1].append(turn)
        else:
            parts.append([turn])
    return parts


def _build_episode(turns: Sequence[TurnFact], said: Mapping[int, list[Said]]) -> Episode:
    decided = [turn for turn in turns if turn.action not in (None, "decline")]
    last = (decided or turns)[-1]
    words = [word for turn in turns for word in said.get(turn.id, ())]
    words.sort(key=lambda word: word.at)
    chosen = _chosen(words, last)
    return Episode(
        first_turn=turns[0].id,
        channel=last.channel,
        chat=last.chat,
        started_at=turns[0].at,
        last_at=turns[-1].at,
        turns=len(turns),
        action=last.action,
        entry=chosen.id if chosen and chosen.kind == "faq" else last.entry,
        desk=chosen.id if chosen and chosen.kind == "desk" else last.desk,
        shown={"faq": "answer", "desk": "desks"}[chosen.kind] if chosen else last.shown,
        top=last.top,
        model=last.model,
        yes_at=_last_at(words, USEFUL, YES),
        no_at=_last_at(words, USEFUL, NO),
        none_at=_last_at(words, NONE),
        human_at=_last_at(words, "human"),
    )


def _chosen(words: Sequence[Said], last: TurnFact) -> Target | None:
    """The entry or the desk that was last chosen from what the last turn offered."""
    abouts = [word.about for word in words if word.kind == "choice" and word.turn == last.id]
    chosen = parse_target(abouts[-1]) if abouts else None
    return chosen if chosen and chosen.kind in ("faq", "desk") else None


def _last_at(words: Sequence[Said], kind: str, value: str | None = None) -> datetime | None:
    moments = [w.at for w in words if w.kind == kind and value in (None, w.value)]
    return moments[-1] if moments else None


def _ticket_of(episode: Episode, until: datetime | None, tickets: Sequence[Opened]) -> int | None:
    """The last ticket opened after the episode began and before the next one did."""
    inside = [t.id for t in tickets if episode.started_at <= t.at and (not until or t.at < until)]
    return inside[-1] if inside else None


def _back_at(episode: Episode, later: Sequence[Episode]) -> datetime | None:
    """When the chat came back, if it was soon and for the same entry or desk."""
    soon = takewhile(lambda other: other.started_at - episode.last_at <= BACK, later)
    return next((other.started_at for other in soon if _same_wish(episode, other)), None)


def _same_wish(one: Episode, other: Episode) -> bool:
    return (one.top is not None and one.top == other.top) or (
        one.desk is not None and one.desk == other.desk
    )
