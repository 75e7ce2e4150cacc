"""What concerns one person: why they were understood so, what is kept of them, erasing it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.conversation import links, replies
from bot.conversation.language import wants_person

if TYPE_CHECKING:
    from bot.conversation.messages import Incoming, Reply, Retention
    from bot.conversation.ports import Brain, Journal

MAX_LISTED = 20
MAX_LOOKED_AT = 1000
"""Turns read to find out since when things are kept."""


class Personal:
    """Answers for one person; in front of a group it only invites to go on in private.

    Args:
        brain: explains.
        retention: what is told of the periods.
    """

    def __init__(self, brain: Brain, retention: Retention) -> None:
        self.brain = brain
        self.retention = retention

    async def why(self, incoming: Incoming, journal: Journal) -> Reply:
        """Why the last message was understood so, from its kept text."""
        if incoming.group:
            return _in_private("pourquoi")
        _, turns = await journal.kept_turns(incoming, 1)
        if not turns:
            return replies.nothing_to_explain()
        if not turns[0].text:
            return replies.text_is_gone()
        return await self._explained(turns[0].text)

    async def _explained(self, text: str) -> Reply:
        reasons = replies.because(await self.brain.explain(text), self.brain.base)
        said = replies.because_of_kept(reasons, text)
        return replies.asked_for_people(said) if wants_person(text) else said

    async def my_data(self, incoming: Incoming, journal: Journal) -> Reply:
        """What is kept of this chat."""
        if incoming.group:
            return _in_private("mesdonnees")
        count, turns = await journal.kept_turns(incoming, MAX_LISTED)
        if not turns:
            return replies.nothing_kept()
        if count > len(turns):
            _, older = await journal.kept_turns(incoming, MAX_LOOKED_AT)
        else:
            older = turns
        more = count > len(older)
        return replies.my_data(count, turns, older[-1].at, self.retention, more=more)

    async def ask_to_forget(self, incoming: Incoming, journal: Journal) -> Reply:  # noqa: ARG002 - as its siblings
        """Ask whether everything shall be erased."""
        return _in_private("oublier") if incoming.group else replies.confirm_forgetting()

    async def forget(self, incoming: Incoming, journal: Journal) -> Reply:
        """Erase what is kept of this chat."""
        if incoming.group:
            return _in_private("oublier")
        return replies.forgotten(await journal.forget(incoming), incoming.channel)

    async def keep(self, incoming: Incoming, journal: Journal) -> Reply:  # noqa: ARG002 - as its siblings
        """They thought better of it."""
        return replies.nothing_forgotten()

    async def privacy(self, incoming: Incoming, journal: Journal) -> Reply:  # noqa: ARG002 - as its siblings
        """What is kept, why, how long and who sees it."""
        return replies.privacy(self.retention, incoming.channel, group=incoming.group)


def _in_private(command: str) -> Reply:
    return replies.only_in_private(links.command_link(command))
