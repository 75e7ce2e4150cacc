"""A ticket worked on by whoever has its receipt, without the chat that it was opened in."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from bot.conversation.messages import Incoming, Reply
from bot.conversation.replies import french
from bot.conversation.replies import ticket_status as status_said
from bot.conversation.replies import tickets as said
from bot.escalation.consent import has_consent
from bot.escalation.limits import Refused
from bot.escalation.masking import for_desk
from bot.escalation.receipts import issue_receipt
from bot.escalation.tickets import Draft, NewMessage, Origin

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bot.conversation.messages import Delivery
    from bot.escalation.casework import Casework
    from bot.escalation.ports import Records
    from bot.escalation.ticket_work import Done
    from bot.escalation.tickets import Message, Ticket

Act = Literal["show", "write", "close", "reopen", "rate", "erase"]
ORIGIN = "receipt"
"""Names the messages that are written so."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants of a ticket.

    Attributes:
        act: what to do.
        name: the sender's own for this wish, the same when it is sent again.
        text: what they write: of ``write`` and, if any, of ``reopen``.
        stars: of ``rate``.
    """

    act: Act = "show"
    name: str = ""
    text: str = ""
    stars: int = 0


@dataclass(frozen=True, slots=True)
class Tracked:
    """A ticket as its asker may see it.

    Attributes:
        ticket: itself.
        desk: the name of its desk.
        promise: when an answer may be expected.
        messages: what was said to and by the desk, in order; internal ones are not among them.
        reopens: whether it goes on under its number when the asker wants it.
    """

    ticket: Ticket
    desk: str
    promise: said.Promise
    messages: tuple[Message, ...]
    reopens: bool

    @property
    def rates(self) -> bool:
        """Whether it may be judged: once it has ended by somebody's will."""
        return self.ticket.state == "closed" and self.ticket.closing != "silence"


@dataclass(frozen=True, slots=True)
class Tracing:
    """What a wish led to.

    Attributes:
        tracked: the ticket afterwards; None: it is erased.
        reply: what the asker is told.
        deliveries: what is to be sent.
    """

    tracked: Tracked | None
    reply: Reply
    deliveries: tuple[Delivery, ...] = ()


class Tracking:
    """Does what somebody wants who has shown a receipt.

    Args:
        casework: works on the tickets.
    """

    def __init__(self, casework: Casework) -> None:
        self._casework = casework
        self._on: dict[Act, Callable[[Records, Ticket, Wish], Awaitable[Done | None]]] = {
            "write": self._write,
            "close": self._close,
            "reopen": self._reopen,
            "rate": lambda records, ticket, wish: casework.rate(records, ticket, wish.stars),
            "erase": self._erase,
        }

    async def do(self, records: Records, ticket: Ticket, wish: Wish) -> Tracing:
        """Do what is wished with a ticket, and show it as it is then."""
        act = self._on.get(wish.act)
        if act is None:
            return Tracing(await self.view(records, ticket), Reply())
        done = await act(records, ticket, wish)
        if done is None:
            told = status_said.change_meanwhile_here(ticket.number)
            return Tracing(await self.view(records, ticket), told)
        shown = None if done.ticket.state == "erased" else await self.view(records, done.ticket)
        return Tracing(shown, done.reply, done.deliveries)

    async def view(self, records: Records, ticket: Ticket) -> Tracked:
        """A ticket as its asker may see it."""
        kept = await records.messages.of_ticket(ticket)
        seen = tuple(m for m in kept if not m.internal and m.state != "withdrawn")
        work = self._casework
        return Tracked(
            ticket, french(work.name(ticket)), work.promise(ticket), seen, work.may_reopen(ticket)
        )

    async def _write(self, records: Records, ticket: Ticket, wish: Wish) -> Done | None:
        if not ticket.is_live or not wish.text.strip():
            return None
        done = await self._casework.ask(records, ticket, await _message(records, ticket, wish))
        # Whoever looks at the thread sees their message in it each time.
        return done and replace(done, reply=done.reply if done.message is None else Reply())

    async def _close(self, records: Records, ticket: Ticket, _: Wish) -> Done | None:
        done = await self._casework.close(records, ticket, "asker")
        return done and replace(done, reply=status_said.end_here(ticket.number))

    async def _reopen(self, records: Records, ticket: Ticket, wish: Wish) -> Done | None:
        if ticket.state == "closed" and not self._casework.may_reopen(ticket):
            return await self._follow_up(records, ticket, wish)
        done = await self._casework.reopen(records, ticket)
        if done is None or not wish.text.strip():
            return done
        asked = await self._casework.ask(
            records, done.ticket, await _message(records, ticket, wish)
        )
        return asked and replace(
            asked, deliveries=done.deliveries + asked.deliveries, reply=done.reply
        )

    async def _follow_up(self, records: Records, ticket: Ticket, wish: Wish) -> Done | None:
        """A new ticket that is linked to one that ended too long ago, with its own receipt."""
        chat = await records.tickets.address_of(ticket)
        if not chat or not wish.text.strip():
            return None
        asker = Incoming(ticket.channel, chat)
        draft = Draft(ticket.desk, ticket.reason, (wish.text,), linked=ticket.id)
        done = await self._casework.open(
            records, asker, draft, await _message(records, ticket, wish)
        )
        if isinstance(done, Refused):
            return None
        receipt = await issue_receipt(records, done.ticket, self._casework.clock())
        return replace(done, reply=status_said.with_receipt(done.reply, receipt))

    async def _erase(self, records: Records, ticket: Ticket, _: Wish) -> Done | None:
        done = await self._casework.erase(records, ticket, "asker")
        return done and replace(done, reply=status_said.erasure_notice(ticket.number))


async def _message(records: Records, ticket: Ticket, wish: Wish) -> NewMessage:
    """Their words as the desk may see them; sent again, it is the same message."""
    origin = Origin(ORIGIN, f"{ticket.id}:{wish.name}", "")
    shown = await has_consent(records, ticket)
    return NewMessage.of_asker(for_desk(wish.text, show_contact=shown), origin)
