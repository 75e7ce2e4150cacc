"""A wording that may not be published is refused with its place, and a plain one is not.

    python -m tests.acceptance.proposal_refusals [--seed N]

Owned by another entry (in other cases and accents), identifiers, masks, more than 1,500 characters,
over the shipped knowledge base; beside it, its own questions damaged by typing errors and proposed
where they belong.
"""

from __future__ import annotations

import argparse
import sys
import unicodedata
from random import Random
from typing import TYPE_CHECKING

from bot.analytics.proposals.changes import Changes
from bot.analytics.proposals.objections import objections_to_owner, objections_to_texts
from kb.loader import load
from tests.acceptance.harness import SHIPPED, Run
from tests.acceptance.proposing import damaged

if TYPE_CHECKING:
    from kb.entries import KnowledgeBase

OWNED, PLAIN = 60, 200
MASKS = ("[NOM]", "[courriel]", "[téléphone]", "[NIR]", "[date de naissance]")


def disguise(text: str, number: int) -> str:
    """The same question in another spelling."""
    plain = unicodedata.normalize("NFD", text)
    plain = "".join(sign for sign in plain if not unicodedata.combining(sign))
    return (text.upper(), plain, f"  {text} !!", text.capitalize())[number % 4]


def refuse_owned(run: Run, base: KnowledgeBase) -> None:
    """Each names the other entry and its place."""
    asked = [(key, q.text) for key, e in base.published.items() for q in e.questions]
    drawn = run.dice.sample(asked, OWNED)
    target = next(key for key in base.published if key not in {owner for owner, _ in drawn})
    wordings = tuple(disguise(text, n) for n, (_, text) in enumerate(drawn))
    found = objections_to_owner(Changes("wording", target, wordings=wordings), base)
    places = {each.place for each in found if each.owner}
    run.exactly("wordings of other entries refused, the other shown", len(places), OWNED)


def refuse_texts(run: Run) -> None:
    """What identifies a person, a mask, a letter."""
    kinds = {
        "identifiers": list(PERSONAL),
        "masks": [f"bonjour {mask}, où en est ma demande" for mask in MASKS],
        "too long": ["mot " * 400, "x" * 1501],
    }
    for name, texts in kinds.items():
        placed = 0
        for text in texts:
            found = objections_to_texts(Changes("wording", "x", wordings=(text,)))
            placed += any("caractère" in each.place for each in found)
        run.exactly(f"{name}, refused with the place", placed, len(texts))


PERSONAL = (
    "écrivez à marie.durand@example.org pour mon dossier",
    "rappelez moi au 06 12 34 56 78 svp",
    "mon numéro de sécu est 2 69 05 49 588 157 80",
    "je m'appelle Jean Dupont et je ne peux pas me connecter",
    "je suis né le 12/03/1984, pourquoi mon compte est bloqué",
    "mon IBAN FR76 3000 6000 0112 3456 7890 189 n'est pas pris",
)
"""Made up: none of these leads to anybody."""


def keep_plain(run: Run) -> None:
    """Honest wordings are not in the editor's way: at most one in fifty is."""
    texts = [text for _, text in damaged(SHIPPED, PLAIN, run.seed)]
    stopped = sum(
        bool(objections_to_texts(Changes("wording", "x", wordings=(text,)))) for text in texts
    )
    run.at_most("plain wordings refused for what they hold, of 200", stopped, PLAIN / 50)


def main() -> int:
    """Refuse, and count; exit code 1 when a bar is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    run = Run(seed=parser.parse_args().seed)
    run.dice = Random(run.seed)
    base = load(SHIPPED)
    refuse_owned(run, base)
    refuse_texts(run)
    keep_plain(run)
    return int(not run.met)


if __name__ == "__main__":
    sys.exit(main())
