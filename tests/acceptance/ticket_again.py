"""Everything comes three times: one message, one copy, one ticket. Point 4, mail aside.

Run by hand: ``python -m tests.acceptance.ticket_again --seed 1 [--database postgresql]``
"""

from __future__ import annotations

import tempfile
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.acceptance.harness import Part, Run, play, play_parts
from tests.acceptance.ticket_stage import answering
from tests.fakes.desk_service import CAMILLE, CLAIRE, GROUP
from tests.fakes.desk_talk import desk_talk

if TYPE_CHECKING:
    from tests.fakes.desk_service import Desks

TIMES, ROUNDS = 3, 30


async def main(run: Run) -> None:
    parts: dict[str, Part] = {"updates": updates_again, "web": web_messages_again}
    await play_parts(run, parts)


def repeat(desks: Desks) -> None:
    """Have each update delivered again and again from now on, at once or later."""
    updates, put = desks.api.updates, desks.api.updates.add
    earlier: list[dict[str, Any]] = []

    def add(kind: str, content: object, number: int) -> dict[str, Any]:
        update = put(kind, content, number)
        earlier.append(update)
        updates.requeue(*[update] * (TIMES - 1), earlier[max(0, len(earlier) - 1 - TIMES)])
        return update

    updates.add = add  # type: ignore[method-assign,assignment]


async def updates_again(run: Run) -> None:
    rounds = 5 if run.short else ROUNDS
    async with answering(run) as desks:
        repeat(desks)
        thread = await desks.open()
        head = desks.head(thread)
        for number in range(rounds):
            said = desks.api.user_says(CLAIRE, f"Question {number}.")
            answer = await desks.reply(thread, f"Réponse {number}.")
            desks.api.user_sends_album(CLAIRE, ["photo"] * 2, [f"Photo {number}."])
            if number % 5 == 4:
                await desks.settled()
                desks.api.user_edits(said, f"Question {number} corrigée.")
                desks.api.user_edits(answer, f"Réponse {number} corrigée.")
            desks.api.staff_says(GROUP, CAMILLE, "/prendre", thread=thread)
            await desks.settled()
            desks.late += timedelta(minutes=15)  # an asker may write twenty messages an hour
        told = Counter([*desks.told(CLAIRE), *desks.in_topic(thread)])
        (ticket,) = await desks.tickets()
        kept = await desks.messages(ticket)
        heads = sum(text.startswith("Demande n°") and "Motif" in text for text in told.elements())
    wanted = [f"{what} {n}" for n in range(rounds) for what in ("Question", "Réponse", "Photo")]
    copies = [
        sum(f"{words}." in t or f"{words} corr" in t for t in told.elements()) for words in wanted
    ]
    run.exactly("4 messages written", len(kept), 1 + 4 * rounds)
    run.exactly("4 copies that are not there once", sum(count != 1 for count in copies), 0)
    run.exactly("4 heads of one ticket", (heads, head.text in told), (1, True))


async def web_messages_again(run: Run) -> None:
    rounds = 5 if run.short else ROUNDS
    with tempfile.TemporaryDirectory() as folder:
        async with desk_talk(Path(folder) / "aiguilleur.db", channel="web") as talk:
            await talk.says("/humain")
            await talk.says("Mon vélo grince")
            send = next(b.data for b in talk.last.buttons if "Envoyer" in b.label)
            for _ in range(TIMES):
                await talk.says(choice=send)
                talk.updates -= 1
            talk.updates += 1
            for number in range(rounds):
                for _ in range(TIMES):
                    await talk.says(f"Détail {number}.")
                    talk.updates -= 1
                talk.updates += 1
            tickets, told = await talk.tickets(), await talk.told_desk()
    most = 19  # with the question, an hour's worth
    copies = [sum(f"Détail {n}." in text for text in told) for n in range(min(rounds, most))]
    run.exactly("4 tickets opened on the web", len(tickets), 1)
    run.exactly("4 web messages that are not there once", sum(c != 1 for c in copies), 0)


if __name__ == "__main__":
    play(main, __doc__)
