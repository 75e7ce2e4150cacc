"""Menus, descriptions and inline results: what the bot shows besides messages."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any

from tests.fakes.bot_api_rules import bad_request, keyboard, shown_text

_LANGUAGE = re.compile(r"(?:[a-z]{2})?")
_COMMAND = re.compile(r"[a-z0-9_]{1,32}")
_SCOPES = frozenset(
    {"default", "all_private_chats", "all_group_chats", "all_chat_administrators"}
    | {"chat", "chat_administrators", "chat_member"}
)
_TEXTS = {"Name": ("name", 64), "Description": ("description", 512)} | {
    "ShortDescription": ("short_description", 120)
}
_MOST_COMMANDS = 100
_DESCRIPTION_LIMIT = 256
_MOST_RESULTS = 50
_RESULT_ID_LIMIT = 64


@dataclass(slots=True)
class Menus:
    """What was set.

    Attributes:
        commands: of the default scope, by language code; ``""`` is everybody's.
        scoped: of every scope, by its type and language.
        texts: names and descriptions, by method ending and language.
        inline: results by query id.
    """

    commands: dict[str, list[dict[str, str]]] = field(default_factory=dict)
    scoped: dict[tuple[str, str], list[dict[str, str]]] = field(default_factory=dict)
    texts: dict[tuple[str, str], str] = field(default_factory=dict)
    inline: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    def set_commands(self, form: dict[str, str]) -> bool:
        """setMyCommands.

        Raises:
            Refusal: the scope, the language, or a command is not one.
        """
        scope, language = _scope(form), language_of(form)
        commands = json.loads(form["commands"])
        if len(commands) > _MOST_COMMANDS:
            raise bad_request("BOT_COMMANDS_TOO_MUCH")
        for command in commands:
            if not _COMMAND.fullmatch(command["command"]):
                raise bad_request("BOT_COMMAND_INVALID")
            if not 1 <= len(command["description"]) <= _DESCRIPTION_LIMIT:
                raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
        self.scoped[scope, language] = commands
        if scope == "default":
            self.commands[language] = commands
        return True

    def get_commands(self, form: dict[str, str]) -> list[dict[str, str]]:
        """getMyCommands."""
        return self.scoped.get((_scope(form), language_of(form)), [])

    def delete_commands(self, form: dict[str, str]) -> bool:
        """deleteMyCommands."""
        self.scoped.pop((_scope(form), language_of(form)), None)
        return True

    def set_text(self, ending: str, form: dict[str, str]) -> bool:
        """setMyName, setMyDescription, setMyShortDescription.

        Raises:
            Refusal: too long, or the language is not one.
        """
        name, limit = _TEXTS[ending]
        text = form.get(name, "")
        if len(text) > limit:
            raise bad_request(f"bot {name.replace('_', ' ')} is too long")
        self.texts[ending, language_of(form)] = text
        return True

    def get_text(self, ending: str, form: dict[str, str]) -> dict[str, str]:
        """getMyName, getMyDescription, getMyShortDescription."""
        return {_TEXTS[ending][0]: self.texts.get((ending, language_of(form)), "")}

    def answer_inline(self, query_id: str, form: dict[str, str]) -> bool:
        """answerInlineQuery, of a query that is known.

        Raises:
            Refusal: too many results, a bad id or twice the same, or a message that is refused.
        """
        results = json.loads(form["results"])
        if len(results) > _MOST_RESULTS:
            raise bad_request("RESULTS_TOO_MUCH")
        ids = [str(result.get("id", "")) for result in results]
        if any(not 1 <= len(name.encode()) <= _RESULT_ID_LIMIT for name in ids):
            raise bad_request("RESULT_ID_INVALID")
        if len(set(ids)) < len(ids):
            raise bad_request("RESULT_ID_DUPLICATE")
        for result in results:
            _check_result(result)
        self.inline[query_id] = results
        return True


def _check_result(result: dict[str, Any]) -> None:
    if not str(result.get("title", "")).strip():
        raise bad_request("ARTICLE_TITLE_EMPTY")
    content = {k: str(v) for k, v in result["input_message_content"].items()}
    shown_text(content, "message_text")
    keyboard({"reply_markup": json.dumps(result.get("reply_markup") or {})})


def _scope(form: dict[str, str]) -> str:
    scope = json.loads(form.get("scope") or '{"type": "default"}')
    if scope.get("type") not in _SCOPES:
        raise bad_request("unsupported bot command scope type specified")
    return str(scope["type"])


def language_of(form: dict[str, str]) -> str:
    """The two letters of a call, or none.

    Raises:
        Refusal: ``fr-FR`` and the like.
    """
    language = form.get("language_code", "")
    if not _LANGUAGE.fullmatch(language):
        raise bad_request("invalid language code specified")
    return language
