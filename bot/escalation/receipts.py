"""By a number and a code, whoever has lost their chat finds their ticket again.

A code has ten of 31 letters and digits that are not taken for one another: some 49 bits, of which
nobody can try more than a few an hour.
"""

from __future__ import annotations

import re
import secrets
from typing import TYPE_CHECKING

from bot.conversation.messages import Receipt

if TYPE_CHECKING:
    from datetime import datetime

    from bot.escalation.ports import Records
    from bot.escalation.tickets import Ticket

ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
LENGTH = 10
_CODE = re.compile(f"[{ALPHABET}]{{{LENGTH}}}")
_NUMBER = re.compile(r"[0-9]{4}-[0-9]{5,9}")
_AROUND = re.compile(r"[\s._\u2010-\u2015-]+")
_MOST_READ = 60


async def issue_receipt(records: Records, ticket: Ticket, at: datetime) -> Receipt:
    """A receipt with a new code; one given before opens nothing any more."""
    code = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
    await records.receipts.put(ticket, code, at)
    return Receipt(ticket.number, code)


async def find_ticket(records: Records, number: str, code: str) -> Ticket | None:
    """The ticket of a receipt as somebody typed it, held until the transaction ends."""
    wanted, given = read_number(number), read_code(code)
    ticket = await records.tickets.find(wanted) if wanted and given else None
    if ticket is None or ticket.state == "erased":
        return None
    return ticket if await records.receipts.has(ticket, given) else None


def read_number(typed: str) -> str:
    """The number that somebody typed, such as ``n° 2026-123``; empty for what is none."""
    plain = re.sub(r"[^0-9\-\u2010-\u2015]", "", typed[:_MOST_READ])
    year, _, rest = re.sub("[\u2010-\u2015]", "-", plain).strip("-").partition("-")
    found = f"{year}-{rest.zfill(5)}"
    return found if _NUMBER.fullmatch(found) and rest else ""


def read_code(typed: str) -> str:
    """The code that somebody typed, in any case and with spaces; empty for what is none."""
    plain = _AROUND.sub("", typed[:_MOST_READ]).upper()
    return plain if _CODE.fullmatch(plain) else ""
