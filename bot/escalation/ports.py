"""What the work on tickets needs of the world; the store and whoever delivers provide it.

Everything that :class:`Records` gives belongs to one transaction, which may be rolled back and
tried again: what is written there happens together with the turn and with what is to be sent.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence
    from datetime import datetime

    from bot.conversation.messages import Incoming
    from bot.escalation.message_ports import AskerMails, Messages, Receipts
    from bot.escalation.people_ports import Crew, Drafts, Labels
    from bot.escalation.tickets import Event, EventKind, Opening, Origin, State, Ticket
    from bot.escalation.transitions import Step
    from kb.entries import Desk, FaqEntry


Clock: TypeAlias = "Callable[[], datetime]"
"""The present moment, aware."""


class Post(NamedTuple):
    """Where those who answer for a desk are: a channel, and its own id of their group."""

    channel: str
    chat: str


class DeskDirectory(Protocol):
    """Which desks there are, and which of them have somebody to answer here."""

    def find(self, desk: str) -> Desk | None:
        """The desk of an id; None: there is none."""
        ...

    def entry(self, name: str) -> FaqEntry | None:
        """The entry of an id, which a desk may answer with; None: there is none."""
        ...

    def published_text(self, name: str) -> str:
        """The published answer of an entry as text, with its source; empty: there is none."""
        ...

    def post_of(self, desk: str) -> Post | None:
        """Where it answers; None: nowhere here, so that its address is given instead."""
        ...

    def posts_of(self, desk: str) -> Sequence[Post]:
        """Everywhere it answers: its group, its mailbox, or both; the first is ``post_of``."""
        ...

    def list_staffed(self) -> Sequence[Desk]:
        """The desks that answer here."""
        ...

    def page_of(self, name: str) -> str:
        """The address of the page where an entry was published; empty: nowhere that is known."""
        ...


class FirstReply(NamedTuple):
    """When a ticket was opened, and when the desk first answered it."""

    opened_at: datetime
    replied_at: datetime


class Job(NamedTuple):
    """Something to be done at a moment, once.

    Attributes:
        key: names it; the same key is planned and done once for ever.
        kind: ``reminder``, ``notice`` or ``close``.
        due_at: when.
        ticket_id: which ticket it is about.
    """

    key: str
    kind: str
    due_at: datetime
    ticket_id: int


class Topic(NamedTuple):
    """Where a ticket stands at a desk.

    Attributes:
        ticket_id: which ticket.
        source: channel and account.
        post: the channel and its own id of the group.
        thread: number of the topic.
        former: id of the row of a topic that the ticket had before a transfer; 0: its own one.
    """

    ticket_id: int
    source: str
    post: Post
    thread: int
    former: int = 0


class Tickets(Protocol):
    """The tickets, within a transaction."""

    def name_origin(self, incoming: Incoming) -> Origin:
        """How a message of an asker is named; an edit names the message that it changes."""
        ...

    async def lock_chat(self, incoming: Incoming) -> None:
        """Nobody else opens a ticket for this chat until the transaction ends."""
        ...

    async def open(self, incoming: Incoming, opening: Opening, at: datetime) -> Ticket:
        """Write a ticket with its question; the same update again: the ticket that it opened."""
        ...

    async def opened_by(self, incoming: Incoming) -> Ticket | None:
        """The ticket that this very update has opened."""
        ...

    async def get(self, ticket_id: int) -> Ticket | None:
        """The ticket of an id, held until the transaction ends."""
        ...

    async def find(self, number: str) -> Ticket | None:
        """The ticket of a number, held until the transaction ends."""
        ...

    async def live_of(self, incoming: Incoming) -> list[Ticket]:
        """The tickets of a chat that go on, the newest first, held until the transaction ends."""
        ...

    async def of_chat(self, incoming: Incoming, limit: int) -> list[Ticket]:
        """The last tickets of a chat, the newest first."""
        ...

    async def list_all(
        self, states: Collection[State] = (), desk: str = "", limit: int = 100
    ) -> list[Ticket]:
        """Tickets in these states (none: any) of this desk (empty: any), the newest first."""
        ...

    async def of_thread(self, source: str, chat: str, thread: int) -> Ticket | None:
        """The ticket of a topic in a group that is named by its pseudonym."""
        ...

    async def apply(self, step: Step) -> Ticket | None:
        """Write a step with its event; None, and nothing is written, when somebody was faster."""
        ...

    async def note(
        self, ticket: Ticket, kind: EventKind, at: datetime, who: str, *, key: str, what: str = ""
    ) -> bool:
        """Write an event that changes no state; False when one of this key was written before."""
        ...

    async def note_rating_asked(self, ticket: Ticket, at: datetime, since: datetime) -> bool:
        """Write that its asker is asked for a rating; False: their chat was, since a moment."""
        ...

    async def events(self, ticket: Ticket) -> list[Event]:
        """What happened to a ticket, in order."""
        ...

    async def address_of(self, ticket: Ticket) -> str:
        """The channel's own id of the asker's chat; empty: it is erased."""
        ...

    async def place_of(self, ticket: Ticket) -> Post | None:
        """Where the desk has its topic; None: nowhere yet."""
        ...

    async def candidates_of(self, ticket: Ticket) -> list[str]:
        """Ids of the entries that the bot thought of when the ticket was asked, best first."""
        ...

    async def count_opened(self, incoming: Incoming, since: datetime) -> int:
        """How many tickets this chat has opened since a moment."""
        ...

    async def first_replies(self, desk: str, since: datetime) -> list[FirstReply]:
        """The first replies of a desk to tickets opened since a moment."""
        ...

    async def set_thread(
        self, ticket: Ticket, post: Post, thread: int | None, state: str, source: str
    ) -> None:
        """Note where a ticket's topic is, and what became of it; no step, no version."""
        ...

    async def leave_place(self, source: str, chat: str) -> None:
        """A group, named by its pseudonym, has become another: nothing of it is found any more."""
        ...

    async def thread_in(self, ticket_id: int, source: str, chat: str) -> int | None:
        """The topic of a ticket in a group that is named by its pseudonym, now or before."""
        ...

    async def threads_to_delete(self, limit: int) -> list[Ticket]:
        """Erased tickets whose own topic is still there."""
        ...

    async def topics_to_delete(self, limit: int) -> list[Topic]:
        """The topics of erased tickets that are still there, former ones among them."""
        ...

    async def note_deleted(self, topic: Topic) -> None:
        """A topic is deleted, or was gone already."""
        ...

    async def block(self, chat: str, until: datetime, at: datetime) -> None:
        """This chat, by pseudonym, opens no ticket before a moment."""
        ...

    async def blocked_until(self, incoming: Incoming) -> datetime | None:
        """Until when this chat opens no ticket; None: it may."""
        ...


class Jobs(Protocol):
    """What is to be done at a moment, within a transaction."""

    async def plan(self, job: Job) -> None:
        """Plan a job; one whose key was planned before is not planned again."""
        ...

    async def drop(self, ticket: Ticket, kinds: Collection[str]) -> None:
        """These jobs of a ticket are not done any more; what was done stays done."""
        ...

    async def due_of(self, key: str) -> datetime | None:
        """When a job that is planned and not done is due; None: there is none."""
        ...

    async def postpone(self, job: Job, due_at: datetime) -> None:
        """A job that is not done yet is due at another moment."""
        ...

    async def forget(self, key: str) -> None:
        """A job that is not done yet never was planned: its key may be planned anew."""
        ...

    async def settle(self, job: Job, at: datetime) -> bool:
        """The job is done with this transaction; False when it was done or dropped before."""
        ...


class Records(Protocol):
    """All that is kept of tickets, within one transaction."""

    @property
    def tickets(self) -> Tickets:
        """The tickets."""
        ...

    @property
    def messages(self) -> Messages:
        """What is said in them."""
        ...

    @property
    def jobs(self) -> Jobs:
        """What is to be done later."""
        ...

    @property
    def labels(self) -> Labels:
        """What is said of turns."""
        ...

    @property
    def drafts(self) -> Drafts:
        """What is about to be sent."""
        ...

    @property
    def crew(self) -> Crew:
        """Who answers."""
        ...

    @property
    def receipts(self) -> Receipts:
        """The codes of tickets."""
        ...

    @property
    def mails(self) -> AskerMails:
        """The addresses that askers have left."""
        ...
