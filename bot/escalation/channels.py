"""What the channels of askers differ in, as far as tickets are concerned."""

from __future__ import annotations

LOST_WHEN_CLOSED = frozenset({"web"})
"""Whoever closes the page cannot come back to their chat: they get a receipt."""

READ_ON_REQUEST = frozenset({"terminal"})
"""Nothing can be brought there: what the desk said is read with ``/statut``."""

MAILED = frozenset({"web", "telegram"})
"""Whoever asks there may leave an e-mail, to be answered there too."""

EDITABLE = frozenset({"telegram"})
"""A message can be changed there after it was sent."""
