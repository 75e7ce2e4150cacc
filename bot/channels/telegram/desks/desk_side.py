"""The desks' side of the channel, wired: what the worker, the sender and the service need of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.channels.telegram.desks.aftermath import Aftermath
from bot.channels.telegram.desks.alerts import Alerts
from bot.channels.telegram.desks.authority import Authority
from bot.channels.telegram.desks.desk_post import DeskPost
from bot.channels.telegram.desks.digests import Digests
from bot.channels.telegram.desks.erasing import TopicEraser
from bot.channels.telegram.desks.room import DeskRoom
from bot.channels.telegram.desks.ticket_mail import TicketMail

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from bot.channels.telegram.desks.ground import Ground
    from bot.channels.telegram.sending.pace import Pace
    from bot.channels.telegram.updates.events import Membership, Moved
    from bot.store.deliveries import Deliveries


@dataclass(frozen=True, slots=True)
class DeskSide:
    """What there is where desks answer.

    Attributes:
        ground: with the groups.
        room: works on what happens in them.
        post: for the sender.
        alerts: tell those who run the service.
        eraser: takes topics away.
        pace: of the groups.
    """

    ground: Ground
    room: DeskRoom
    post: DeskPost
    alerts: Alerts
    eraser: TopicEraser
    pace: Pace

    @classmethod
    def build(
        cls,
        ground: Ground,
        pace: Pace,
        deliveries: Deliveries,
        *,
        admins: Collection[int],
        attachment_mb: int,
        written: Callable[[], None],
    ) -> DeskSide:
        """Wire it.

        Args:
            ground: with the groups.
            pace: of what is sent.
            deliveries: takes what is to be sent.
            admins: who is told of trouble.
            attachment_mb: size that a file may have.
            written: called when there is something to send.
        """
        alerts = Alerts(ground, admins, written)
        post = DeskPost(
            TicketMail(ground),
            Aftermath(ground, alerts, pace),
            Digests(ground, pace.group_sends),
        )
        room = DeskRoom(ground, Authority(ground.bot), deliveries, attachment_mb)
        return cls(ground, room, post, alerts, TopicEraser(ground), pace)

    async def note_membership(self, event: Membership) -> None:
        """The bot was put into the group of a desk, or out of it."""
        group = self.ground.groups.find(event.chat)
        if group is None:
            return
        if event.here:
            self.alerts.forget(group)
            self.pace.release_group(event.chat)
        else:
            await self.alerts.tell(group, "kicked")

    async def note_move(self, event: Moved) -> None:
        """The group of a desk has another number."""
        group = self.ground.groups.find(event.chat)
        if group is not None and self.ground.groups.chat_of(group) != event.to:
            await self.post.aftermath.move(group, event.to)
