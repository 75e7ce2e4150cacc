"""``run``, ``chat``, ``ask``: what talks."""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.options import Kb  # noqa: TC001 - typer reads the annotation
from bot.cli.output.styles import paint
from bot.ops.settings import load_settings

if TYPE_CHECKING:
    from classifier.serving.artifact import Served
    from classifier.serving.explain import Explanation

Text = Annotated[str, typer.Argument(help="The question, in French.")]
Why = Annotated[bool, typer.Option("--why", help="Also say what spoke for and against.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print the decision as JSON.")]


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    app.command(hidden=True)(start)
    app.command()(run)
    app.command()(chat)
    app.command()(ask)


def start(kb: Kb = None) -> None:
    """Serve, or talk in the terminal when input is piped and no token is set."""
    if load_settings(kb).token or sys.stdin.isatty():
        run(kb)
    else:
        chat(kb)


def run(kb: Kb = None) -> None:
    """Serve the web chat, and Telegram when a token is set, until stopped."""
    from bot.service.serve import serve  # noqa: PLC0415 - imports the web and Telegram libraries

    asyncio.run(serve(load_settings(kb)))


def chat(kb: Kb = None) -> None:
    """Talk in the terminal; piped input is read to its end."""
    from bot.cli.output.chat import painted_reply  # noqa: PLC0415 - starts fast without the journal
    from bot.service.assemble import talk  # noqa: PLC0415 - imports the journal's database library

    asyncio.run(talk(load_settings(kb), painted_reply))


def ask(text: Text, kb: Kb = None, *, why: Why = False, as_json: AsJson = False) -> None:
    """Answer one question, without keeping anything."""
    from bot.cli.output import ask  # noqa: PLC0415 - starts fast without the journal
    from bot.service.served_model import load_or_train_model  # noqa: PLC0415

    question = ask.check_question(text)
    served = load_or_train_model(load_settings(kb))
    decision = served.triage.decide(question)
    found = decision, served, _explain(served, question) if why else None
    style = ask.style_of_answer(question, decision, served.base)
    typer.echo(ask.as_json(*found) if as_json else paint(ask.as_text(question, *found), style))


def _explain(served: Served, text: str) -> Explanation:
    from classifier.serving.explain import explain  # noqa: PLC0415 - only --why waits for it

    return explain(served.triage, text)
