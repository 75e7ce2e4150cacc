"""R10, R11, R12, R20, S5: anything at all comes in, and what goes out is never refused.

Run by hand: ``python -m tests.acceptance.fuzz --seed 1 [--only fuzz,media,buttons,limits,nasty]``
"""

from __future__ import annotations

import asyncio
import tempfile
import time
from pathlib import Path

from tests.acceptance.broken_updates import mutated, samples
from tests.acceptance.harness import (
    Run,
    Stage,
    ask_over,
    play,
    play_parts,
    questions,
    stage,
    waited,
)
from tests.acceptance.long_content import copied, with_term
from tests.fakes.bot_api_media import KINDS
from tests.fakes.telegram_html import links_of

COUNT, GOOD, MEGABYTE = 10_000, 200, 1 << 20
NASTY = ("<3", "a < b & c", "</b>", "&amp;", "_*[", "@all", "tg://user?id=1", "<a href='x'>", "`x")


async def main(run: Run) -> None:
    await play_parts(
        run, {"fuzz": fuzz, "media": media, "buttons": buttons, "limits": limits, "nasty": nasty}
    )


async def fuzz(run: Run) -> None:
    count = 1000 if run.short else COUNT
    good = range(50_000, 50_000 + GOOD)
    texts = questions(run.kb)
    async with stage(run, TELEGRAM_SEND_RATE="0") as here:
        await here.service.start()
        await ask_over(here, range(100, 200), 2.0)
        await here.replied(range(100, 200), 30)
        rss, base = here.service.rss(), samples(here.api)
        for number in range(count):
            kind, content = run.dice.choice(base)
            here.api.push(*mutated(run.dice, kind, content))
            if number % (count // GOOD) == 0:
                at = number // (count // GOOD)
                here.api.user_says(good[at], texts[at % len(texts)])
            if number % 200 == 0:
                await waited(lambda: here.api.pending() < 400, 20)
        answered = await here.replied(good, 60)
        await waited(lambda: here.api.pending() == 0, 60)
        run.exactly("R10 stored and not worked on", await worked_off(here, count / 20), 0)
        run.exactly("R10 good ones among them answered", answered, wanted=True)
        run.exactly("R10 updates left", here.api.pending(), 0)
        run.exactly("R10 still the same process", here.service.running, wanted=True)
        run.exactly("R10 tracebacks in the log", here.service.logged().count("Traceback"), 0)
        run.at_most("R10 memory growth", (here.service.rss() - rss) / MEGABYTE, 20, " MB")
        code, _ = await here.service.stop()
        run.exactly("R10 exit code", code, 0)


async def worked_off(here: Stage, patience: float) -> int:
    """Wait until nothing waits in the inbox; how much does in the end."""
    end = time.monotonic() + patience
    while time.monotonic() < end:
        rows = await here.database.rows("SELECT count(*) FROM inbox WHERE state = 'pending'")
        if rows[0][0] == 0:
            return 0
        await asyncio.sleep(0.5)
    return int(rows[0][0])


async def media(run: Run) -> None:
    asked = questions(run.kb)[0]
    async with stage(run) as here:
        await here.service.start()
        for chat, kind in enumerate(KINDS, 40):
            here.api.user_sends(chat, kind)
        await here.replied(range(40, 40 + len(KINDS)), 20)
        here.api.user_sends(80, "photo", caption=asked)
        here.api.user_sends(81, "voice", caption="")
        here.api.user_says(82, asked)
        await here.replied([80, 81, 82], 15)
        await here.calm(3)
        wrong = [k for chat, k in enumerate(KINDS, 40) if len(here.api.chats.of(chat)) != 1]
        run.exactly("R11 kinds without exactly one reply", wrong, [])
        same = here.api.chats.of(80)[:1] == [] or here.api.chats.of(82)[:1] == []
        same = not same and here.api.chats.of(80)[0].text == here.api.chats.of(82)[0].text
        run.exactly("R11 a caption is answered as the same text is", same, wanted=True)
        await one_edit(here, asked)
        await long_caption(here)


async def one_edit(here: Stage, asked: str) -> None:
    before, rows = here.api.chats.of(82)[:1], len(await here.turns())
    message = next(q.message for q in here.api.asked if q.chat == 82)
    here.api.user_edits(message, questions(here.run.kb)[40])
    await waited(lambda: bool(before and before[0].edits), 8)
    shown = here.api.chats.of(82)
    print(f"   edited: {shown[0].edits} edits, {len(shown) - 1} more replies to « {asked[:40]} »")
    here.run.check(
        "R11 an edit: edited, or one more reply", len(shown), "<= 2", met=len(shown) <= 2
    )
    more = len(await here.turns()) - rows
    here.run.at_most("R11 an edit: rows more", more, 1)


async def long_caption(here: Stage) -> None:
    text = "prix d’un trajet " * 600
    here.api.user_sends(83, "document", caption=text[:10_000])
    here.run.exactly("R20 10,000 characters answered", await here.replied([83], 10), wanted=True)
    stored = await here.database.rows("SELECT text FROM turns ORDER BY id DESC LIMIT 1")
    kept = stored[0][0] if stored else ""
    here.run.check(
        "R20 stored cut, with a mark", len(kept), "<= 4000 and …", met=kept.endswith("…")
    )


async def buttons(run: Run) -> None:
    async with stage(run) as here:
        api = here.api
        await here.service.start()
        texts = questions(run.kb)
        for chat in range(20, 60):
            api.user_says(chat, texts[chat])
        await here.replied(range(20, 60), 30)
        pressable = [c for c in range(20, 60) if any(s.buttons for s in api.chats.of(c))][:7]
        await here.calm()
        twice, stale, forged, longest, gone, later, other = pressable
        presses = [api.user_presses(twice), api.user_presses(twice)]
        old = api.user_presses(stale)
        api.query_expires(old)
        presses += [api.user_presses(forged, "forged:1:2"), api.user_presses(longest, "é" * 32)]
        nowhere = {"chat": {"id": gone, "type": "private"}, "message_id": 1, "date": 0}
        presses.append(api.user_presses(gone, 0, message=nowhere))
        stranger = {"id": 999, "is_bot": False, "first_name": "Paul"}
        presses.append(api.user_presses(other, 0, **{"from": stranger}))
        begun = time.monotonic()
        await waited(lambda: set(presses) <= set(api.answered), 10)
        late = time.monotonic() - begun
        left = set(presses) - set(api.answered)
        run.exactly("R12 presses that were not acknowledged", len(left), 0)
        run.at_most("R12 seconds until all are", late, 2, " s")
        await here.calm()
        run.at_most("R12 replies to a double press", len(api.chats.of(twice)) - 1, 1)
        await here.service.kill()
        await here.service.start()
        again = api.user_presses(later)
        run.exactly(
            "R12 after a restart", await waited(lambda: again in api.answered, 5), wanted=True
        )
        run.exactly("R12 tracebacks", here.service.logged().count("Traceback"), 0)


async def limits(run: Run) -> None:
    """Answers as long as the limit, longer, and with something brittle at each cut."""
    texts = {f"LIMITE{size}": brittle(size) for size in (4095, 4096, 4097, 8192, 10_000, 40_000)}
    with tempfile.TemporaryDirectory() as folder:
        kb = copied(Path(folder))
        for short, text in texts.items():
            with_term(kb, short, text)
        async with stage(run, kb) as here:
            await here.service.start()
            for chat, short in enumerate(texts, 60):
                here.api.user_says(chat, f"/lexique {short}")
            await waited(lambda: whole(here, texts), 60)
            refused = sum(call.status == 400 for call in here.api.log)
            run.exactly("R20 calls refused", refused, 0)
            run.exactly("R20 texts whole when joined", whole(here, texts), wanted=True)


def whole(here: Stage, texts: dict[str, str]) -> bool:
    return all(
        squeezed(text) in squeezed("".join(sent.text for sent in here.api.chats.of(chat)))
        for chat, text in enumerate(texts.values(), 60)
    )


def squeezed(text: str) -> str:
    return "".join(text.split())


def brittle(size: int) -> str:
    """Emoji of several code points, right-to-left marks, links and what looks like markup."""
    pieces = ("mot ", "👩‍👩‍👧 ", "עִבְרִית ", "a<b&c ", "https://exemple.fr/?a=1&b=2 ", "`code` ", "é")
    text, number = "", 0
    while len(text) < size:
        text += f"{number}{pieces[number % len(pieces)]}"
        number += 1
    return text[: size - 1].strip() + "."


async def nasty(run: Run) -> None:
    async with stage(run) as here:
        await here.service.start()
        for chat, text in enumerate(NASTY, 70):
            name = {"id": chat, "is_bot": False, "first_name": text, "username": "x"}
            here.api.user_says(chat, f"/lexique {text}", **{"from": name})
            here.api.user_says(-chat, f"@AiguilleurBot {text}", **{"from": name})
            here.api.user_says(chat, text, **{"from": name})
        await here.replied(range(70, 70 + len(NASTY)), 20)
        await here.calm(3)
        refused = sum(call.status == 400 for call in here.api.log)
        run.exactly("S5 calls refused", refused, 0)
        found = [link for sent in here.api.messages for link in html_links(sent.raw)]
        run.exactly("S5 links to people", [x for x in found if x.startswith("tg://user")], [])
        shown = sum(
            text in " ".join(sent.text for sent in here.api.chats.of(chat))
            for chat, text in enumerate(NASTY, 70)
        )
        run.exactly("S5 said back as it was written", shown, len(NASTY))
        forms = [form for name, form in here.api.calls if name == "sendMessage"]
        previews = sum("is_disabled" not in form.get("link_preview_options", "") for form in forms)
        run.exactly("S5 messages with a preview of links", previews, 0)


def html_links(raw: str) -> list[str]:
    return links_of(raw) if "<a " in raw else []


if __name__ == "__main__":
    play(main, __doc__)
