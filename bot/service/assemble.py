"""Wiring: the conversation with its store, and the terminal on it."""

from __future__ import annotations

import signal
import sys
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from bot.channels.answering import Answerer
from bot.channels.terminal import Terminal, render
from bot.conversation.caution import FREE, Caution
from bot.conversation.conversation import Conversation
from bot.conversation.messages import Retention
from bot.scrubbing.word_lists import check_word_lists
from bot.service.allowed import read_autonomy
from bot.service.decider import ThreadedDecider
from bot.service.served_model import load_or_train_model
from bot.service.ticket_wiring import has_desks, let_desks_answer, telegram_source
from bot.store.opening import database_of, open_store
from kb.problems import KbError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Mapping

    from bot.conversation.messages import Reply
    from bot.ops.settings import Settings
    from kb.entries import Desk


def retention_of(settings: Settings, *, staffed: bool | None = None) -> Retention:
    """The periods that people are told; ``staffed`` says whether a desk answers here."""
    staffed = has_desks(settings) if staffed is None else staffed
    tickets = settings.retention_ticket_days if staffed else 0
    return Retention(settings.retention_text_days, settings.retention_turns_days, tickets)


@asynccontextmanager
async def conversation(settings: Settings) -> AsyncIterator[Answerer]:
    """Answers over the model and the store of ``settings``.

    Raises:
        ContentError, ArtifactError, StoreError, WordListError: what it stands on is not in order.
    """
    check_word_lists()
    caution = FREE
    brain = ThreadedDecider(load_or_train_model(settings), lambda: caution)
    try:
        async with await open_store(settings) as store:
            caution = Caution(states=(await read_autonomy(store)).states)
            plain = Conversation(brain, retention_of(settings), store.recall())
            responder = let_desks_answer(plain, settings)
            yield Answerer(lambda: responder, store, telegram_source(settings))
    finally:
        brain.close()


async def talk(settings: Settings, show: Callable[[Reply], str] = render) -> None:
    """Talk in the terminal until its input ends; ``show`` writes a reply as lines."""
    async with conversation(settings) as answerer:
        sys.stdin.reconfigure(errors="replace")  # type: ignore[union-attr]
        # Cancelling the task, as asyncio would, does not end a wait for input.
        signal.signal(signal.SIGINT, signal.default_int_handler)
        interactive = sys.stdin.isatty()
        await Terminal(answerer.answer, sys.stdin, sys.stdout, interactive, show).run()


async def report_lines(settings: Settings) -> str:
    """The figures of the journal, as text; without titles where the base cannot be read.

    Without it the hours of the desks are not known either, nor the delays of their replies.
    """
    from bot.analytics.reports import figures, render  # noqa: PLC0415 - its database library
    from kb.loader import load  # noqa: PLC0415 - serving reads the model's copy instead

    titles: dict[str, str] = {}
    desks: Mapping[str, Desk] = {}
    try:
        base = load(settings.kb_dir)
        titles, desks = {key: entry.title for key, entry in base.entries.items()}, base.desks
    except KbError as error:
        first = str(error).partition("\n")[0]
        print(f"the titles are left out: {first}; run `aiguilleur kb check`", file=sys.stderr)  # noqa: T201
    return render(await figures(database_of(settings), desks), titles)
