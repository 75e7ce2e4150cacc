"""``POST /api/suivi``: one ticket, for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import ValidationError
from starlette.routing import Route

from bot.channels.web.bodies import ParagraphBody, RefusalError, as_json, read_json, receipt_body
from bot.channels.web.tracking import texts
from bot.channels.web.tracking.bodies import TicketBody, TicketMessageBody, TrackingBody
from bot.escalation.tracking import Wish

if TYPE_CHECKING:
    from datetime import datetime

    from starlette.requests import Request
    from starlette.responses import Response

    from bot.channels.web.tracking.window import Window
    from bot.escalation.tickets import Message
    from bot.escalation.tracking import Tracing, Tracked


class TrackingApi:
    """The route of the API.

    Args:
        window: opens tickets.
    """

    def __init__(self, window: Window) -> None:
        self._window = window

    def routes(self) -> list[Route]:
        """The route of the API."""
        return [Route("/api/suivi", self.serve, methods=["POST"])]

    async def serve(self, request: Request) -> Response:
        """``POST /api/suivi``: a ticket, after what was wished was done with it."""
        body = await _read(request)
        wish = Wish(body.action, body.id, body.text.replace("\0", " "), body.stars)
        done = await self._window.serve(request, body.number, body.code, wish)
        return as_json(_ticket_body(body.number, done))


async def _read(request: Request) -> TrackingBody:
    data = await read_json(request)
    try:
        return TrackingBody.model_validate(data)
    except ValidationError:
        raise RefusalError(422, "not_a_receipt", texts.NOT_A_RECEIPT) from None


def _ticket_body(number: str, done: Tracing) -> TicketBody:
    found = done.tracked
    return TicketBody(
        number=found.ticket.number if found else number,
        state=found.ticket.state if found else "erased",
        desk=found.desk if found else "",
        due_at=_iso(found.promise.due_at if found else None),
        opens_at=_iso(found.promise.opens_at if found else None),
        rating=found.ticket.rating if found else None,
        messages=_messages(found),
        told=[ParagraphBody(text=p.text, strong=p.strong) for p in done.reply.paragraphs],
        receipt=receipt_body(done.reply.receipt),
    )


def _messages(found: Tracked | None) -> list[TicketMessageBody]:
    return [_message(message) for message in found.messages] if found else []


def _message(message: Message) -> TicketMessageBody:
    return TicketMessageBody(author=message.author, at=_iso(message.at), text=message.text)


def _iso(at: datetime | None) -> str:
    return at.isoformat(timespec="seconds") if at else ""
