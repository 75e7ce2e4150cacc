"""Spells messages in other ways or wraps them in courtesy; counts the decisions that stay."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

import numpy as np

from classifier.evaluation.typing_noise import add_typing_error
from classifier.evaluation.wrappings import WRAPPINGS
from kb.folding import without_accents

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from classifier.decision import Decision, Target
    from classifier.serving.triage import Triage

ZERO_WIDTH, RIGHT_TO_LEFT, RIGHT_TO_LEFT_END = "\u200b", "\u202e", "\u202c"
FULL_WIDTH = 0xFEE0
"""How far the full-width form of an ASCII character stands from it."""

LIGATURES = {"oe": "œ", "ae": "æ", "ffi": "\ufb03", "fi": "\ufb01", "fl": "\ufb02"}

SPELLINGS: Mapping[str, Callable[[str], str]] = {
    "composed (NFC)": lambda text: unicodedata.normalize("NFC", text),
    "decomposed (NFD)": lambda text: unicodedata.normalize("NFD", text),
    "without accents": without_accents,
    "in capitals": str.upper,
    "zero-width spaces": ZERO_WIDTH.join,
    "right-to-left marks": lambda text: f"{RIGHT_TO_LEFT}{text}{RIGHT_TO_LEFT_END}",
    "no-break spaces": lambda text: text.replace(" ", "\u00a0"),
    "ligatures": lambda text: _replace_pairs(text, LIGATURES),
    "full-width letters": lambda text: "".join(map(_wide, text)),
}


def same_decision_shares(triage: Triage, texts: Sequence[str], seed: int = 0) -> dict[str, float]:
    """Share in % of messages whose action and target are the same however they are written.

    Args:
        triage: what decides.
        texts: the messages as they were typed.
        seed: draws the typing errors.
    """
    rng = np.random.default_rng(seed)
    compounds = triage.ranker.model.compounds
    ways: dict[str, Callable[[str], str]] = {
        **SPELLINGS,
        "acronyms with a space": lambda text: respell_compounds(text, compounds, " "),
        "acronyms in one word": lambda text: respell_compounds(text, compounds, ""),
        "acronyms in capitals, hyphen": lambda text: respell_compounds(
            text, compounds, "-"
        ).upper(),
        "one typing error": lambda text: add_typing_error(text, rng),
        **WRAPPINGS,
    }
    plain = [_action_and_target(triage.decide(text)) for text in texts]
    return {name: _share(triage, plain, list(map(way, texts))) for name, way in ways.items()}


def respell_compounds(text: str, compounds: Sequence[str], joint: str) -> str:
    """``text`` with the parts of every compound acronym joined by ``joint``."""
    for compound in compounds:
        parts = re.findall(r"[^\W_]+", compound)
        pattern = r"(?<!\w)" + r"[\W_]{0,3}".join(map(re.escape, parts)) + r"(?!\w)"
        text = re.sub(pattern, joint.join(parts), text, flags=re.IGNORECASE)
    return text


def _share(triage: Triage, plain: list[tuple[str, Target | None]], spelt: Sequence[str]) -> float:
    same = [
        _action_and_target(triage.decide(text)) == acted
        for text, acted in zip(spelt, plain, strict=True)
    ]
    return round(100 * float(np.mean(same)), 1)


def _action_and_target(decision: Decision) -> tuple[str, Target | None]:
    return decision.action, decision.target


def _wide(char: str) -> str:
    return chr(ord(char) + FULL_WIDTH) if "!" <= char <= "~" else char


def _replace_pairs(text: str, pairs: Mapping[str, str]) -> str:
    for plain, joined in pairs.items():
        text = text.replace(plain, joined)
    return text
