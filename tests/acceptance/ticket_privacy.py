"""What a desk sees of a person's words, and what is left once they are erased.

Run by hand: ``python -m tests.acceptance.ticket_privacy``; exits 1 when a desk's copy shows an
identifier that it should not, or a word of an erased chat is left in the database's files.
"""

from __future__ import annotations

import asyncio
import json
import re
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import select

from bot.conversation import choices
from bot.store.database.compact import compact
from bot.store.schema import metadata
from tests.fakes.desk_talk import DeskTalk, desk_talk
from tests.fakes.raw_bytes import bytes_in

if TYPE_CHECKING:
    from sqlalchemy import Table

    from bot.store.store import Transaction
    from bot.store.vault import Vault

TEXTS, SEEDS = 200, (1, 2, 3)
PATIENTS = (
    ("NIR", "{n} 85 05 78 006 084 36"),
    ("NIR", "1{n}50578006084"),
    ("birth date", "né le {d:02d}/03/19{y:02d}"),
    ("birth date", "née le {d} mars 19{y:02d}"),
    ("IBAN", "FR76 3000 6000 0112 3456 7890 1{y:02d}"),
    ("patient", "le patient Martin Durand"),
)
CONTACTS = (
    ("e-mail", "personne{y}@cabinet.example"),
    ("telephone", "06 12 34 56 {y:02d}"),
    ("SIRET", "732 829 320 000 74"),
    ("RPPS", "RPPS 1000{y:02d}45678"),
)
WORDS = "zebulon hortensia"


def texts(seed: int) -> list[tuple[str, str, str]]:
    """(text, patient's identifier, own contact) each."""
    made = []
    for n in range(TEXTS):
        kind, patient = PATIENTS[(n + seed) % len(PATIENTS)]
        _, contact = CONTACTS[(n * 7 + seed) % len(CONTACTS)]
        filled = {"n": 1 + n % 2, "d": 1 + n % 28, "y": 10 + (n * 3 + seed) % 89}
        hidden, own = patient.format(**filled), contact.format(**filled)
        led = (
            "son NIR est" if kind == "NIR" else "son IBAN est" if kind == "IBAN" else "il s'agit de"
        )
        said = f"Bonjour, {WORDS} {n}, {led} {hidden}. Écrivez-moi : {own}."
        made.append((said, hidden, own))
    return made


def shows(copy: str, secret: str) -> bool:
    """Whether a copy has a secret in it, or all its digits in a row."""
    digits = re.sub(r"\D", "", secret)
    flat = re.sub(r"[^\w]", "", copy)
    return secret in copy or (len(digits) >= 8 and digits in flat)


async def main() -> int:
    faults = 0
    for seed in SEEDS:
        with tempfile.TemporaryDirectory() as folder:
            faults += await try_seed(Path(folder), seed)
    print("in order" if not faults else f"{faults} faults")
    return int(bool(faults))


async def try_seed(folder: Path, seed: int) -> int:
    patients, contacts, shown = 0, 0, 0
    async with desk_talk(folder / "aiguilleur.db") as talk:
        for n, (said, hidden, own) in enumerate(texts(seed)):
            talk.chat, consents = str(n), n % 4 == 0
            copies = await send(talk, said, consents=consents)
            patients += any(shows(copy, hidden) for copy in copies)
            seen = any(shows(copy, own) for copy in copies)
            contacts += seen and not consents
            shown += seen and consents
        left = await erase_all(talk)
        raw = bytes_in(folder)
    found = [word for word in WORDS.split() if word.encode() in raw]
    print(
        f"seed {seed}: {TEXTS} texts, patients' identifiers in desk copies {patients}, contacts "
        f"without consent {contacts}, with it {shown} of {TEXTS // 4}; after /oublier {left} rows "
        f"with their words, sealed ones opened, and {len(found)} words in the files"
    )
    return patients + contacts + left + len(found) + (shown != TEXTS // 4)


async def send(talk: DeskTalk, said: str, *, consents: bool) -> list[str]:
    """Send a text to the desk; what was put into its outbox because of it."""
    before = len(await talk.told_desk())
    await talk.says("/humain")
    await talk.says(said)
    if consents:
        await talk.presses("Montrer mes coordonnées")
    await talk.presses("Envoyer")
    await talk.says(said)
    return (await talk.told_desk())[before:]


async def erase_all(talk: DeskTalk) -> int:
    """Every chat asks to be forgotten; how many rows still have their words."""
    for n in range(TEXTS):
        talk.chat = str(n)
        await talk.says(choice=choices.FORGET)
    await compact(talk.store.database)

    async def work(transaction: Transaction) -> int:
        return sum(
            [
                await count_rows_with_words(transaction, talk.store.vault, table)
                for table in metadata.sorted_tables
            ]
        )

    return await talk.store.write(work)


async def count_rows_with_words(transaction: Transaction, vault: Vault, table: Table) -> int:
    """How many rows of a table have a word of theirs, in the open or sealed."""
    left = 0
    for row in await transaction.execute(select(table)):
        values = [value for value in row if isinstance(value, str)]
        opened = [json.dumps(vault.open_or_none(value), ensure_ascii=False) for value in values]
        if any(word in text for word in WORDS.split() for text in (*values, *opened)):
            left += 1
            print(f"left in {table.name}")
    return left


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
