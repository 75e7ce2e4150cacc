"""Opens a ticket to whoever shows its number and code; guessing is given up after five tries."""

from __future__ import annotations

import logging
from math import ceil
from typing import TYPE_CHECKING

from bot.channels.web import texts
from bot.channels.web.bodies import RefusalError
from bot.channels.web.client import Clients
from bot.channels.web.options import MESSAGES_AN_ADDRESS
from bot.channels.web.tracking import texts as said
from bot.escalation.receipts import find_ticket, read_number
from bot.escalation.tracking import Tracking
from bot.ops.errors import describe
from bot.ops.rates import Rate
from bot.store import StoreError

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request

    from bot.channels.web.exchange import Exchange
    from bot.channels.web.options import WebOptions
    from bot.escalation.casework import Casework
    from bot.escalation.tracking import Tracing, Wish
    from bot.store.store import Transaction

HOUR = 3600.0
TRIES = 5
"""Wrong codes an hour that a network may give for one number."""

TRIES_OF_A_NETWORK = 30
"""Wrong codes an hour of a network for all numbers together."""

_RETRY_SECONDS = 5
_log = logging.getLogger(__name__)


class Window:
    """Shows tickets to those who have their receipts.

    Args:
        exchange: with the store, and whoever sends what is to be sent.
        casework: works on the tickets, with the desks as they are now.
        options: the rates, and which proxies are believed.
    """

    def __init__(
        self, exchange: Exchange, casework: Callable[[], Casework], options: WebOptions
    ) -> None:
        self._exchange = exchange
        self._casework = casework
        self._clients = Clients(options.proxies)
        self._asked = Rate(options.chat_rate * MESSAGES_AN_ADDRESS)
        self._tries = Rate(TRIES, HOUR)
        self._all_tries = Rate(TRIES_OF_A_NETWORK, HOUR)

    async def serve(self, request: Request, number: str, code: str, wish: Wish) -> Tracing:
        """Do what is wished with a ticket.

        Args:
            request: says which network asks.
            number: of the receipt, as it was typed.
            code: of the receipt, as it was typed.
            wish: what to do.

        Raises:
            RefusalError: there is no such receipt, or there were too many wrong ones.
        """
        network = self._clients.key_of(request.scope)
        self._limit(self._asked, network, texts.too_many)
        tries = ((self._tries, (network, read_number(number))), (self._all_tries, network))
        for rate, key in tries:
            # Counted before it is looked at, so that many tries at once are not more tries.
            self._limit(rate, key, said.too_many_tries)
        done = await self._open(number, code, wish)
        for rate, key in tries:
            rate.give_back(key)
        return done

    async def _open(self, number: str, code: str, wish: Wish) -> Tracing:
        store, deliveries = self._exchange.store, self._exchange.deliveries

        async def work(transaction: Transaction) -> Tracing | None:
            records = store.records(transaction)
            ticket = await find_ticket(records, number, code)
            if ticket is None:
                return None
            done = await Tracking(self._casework()).do(records, ticket, wish)
            await deliveries.put(transaction, done.deliveries)
            return done

        try:
            done = await store.write(work)
        except StoreError as error:
            _log.error("A ticket could not be opened: %s.", describe(error))
            raise RefusalError(503, "broken", texts.BROKEN, _RETRY_SECONDS) from None
        if done is None:
            raise RefusalError(403, "no_receipt", said.NO_RECEIPT)
        return done

    @staticmethod
    def _limit(rate: Rate, key: object, words: Callable[[int], str]) -> None:
        if (wait := rate.wait(key)) > 0:
            seconds = ceil(wait)
            raise RefusalError(429, "too_many", words(seconds), seconds)
