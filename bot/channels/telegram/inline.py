"""Answers offered while somebody types our name and some words in another chat."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from telegram import InlineQueryResultArticle, InputTextMessageContent
from telegram.constants import ParseMode

from bot.channels.telegram.sending.render import render
from bot.conversation import replies
from classifier.serving.triage import likely_entries

if TYPE_CHECKING:
    from bot.conversation.ports import Decider
    from kb.entries import FaqEntry, KnowledgeBase

RESULTS = 5
SHORTEST = 3
"""Letters below which nothing is guessed."""

MAX_QUERY = 256
DESCRIPTION = 120


async def results_for(text: str, brain: Decider) -> list[InlineQueryResultArticle]:
    """The entries that fit best, each with its answer ready to be posted."""
    if len(text.strip()) < SHORTEST:
        return []
    found = likely_entries(await brain.decide(text[:MAX_QUERY]))
    entries = [brain.base.entries[name] for name in found[:RESULTS] if name in brain.base.entries]
    return [_article(entry, brain.base) for entry in entries]


def _article(entry: FaqEntry, base: KnowledgeBase) -> InlineQueryResultArticle:
    first = render(replies.answer(entry, base))[0]
    return InlineQueryResultArticle(
        hashlib.sha256(entry.id.encode()).hexdigest()[:32],
        replies.french(entry.title),
        InputTextMessageContent(first.html, parse_mode=ParseMode.HTML),
        description=replies.french(replies.one_line_quote(entry.answer, DESCRIPTION)),
    )
