from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from bot.conversation import replies
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
    unanswering,
)
from tests.fakes.talk import desks_offered

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.conversation.messages import Reply
    from classifier.decision import Decision
    from classifier.serving.artifact import Served
    from kb.entries import KnowledgeBase

STALE = replies.stale_button()
HUMAN, NONE = "✉️ Contacter un guichet", "Aucune de ces propositions"
NONE_AT = -2
"""Where suggestions have the button that refuses them all."""


def labels(reply: Reply) -> list[str]:
    return [button.label.replace("\u00a0", " ") for button in reply.buttons]


def plain(reply: Reply) -> str:
    return reply.text.replace("\u00a0", " ")


def has_every_contact(reply: Reply) -> bool:
    return desks_offered(reply) == ["L’atelier", "Les abonnements"]


@pytest.mark.asyncio
async def test_a_question_that_nothing_answers_is_written_down_and_its_desks_can_be_pressed(
    open_chat: Callable[..., Any],
) -> None:
    chat = open_chat(ScriptedDecider(unanswering(FARE, shown=(OFFICE, WORKSHOP))))
    reply = await chat.says("et pour un tandem ?")
    assert reply.text.startswith("Je n’ai pas de réponse publiée")
    assert labels(reply) == ["Écrire à : Les abonnements", "Écrire à : L’atelier", HUMAN]
    assert [turn["action"] for turn in chat.rows("turns")] == ["unanswered"]
    shown = await chat.presses(1)
    assert "Donnez le numéro du vélo." in shown.text
    assert "En cas d’accident" not in shown.text


@pytest.mark.asyncio
async def test_the_one_desk_that_may_help_can_be_refused(open_chat: Callable[..., Any]) -> None:
    chat = open_chat(ScriptedDecider(unanswering(WORKSHOP, shown=(OFFICE,))))
    await chat.says("et pour un tandem ?")
    assert "Écrire à : L’atelier" in labels(await chat.presses(0))


@pytest.mark.asyncio
async def test_a_hand_over_says_whom_to_call_when_the_message_speaks_of_danger(
    open_chat: Callable[..., Any],
) -> None:
    chat = open_chat(ScriptedDecider(routing(WORKSHOP)))
    assert "112" in (await chat.says("il est tombé et ne respire plus")).text
    assert "112" not in (await chat.says("le frein est cassé")).text


@pytest.mark.asyncio
async def test_a_question_gets_its_answer_its_source_and_two_buttons(
    open_chat: Callable[..., Any],
) -> None:
    reply = await open_chat(ScriptedDecider(answering(BIKE, FARE))).says("mon vélo est cassé")
    assert "Rendez-le." in reply.text
    assert "Source : Guide de Vélo Ville : https://velo.example" in plain(reply)
    assert labels(reply) == ["👍 Oui, merci", "👎 Non, pas vraiment", HUMAN]


@pytest.mark.asyncio
async def test_two_misses_in_a_row_end_at_the_desk_of_the_entry(
    open_chat: Callable[..., Any],
) -> None:
    chat = open_chat(ScriptedDecider(answering(BIKE, FARE, HELMET, RIDE)))
    await chat.says("ça ne va pas")
    other = await chat.presses(1)
    assert labels(other) == [
        "Combien coûte un trajet ?",
        "Faut-il un casque ?",
        "Comment partir ?",
        NONE,
        HUMAN,
    ]
    chosen = await chat.presses(2)
    assert "Badgez, tirez, roulez." in chosen.text
    assert len(chosen.buttons) == 3
    desk = await chat.presses(1)
    assert "atelier@velo.example" in desk.text
    assert "01 99 00 00 00" in desk.text
    assert "Donnez le numéro du vélo." in desk.text
    assert "abo@velo.example" not in desk.text
    assert labels(desk) == ["Voir tous les guichets"]
    assert chat.clicks() == [
        ("useful", "entry:velo-casse", "no"),
        ("choice", "entry:premier-trajet", ""),
        ("useful", "entry:premier-trajet", "no"),
    ]
    assert len(chat.rows("turns")) == 1


@pytest.mark.asyncio
async def test_what_was_shown_is_not_suggested_again(open_chat: Callable[..., Any]) -> None:
    chat = open_chat(ScriptedDecider(asking(BIKE, FARE, HELMET, RIDE)))
    await chat.says("vélo")
    await chat.presses(1)
    again = await chat.presses(1)
    assert labels(again)[:NONE_AT] == [
        "Mon vélo est cassé : que faire ?",
        "Faut-il un casque ?",
        "Comment partir ?",
    ]
    await chat.presses(0)
    await chat.presses(0)
    await chat.presses(again.buttons[1].data)
    third = await chat.presses(1)
    assert labels(third)[:NONE_AT] == ["Comment partir ?"]


@pytest.mark.asyncio
async def test_an_answer_without_another_lead_goes_to_the_desk_at_the_first_miss(
    open_chat: Callable[..., Any],
) -> None:
    chat = open_chat(ScriptedDecider(answering(FARE)))
    await chat.says("prix")
    assert "abo@velo.example" in (await chat.presses(1)).text


@pytest.mark.asyncio
async def test_none_of_these_gives_the_desk_of_the_best_candidate(
    open_chat: Callable[..., Any],
) -> None:
    chat = open_chat(ScriptedDecider(asking(FARE, BIKE, HELMET)))
    await chat.says("euh")
    reply = await chat.presses(NONE_AT)
    assert "abo@velo.example" in reply.text
    assert "atelier@velo.example" not in reply.text
    assert chat.clicks() == [("none", None, "")]


@pytest.mark.asyncio
async def test_none_of_these_gives_the_desk_that_was_the_best_candidate(
    open_chat: Callable[..., Any],
) -> None:
    chat = open_chat(ScriptedDecider(asking(WORKSHOP, FARE)))
    await chat.says("euh")
    assert "atelier@velo.example" in (await chat.presses(NONE_AT)).text


@pytest.mark.asyncio
async def test_an_entry_without_desk_gives_every_contact(open_chat: Callable[..., Any]) -> None:
    chat = open_chat(ScriptedDecider(asking(HELMET, BIKE, FARE)))
    await chat.says("sécurité")
    assert has_every_contact(await chat.presses(NONE_AT))


@pytest.mark.asyncio
async def test_two_misses_on_an_entry_without_desk_give_every_contact(
    open_chat: Callable[..., Any],
) -> None:
    chat = open_chat(ScriptedDecider(answering(BIKE, HELMET, FARE)))
    await chat.says("tête")
    await chat.presses(1)
    await chat.presses(0)
    assert has_every_contact(await chat.presses(1))


@pytest.mark.asyncio
async def test_no_candidate_at_all_gives_every_contact(open_chat: Callable[..., Any]) -> None:
    chat = open_chat(ScriptedDecider(declining()))
    await chat.says("?")
    assert has_every_contact(await chat.presses("n:1:0"))


@pytest.mark.asyncio
async def test_a_yes_ends_the_row_of_misses(open_chat: Callable[..., Any]) -> None:
    chat = open_chat(ScriptedDecider(answering(BIKE, FARE, HELMET)))
    await chat.says("un")
    await chat.presses(1)
    await chat.says("deux")
    assert await chat.presses(0) == replies.thanks()
    await chat.says("trois")
    assert labels(await chat.presses(1))[NONE_AT] == NONE
    await chat.says("quatre")
    assert "atelier@velo.example" in (await chat.presses(1)).text


@pytest.mark.asyncio
async def test_the_misses_of_one_chat_are_not_those_of_another(
    open_chat: Callable[..., Any],
) -> None:
    decider = ScriptedDecider(answering(BIKE, FARE, HELMET))
    one, other = open_chat(decider, "1"), open_chat(decider, "2")
    for chat in (one, other):
        await chat.says("question")
        assert labels(await chat.presses(1))[NONE_AT] == NONE


@pytest.mark.asyncio
async def test_a_suggested_desk_is_shown_when_chosen(open_chat: Callable[..., Any]) -> None:
    chat = open_chat(ScriptedDecider(asking(BIKE, OFFICE)))
    await chat.says("euh")
    assert labels(chat.last)[1] == "Écrire à : Les abonnements"
    assert "abo@velo.example" in (await chat.presses(1)).text
    assert chat.clicks() == [("choice", "desk:abonnements", "")]


@pytest.mark.asyncio
async def test_a_routed_question_shows_where_to_write_and_what(
    open_chat: Callable[..., Any],
) -> None:
    reply = await open_chat(ScriptedDecider(routing(WORKSHOP, BIKE))).says("la chaîne saute")
    assert "Courriel : atelier@velo.example" in plain(reply)
    assert "Téléphone : 01 99 00 00 00" in plain(reply)
    assert "Donnez le numéro du vélo." in reply.text
    assert labels(reply) == ["Ce n’est pas le bon guichet"]


@pytest.mark.asyncio
@pytest.mark.parametrize("count", [1, 2, 3])
async def test_an_unsure_reply_offers_its_suggestions_and_none(
    open_chat: Callable[..., Any], count: int
) -> None:
    decision = asking(BIKE, FARE, HELMET, RIDE, suggested=count)
    reply = await open_chat(ScriptedDecider(decision)).says("euh")
    assert len(reply.buttons) == count + 2
    assert labels(reply)[count:] == [NONE, HUMAN]


@pytest.mark.asyncio
async def test_a_declined_message_gets_the_reply_of_its_family(
    open_chat: Callable[..., Any],
) -> None:
    reply = await open_chat(ScriptedDecider(declining(WEATHER, BIKE))).says("il pleut ?")
    assert plain(reply) == "Je ne connais pas la météo : voyez dehors !"


@pytest.mark.asyncio
@pytest.mark.parametrize(
    "text", ["", "   ", "\u200b", "\0", "\n\t\u2028", "\ud800", "\u202e\u00ad"]
)
async def test_an_empty_message_is_asked_for_its_question_and_is_no_turn(
    open_chat: Callable[..., Any], text: str
) -> None:
    chat = open_chat(ScriptedDecider(answering(BIKE)))
    assert await chat.says(text) == replies.empty_message()
    assert chat.rows("turns") == []


@pytest.mark.asyncio
@pytest.mark.parametrize("text", ["😀", "...", "!?"])
async def test_a_message_without_a_word_gets_a_plain_reply(
    open_chat: Callable[..., Any], served: Served, text: str
) -> None:
    chat = open_chat(served.triage, served=served.base)
    reply = await chat.says(text)
    assert reply.paragraphs == replies.out_of_scope(None).paragraphs
    assert labels(reply) == [HUMAN]


FORGED = [
    "",
    "c",
    "c:1",
    "c:1:",
    "c:1:0:0",
    "x:1:0",
    "C:1:0",
    " c:1:0",
    "c:1:0\n",
    "c:-1:0",
    "c:1:-1",
    "c:1:4",
    "c:1:999",
    "y:1:4",
    "u:1:4",
    "n:1:4",
    "c:2:0",
    "y:0:0",
    "c:9223372036854775807:0",
    "c:9999999999999999999:0",
    "c:99999999999999999999999:0",
    "c:١:٠",
    "c:1:0;DROP TABLE turns",
    "c:1:0" * 1000,
    "\ud800",
    "\0",
    "👍",
]


@pytest.mark.asyncio
@pytest.mark.parametrize("data", FORGED[1:], ids=[ascii(data[:24]) for data in FORGED[1:]])
async def test_forged_data_gets_the_stale_sentence_and_leaves_no_trace(
    open_chat: Callable[..., Any], data: str
) -> None:
    chat = open_chat(ScriptedDecider(answering(BIKE, FARE, HELMET, RIDE)))
    await chat.says("question")
    assert await chat.presses(data) == STALE
    assert chat.clicks() == []
    assert len(chat.rows("turns")) == 1


@pytest.mark.asyncio
async def test_a_button_of_another_chat_gets_the_stale_sentence(
    open_chat: Callable[..., Any],
) -> None:
    decider = ScriptedDecider(answering(BIKE, FARE))
    owner, stranger = open_chat(decider, "1"), open_chat(decider, "2")
    for button in (await owner.says("question")).buttons:
        assert await stranger.presses(button.data) == STALE
    assert await stranger.presses("n:1:0") == STALE
    assert owner.clicks() == []


@pytest.mark.asyncio
async def test_a_candidate_of_a_turn_that_had_none_is_stale(open_chat: Callable[..., Any]) -> None:
    chat = open_chat(ScriptedDecider(declining()))
    await chat.says("?")
    assert await chat.presses("c:1:0") == STALE
    assert chat.clicks() == []


@pytest.mark.asyncio
async def test_what_a_newer_knowledge_base_dropped_is_neither_shown_nor_offered(
    open_chat: Callable[..., Any], base: KnowledgeBase
) -> None:
    decider = ScriptedDecider(answering(BIKE, FARE, HELMET, RIDE))
    before = open_chat(decider)
    await before.says("question")
    newer = replace(base, entries={k: e for k, e in base.entries.items() if k != "tarif"})
    chat = open_chat(decider, served=newer)
    assert await chat.presses("c:1:1") == STALE
    assert chat.clicks() == []
    offered = await chat.presses("u:1:0")
    assert labels(offered)[:NONE_AT] == ["Faut-il un casque ?", "Comment partir ?"]


@pytest.mark.asyncio
@pytest.mark.parametrize(
    "command",
    ["/start", "/aide", "/help", "/contacts", "/lexique", "/lexique VAE", "/nimportequoi", "/"],
)
async def test_a_command_is_no_turn(open_chat: Callable[..., Any], command: str) -> None:
    chat = open_chat(ScriptedDecider(answering(BIKE)))
    reply = await chat.says(command)
    assert reply.text
    assert chat.rows("turns") == []
    assert chat.clicks() == []


@pytest.mark.asyncio
@pytest.mark.parametrize(
    "text", ["/metadata répond-il ?", "/ où est la borne ?", "/oauth/token 401"]
)
async def test_a_question_that_begins_with_a_path_is_no_command(
    open_chat: Callable[..., Any], text: str
) -> None:
    chat = open_chat(ScriptedDecider(answering(BIKE)))
    await chat.says(text)
    assert len(chat.rows("turns")) == 1


@pytest.mark.asyncio
@pytest.mark.parametrize(
    "decision",
    [answering(BIKE), routing(OFFICE), asking(BIKE, FARE), declining(WEATHER), declining()],
    ids=lambda decision: decision.action,
)
async def test_every_question_is_exactly_one_turn(
    open_chat: Callable[..., Any], decision: Decision
) -> None:
    chat = open_chat(ScriptedDecider(decision))
    for number in range(1, 4):
        await chat.says("la même question")
        assert len(chat.rows("turns")) == number
    (row, *_) = chat.rows("turns")
    assert row["action"] == decision.action
    assert row["model"] == "scripted"
    assert row["latency_ms"] >= 0


@pytest.mark.asyncio
async def test_the_journal_keeps_a_scrubbed_text_and_no_chat_id(
    open_chat: Callable[..., Any],
) -> None:
    chat = open_chat(ScriptedDecider(answering(BIKE)), "chat-98765")
    await chat.says("écrivez à jeanne.dupont@exemple.fr ou au 06 12 34 56 78")
    (row,) = chat.rows("turns")
    assert "jeanne" not in row["text"]
    assert "12 34" not in row["text"]
    kept = b"".join(file.read_bytes() for file in chat.journal_file.parent.iterdir())
    for personal in (b"chat-98765", b"jeanne.dupont", b"06 12 34 56 78"):
        assert personal not in kept


@pytest.mark.asyncio
async def test_one_sees_explains_and_erases_what_the_journal_keeps(
    open_chat: Callable[..., Any], served: Served
) -> None:
    chat = open_chat(served.triage, served=served.base)
    await chat.says("ma batterie est vide, appelez le 06 12 34 56 78")
    assert "« ma batterie est vide, appelez le [" in plain(await chat.says("/mesdonnees"))
    assert "« batterie »" in plain(await chat.says("/pourquoi"))
    await chat.says("/oublier")
    assert "1 message effacé" in plain(await chat.presses(0))
    assert [row["text"] for row in chat.rows("turns")] == [""]
    assert await chat.says("/mesdonnees") == replies.no_data()


@pytest.mark.asyncio
async def test_a_second_question_is_a_turn_whose_buttons_work(
    open_chat: Callable[..., Any],
) -> None:
    both = replace(answering(BIKE, RIDE), also=answering(FARE, HELMET))
    chat = open_chat(ScriptedDecider(both))
    reply = await chat.says("deux questions")
    assert [row["entry"] for row in chat.rows("turns")] == ["velo-casse", "tarif"]
    assert labels(await chat.presses(reply.buttons[4].data))[0] == "Faut-il un casque ?"
    assert [row["turn_id"] for row in chat.rows("feedback")] == [2]


@pytest.mark.asyncio
async def test_a_trained_model_answers_its_own_titles_and_offers_its_buttons(
    open_chat: Callable[..., Any], served: Served
) -> None:
    chat = open_chat(served.triage, served=served.base)
    helped = 0
    for entry in served.base.entries.values():
        reply = await chat.says(entry.title)
        title = replies.french(entry.title)
        helped += title in reply.text or title in [button.label for button in reply.buttons]
    assert helped == len(served.base.entries)
    assert len(chat.rows("turns")) == helped
    assert all(re.fullmatch(r"[0-9a-f]{16}", row["model"]) for row in chat.rows("turns"))
