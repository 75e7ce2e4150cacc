"""Replies about the terms of the lexicon."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.conversation.replies.parts import say, titled_reply, to_somebody

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.conversation.messages import Reply
    from kb.entries import Term


def lexicon_help(examples: Sequence[str]) -> Reply:
    """How to ask for a term, for a ``/lexique`` without one."""
    shown = f" Par exemple\u00a0: /lexique {', '.join(examples)}" if examples else ""
    return say(f"Indiquez un sigle après la commande.{shown}", to_somebody())


def lexicon_term(term: Term) -> Reply:
    """A term's long form, definition and synonyms."""
    heading = "\u00a0: ".join(part for part in (term.short, term.long) if part)
    also = f"On dit aussi\u00a0: {', '.join(term.synonyms)}." if term.synonyms else ""
    return titled_reply(heading, term.definition, also, buttons=(to_somebody(),))


def definition_above(term: Term, reply: Reply) -> Reply:
    """Put a term's definition above the reply to a question about the term."""
    return replace(reply, paragraphs=(*lexicon_term(term).paragraphs[:2], *reply.paragraphs))


def definition_alone(term: Term, people: str) -> Reply:
    """A term's definition as a whole reply, when no entry is about the term."""
    return replace(lexicon_term(term), buttons=(to_somebody(people),))


def lexicon_unknown(asked: str, near: Sequence[str]) -> Reply:
    """Tell somebody that the lexicon lacks a term, with those spelt nearly like it."""
    guess = f" Vouliez-vous dire\u00a0: {', '.join(near)}\u00a0?" if near else ""
    return say(f"Je n’ai pas «\u00a0{asked}\u00a0» dans le lexique.{guess}", to_somebody())
