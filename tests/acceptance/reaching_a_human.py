"""Walks the states of a conversation, and counts how far a human is from each."""

from __future__ import annotations

import itertools
import secrets
from typing import TYPE_CHECKING

from bot.conversation.messages import Incoming

if TYPE_CHECKING:
    from bot.conversation.conversation import Conversation
    from bot.conversation.messages import Reply
    from bot.store.store import Store

BEGINNINGS = (
    "bjr on depose les preuves par chapitre ds convergence ?",
    "je veux parler à quelqu’un",
    "erreur 403 sur la plateforme, je suis bloqué",
    "comment obtenir le financement ?",
    "bonjour",
    "quelle heure est-il à Tokyo",
    "qsdfgh jklm",
    "👍",
    "/start",
    "/aide",
    "/lexique",
    "/inconnu",
)
COMMANDS = ("/contacts",)
DEEPEST = 4

Path = tuple[str, ...]


async def furthest(
    conversation: Conversation, store: Store, *, buttons_alone: bool
) -> tuple[int, int | None]:
    """How many states were seen, and the most actions to a human from any; None: one has no way.

    A state is what a person sees after a beginning and up to two presses; an action is a press,
    or a command when they are allowed too.
    """
    walk = _Walk(conversation, store, () if buttons_alone else COMMANDS)
    starts: list[Path] = [(beginning,) for beginning in BEGINNINGS]
    states = list(starts)
    for _ in range(2):
        starts = [(*path, act) for path in starts for act in await walk.buttons(path)]
        states += starts
    ways = [await walk.distance(path) for path in states]
    reached = [way for way in ways if way is not None]
    return len(states), max(reached) if len(reached) == len(ways) else None


class _Walk:
    def __init__(self, conversation: Conversation, store: Store, commands: tuple[str, ...]) -> None:
        self._conversation = conversation
        self._store = store
        self._commands = commands
        self._chats = itertools.count(1)
        self._name = secrets.token_hex(4)
        desks = conversation.base.desks.values()
        self._humans = {desk.email for desk in desks if desk.email}

    async def buttons(self, path: Path) -> list[str]:
        """The buttons of what is seen at the end of a path, by position."""
        reply = await self._last(path)
        return [f"#{n}" for n, button in enumerate(reply.buttons) if button.data]

    async def distance(self, path: Path) -> int | None:
        """Actions from the end of a path to the address of a human."""
        level: list[Path] = [path]
        for actions in range(DEEPEST):
            if [one for one in level if self._is_human(await self._last(one))]:
                return actions
            level = [
                (*one, act) for one in level for act in (*await self.buttons(one), *self._commands)
            ]
        return None

    def _is_human(self, reply: Reply) -> bool:
        return any(address in reply.text for address in self._humans)

    async def _last(self, path: Path) -> Reply:
        """What is seen at the end of a path, in a chat of its own."""
        chat = f"{self._name}-{next(self._chats)}"
        reply = await self._act(chat, path[0])
        for act in path[1:]:
            pressed = reply.buttons[int(act[1:])].data if act.startswith("#") else ""
            reply = await self._act(chat, "" if pressed else act, pressed)
        return reply

    async def _act(self, chat: str, text: str, choice: str = "") -> Reply:
        incoming = Incoming("telegram", chat, text, choice)
        prepared = await self._conversation.prepare(incoming)
        scrubbed = await self._store.scrub(incoming)
        outcome = await self._store.write(
            lambda c: self._conversation.respond(
                prepared, self._store.journal(c, scrubbed=scrubbed)
            )
        )
        return outcome.reply
