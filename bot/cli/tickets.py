"""``aiguilleur tickets ...`` and ``aiguilleur desks ...``: what an operator does with tickets."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Literal, TypeVar

import typer

from bot.cli.options import Kb  # noqa: TC001 - typer reads the annotation
from bot.ops.settings import load_settings

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bot.escalation.tickets import Ticket
    from bot.service.ticket_office import TicketOffice
    from kb.entries import Desk as FoundDesk

T = TypeVar("T")
Number = Annotated[str, typer.Argument(help="Its number, such as 2026-00123.")]
Desk = Annotated[str, typer.Argument(help="The desk's id: the name of its file.")]
StaffId = Annotated[int, typer.Argument(help="The id of who answers, as tickets show it.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
State = Annotated[
    Literal["open", "held", "waiting", "closed", "erased"] | None,
    typer.Option(help="Only those in this state."),
]
OfDesk = Annotated[str, typer.Option(help="Only those of this desk.")]
Most = Annotated[int, typer.Option(min=1, max=10_000, help="How many at most, newest first.")]
Moment = Annotated[
    str | None,
    typer.Option("--at", help="A moment (ISO 8601; without a zone, in Paris); now by default."),
]


def build_ticket_app() -> typer.Typer:
    """The commands on tickets."""
    app = typer.Typer(help="List tickets and work on them.", no_args_is_help=True)
    app.command("list")(list_tickets)
    for command in (show, close, reopen, transfer, assign, resend):
        app.command()(command)
    return app


def build_desk_app() -> typer.Typer:
    """The commands on desks."""
    app = typer.Typer(help="Look at desks.", no_args_is_help=True)
    app.callback()(_desks)
    app.command()(hours)
    return app


def _desks() -> None:
    """Look at desks."""


def list_tickets(
    state: State = None,
    desk: OfDesk = "",
    most: Most = 100,
    kb: Kb = None,
    *,
    as_json: AsJson = False,
) -> None:
    """List tickets, the newest first."""
    from bot.cli.output.tickets import list_lines  # noqa: PLC0415 - imports the database library

    states = (state,) if state else ()
    found = _in_office(kb, lambda office: office.list_all(states, desk, most))
    # A desk that was removed may still have tickets; one that nobody knows has none.
    if desk and not found:
        _find_desk(kb, desk)
    typer.echo(list_lines(found, as_json=as_json))


def show(number: Number, kb: Kb = None, *, as_json: AsJson = False) -> None:
    """Show a ticket, what was said in it and what happened to it."""
    from bot.cli.output.tickets import file_lines  # noqa: PLC0415 - imports the database library

    file = _in_office(kb, lambda office: office.show(number))
    typer.echo(file_lines(file, as_json=as_json))


def close(number: Number, kb: Kb = None, *, as_json: AsJson = False) -> None:
    """End a ticket; both sides are told."""
    _print(_in_office(kb, lambda office: office.close(number)), as_json=as_json)


def reopen(number: Number, kb: Kb = None, *, as_json: AsJson = False) -> None:
    """Let a ticket go on that ended within the last fortnight; both sides are told."""
    _print(_in_office(kb, lambda office: office.reopen(number)), as_json=as_json)


def transfer(number: Number, desk: Desk, kb: Kb = None, *, as_json: AsJson = False) -> None:
    """Give a ticket to another desk; the asker is told."""
    _print(_in_office(kb, lambda office: office.transfer(number, desk)), as_json=as_json)


def assign(number: Number, staff: StaffId, kb: Kb = None, *, as_json: AsJson = False) -> None:
    """Make a ticket somebody's."""
    _print(_in_office(kb, lambda office: office.assign(number, staff)), as_json=as_json)


def resend(number: Number, kb: Kb = None, *, as_json: AsJson = False) -> None:
    """Give the desk the whole ticket once more, as when its topic was deleted."""
    _print(_in_office(kb, lambda office: office.resend(number)), as_json=as_json)


def hours(desk: Desk, at: Moment = None, kb: Kb = None, *, as_json: AsJson = False) -> None:
    """Say whether a desk is open at a moment, when it opens, and what it promises then."""
    from bot.cli.output.tickets import hours_lines  # noqa: PLC0415 - only this command needs it

    typer.echo(hours_lines(_find_desk(kb, desk), _moment(at), as_json=as_json))


def _find_desk(kb: Kb, desk: str) -> FoundDesk:
    from kb.loader import load  # noqa: PLC0415 - most commands read no content

    desks = load(load_settings(kb).kb_dir).desks
    if desk not in desks:
        said = f"no desk has this id; there are {', '.join(sorted(desks))}"
        raise typer.BadParameter(said, param_hint="DESK")
    return desks[desk]


def _in_office(kb: Kb, work: Callable[[TicketOffice], Awaitable[T]]) -> T:
    """Work in the office of the settings' store, which is opened and closed."""
    from bot.service.ticket_office import ticket_office  # noqa: PLC0415 - the database library

    async def run() -> T:
        async with ticket_office(load_settings(kb)) as office:
            return await work(office)

    return asyncio.run(run())


def _print(ticket: Ticket, *, as_json: bool) -> None:
    from bot.cli.output.tickets import ticket_line  # noqa: PLC0415 - imports the database library

    typer.echo(ticket_line(ticket, as_json=as_json))


def _moment(given: str | None) -> datetime:
    """The moment; without a zone, it is meant in Paris."""
    from bot.conversation.replies.dates import screen_zone  # noqa: PLC0415 - only this needs it

    try:
        moment = datetime.fromisoformat(given) if given else datetime.now(screen_zone())
    except ValueError:
        known = "it must be a date or a moment such as 2026-11-24 or 2026-11-24T10:00"
        raise typer.BadParameter(known, param_hint="--at") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=screen_zone())
