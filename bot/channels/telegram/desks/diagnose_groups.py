"""What Telegram says of the groups of desks: whether the bot can do there what tickets need."""

from __future__ import annotations

from typing import TYPE_CHECKING

from telegram import Bot, ChatMemberAdministrator, ChatMemberOwner
from telegram.error import BadRequest, ChatMigrated, Forbidden, TelegramError
from telegram.request import HTTPXRequest

from bot.channels.telegram.api.logs import describe_answer
from bot.channels.telegram.diagnose import PATIENCE
from bot.ops.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterable

    from telegram import ChatFullInfo, User

    from bot.ops.setting_types import DeskGroup


async def diagnose_groups(token: str, base_url: str, groups: Iterable[DeskGroup]) -> list[Finding]:
    """Ask the Bot API server about each group of a desk; nothing is changed there.

    Args:
        token: the bot's token; it appears in no finding.
        base_url: of the Bot API server, up to and with ``/bot``.
        groups: of the settings; those that share a number are one group.
    """
    desks: dict[int, list[str]] = {}
    for group in groups:
        desks.setdefault(group.chat, []).append(group.desk)
    request = HTTPXRequest(connect_timeout=PATIENCE, read_timeout=PATIENCE)
    async with request:
        bot = Bot(token, base_url=base_url, request=request)
        try:
            me = await bot.get_me()
        except TelegramError:
            return []  # the check of the token says so
        return [await _examine(bot, me, chat, ", ".join(names)) for chat, names in desks.items()]


async def _examine(bot: Bot, me: User, chat: int, desks: str) -> Finding:
    name = f"desk group {chat}"
    try:
        found = await bot.get_chat(chat)
        member = await bot.get_chat_member(chat, me.id)
    except ChatMigrated as error:
        todo = f"write {error.new_chat_id} into DESK_GROUPS in its place"
        return Finding("FAIL", name, f"the group of {desks} has become a supergroup", todo)
    except (BadRequest, Forbidden):
        detail = f"Telegram does not know it, or the bot is not in it; nothing reaches {desks}"
        return Finding("FAIL", name, detail, "add the bot to it, or mend DESK_GROUPS")
    except TelegramError as error:
        detail = f"nothing is known of it ({describe_answer(error)})"
        return Finding("FAIL", name, detail, "check the network, then look again")
    return _judge(name, desks, found, _missing_rights(me, member, forum=bool(found.is_forum)))


def _judge(name: str, desks: str, chat: ChatFullInfo, missing: list[str]) -> Finding:
    if missing:
        detail = f"for {desks}, the bot lacks there: {', '.join(missing)}"
        todo = "let it be an administrator who may manage topics and delete messages"
        return Finding("FAIL", name, detail, todo)
    if not chat.is_forum:
        detail = f"for {desks}; it has no topics, so tickets are messages that one replies to"
        return Finding("warn", name, detail, "switch topics on, to have one for each ticket")
    return Finding("ok", name, f"for {desks}, with topics and all rights")


def _missing_rights(me: User, member: object, *, forum: bool) -> list[str]:
    """What tickets need and the bot may not do; empty: nothing is missing.

    Whoever is no administrator hears nothing but replies, unless privacy mode is off.
    """
    if isinstance(member, ChatMemberOwner):
        return []
    if not isinstance(member, ChatMemberAdministrator):
        hears = "" if me.can_read_all_group_messages else "reading what is written (privacy mode)"
        topics = "managing topics" if forum else ""
        return [missing for missing in (hears, topics, "deleting messages") if missing]
    rights = {
        "managing topics": member.can_manage_topics or not forum,
        "deleting messages": member.can_delete_messages,
    }
    return [right for right, held in rights.items() if not held]
