"""The e-mail that an asker leaves for one ticket: read, kept, and said to be kept."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.conversation.replies import asker_mail as said
from bot.escalation.channels import LOST_WHEN_CLOSED, MAILED
from bot.escalation.receipts import issue_receipt

if TYPE_CHECKING:
    from bot.conversation.messages import Incoming, Reply
    from bot.escalation.casework import Casework
    from bot.escalation.ports import Records
    from bot.escalation.tickets import Ticket

MAX_ADDRESS = 254
"""Characters: RFC 5321, 4.5.3.1.3, without the angle brackets."""

MOST_WORDS = 12
"""Of a message that is read as an address; a longer one has something else to say too."""

_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_ADDRESS = re.compile(rf"(?=.{{1,64}}@){_ATOM}(?:\.{_ATOM})*@(?:{_LABEL}\.)+[A-Za-z]{{2,63}}")
_AROUND = "<>()[]«»\"'“”.,;:!?\u00a0"


def read_address(text: str) -> str:
    """The one address in a short text, as it was typed; empty when there is none, or several.

    What RFC 5321 allows beyond what people have (quoted names, addresses of machines) is refused,
    and so is what could carry a header or a second recipient.
    """
    words = text.split()
    found = {word.strip(_AROUND).removeprefix("mailto:") for word in words if "@" in word}
    if len(found) != 1 or len(words) > MOST_WORDS:
        return ""
    address = found.pop()
    return address if len(address) <= MAX_ADDRESS and _ADDRESS.fullmatch(address) else ""


def may_leave_address(casework: Casework, incoming: Incoming) -> bool:
    """Whether answers can go by mail from here, to somebody of this channel."""
    return casework.mails_askers and incoming.channel in MAILED


async def keep_address(
    casework: Casework, records: Records, incoming: Incoming, ticket: Ticket, address: str
) -> Reply:
    """Keep the address of a ticket; what its asker reads.

    Args:
        casework: has the clock.
        records: of the transaction.
        incoming: says which channel they are in: where nothing leads back to the ticket by itself,
            they get a receipt in words, since the mails lead to the page that asks for it.
        ticket: of theirs.
        address: as :func:`read_address` gives it.
    """
    at = casework.clock()
    await records.mails.put(ticket, address, at)
    told = said.address_is_kept(ticket.number, address, ticket.id)
    if incoming.channel in LOST_WHEN_CLOSED:
        return told
    return said.with_code(told, await issue_receipt(records, ticket, at))
