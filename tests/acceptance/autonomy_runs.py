"""How often entries lose and earn their autonomy, and how soon every process acts on a loss.

Run by hand: ``python -m tests.acceptance.autonomy_runs --seed 1``; ``--only chances`` plays no
process, ``--only processes`` two real ones on one PostgreSQL.
"""

from __future__ import annotations

import asyncio
import json
import re
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import httpx
from pydantic import SecretStr

from bot.analytics.auditing import draw_audits
from bot.analytics.autonomy import FEW_WRONG, LIMIT, RATES, TRIAL, next_state
from bot.analytics.evidence import weigh
from bot.ops.settings import Settings
from bot.store.audits import Audits
from bot.store.opening import open_store
from kb.loader import load
from tests.acceptance.harness import Run, Stage, play, play_parts, stage, waited
from tests.fakes.service_process import ServiceProcess, free_port

if TYPE_CHECKING:
    from random import Random

    from bot.store.store import Store

RUNS = 4_000
PASSWORD = "une suite de mots pour entrer"
SECONDS = 60.0
LOOK_SECONDS = 0.25
MOST_JUDGEMENTS = 6
GAUGE = 'aiguilleur_autonomy_entries{state="demande"} 1.0'


def share_lowered(true: float, labels: int, dice: Random) -> float:
    """The share of runs in which an entry of this error rate loses a step within so many labels."""
    lost = 0
    for _ in range(RUNS):
        judged = [dice.random() < true for _ in range(labels)]
        lost += next_state("repond", weigh(judged, LIMIT, RATES)) != "repond"
    return lost / RUNS


def share_earned(true: float, dice: Random) -> float:
    """The share of runs in which an entry of this error rate earns a step by its first trial."""
    trials = ([dice.random() < true for _ in range(TRIAL)] for _ in range(RUNS))
    return sum(next_state("demande", weigh(t, LIMIT, RATES)) == "repond" for t in trials) / RUNS


async def chances(run: Run) -> None:
    """The chances that the rules were chosen for."""
    run.at_most(
        "autonomy: a 5 % entry lowered in 100 labels", share_lowered(0.05, 100, run.dice), 0.02
    )
    caught = share_lowered(0.30, 60, run.dice)
    run.check("autonomy: a 30 % entry lowered in 60 labels", caught, ">= 0.9", met=caught >= 0.9)
    good, bad = (share_earned(true, run.dice) for true in (0.05, 0.20))
    print(
        f"   earned by {TRIAL} labels with at most {FEW_WRONG} wrong: {good:.1%} of the entries at "
        f"5 %, {bad:.1%} of those at 20 %"
    )


async def processes(run: Run) -> None:
    """Two real processes, one of which is told that an entry is wrong."""
    run.mode, run.database = "webhook", "postgresql"
    async with stage(run, WEBHOOK_URL=f"http://127.0.0.1:{free_port()}/telegram") as here:
        second = ServiceProcess(
            here.api, here.folder / "second", "webhook", **here.service.settings
        )
        try:
            await here.service.start()
            await second.start(ready=False)
            await waited(lambda: "Started:" in second.logged(), 60)
            await lose_it(here, second)
        finally:
            await second.close()


async def lose_it(here: Stage, second: ServiceProcess) -> None:
    run, first = here.run, here.service
    base = load(run.kb)
    titles = {entry.title: entry for entry in base.published.values()}
    answered = await find_answered(first, {title: e.answer for title, e in titles.items()})
    answer = titles[answered].answer
    run.exactly(
        "autonomy: the other process before", await reply_of(second, answered, answer), "answer"
    )
    environment = first.environment()
    settings = Settings(
        data_dir=first.data,
        database_url=SecretStr(environment["DATABASE_URL"]),
        pseudonym_key=SecretStr(environment["PSEUDONYM_KEY"]),
    )
    async with await open_store(settings) as store:
        for _ in range(MOST_JUDGEMENTS):
            await reply_of(first, answered, answer)
        judged = await judge_wrong(store, first, titles[answered].id)
    lowered = time.monotonic()
    print(f"   lowered after {judged} judgements of 'wrong'")
    run.exactly(
        "autonomy: the next message there", await reply_of(first, answered, answer), "suggestion"
    )
    await until_told(second)
    seconds = time.monotonic() - lowered
    run.at_most("autonomy: until the other process acts on it", seconds, SECONDS, " s")
    run.exactly(
        "autonomy: the next message elsewhere",
        await reply_of(second, answered, answer),
        "suggestion",
    )
    await second.kill()
    await first.kill()
    await first.start()
    run.exactly(
        "autonomy: the first after a restart", await reply_of(first, answered, answer), "suggestion"
    )


async def until_told(service: ServiceProcess) -> None:
    """Wait until a process knows that one entry is suggested first, or until it is too late."""
    for _ in range(int(2 * SECONDS / LOOK_SECONDS)):
        if GAUGE in await service.metrics():
            return
        await asyncio.sleep(LOOK_SECONDS)


async def find_answered(service: ServiceProcess, answer_of: dict[str, str]) -> str:
    """A question that is answered at once."""
    for text, answer in answer_of.items():
        if await reply_of(service, text, answer) == "answer":
            return text
    raise RuntimeError("no title is answered at once")


async def reply_of(service: ServiceProcess, text: str, answer: str) -> str:
    """How a title is met: by the ``answer`` of its entry, as a ``suggestion``, or by ``else``."""
    async with httpx.AsyncClient(base_url=service.web, timeout=60) as client:
        session = (await client.post("/api/sessions")).json()["session"]
        body, headers = {"id": "m", "text": text}, {"Authorization": f"Bearer {session}"}
        reply = await client.post("/api/messages", json=body, headers=headers)
        said = squeeze(json.dumps(reply.json(), ensure_ascii=False))
    if squeeze(answer.strip().splitlines()[0])[:60] in said:
        return "answer"
    return "suggestion" if squeeze(text) in said else "else"


def squeeze(text: str) -> str:
    """Letters and digits alone: a reply is set with other spaces than its file."""
    return re.sub(r"[\W_]+", "", text)


async def judge_wrong(store: Store, service: ServiceProcess, entry: str) -> int:
    """Draw the answers with an entry, judge them in the bureau, until it loses a step."""
    drawn = await draw_all(store, entry)
    await store.accounts.add("editeur", "éditeur")
    secret = await store.accounts.invite("editeur")
    async with httpx.AsyncClient(base_url=service.web, timeout=60) as client:
        await client.post(f"/bureau/invitation/{secret}", data={"password": PASSWORD})
        page = (await client.get("/bureau/controles/juger")).text
        csrf = re.findall(r'name="csrf" value="([^"]+)"', page)[0]
        for number, turn in enumerate(drawn, 1):
            form = {"csrf": csrf, "turn": str(turn), "verdict": "wrong"}
            await client.post("/bureau/controles/juger", data=form)
            page = (await client.get(f"/bureau/controles/juger?tour={turn}")).text
            if "répond → demande" in page:
                return number
    return 0


async def draw_all(store: Store, entry: str) -> list[int]:
    """Draw the direct answers, all as there is no past; the turns of those with an entry."""
    await draw_audits(store, 20, datetime.now(UTC) + timedelta(minutes=1))
    waiting = await store.reader.run(lambda t: Audits(t).to_judge(500))
    return [question.turn for question in waiting if question.entry == entry]


async def main(run: Run) -> None:
    """Both parts."""
    await play_parts(run, {"chances": chances, "processes": processes})


if __name__ == "__main__":
    play(main, __doc__)
