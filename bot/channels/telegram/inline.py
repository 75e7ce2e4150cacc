"""Answers offered while somebody types our name and some words in another chat."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING

from telegram import InlineQueryResultArticle, InputTextMessageContent
from telegram.constants import ParseMode

from bot.channels.telegram.sending.render import render
from bot.conversation import replies
from bot.conversation.lexicon import Lexicon
from classifier.serving.triage import likely_entries

if TYPE_CHECKING:
    from bot.conversation.messages import Reply
    from bot.conversation.ports import Decider
    from kb.entries import FaqEntry, KnowledgeBase, Term

RESULTS = 5
SHORTEST = 3
"""Letters below which nothing is guessed."""

MAX_QUERY = 256
DESCRIPTION = 120


async def results_for(text: str, brain: Decider) -> list[InlineQueryResultArticle]:
    """What fits best, ready to be posted: a term's definition, then entries with their answers."""
    if len(text.strip()) < SHORTEST:
        return []
    asked, base = text[:MAX_QUERY], brain.base
    decision = await brain.decide(asked)
    term = Lexicon(base.lexicon).find(decision.term or asked)
    terms = [_definition(term)] if term else []
    names = [name for name in likely_entries(decision) if name not in brain.hidden_entries]
    found = [base.entries[name] for name in names if name in base.entries]
    return [*terms, *(_article(entry, base) for entry in found)][:RESULTS]


def _definition(term: Term) -> InlineQueryResultArticle:
    shown = replies.lexicon_term(term)
    return _result(f"term {term.short}", shown.paragraphs[0].text, shown, term.definition)


def _article(entry: FaqEntry, base: KnowledgeBase) -> InlineQueryResultArticle:
    return _result(entry.id, entry.title, replies.answer(entry, base), entry.answer)


def _result(name: str, title: str, reply: Reply, text: str) -> InlineQueryResultArticle:
    first = render(replace(reply, buttons=()))[0]
    return InlineQueryResultArticle(
        hashlib.sha256(name.encode()).hexdigest()[:32],
        replies.french(title),
        InputTextMessageContent(first.html, parse_mode=ParseMode.HTML),
        description=replies.french(replies.one_line_quote(text, DESCRIPTION)),
    )
