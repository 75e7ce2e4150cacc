"""What the pages and commands of proposals ask for; who does it stands above them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, Protocol, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from bot.analytics.proposals.changes import ChangeKind, Changes
    from bot.store.proposals import Proposal

WriteMode: TypeAlias = Literal["no", "files", "patch"]
"""Whether a publication is refused, written into the content folder, or given as a patch."""


class ProposalOffice(Protocol):
    """Takes proposals from a draft to what is served, and back.

    What cannot be done raises a ``BotError`` whose message says why, in French.

    Attributes:
        write_mode: what publishing does here.
    """

    write_mode: WriteMode

    async def draft(
        self, by: str, kind: ChangeKind, turns: Sequence[int], target: str = "", ticket: str = ""
    ) -> int:
        """Begin a proposal from some turns, and from a ticket's answer; its number."""
        ...

    async def add(self, by: str, changes: Changes) -> int:
        """Begin a proposal whose change is written already; its number."""
        ...

    async def find(self, number: int) -> Proposal | None:
        """The proposal with this number."""
        ...

    async def newest(self) -> list[Proposal]:
        """The last proposals, the newest first."""
        ...

    async def texts(self, turns: Collection[int]) -> Mapping[int, str]:
        """The words of these turns, masked, as far as they are kept."""
        ...

    async def save(self, number: int, changes: Changes) -> None:
        """Write another change into a proposal that is not published: it is a draft again."""
        ...

    async def start_check(self, number: int, *, quick: bool = True) -> None:
        """Have a proposal checked; it is not waited for."""
        ...

    async def publish(self, number: int, reason: str = "") -> None:
        """Put a checked proposal into service; after a quick check, once the whole one is done."""
        ...

    async def revert(self, number: int) -> None:
        """Put back what a publication has replaced."""
        ...

    async def patch(self, number: int) -> str:
        """The change as a unified diff."""
        ...
