"""The channel over HTTP: real updates, the real application, a server with Telegram's manners."""

from __future__ import annotations

import asyncio
import logging
import time
from datetime import timedelta
from typing import Any

import pytest

from bot.channels.telegram.worker import AT_ONCE
from bot.conversation import replies
from bot.conversation.messages import Button, Incoming
from bot.conversation.replies import notices
from tests.fakes.bot_api import BOT, FakeBotApi, Fault
from tests.fakes.bot_api_rules import chat_json
from tests.fakes.telegram_service import Scripted, say, serving, soon

CLAIRE, PAUL, GROUP = 7, 8, -100
LONG = say(" ".join(f"mot{n}" for n in range(1000)))
CHOICES = say("Laquelle ?", buttons=(Button("La carte", "pick:1"), Button("Autre", "pick:2")))


@pytest.fixture(autouse=True)
def _short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.channels.telegram.sending.refusals.FIRST_PAUSE", 0.02)
    monkeypatch.setattr("bot.channels.telegram.sending.refusals.LONGEST_PAUSE", 0.05)
    monkeypatch.setattr("bot.channels.telegram.immediate.SECOND_TRY", 0.02)


def _texts(api: FakeBotApi, chat: int | None = None) -> list[str]:
    return [sent.text for sent in api.messages if chat in (None, sent.chat)]


@pytest.mark.asyncio
async def test_a_question_is_answered_and_a_pressed_button_leads_on() -> None:
    conversation = Scripted({"ma carte": CHOICES, "pick:1": say("Voici.")})
    async with FakeBotApi() as api, serving(api, conversation):
        api.user_says(CLAIRE, "ma carte")
        await api.sent(1)
        assert api.messages[0].buttons == [("La carte", "pick:1"), ("Autre", "pick:2")]
        query = api.user_presses(CLAIRE, 0)
        await api.sent(2)
    assert _texts(api, CLAIRE) == ["Laquelle ?", "Voici."]
    assert api.messages[0].buttons == []
    assert api.answered == [query]
    assert [(i.channel, i.chat, i.text, i.choice) for i in conversation.heard] == [
        ("telegram", "7", "ma carte", ""),
        ("telegram", "7", "", "pick:1"),
    ]
    assert all(incoming.update_id for incoming in conversation.heard)


@pytest.mark.asyncio
@pytest.mark.parametrize("fault", [Fault.broken(), Fault.garbage(), Fault.empty(), Fault.drop()])
async def test_a_press_that_telegram_garbles_is_acknowledged_again(fault: Fault) -> None:
    async with FakeBotApi() as api, serving(api, Scripted({"ma carte": CHOICES})):
        api.user_says(CLAIRE, "ma carte")
        await api.sent(1)
        api.fail("answerCallbackQuery", fault)
        query = api.user_presses(CLAIRE, 0)
        await api.until(lambda: api.answered)
    assert api.answered == [query]


@pytest.mark.asyncio
async def test_a_press_is_acknowledged_before_it_is_worked_on() -> None:
    conversation = Scripted({"ma carte": CHOICES})
    async with FakeBotApi() as api, serving(api, conversation):
        api.user_says(CLAIRE, "ma carte")
        await api.sent(1)
        gate = conversation.gates["7"] = asyncio.Event()
        query = api.user_presses(CLAIRE)
        await api.until(lambda: api.answered == [query])
        gate.set()
        await api.sent(2)


@pytest.mark.asyncio
async def test_a_keyboard_counts_once_however_often_it_is_pressed() -> None:
    conversation = Scripted({"ma carte": CHOICES})
    async with FakeBotApi() as api, serving(api, conversation):
        api.user_says(CLAIRE, "ma carte")
        await api.sent(1)
        presses = [api.user_presses(CLAIRE, 0), api.user_presses(CLAIRE, 0)]
        await api.until(lambda: api.answered == presses)
    assert _texts(api) == ["Laquelle ?", "Reçu : pick:1"]


@pytest.mark.asyncio
async def test_buttons_are_taken_away_once_and_only_where_there_are_some() -> None:
    async with FakeBotApi() as api, serving(api, Scripted({"ma carte": CHOICES})):
        api.user_says(CLAIRE, "ma carte")
        await api.sent(1)
        bare = {**api.messages[0].as_json(), "reply_markup": None}
        presses = [api.user_presses(CLAIRE, 0), api.user_presses(CLAIRE, 1)]
        await api.until(lambda: api.messages[0].buttons == [] and len(api.answered) == 2)
        api.push("callback_query", _query("late", message=bare))
        api.queries.add("late")
        await api.until(lambda: len(api.answered) == 3)
        api.user_says(CLAIRE, "fin")
        await api.until(lambda: "Reçu : fin" in _texts(api))
    assert api.answered == [*presses, "late"]
    assert api.count("editMessageReplyMarkup") == 1


def _query(number: str, **more: object) -> dict[str, Any]:
    person = {"id": CLAIRE, "is_bot": False, "first_name": "Claire"}
    return {"id": number, "from": person, "chat_instance": "1", "data": "pick:1", **more}


@pytest.mark.asyncio
async def test_every_press_is_acknowledged_whatever_it_points_to() -> None:
    unknown = {"chat": chat_json(CLAIRE), "message_id": 999, "date": 1}
    presses = {
        "unknown": _query("unknown", message=unknown),
        "inline": _query("inline", inline_message_id="abc"),
        "game": {**_query("game", message=unknown), "data": None},
        "unreadable": _query("unreadable", message={"chat": "not one"}),
    }
    async with FakeBotApi() as api, serving(api, Scripted()):
        for number, query in presses.items():
            api.queries.add(number)
            api.push("callback_query", query)
        await api.until(lambda: len(api.answered) == len(presses))
    assert sorted(api.answered) == sorted(presses)


@pytest.mark.asyncio
async def test_stale_forged_and_inaccessible_presses_are_still_answered() -> None:
    conversation = Scripted({"ma carte": CHOICES})
    async with FakeBotApi() as api, serving(api, conversation):
        api.user_says(CLAIRE, "ma carte")
        await api.sent(1)
        gone = {"chat": {"id": CLAIRE, "type": "private"}, "message_id": 5, "date": 0}
        api.query_expires(api.user_presses(CLAIRE, "vieux", message=gone))
        await api.sent(2)
        api.user_presses(CLAIRE, "x" * 64)
        await api.sent(3)
        api.push("callback_query", {"id": "1", "from": BOT, "chat_instance": "1", "data": "x"})
        api.user_says(CLAIRE, "fin")
        await api.sent(4)
    assert _texts(api)[1:] == ["Reçu : vieux", f"Reçu : {'x' * 64}", "Reçu : fin"]


@pytest.mark.asyncio
@pytest.mark.parametrize("text", ["<3", "a < b & c", "</b>", "&amp;", "<b>", "tg://user?id=1"])
async def test_what_a_person_writes_comes_back_as_written(text: str) -> None:
    async with FakeBotApi() as api, serving(api, Scripted({text: say(text)})):
        api.user_says(CLAIRE, text)
        await api.sent(1)
    assert _texts(api) == [text]
    assert [name for name, _ in api.calls].count("sendMessage") == 1
    form = next(form for name, form in api.calls if name == "sendMessage")
    assert form["link_preview_options"] == '{"is_disabled": true}'


@pytest.mark.asyncio
async def test_a_long_answer_arrives_whole_in_order_with_buttons_at_its_end() -> None:
    long = " ".join(f"mot{n}" for n in range(2000))
    answer = say(long, buttons=(Button("Oui", "oui"),))
    async with FakeBotApi() as api, serving(api, Scripted({"tout": answer})):
        api.user_says(CLAIRE, "tout")
        await api.until(lambda: api.messages and api.messages[-1].buttons)
    assert " ".join(_texts(api)) == long
    assert len(api.messages) > 2


@pytest.mark.asyncio
async def test_a_part_that_fails_is_sent_again_and_the_others_are_not() -> None:
    long = " ".join(f"mot{n}" for n in range(2000))
    async with FakeBotApi() as api, serving(api, Scripted({"tout": say(long)})):
        api.fail("sendMessage", None, Fault.broken(), Fault.flood(1), None)
        api.user_says(CLAIRE, "tout")
        await api.until(lambda: api.messages and api.messages[-1].text.endswith("mot1999"))
    assert " ".join(_texts(api)) == long


@pytest.mark.asyncio
async def test_updates_that_cannot_be_read_hold_up_nobody(caplog: pytest.LogCaptureFixture) -> None:
    async with FakeBotApi() as api, serving(api, Scripted()):
        for n in range(10):
            api.poison("mon secret")
            api.user_says(CLAIRE, f"question {n}")
        api.push("message", None)
        api.push("callback_query", {"id": ["mon secret"]})
        good = {"message_id": 1, "date": 1, "chat": {"id": CLAIRE, "type": "private"}}
        chat = {"id": "mon secret", "type": "private"}
        for broken in ({"chat": chat}, {"chat": None}, {"text": ["mon secret"]}, {"caption": 5}):
            api.push("message", {**good, "text": "mon secret", **broken})
        await api.sent(10)
        await api.until(lambda: api.pending() == 0)
        await soon(lambda: caplog.text.count("cannot be read") == 15)
    assert _texts(api) == [f"Reçu : question {n}" for n in range(10)]
    assert [name for name, _ in api.calls].count("getUpdates") < 50
    assert "cannot be read" in caplog.text
    assert "secret" not in caplog.text


@pytest.mark.asyncio
async def test_answers_keep_the_order_of_a_chat_while_chats_do_not_wait_for_each_other() -> None:
    conversation = Scripted()
    gate = conversation.gates["7"] = asyncio.Event()
    async with FakeBotApi() as api, serving(api, conversation):
        for n in range(20):
            api.user_says(CLAIRE, f"a{n}")
            api.user_says(PAUL, f"b{n}")
        await api.sent(20)
        assert _texts(api) == [f"Reçu : b{n}" for n in range(20)]
        gate.set()
        await api.sent(40)
    assert _texts(api, CLAIRE) == [f"Reçu : a{n}" for n in range(20)]


@pytest.mark.asyncio
async def test_many_waiting_messages_of_one_chat_leave_room_for_the_others() -> None:
    conversation = Scripted()
    gate = conversation.gates["7"] = asyncio.Event()
    more = AT_ONCE + 50  # than there are hands, and than one poll brings
    async with FakeBotApi() as api, serving(api, conversation):
        for n in range(more):
            api.user_says(CLAIRE, f"a{n}")
        api.user_says(PAUL, "et moi ?")
        await api.sent(1)
        assert _texts(api) == ["Reçu : et moi ?"]
        gate.set()
        await api.sent(more + 1)


@pytest.mark.asyncio
async def test_a_failure_is_apologised_for_and_logged_without_text_or_token(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG, logger="bot")  # the libraries speak from WARNING on
    broken = Scripted({"mon secret": ValueError("mon secret ne passe pas")})
    async with FakeBotApi() as api, serving(api, broken):
        api.user_says(CLAIRE, "mon secret")
        api.user_says(CLAIRE, "et ceci ?")
        await api.sent(2)
    assert _texts(api) == [replies.apology().text, "Reçu : et ceci ?"]
    assert "was not answered: ValueError (" in caplog.text
    assert "secret" not in caplog.text
    assert api.token not in caplog.text
    assert api.token.partition(":")[2] not in caplog.text


@pytest.mark.asyncio
async def test_a_reply_that_cannot_be_rendered_is_apologised_for() -> None:
    bad = say("Laquelle ?", buttons=(Button("Trop", "x" * 65),))
    async with FakeBotApi() as api, serving(api, Scripted({"carte": bad})):
        api.user_says(CLAIRE, "carte")
        await api.sent(1)
    assert _texts(api) == [replies.apology().text]


@pytest.mark.asyncio
async def test_markup_that_telegram_refuses_is_sent_again_as_plain_text() -> None:
    async with FakeBotApi() as api, serving(api, Scripted({"a": say("a < b & c")})):
        api.fail("sendMessage", Fault.refused("can't parse entities: Unsupported start tag"))
        api.user_says(CLAIRE, "a")
        await api.sent(1)
    assert api.messages[0].raw == api.messages[0].text == "a < b & c"


@pytest.mark.asyncio
async def test_a_flooded_chat_is_answered_after_the_wait_and_not_before() -> None:
    async with FakeBotApi() as api, serving(api, Scripted()):
        api.fail("sendMessage", Fault.flood(1))
        api.user_says(CLAIRE, "un")
        await api.sent(1)
    assert _texts(api) == ["Reçu : un"]
    assert api.impatient == []


@pytest.mark.asyncio
@pytest.mark.parametrize("fault", [Fault.broken(), Fault.page(), Fault.drop()])
async def test_a_failing_server_is_tried_until_it_works_and_the_order_is_kept(
    fault: Fault,
) -> None:
    async with FakeBotApi() as api, serving(api, Scripted()):
        api.fail("sendMessage", *[fault] * 6)
        for text in ("un", "deux", "trois"):
            api.user_says(CLAIRE, text)
        await api.sent(3)
    assert _texts(api) == ["Reçu : un", "Reçu : deux", "Reçu : trois"]


@pytest.mark.asyncio
@pytest.mark.parametrize("refusal", ["message thread not found", "chat not found"])
async def test_an_answer_that_telegram_refuses_is_dropped_at_once(refusal: str) -> None:
    async with FakeBotApi() as api, serving(api, Scripted()):
        api.fail("sendMessage", Fault.refused(refusal))
        api.user_says(CLAIRE, "un")
        api.user_says(CLAIRE, "deux")
        await api.sent(1)
    assert _texts(api) == ["Reçu : deux"]


@pytest.mark.asyncio
async def test_a_chat_that_blocked_us_is_left_alone(caplog: pytest.LogCaptureFixture) -> None:
    async with FakeBotApi() as api, serving(api, Scripted()):
        api.blocked.add(CLAIRE)
        for text in ("un", "et", "puis"):
            api.user_says(CLAIRE, text, date=1)
        await soon(lambda: "cannot be delivered" in caplog.text)
        api.user_says(CLAIRE, "envoyé avant de partir", date=1)
        api.user_says(PAUL, "un")
        await api.sent(1)
        api.blocked.clear()
        api.user_says(CLAIRE, "deux", date=2**31 - 1)
        await api.sent(2)
    assert _texts(api) == ["Reçu : un", "Reçu : deux"]
    assert [f["chat_id"] for name, f in api.calls if name == "sendMessage"].count("7") == 2


@pytest.mark.asyncio
@pytest.mark.parametrize(
    "content",
    [
        {"photo": [{"file_id": "a", "file_unique_id": "b", "width": 1, "height": 1}]},
        {"voice": {"file_id": "a", "file_unique_id": "b", "duration": 1}},
        {"document": {"file_id": "a", "file_unique_id": "b"}},
        {"location": {"latitude": 48.8, "longitude": 2.3}},
        {"contact": {"phone_number": "+33100000000", "first_name": "Léa"}},
        {"dice": {"emoji": "🎲", "value": 3}},
    ],
)
async def test_what_is_not_text_is_answered_with_a_kind_sentence(content: dict[str, Any]) -> None:
    conversation = Scripted()
    async with FakeBotApi() as api, serving(api, conversation):
        api.user_says(CLAIRE, **content)
        await api.sent(1)
        api.user_says(CLAIRE, caption="ma facture", **content)
        await api.sent(2)
    not_read = notices.attachment_not_read().text
    assert _texts(api) == [replies.text_only().text, f"{not_read}\n\nReçu : ma facture"]
    assert [(said.kind, said.text) for said in conversation.heard] == [
        (next(iter(content)), ""),
        ("text", "ma facture"),
    ]


@pytest.mark.asyncio
@pytest.mark.parametrize("place", [None, 0, 2, 4], ids=["none", "first", "middle", "last"])
async def test_an_album_is_answered_once_and_by_its_words_wherever_they_are(
    place: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    pause = timedelta(seconds=0.5)
    monkeypatch.setattr("bot.channels.telegram.answering.ALBUM_PAUSE", pause)
    photo = {"photo": [{"file_id": "a", "file_unique_id": "b", "width": 1, "height": 1}]}
    async with FakeBotApi() as api, serving(api, Scripted()):
        for number in range(5):
            more = {"caption": "ma facture ?"} if number == place else {}
            api.user_says(CLAIRE, media_group_id="album", **photo, **more)
        api.user_says(CLAIRE, "fin")
        await api.sent(2)
    not_read = f"{notices.attachment_not_read().text}\n\nReçu : ma facture ?"
    answer = replies.text_only().text if place is None else not_read
    assert sorted(_texts(api)) == sorted([answer, "Reçu : fin"])


@pytest.mark.asyncio
async def test_service_messages_and_other_bots_get_no_answer() -> None:
    conversation = Scripted()
    async with FakeBotApi() as api, serving(api, conversation):
        await api.called("getUpdates")
        api.user_says(GROUP, new_chat_members=[BOT])
        api.user_says(CLAIRE, message_auto_delete_timer_changed={"message_auto_delete_time": 1})
        api.user_says(GROUP, "/aide", **{"from": {"id": 5, "is_bot": True, "first_name": "B"}})
        api.user_says(CLAIRE, "deux")
        await api.sent(1)
    assert _texts(api) == ["Reçu : deux"]


@pytest.mark.asyncio
async def test_an_edited_question_edits_its_answer() -> None:
    async with FakeBotApi() as api, serving(api, Scripted({"long": LONG})):
        asked = api.user_says(CLAIRE, "un")
        await api.sent(1)
        api.push("edited_message", {**asked, "text": "corrigé", "edit_date": 1})
        await api.until(lambda: _texts(api) == ["Reçu : corrigé"])
        api.push("edited_message", {**asked, "text": "corrigé", "edit_date": 2})
        api.push("edited_message", {**asked, "text": "long", "edit_date": 3})
        await api.sent(3)
    assert _texts(api)[0] == "Reçu : corrigé", "an answer of several messages is a new one"


@pytest.mark.asyncio
async def test_edits_without_words_and_edits_of_unknown_questions_do_no_harm() -> None:
    conversation = Scripted()
    async with FakeBotApi() as api, serving(api, conversation):
        api.user_says(CLAIRE, "bonjour")
        await api.sent(1)
        place = {"latitude": 48.8, "longitude": 2.3}
        chat = {"chat": chat_json(CLAIRE), "edit_date": 2}
        api.push("edited_message", {"message_id": 3, "date": 1, **chat, "location": place})
        api.push("edited_message", {"message_id": 3, "date": 1, **chat, "text": "il y a un mois"})
        now = int(time.time())
        api.push("edited_message", {"message_id": 4, "date": now, **chat, "text": "jamais vu"})
        await api.sent(2)
    assert _texts(api) == ["Reçu : bonjour", "Reçu : jamais vu"]


@pytest.mark.asyncio
async def test_an_edit_without_new_words_does_nothing() -> None:
    conversation = Scripted({"ma carte": CHOICES})
    async with FakeBotApi() as api, serving(api, conversation):
        asked = api.user_says(CLAIRE, "ma carte")
        await api.sent(1)
        api.user_presses(CLAIRE, 0)
        await api.until(lambda: api.messages[0].buttons == [])
        for text in ("ma carte", " Ma  carte"):  # a reaction; another spelling of the same
            api.user_edits(asked, text)
        api.user_says(CLAIRE, "fin")
        await api.until(lambda: "Reçu : fin" in _texts(api))
    assert _texts(api) == ["Laquelle ?", "Reçu : pick:1", "Reçu : fin"]
    assert api.messages[0].buttons == [], "used buttons do not come back"
    assert [said.text for said in conversation.recorded] == ["ma carte", "", "fin"]


@pytest.mark.asyncio
async def test_commands_lose_our_name_and_other_bots_keep_theirs() -> None:
    conversation = Scripted()
    async with FakeBotApi() as api, serving(api, conversation):
        for text in (
            "/start",
            "/lexique@aiguilleurbot  MSSanté",
            "/aide@AutreBot",
            "/inconnue suite",
            "/ ou bien",
        ):
            api.user_says(CLAIRE, text)
        await api.sent(4)
    assert [incoming.text for incoming in conversation.heard] == [
        "/start",
        "/lexique  MSSanté",
        "/inconnue suite",
        "/ ou bien",
    ]


@pytest.mark.asyncio
async def test_a_group_is_answered_only_when_it_speaks_to_us() -> None:
    conversation = Scripted()
    ours = {"message_id": 1, "date": 1, "chat": {"id": GROUP, "type": "supergroup"}, "from": BOT}
    theirs = {**ours, "from": {"id": 9, "is_bot": False, "first_name": "Paul"}}
    async with FakeBotApi() as api, serving(api, conversation):
        for text, more in (
            ("bonjour à tous", {}),
            ("/aide", {}),
            ("/stats", {}),
            ("/stats@AiguilleurBot", {}),
            ("/aide@AutreBot", {}),
            ("dis @AIGUILLEURBOT ma carte ?", {}),
            ("écrire à moi@AiguilleurBotanique.fr", {}),
            ("et le délai ?", {"reply_to_message": ours}),
            ("oui", {"reply_to_message": theirs}),
            (None, {"sticker": None, "location": {"latitude": 1.0, "longitude": 1.0}}),
        ):
            api.user_says(GROUP, text, **more)
        api.user_says(PAUL, "fin")
        await api.sent(5)
        await api.until(lambda: api.pending() == 0)
    heard = [incoming.text for incoming in conversation.heard if incoming.chat == str(GROUP)]
    assert heard == ["/aide", "/stats", "dis ma carte ?", "et le délai ?"]
    assert len(_texts(api, GROUP)) == 4


@pytest.mark.asyncio
async def test_a_group_sees_which_question_is_answered_and_in_which_topic() -> None:
    async with FakeBotApi() as api, serving(api, Scripted({"/aide": CHOICES})):
        topic = {"message_thread_id": 3, "is_topic_message": True}
        asked = api.user_says(GROUP, "/aide", **topic)
        await api.sent(1)
        plain = api.user_says(GROUP, "/lexique", message_thread_id=99)
        await api.sent(2)
    assert [(m.answers, m.thread) for m in api.messages] == [
        (asked["message_id"], 3),
        (plain["message_id"], None),
    ]


@pytest.mark.asyncio
async def test_half_characters_reach_the_conversation_replaced() -> None:
    conversation = Scripted()
    async with FakeBotApi() as api, serving(api, conversation):
        api.user_says(CLAIRE, "cœur \ud83d coupé")
        await api.sent(1)
    heard = conversation.heard[0]
    assert heard == Incoming(
        "telegram",
        "7",
        "cœur \ufffd coupé",
        update_id=heard.update_id,
        message_id=heard.message_id,
    )
