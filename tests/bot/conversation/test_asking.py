from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from bot.conversation import replies
from bot.conversation.follow_ups import MAX_READ
from bot.conversation.messages import Incoming
from tests.fakes.small_base import (
    BIKE,
    FARE,
    HELMET,
    OFFICE,
    RIDE,
    WEATHER,
    WORKSHOP,
    ScriptedDecider,
    answering,
    asking,
    declining,
    routing,
)
from tests.fakes.talk import Talk, desks_offered, labels, plain, reply_of, talk

if TYPE_CHECKING:
    from collections.abc import Callable

    from classifier.decision import Decision

ENGLISH = "My bike is broken, what should I do?"
SECOND = "Pour votre autre question"


def twice(first: Decision, second: Decision) -> Talk:
    return talk(ScriptedDecider(replace(first, also=second)))


@pytest.mark.asyncio
async def test_two_questions_get_two_answers_and_buttons_that_say_which() -> None:
    person = twice(answering(BIKE, FARE), answering(FARE, HELMET))
    reply = await person.says("mon vélo est cassé et combien coûte un trajet ?")
    said = reply.text
    assert said.index("Rendez-le.") < said.index(SECOND) < said.index("Un euro.")
    assert labels(reply) == [
        "1. 👍 Oui, merci",
        "1. 👎 Non, pas vraiment",
        "1. ✉️ Contacter un guichet",
        "2. 👍 Oui, merci",
        "2. 👎 Non, pas vraiment",
        "2. ✉️ Contacter un guichet",
    ]


@pytest.mark.asyncio
async def test_each_of_two_questions_is_a_turn_with_candidates_of_its_own() -> None:
    person = twice(answering(BIKE, RIDE), answering(FARE, HELMET))
    first = await person.says("deux questions")
    assert [turn.target for turn in person.journal.turns] == [BIKE, FARE]
    other = await person.presses("2. 👎")
    assert labels(other)[0] == "Faut-il un casque ?"
    person.last = first
    assert "atelier@velo.example" in (await person.presses("1. ✉")).text
    assert [turn for turn, _ in person.journal.clicks] == [2, 1]


@pytest.mark.asyncio
async def test_one_update_with_two_questions_is_one_turn_of_that_update() -> None:
    person = twice(answering(BIKE), answering(FARE))
    asked = Incoming("test", "1", text="deux", update_id=7)
    await reply_of(person.conversation, asked, person.journal)
    assert [turn.update_id for turn in person.journal.turns] == [7, -8]


@pytest.mark.asyncio
async def test_a_message_with_two_questions_sent_again_is_not_written_again(
    open_chat: Callable[..., Any],
) -> None:
    chat = open_chat(ScriptedDecider(replace(answering(BIKE), also=answering(FARE))))
    asked = Incoming("web", "1", text="deux", update_id=7)
    first, again = await chat.handle(asked), await chat.handle(asked)
    assert first == again
    assert [row["entry"] for row in chat.rows("turns")] == ["velo-casse", "tarif"]


@pytest.mark.asyncio
async def test_a_wish_for_a_person_sent_again_is_noted_once(open_chat: Callable[..., Any]) -> None:
    chat = open_chat(ScriptedDecider(answering(BIKE)))
    asked = Incoming("web", "1", text="je veux parler à un humain", update_id=7)
    assert await chat.handle(asked) == await chat.handle(asked)
    assert chat.clicks() == [("human", None, "")]
    await chat.handle(replace(asked, update_id=8))
    assert chat.clicks() == [("human", None, "")] * 2


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("second", "part"),
    [
        (routing(OFFICE, FARE), "abo@velo.example"),
        (asking(FARE, HELMET), "Votre question porte-t-elle sur"),
        (declining(WEATHER), "Je ne connais pas la météo"),
    ],
)
async def test_the_second_question_may_end_in_any_way(second: Decision, part: str) -> None:
    reply = await twice(routing(WORKSHOP, BIKE), second).says("deux questions")
    assert "atelier@velo.example" in reply.text
    assert part in reply.text.split(SECOND)[1]
    assert all(label.startswith(("1. ", "2. ")) for label in labels(reply))


@pytest.mark.asyncio
async def test_a_single_question_has_no_second_heading() -> None:
    assert SECOND not in (await talk().says("mon vélo")).text


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("decision", "first_line"),
    [
        (answering(BIKE), "Answers are in French. This is the one that fits your question best."),
        (asking(BIKE, FARE), "Answers are in French. Is your question one of these?"),
        (declining(WEATHER), "Answers are in French. To write to a support desk, send /human."),
        (
            routing(WORKSHOP, BIKE),
            "Answers are in French. For this question, please write to L'atelier: "
            "atelier@velo.example",
        ),
    ],
)
async def test_an_english_message_gets_the_french_reply_below_a_line_in_english(
    decision: Decision, first_line: str
) -> None:
    person = talk(ScriptedDecider(decision))
    reply, french = await person.says(ENGLISH), await person.says("mon vélo est cassé")
    assert reply.paragraphs[0].text == first_line
    assert reply.paragraphs[1:] == french.paragraphs
    assert len(reply.buttons) == len(french.buttons)


@pytest.mark.asyncio
@pytest.mark.parametrize(
    "text", ["je veux parler à un humain", "joindre quelqu’un", "I want to talk to a human"]
)
async def test_asking_for_a_person_gives_the_contacts_and_is_a_turn_all_the_same(text: str) -> None:
    person = talk(ScriptedDecider(answering(BIKE, FARE)))
    reply = await person.says(text)
    assert desks_offered(reply) == ["L’atelier", "Les abonnements"]
    assert "Rendez-le." not in reply.text
    assert [turn.action for turn in person.journal.turns] == ["answer"]
    assert person.clicks == [("human", None, "")]


@pytest.mark.asyncio
@pytest.mark.parametrize("text", ["aide svp", "besoin d’aide", "Help please"])
async def test_a_bare_call_for_help_gets_the_help_and_is_no_question(text: str) -> None:
    person = talk(ScriptedDecider(declining(WEATHER)))
    assert (await person.says(text)) == (await talk().says("/aide"))
    assert person.journal.turns == []


@pytest.mark.asyncio
async def test_who_can_be_called_comes_first() -> None:
    reply = await talk().says("/humain")
    assert "Le plus rapide est d’appeler" in reply.text
    assert desks_offered(reply)[0] == "L’atelier"
    assert "112" in reply.text


class Listening:
    """Remembers what it was asked."""

    def __init__(self) -> None:
        self.heard: list[str] = []

    def decide(self, text: str) -> Decision:
        self.heard.append(text)
        return answering(BIKE, FARE)


@pytest.mark.asyncio
async def test_a_very_long_message_is_cut_before_thinking_and_answered_all_the_same() -> None:
    listening = Listening()
    person = talk(listening)
    reply = await person.says("  mon vélo " + "x" * 1_000_000)
    assert "Rendez-le." in reply.text
    assert len(listening.heard[0]) == MAX_READ
    assert listening.heard[0].startswith("mon vélo")


@pytest.mark.asyncio
@pytest.mark.parametrize("text", ["", "  ", "\0\u200b"])
async def test_an_empty_message_costs_no_thought(text: str) -> None:
    listening = Listening()
    person = talk(listening)
    assert await person.says(text) == replies.empty_message()
    assert listening.heard == []
    assert desks_offered(await person.presses("✉"))


@pytest.mark.asyncio
@pytest.mark.parametrize("text", ["  /aide", "\n/aide", "/AIDE", "/help"])
async def test_a_command_may_be_written_carelessly(text: str) -> None:
    assert "Comment poser une question" in (await talk().says(text)).text


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("english", "french"),
    [
        *(("help", "aide"), ("topics", "themes"), ("human", "humain"), ("glossary", "lexique")),
        *(("why", "pourquoi"), ("privacy", "confidentialite")),
        *(("mydata", "mesdonnees"), ("forget", "oublier")),
    ],
)
async def test_commands_have_english_names(english: str, french: str) -> None:
    person = talk()
    assert await person.says(f"/{english}") == await person.says(f"/{french}")
    assert (await person.says(f"/{english}")) != replies.unknown_command()


def test_first_lines_in_english_keep_english_spaces() -> None:
    reply = replies.in_english(replies.thanks(), "Write to X: y?")
    assert reply.paragraphs[0].text == "Write to X: y?"
    assert plain(reply.text).endswith("question.")
