"""Who sees which page of the bureau, how forms and hosts are refused, and what names nobody.

Run by hand: ``python -m tests.acceptance.bureau_rights``; exits 1 when a page opens to somebody
that it does not name, a forged request counts, or a chat, an account or a rating is told.
"""

from __future__ import annotations

import argparse
import asyncio
import csv
import io
import json
import sys
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import update
from starlette.routing import Route

from bot.analytics.auditing import draw_audits
from bot.analytics.refresh import refresh_episodes
from bot.channels.web.bureau import Bureau
from bot.channels.web.client import Clients
from bot.conversation.messages import Incoming
from bot.escalation.casework import Casework
from bot.escalation.desks import BUREAU, StaffedDesks
from bot.escalation.ports import Post
from bot.escalation.tickets import Draft, NewMessage
from bot.store.accounts import ROLES
from bot.store.audits import AUDIT, Audits, Label
from bot.store.exports import EXPORTED
from bot.store.ticket_tables import tickets
from classifier.decision import Candidate, Decision
from tests.acceptance.harness import Run
from tests.fakes.small_base import BIKE, small_base
from tests.fakes.web_service import Parrot, bureau_parts, web_service

if TYPE_CHECKING:
    from bot.channels.web.bureau.access import Page
    from bot.store.accounts import Role
    from bot.store.store import Store, Transaction
    from tests.fakes.web_service import Web

PASSWORD = "une suite de mots pour entrer"
OUT = "/bureau/sortie"
OPEN = {"/bureau", "/bureau/connexion", "/bureau/invitation/{secret}"}
"""Addresses that need no login."""

CHAT, AGENT = "987654321", "Zéphyrine Trémolat"
ANSWER = Decision("answer", BIKE, (), (Candidate(BIKE, 0.9),), 0.9, "m")
NOBODYS = {"chat", "by", "rating", "assignee", "staff", "address", "place", "name", "update_id"}
"""Columns that would name somebody, or judge who answers."""


def bureau_of(web: Web) -> Bureau:
    return Bureau(bureau_parts(web.store, small_base, web.answerer.deliveries), Clients())


async def log_in(web: Web, role: Role, name: str) -> str:
    """A new account and its login; the secret of its forms."""
    await web.store.accounts.add(name, role, ("atelier",))
    secret = await web.store.accounts.invite(name)
    web.client.cookies.clear()
    await web.client.post(f"/bureau/invitation/{secret}", data={"password": PASSWORD})
    page = (await web.client.get("/bureau/")).text
    return page.partition('name="csrf" value="')[2].partition('"')[0]


async def ask(web: Web, page: Page, csrf: str = "", **headers: str) -> int:
    path = page.path.replace("{number}", "none").replace("{entry}", "none")
    if page.posted:
        answer = await web.client.post(path, data={"csrf": csrf}, headers=headers)
    else:
        answer = await web.client.get(path, headers=headers)
    to_entrance = "connexion" in answer.headers.get("location", "")
    return 401 if to_entrance else answer.status_code


async def matrix(run: Run, web: Web) -> None:
    """Every page and every role, from the table of the routes."""
    bureau = bureau_of(web)
    routed = {(r.path, m) for r in bureau.routes() if isinstance(r, Route) for m in r.methods or ()}
    listed = {(page.path, "POST" if page.posted else "GET") for page in bureau.pages}
    unlisted = {each for each in routed - listed if each[0] not in OPEN and each[1] != "HEAD"}
    run.exactly("routes that no list of rights names", unlisted, set())
    tried = 0
    wrong: list[tuple[object, ...]] = []
    web.client.cookies.clear()
    for page in bureau.pages:
        tried += 1
        if await ask(web, page) != 401:
            wrong.append((page.path, "nobody"))
    for role in ROLES:
        csrf = await log_in(web, role, f"compte {role}")
        for page in (each for each in bureau.pages if each.path != OUT):
            status = await ask(web, page, csrf)
            may = role == "admin" or role in page.roles
            found = {404} if "{" in page.path else {200, 303}
            tried += 1
            if status not in (found if may else {403}):
                wrong.append((page.path, role, status))
    run.exactly(f"unexpected answers of {tried} (routes x roles)", wrong, [])


async def forged(run: Run, web: Web) -> None:
    """Forms without their secret, other hosts, and a cookie after its logout."""
    bureau = bureau_of(web)
    posted = [page for page in bureau.pages if page.posted]
    csrf = await log_in(web, "admin", "admin")
    counted = [
        page.path for page in posted for s in ("", "x" * 43) if await ask(web, page, s) != 403
    ]
    run.exactly(f"of {len(posted)} forms without their secret, counted", counted, [])
    strange = {"Sec-Fetch-Site": "cross-site"}
    counted = [page.path for page in posted if await ask(web, page, csrf, **strange) != 403]
    run.exactly(f"of {len(posted)} forms of another site, counted", counted, [])
    hosts = [p.path for p in bureau.pages if await ask(web, p, csrf, Host="rebound.example") != 421]
    run.exactly(f"of {len(bureau.pages)} pages under another host, shown", hosts, [])
    kept = dict(web.client.cookies)
    await web.client.post(OUT, data={"csrf": csrf})
    web.client.cookies.clear()
    web.client.cookies.update(kept)
    shown = [page.path for page in bureau.pages if await ask(web, page, csrf) != 401]
    run.exactly(f"of {len(bureau.pages)} pages with the cookie of a logout, shown", shown, [])


async def fill(store: Store) -> str:
    """A question and a ticket of somebody on Telegram, rated and judged; the ticket's number."""
    incoming = Incoming("telegram", CHAT, "mon vélo est cassé", update_id=1)
    scrubbed = await store.scrub(incoming)
    await store.write(lambda c: store.journal(c, "", scrubbed).record_turn(incoming, ANSWER, 1.0))
    later = datetime.now(UTC) + timedelta(hours=1)
    await refresh_episodes(store, later)
    await draw_audits(store, 1_000, later)
    base = small_base()
    casework = Casework(StaffedDesks(base, {d: Post(BUREAU, d) for d in base.desks}))

    async def work(transaction: Transaction) -> str:
        for question in await Audits(transaction).to_judge(9):
            label = Label(question.turn, "account:1", AUDIT, "right")
            await Audits(transaction).put_label(label, later)
        records = store.records(transaction, "telegram:1")
        said = NewMessage("asker", "mon vélo", origin="telegram:1", origin_id="1")
        draft = Draft("atelier", "customer_request", (said.text,))
        done: Any = await casework.open(records, incoming, draft, said)
        agent = await records.crew.meet("telegram", "123123123", AGENT)
        done = await casework.take(records, done.ticket, agent)
        told = NewMessage("desk", "Passez à l’atelier.", staff=agent.id)
        done = await casework.answer(records, done.ticket, told, agent)
        await transaction.execute(update(tickets).values(rating=4))
        return str(done.ticket.number)

    return await store.write(work)


async def nameless(run: Run, web: Web) -> None:
    """What pages and files tell of somebody."""
    number = await fill(web.store)
    told = (CHAT, web.store.pseudonym.of("telegram", CHAT), AGENT, "account:1", "account_id")
    found, looked, columns = [], 0, set()
    await log_in(web, "admin", "lectrice")
    pages = [p.path for p in bureau_of(web).pages if not p.posted and "{" not in p.path]
    for path in (*pages, f"/bureau/demandes/{number}", f"/bureau/fiches/{BIKE.id}"):
        text = (await web.client.get(path)).text
        looked += 1
        # On the page of a ticket, and there alone, colleagues read who answered.
        names = told if number not in path else tuple(word for word in told if word != AGENT)
        found += [(path, word) for word in names if word in text]
    for kind in EXPORTED:
        for form in ("csv", "jsonl"):
            asked = f"/bureau/exports/fichier?quoi={kind}&format={form}&textes=1"
            text = (await web.client.get(asked)).text.removeprefix("\ufeff")
            looked += 1
            found += [(asked, word) for word in told if word in text]
            rows = list(csv.DictReader(io.StringIO(text, newline=""), delimiter=";"))
            lines = [json.loads(one) for one in text.splitlines()] if form == "jsonl" else rows
            run.check(f"rows of {kind} as {form}", len(lines), "> 0", met=bool(lines))
            columns |= {name for row in lines for name in row}
    run.exactly(f"words that name somebody, in {looked} pages and files", found, [])
    run.exactly("columns that would name or judge somebody", columns & NOBODYS, set())


async def main() -> int:
    run = Run()
    for part in (matrix, forged, nameless):
        async with web_service(Parrot()) as web:
            await part(run, web)
    return int(not run.met)


if __name__ == "__main__":
    argparse.ArgumentParser(description=__doc__).parse_args()
    sys.exit(asyncio.run(main()))
