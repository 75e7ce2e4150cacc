"""Thirty mislabelled wordings are stopped, and nothing of them is served.

    python -m tests.acceptance.proposal_sabotage [--seed N] [--shipped]

Wordings of one entry are proposed for another, so damaged that none of them is found word for word.
What may stop them: an objection, the release gate, or judged messages of the last weeks that would
be answered wrongly. On the small knowledge base, or the shipped one (a whole training, minutes).
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from typing import TYPE_CHECKING

from bot.analytics.proposals.changes import Changes
from bot.analytics.proposals.findings import Findings
from bot.service.proposals.publishing import PublishingError
from kb.files import fingerprint
from kb.loader import load
from tests.acceptance.harness import SHIPPED, SMALL, Run
from tests.acceptance.proposing import damaged, put_messages, room

if TYPE_CHECKING:
    from pathlib import Path

    from tests.acceptance.proposing import Room

WORDINGS, MESSAGES = 30, 1_000


def sabotage(kb: Path, run: Run) -> Changes:
    """Thirty wordings of one entry, proposed for another."""
    victim, other = run.dice.sample(sorted(load(kb).published), 2)
    made = damaged(kb, 60_000, run.seed)
    theirs = list(dict.fromkeys(text for right, text in made if right == f"entry:{victim}"))
    print(f"wordings of {victim} proposed for {other}")
    return Changes("wording", other, "problem", tuple(theirs[:WORDINGS]), nobody_named=True)


async def attempt(at: Room, changes: Changes) -> tuple[str, str]:
    """What stopped it, and what became of an attempt to publish it all the same."""
    number = await at.office.add("account:1", changes)
    proposal = await at.checked(number, quick=False)
    found = Findings.from_dict(proposal.check)
    for objection in found.objections[:3]:
        print(f"  {objection.place}: {objection.message[:120]}")
    if found.replay:
        print(f"  {dict(found.replay.counts)}, right no more: {found.replay.broken}")
    by = "objections" if found.objections else "flips" if found.broken_count else "nothing"
    try:
        await at.office.publish(number)
    except PublishingError as error:
        return by, f"refused: {str(error)[:60]}"
    return by, "published"


async def play(kb: Path, run: Run) -> None:
    """Propose as it is, then without the wordings that were refused word by word."""
    async with room(kb) as at:
        await put_messages(at.store, damaged(kb, MESSAGES, run.seed + 1), judged=True)
        before, models = fingerprint(at.settings.kb_dir), _models(at)
        changes = sabotage(kb, run)
        for name, tried in (("as they are", changes), ("disguised", _disguised(changes))):
            by, became = await attempt(at, tried)
            run.check(f"stopped, {name}", by, "an objection or flips", met=by != "nothing")
            run.check(f"published all the same, {name}", became, "refused", met="refused" in became)
        run.exactly(
            "the knowledge base is as it was", fingerprint(at.settings.kb_dir) == before, True
        )
        run.exactly("models in service", _models(at), models)


def _disguised(changes: Changes) -> Changes:
    """The same with a word more each, so that none is nearly a question that is there."""
    words = ("donc", "alors", "encore", "vraiment", "toujours")
    texts = tuple(
        f"{words[n % 5]} {text} {words[(n + 1) % 5]} {words[(n + 2) % 5]}"
        for n, text in enumerate(changes.wordings)
    )
    return Changes("wording", changes.target, "long", texts, nobody_named=True)


def _models(at: Room) -> list[str]:
    folder = at.settings.data_dir / "models"
    return sorted(path.name for path in folder.iterdir() if (path / "manifest.json").is_file())


def main() -> int:
    """Propose, and see what stops it; exit code 1 when something does not."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--shipped", action="store_true", help="the shipped knowledge base")
    asked = parser.parse_args()
    run = Run(seed=asked.seed)
    asyncio.run(play(SHIPPED if asked.shipped else SMALL, run))
    return int(not run.met)


if __name__ == "__main__":
    sys.exit(main())
