"""The bureau: pages for those who work here, behind accounts; they need no JavaScript."""

from bot.channels.web.bureau.access import DeniedError
from bot.channels.web.bureau.bureau import Bureau
from bot.channels.web.bureau.parts import BureauParts

__all__ = ["Bureau", "BureauParts", "DeniedError"]
