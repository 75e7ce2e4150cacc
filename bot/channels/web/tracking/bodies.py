"""The JSON bodies by which a ticket is followed."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from bot.channels.web.bodies import MAX_TEXT, ParagraphBody, ReceiptBody
from bot.escalation.tracking import Act  # noqa: TC001 - pydantic reads the annotation


class TrackingBody(BaseModel):
    """A receipt, and what to do with its ticket; ``id`` is the sender's own, as of a message."""

    model_config = ConfigDict(extra="forbid", strict=True)

    number: Annotated[str, Field(max_length=64)]
    code: Annotated[str, Field(max_length=64)]
    action: Act = "show"
    id: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{0,64}$")] = ""
    text: Annotated[str, Field(max_length=MAX_TEXT)] = ""
    stars: Annotated[int, Field(ge=0, le=5)] = 0


class TicketMessageBody(BaseModel):
    """What the asker, the desk or the bot said in a ticket; empty once it is erased."""

    author: str
    at: str
    text: str


class TicketBody(BaseModel):
    """A ticket; ``state`` is open, held, waiting, closed or erased, moments are ISO 8601 or empty.

    ``told`` is what is said of the action, ``receipt`` that of a new ticket that goes on from this
    one, if one was opened.
    """

    number: str
    state: str
    desk: str
    due_at: str
    opens_at: str
    rating: int | None
    messages: list[TicketMessageBody]
    told: list[ParagraphBody]
    receipt: ReceiptBody | None
