"""What concerns one person: why they were understood so, what is kept of them, erasing it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.conversation import links, replies
from bot.conversation.language import wants_person
from bot.conversation.turns import TEXT

if TYPE_CHECKING:
    from bot.conversation.messages import Incoming, Reply, Retention
    from bot.conversation.ports import Decider, Journal

MAX_LISTED = 20
MAX_LOOKED_AT = 1000
"""Turns read to find out since when things are kept."""


class Personal:
    """Answers for one person; in front of a group it only invites to go on in private.

    Args:
        brain: explains.
        retention: what is told of the periods.
    """

    def __init__(self, brain: Decider, retention: Retention) -> None:
        self.brain = brain
        self.retention = retention

    async def why(self, incoming: Incoming, journal: Journal) -> Reply:
        """Why the last message was understood so, from its kept text."""
        if incoming.group:
            return _in_private("pourquoi")
        _, turns = await journal.read_turns(incoming, MAX_LISTED)
        last = next((turn for turn in turns if turn.kind == TEXT), None)
        if last is None:
            return replies.nothing_to_explain()
        return await self._explain_message(last.text) if last.text else replies.missing_text()

    async def _explain_message(self, text: str) -> Reply:
        reasons = replies.because(await self.brain.explain(text), self.brain.base)
        said = replies.reasons_below_text(reasons, text)
        return replies.reasons_for_contacts(said) if wants_person(text) else said

    async def my_data(self, incoming: Incoming, journal: Journal) -> Reply:
        """Answer ``/mesdonnees``: what is kept of this chat."""
        if incoming.group:
            return _in_private("mesdonnees")
        count, turns = await journal.read_turns(incoming, MAX_LISTED)
        if not turns:
            return replies.no_data()
        if count > len(turns):
            _, older = await journal.read_turns(incoming, MAX_LOOKED_AT)
        else:
            older = turns
        kept = replies.Kept(
            await journal.count_kept(incoming), older[-1].at, more=count > len(older)
        )
        return replies.my_data(kept, turns, self.retention)

    async def ask_to_forget(self, incoming: Incoming, journal: Journal) -> Reply:  # noqa: ARG002 - as its siblings
        """Ask whether everything shall be erased."""
        return _in_private("oublier") if incoming.group else replies.confirm_forgetting()

    async def forget(self, incoming: Incoming, journal: Journal) -> Reply:
        """Erase what is kept of this chat."""
        if incoming.group:
            return _in_private("oublier")
        return replies.erasure_report(await journal.forget(incoming), incoming.channel)

    async def keep(self, incoming: Incoming, journal: Journal) -> Reply:  # noqa: ARG002 - as its siblings
        """Confirm that nothing is erased."""
        return replies.no_erasure()

    async def privacy(self, incoming: Incoming, journal: Journal) -> Reply:  # noqa: ARG002 - as its siblings
        """Answer ``/confidentialite``: what is kept, why, how long and who sees it."""
        return replies.privacy(self.retention, incoming.channel, group=incoming.group)


def _in_private(command: str) -> Reply:
    return replies.only_in_private(links.command_link(command))
