"""The bureau: pages for those who work here, behind accounts; they need no JavaScript."""

from bot.channels.web.bureau.access import DeniedError
from bot.channels.web.bureau.bureau import Bureau, BureauParts

__all__ = ["Bureau", "BureauParts", "DeniedError"]
