"""What a model learns from a knowledge base, and the fingerprint of that part alone."""

from __future__ import annotations

import hashlib
import json
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kb.entries import KnowledgeBase, Question, Term

MAX_COMPOUND = 12
"""Longer terms are phrases, not acronyms."""


def compounds(lexicon: Iterable[Term]) -> list[str]:
    """Short forms written with a hyphen or a space, such as ``A-BC``: they read as one word."""
    shorts = {term.short for term in lexicon if re.fullmatch(r"\w+([ -]\w+)+", term.short)}
    return sorted(short for short in shorts if len(short) <= MAX_COMPOUND)


def learning_fingerprint(base: KnowledgeBase) -> str:
    """16 hex digits: a hash of titles, targets and compounds, and of questions, withheld ones too.

    Two bases with the same one have the same model: what an answer says, where it was published
    or when a desk is open teaches nothing.
    """
    taught = [
        *(("faq", key, e.title, _pairs(e.questions)) for key, e in sorted(base.published.items())),
        *(("desk", key, "", _pairs(d.questions)) for key, d in sorted(base.desks.items())),
        *(("outside", key, "", _pairs(f.questions)) for key, f in sorted(base.outside.items())),
        *(
            ("withheld", key, "", _pairs(e.questions))
            for key, e in sorted(base.withheld.items())
            if e.questions
        ),
    ]
    data = json.dumps([taught, compounds(base.lexicon), sorted(base.courtesy)], ensure_ascii=True)
    return hashlib.sha256(data.encode()).hexdigest()[:16]


def _pairs(questions: tuple[Question, ...]) -> list[tuple[str, str]]:
    return [(question.manner, question.text) for question in questions]
