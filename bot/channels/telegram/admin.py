"""Answers the orders of administrators, and the repetitions in an album of photos."""

from __future__ import annotations

import logging
from collections import deque
from typing import TYPE_CHECKING

from bot.conversation import replies
from bot.conversation.messages import Reply
from bot.conversation.replies import notices
from bot.conversation.turns import TEXT

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from bot.channels.telegram.updates.events import Asked

RELOAD = "/recharger"
ALBUMS_KEPT = 1000
_log = logging.getLogger(__name__)


class Admin:
    """Answers administrators.

    Args:
        ids: their numeric ids; a name can be anybody's.
        reload: starts loading the knowledge base anew, and tells the place when it is done.
    """

    def __init__(self, ids: Collection[int], reload: Callable[[Asked], None]) -> None:
        self._ids = frozenset(ids)
        self._reload = reload
        self._albums: deque[str] = deque(maxlen=ALBUMS_KEPT)

    def reply(self, event: Asked) -> Reply | None:
        """The reply to an order; an empty one to a further photo of an album; else None."""
        known = self._is_known(event.album)
        if event.incoming.kind != TEXT:
            return Reply() if known else None
        if event.incoming.text.split(maxsplit=1)[:1] != [RELOAD]:
            return None
        return self._carry_out(event)

    def _carry_out(self, order: Asked) -> Reply:
        if order.incoming.group or order.sender not in self._ids:
            _log.warning("An order was refused: it did not come from an administrator in private.")
            return replies.unknown_command()
        self._reload(order)
        return notices.reload_start()

    def _is_known(self, album: str) -> bool:
        """Whether another photo of the album came before; the album is answered once."""
        if not album or album in self._albums:
            return bool(album)
        self._albums.append(album)
        return False
