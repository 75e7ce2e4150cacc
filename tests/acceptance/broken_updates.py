"""Updates as they come, and what is left of them after a mishap."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

from tests.fakes.bot_api_media import KINDS, media
from tests.fakes.bot_api_rules import BOT, chat_json, person_json

if TYPE_CHECKING:
    from random import Random

    from tests.fakes.bot_api import FakeBotApi

Sample = tuple[str, dict[str, Any]]
ODD: tuple[object, ...] = (
    None,
    "",
    "x" * 5000,
    "\ud83d",
    "a\x00b\u202e",
    0,
    -1,
    2**63,
    -(2**63),
    1.5e308,
    True,
    [],
    {},
    [[]],
    {"id": None},
    ["x"] * 50,
)
UNKNOWN = ("message_of_the_future", "poll", "chat_boost", "business_message", "shipping_query")


def samples(api: FakeBotApi) -> list[Sample]:
    """One of each kind of update."""
    found: list[Sample] = [("message", _message(api, text="Une question ?"))]
    found += [("message", _message(api, **media(kind))) for kind in KINDS]
    found.append(("edited_message", _message(api, text="Une autre ?", edit_date=1)))
    found.append(("channel_post", _message(api, text="Annonce")))
    found.append(("message", _message(api, chat=-9, text="@AiguilleurBot où ?")))
    found.append(("message", _message(api, chat=-9, migrate_to_chat_id=-10)))
    query = {"id": "q", "from": person_json(9), "chat_instance": "1", "data": "useful:1:0:yes"}
    found.append(("callback_query", {**query, "message": _message(api, text="x")}))
    search = {"id": "i", "from": person_json(9), "query": "prix", "offset": ""}
    found.append(("inline_query", search))
    states = {
        name: {"user": BOT, "status": status}
        for name, status in (("old_chat_member", "member"), ("new_chat_member", "left"))
    }
    member = {"chat": chat_json(9), "from": person_json(9), "date": 1, **states}
    found.append(("my_chat_member", member))
    return found


def _message(api: FakeBotApi, chat: int = 9, **more: object) -> dict[str, Any]:
    plain = {"message_id": api.next_id(), "date": 1, "chat": chat_json(chat)}
    return {**plain, "from": person_json(chat), **more}


def mutated(dice: Random, kind: str, content: dict[str, Any]) -> tuple[str, object]:
    """The same update after one to three mishaps."""
    broken: object = copy.deepcopy(content)
    for _ in range(dice.randint(1, 3)):
        spoil(dice, broken)
    if dice.random() < 0.03:
        broken = dice.choice(ODD)
    return (dice.choice(UNKNOWN) if dice.random() < 0.05 else kind), broken


def spoil(dice: Random, content: object) -> None:
    """Take a field away, put something odd in its place, or add one, at any depth."""
    while isinstance(content, dict) and content:
        name = dice.choice(sorted(content))
        inner = content[name]
        if isinstance(inner, list) and inner and dice.random() < 0.5:
            inner = inner[0]
        if isinstance(inner, dict) and inner and dice.random() < 0.6:
            content = inner
            continue
        action = dice.random()
        if action < 0.35:
            del content[name]
        elif action < 0.9:
            content[name] = dice.choice(ODD)
        else:
            content["field_of_the_future"] = dice.choice(ODD)
        return
