"""The one table of commands against those who use it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.conversation import replies
from bot.conversation.command_table import COMMANDS, command_names, command_of_name
from bot.conversation.conversation import Conversation
from bot.conversation.messages import Incoming
from tests.fakes.brain import PlainBrain
from tests.fakes.memory_journal import MemoryJournal
from tests.fakes.small_base import BIKE, ScriptedDecider, answering, small_base
from tests.fakes.talk import reply_of

if TYPE_CHECKING:
    from bot.conversation.messages import Reply


async def reply_to(text: str) -> Reply:
    brain = PlainBrain(small_base(), ScriptedDecider(answering(BIKE)))
    return await reply_of(Conversation(brain), Incoming("terminal", "1", text), MemoryJournal())


@pytest.mark.asyncio
@pytest.mark.parametrize("name", sorted(command_names()))
async def test_every_command_of_the_table_is_answered(name: str) -> None:
    assert await reply_to(f"/{name}") != replies.unknown_command()


@pytest.mark.asyncio
async def test_another_name_is_not_known() -> None:
    assert await reply_to("/danser") == replies.unknown_command()


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("written", "name"),
    [
        *(("/thèmes", "themes"), ("/confidentialité", "confidentialite"), ("/Aide.", "aide")),
        *(("/mesdonnées", "mesdonnees"), ("/mes-données", "mesdonnees"), ("/HELP !", "aide")),
        *(("/the\u0301mes", "themes"), ("/contacts?", "contacts"), ("/oublier…", "oublier")),
    ],
)
async def test_a_name_may_be_written_as_french_is(written: str, name: str) -> None:
    assert await reply_to(written) == await reply_to(f"/{name}")


def test_an_english_name_leads_to_the_french_command_and_others_stay() -> None:
    assert command_of_name("help") == "aide"
    assert command_of_name("aide") == "aide"
    assert command_of_name("") == ""
    assert command_of_name("danser") == "danser"


def test_the_menu_names_each_command_once_in_either_language() -> None:
    for language in ("fr", "en"):
        names = [name for name, _ in replies.command_descriptions(language)]
        assert names == [command.name for command in COMMANDS]
    assert len(command_names()) == sum(1 + bool(command.alias) for command in COMMANDS)
