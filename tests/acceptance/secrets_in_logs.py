"""S1, S6: no secret anywhere it could be read, one event a line whatever people write.

Run by hand: ``python -m tests.acceptance.secrets_in_logs --mode webhook``
"""

from __future__ import annotations

import asyncio
import json
import re
from pathlib import Path
from random import Random

from tests.acceptance.forged import FORGERIES
from tests.acceptance.harness import Run, Stage, ask_over, play, stage, waited
from tests.fakes.bot_api import TOKEN, Fault
from tests.fakes.command import Aiguilleur
from tests.fakes.service_process import METRICS_TOKEN, SECRET

SECRETS = {
    "the token": TOKEN,
    "the token's secret half": TOKEN.partition(":")[2],
    "the webhook's secret": SECRET,
    "the token of /metrics": METRICS_TOKEN,
    "the pseudonyms' key": "made-up-pseudonym-key-of-tests",
}
NASTY = (
    "coquelicot\n2026-01-01 CRITICAL faux\r\nINJECTED",
    "coquelicot \x1b[31mrouge\x1b[0m",
    "coquelicot \u2028INJECTED\u2029",
    "coquelicot \x00 nul",
)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\x85\u2028\u2029]")


async def main(run: Run) -> None:
    for level in ("INFO", "DEBUG"):
        if run.wants(level):
            await mixed(run, level)
    if run.wants("wrong"):
        await wrong_token(run)


async def mixed(run: Run, level: str) -> None:
    async with stage(run, LOG_LEVEL=level) as here:
        await here.service.start()
        for fault in (Fault.broken(), Fault.page(), Fault.garbage(), Fault.drop(), Fault.flood(1)):
            here.api.trouble(fault, share=0.05, dice=Random(run.seed))
        await ask_over(here, range(20, 60), 4.0)
        nasty_things(here)
        await here.replied([*range(20, 60), 61, 62, 63, 64], 30)
        for chat in range(20, 40):
            if any(sent.buttons for sent in here.api.chats.of(chat)):
                here.api.user_presses(chat)
        if run.mode == "webhook":
            for forgery in FORGERIES.values():
                await forgery(here.service.webhook)
        await here.calm(2)
        shown = await shown_by(here)
        await here.service.kill()
        await here.service.start()
        async with here.api.away():
            await asyncio.sleep(3)
        await here.service.stop()
        search(here, level, shown)
        lines(here, level)


def nasty_things(here: Stage) -> None:
    for chat, text in enumerate(NASTY, 61):
        name = {"id": chat, "is_bot": False, "first_name": text, "username": "INJECTED"}
        here.api.user_says(chat, text, **{"from": name})
        here.api.push("message", {"text": text, "chat": text})


async def shown_by(here: Stage) -> dict[str, str]:
    command = Aiguilleur(here.folder, here.run.kb, here.service.data)
    done = await asyncio.to_thread(command, "doctor", **here.service.environment())
    line = Path(f"/proc/{here.service.pid}/cmdline").read_bytes().decode()
    found = {"/metrics": await here.service.metrics(), "doctor": done.stdout + done.stderr}
    for path in ("/healthz", "/readyz", "/"):
        try:
            found[path] = (await here.service.get(path)).body.decode(errors="replace")
        except OSError:
            found[path] = ""
    return found | {"the command line": line}


def search(here: Stage, level: str, shown: dict[str, str]) -> None:
    """Look for the secrets in all that was shown and written; files as bytes."""
    shown = {**shown, "the log": here.service.logged()}
    for path in here.service.data.rglob("*"):
        if path.is_file() and "models" not in path.parts:
            shown[path.name] = path.read_bytes().decode("utf-8", errors="replace")
    for name, secret in SECRETS.items():
        places = [place for place, text in shown.items() if secret in text]
        here.run.exactly(f"S1 {level}: {name} found in", ", ".join(places) or "nothing", "nothing")


def lines(here: Stage, level: str) -> None:
    log = here.service.logged()
    bad = sorted(set(_CONTROL.findall(log.replace("\t", ""))))
    here.run.exactly(f"S6 {level}: control characters in the log", bad, [])
    forged = [line for line in log.splitlines() if line.startswith(("INJECTED", "2026-01-01 CRIT"))]
    here.run.exactly(f"S6 {level}: lines that a person wrote", len(forged), 0)
    here.run.exactly(f"S6 {level}: what people wrote in the log", log.count("coquelicot"), 0)
    here.run.exactly(f"S6 {level}: tracebacks", log.count("Traceback"), 0)
    plain = [line for line in log.splitlines() if line and not is_json(line)]
    print(f"   lines of log: {len(log.splitlines())}, of which no JSON: {len(plain)}")


def is_json(line: str) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except ValueError:
        return False


async def wrong_token(run: Run) -> None:
    wrong = "4242:quite-wrong-and-very-secret"
    async with stage(run, TELEGRAM_BOT_TOKEN=wrong, LOG_LEVEL="DEBUG") as here:
        await here.service.start(ready=False)
        await waited(lambda: not here.service.running, 60)
        code = await here.service.wait() if not here.service.running else None
        run.exactly("S1 a wrong token: exit code", code, 3)
        run.exactly("S1 a wrong token in the log", here.service.logged().count("very-secret"), 0)


if __name__ == "__main__":
    play(main, __doc__)
