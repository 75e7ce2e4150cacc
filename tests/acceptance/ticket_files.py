"""Files of tickets, both ways: every kind, albums of ten, sizes at the limit, hostile names.

Point 10. Run by hand: ``python -m tests.acceptance.ticket_files [--database postgresql]``
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from bot.store.ticket_tables import attachments
from tests.acceptance.harness import Part, Run, play, play_parts
from tests.acceptance.ticket_stage import answering
from tests.fakes.bot_api_media import KINDS, media
from tests.fakes.desk_service import CAMILLE, CLAIRE, GROUP
from tests.fakes.open_store import found

if TYPE_CHECKING:
    from tests.fakes.bot_api_rules import Sent
    from tests.fakes.desk_service import Desks

LIMIT = 20_000_000
NAMES = (
    "../../x",
    "..\\..\\x.exe",
    "/etc/passwd",
    "é" * 127 + "x",
    "nom\r\nContent-Type: text/html\r\n\r\n.pdf",
    "nom\x00caché.pdf",
    "\u202efdp.exe",
    "con. . .",
    "",
)
ALBUMS = (["photo"] * 10, ["document"] * 10, ["audio"] * 10, ["photo", "video"] * 5, ["photo"] * 2)


async def main(run: Run) -> None:
    parts: dict[str, Part] = {
        "kinds": every_kind,
        "albums": albums_of_ten,
        "sizes": sizes_at_the_limit,
        "names": hostile_names,
    }
    await play_parts(run, parts)


async def every_kind(run: Run) -> None:
    kinds = [kind for kind in KINDS if kind != "forward"]
    async with answering(run) as desks:
        thread = await desks.open()
        there = back = 0
        for kind in kinds:
            desks.api.user_sends(CLAIRE, kind)
            await desks.settled()
            there += desks.api.in_topic(GROUP, thread)[-1].media == kind
            desks.api.staff_sends(GROUP, CAMILLE, kind, thread=thread, to=desks.head(thread))
            await desks.settled()
            back += kind in {sent.media for sent in desks.api.chats.of(CLAIRE)[-2:]}
    run.exactly("10 kinds that reached the desk", there, len(kinds))
    run.exactly("10 kinds that reached the asker", back, len(kinds))


async def albums_of_ten(run: Run) -> None:
    async with answering(run) as desks:
        thread = await desks.open()
        for kinds in ALBUMS:
            named = f"{len(kinds)} of {' and '.join(sorted(set(kinds)))}"
            before = len(desks.api.in_topic(GROUP, thread))
            desks.api.user_sends_album(CLAIRE, kinds, ["Voici", "", "et cela"])
            await desks.settled()
            there = desks.api.in_topic(GROUP, thread)[before:]
            run.exactly(f"10 album {named}, to the desk", is_album(there, kinds), wanted=True)
            before = len(desks.api.chats.of(CLAIRE))
            head = desks.head(thread)
            desks.api.staff_sends_album(GROUP, CAMILLE, kinds, ["Vu"], thread=thread, to=head)
            await desks.settled()
            back = desks.api.chats.of(CLAIRE)[before:]
            run.exactly(f"10 album {named}, to the asker", is_album(back, kinds), wanted=True)


def is_album(sent: list[Sent], kinds: list[str]) -> bool:
    """Whether it is these files, in order, as one."""
    together = {each.album for each in sent}
    return [each.media for each in sent] == kinds and len(together) == 1 and "" not in together


async def sizes_at_the_limit(run: Run) -> None:
    async with answering(run) as desks:
        thread = await desks.open()
        head = desks.head(thread)
        for size, passes in ((LIMIT, True), (LIMIT + 1, False)):
            file = document(f"{size}.pdf", size)
            desks.api.user_says(CLAIRE, **file)
            desks.api.staff_says(GROUP, CAMILLE, None, thread=thread, to=head, **file)
            await desks.settled()
            count = sum(sent.media == "document" for sent in desks.api.messages)
            run.exactly(f"10 copies after {size:,} bytes both ways", count, 2)
            told = [*desks.told(CLAIRE), *desks.in_topic(thread)]
            refusals = sum("20\xa0Mo" in text for text in told)
            run.exactly(f"10 refusals with a reason after {size:,}", refusals, 0 if passes else 2)


async def hostile_names(run: Run) -> None:
    async with answering(run) as desks:
        thread = await desks.open()
        for name in NAMES:
            desks.api.user_says(CLAIRE, **document(name, 1000))
        await desks.settled()
        there = sum(sent.media == "document" for sent in desks.api.in_topic(GROUP, thread))
        kept = [name for (name,) in await names_of(desks)]
    harmful = [n for n in kept if len(n) > 100 or not n.isprintable() or set(n) & set("/\\")]
    run.exactly("10 files with hostile names that arrived", there, len(NAMES))
    run.exactly("10 names kept that could do harm", len(harmful), 0)


async def names_of(desks: Desks) -> list[tuple[str]]:
    rows = await found(desks.store, select(attachments.c.name))
    return [(str(desks.store.vault.open(sealed)["name"]),) for (sealed,) in rows]


def document(name: str, size: int) -> dict[str, Any]:
    """The fields of a document."""
    return {"document": {**media("document")["document"], "file_name": name, "file_size": size}}


if __name__ == "__main__":
    play(main, __doc__)
