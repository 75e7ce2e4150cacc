"""From Telegram's JSON to events and back to messages, whatever comes."""

from __future__ import annotations

import copy
import inspect
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from telegram import (
    Chat,
    ChatMemberAdministrator,
    ChatMemberRestricted,
    InaccessibleMessage,
    User,
)

from bot.channels.telegram.places import Place, is_private
from bot.channels.telegram.sending.outgoing import Outgoing, outgoing
from bot.channels.telegram.updates.events import (
    Asked,
    Membership,
    Moved,
    Pressed,
    Searched,
    UnreadableError,
    chat_of,
    press_of,
    read,
)
from bot.channels.telegram.updates.receiver import Receiver
from bot.conversation.command_table import command_names
from bot.conversation.messages import Button, Incoming
from tests.fakes.bot_api_media import KINDS, media
from tests.fakes.bot_api_rules import BOT, chat_json, person_json
from tests.fakes.open_store import open_store
from tests.fakes.telegram_service import say

if TYPE_CHECKING:
    from pathlib import Path

    from bot.channels.telegram.updates.events import Event

CLAIRE, GROUP = 7, -100
ME = User.de_json(BOT, None)


def message(chat: int = CLAIRE, **more: Any) -> dict[str, Any]:  # noqa: ANN401 - any JSON
    return {
        "message_id": 5,
        "date": 1_700_000_000,
        "chat": chat_json(chat),
        "from": person_json(CLAIRE),
        **more,
    }


def change(status: str) -> dict[str, Any]:
    member = {"user": BOT, "status": status, "until_date": 0}
    before = {"user": BOT, "status": "left"}
    return {
        "chat": chat_json(GROUP),
        "from": person_json(CLAIRE),
        "date": 1_700_000_000,
        "old_chat_member": before,
        "new_chat_member": member,
    }


def pressed(**more: Any) -> dict[str, Any]:  # noqa: ANN401 - any JSON
    query = {"id": "q", "from": person_json(CLAIRE), "chat_instance": "1"}
    return {**query, "message": message(**{"from": BOT, "text": "?"}), "data": "c:1:0", **more}


UPDATES: dict[str, dict[str, Any]] = {
    "asked": {"message": message(text="mon vélo")},
    "forwarded": {"message": message(**media("forward"))},
    "in a topic": {
        "message": message(GROUP, text="/aide", message_thread_id=3, is_topic_message=True)
    },
    "a reply": {
        "message": message(GROUP, text="et ?", reply_to_message=message(GROUP, **{"from": BOT}))
    },
    "edited": {"edited_message": message(text="corrigé", edit_date=1_700_000_001)},
    "photo": {"message": message(caption="ma facture", **media("photo"))},
    "voice": {"message": message(**media("voice"))},
    "pressed": {"callback_query": pressed()},
    "searched": {
        "inline_query": {"id": "i", "from": person_json(CLAIRE), "query": "vélo", "offset": ""}
    },
    "kicked": {"my_chat_member": change("kicked")},
    "joined": {"my_chat_member": change("member")},
    "moved": {"message": message(GROUP, migrate_to_chat_id=-1005)},
}


def event(content: dict[str, Any]) -> Event | None:
    return read({"update_id": 9, **content}, ME, command_names())


def test_a_message_is_an_event_with_its_place_and_its_sender() -> None:
    found = event(UPDATES["asked"])
    assert isinstance(found, Asked)
    assert found.incoming == Incoming("telegram", "7", "mon vélo", update_id=9, message_id=5)
    assert found.place == Place(7), "in a talk between two nothing is quoted"
    assert (found.message_id, found.sender, found.edited) == (5, 7, False)
    assert found.at.timestamp() == 1_700_000_000


def test_in_a_group_the_answer_stands_below_the_question_in_its_topic() -> None:
    found = event(UPDATES["in a topic"])
    assert isinstance(found, Asked)
    assert found.incoming.group
    assert found.place == Place(GROUP, thread=3, question=5)


@pytest.mark.parametrize("text", ["/thèmes", "/aide.", "/mes-données", "/the\u0301mes"])
def test_a_command_in_a_group_may_be_written_as_french_is(text: str) -> None:
    found = event({"message": message(GROUP, text=text)})
    assert isinstance(found, Asked)
    assert event({"message": message(GROUP, text="/danser.")}) is None


@pytest.mark.parametrize(
    "more",
    [
        media("forward"),
        {"sender_chat": chat_json(GROUP)},
        {"from": None},
    ],
)
def test_who_cannot_be_known_for_sure_is_nobody(more: dict[str, Any]) -> None:
    found = event({"message": message(**{"text": "/recharger", **more})})
    assert isinstance(found, Asked)
    assert found.sender is None


def test_an_edit_is_known_as_one_and_a_photo_by_its_caption() -> None:
    edited, photo = event(UPDATES["edited"]), event(UPDATES["photo"])
    assert isinstance(edited, Asked)
    assert edited.edited
    assert isinstance(photo, Asked)
    assert (photo.incoming.text, photo.incoming.kind) == ("ma facture", "text")


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "forward"])
def test_what_has_no_words_is_known_as_such(kind: str) -> None:
    found = event({"message": message(**media(kind))})
    assert isinstance(found, Asked)
    assert (found.incoming.kind, found.incoming.text) == (kind, "")
    assert event({"edited_message": message(**media(kind))}) is None, "a live location, say"


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({}, Pressed(Incoming("telegram", "7", "", "c:1:0", 9), Place(7), 5, has_buttons=False)),
        (
            {"message": {"chat": chat_json(CLAIRE), "message_id": 5, "date": 0}},
            Pressed(Incoming("telegram", "7", "", "c:1:0", 9), Place(7), 5, has_buttons=False),
        ),
        (
            {"message": message(GROUP, text="?", message_thread_id=3, is_topic_message=True)},
            Pressed(
                Incoming("telegram", "-100", "", "c:1:0", 9, group=True),
                Place(GROUP, 3),
                5,
                has_buttons=False,
            ),
        ),
        ({"message": None}, None),
        ({"data": None}, None),
        ({"data": ""}, None),
    ],
)
def test_a_press_leads_to_the_place_of_its_message(
    more: dict[str, Any], expected: Pressed | None
) -> None:
    assert event({"callback_query": pressed(**more)}) == expected


RIGHTS = [
    name
    for kind in (ChatMemberAdministrator, ChatMemberRestricted)
    for name in inspect.signature(kind.__init__).parameters
    if name.startswith(("can_", "is_"))
]


@pytest.mark.parametrize(
    ("status", "here"),
    [
        ("kicked", False),
        ("left", False),
        ("member", True),
        ("administrator", True),
        ("restricted", True),
    ],
)
def test_being_let_in_or_put_out_is_known(status: str, here: bool) -> None:
    content = change(status)
    content["new_chat_member"] |= dict.fromkeys(RIGHTS, False)
    assert event({"my_chat_member": content}) == Membership(GROUP, here)


def test_a_search_a_move_and_what_is_none_of_our_business() -> None:
    assert event(UPDATES["searched"]) == Searched("i", "vélo")
    assert event(UPDATES["moved"]) == Moved(GROUP, -1005)
    assert event({"message": message(GROUP, text="bonjour à tous")}) is None
    assert event({"message": message(GROUP, new_chat_title="x")}) is None
    assert event({"channel_post": message(text="x")}) is None
    assert event({"something_new": {"a": 1}}) is None


def test_what_cannot_be_read_says_why_and_quotes_nothing() -> None:
    with pytest.raises(UnreadableError) as caught:
        event({"message": {"text": "mon secret", "chat": {"id": "mon secret"}}})
    assert "secret" not in str(caught.value)
    assert caught.value.__cause__ is None


# Whatever may come

STRANGE = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=8),
    st.just([]),
    st.just({}),
    st.just([{"type": "bold"}]),
    st.just({"id": "x"}),
    st.just([[["a"]]]),
)


def paths(value: object, before: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    inner = value.items() if isinstance(value, dict) else ()
    inner = enumerate(value) if isinstance(value, list) else inner
    found = [before] if before else []
    return found + [path for key, each in inner for path in paths(each, (*before, key))]


@st.composite
def mutated(draw: st.DrawFn) -> dict[str, Any]:
    """A valid update in which up to three values are gone or replaced."""
    update = {"update_id": 9, **copy.deepcopy(draw(st.sampled_from(list(UPDATES.values()))))}
    for _ in range(draw(st.integers(1, 3))):
        *way, last = draw(st.sampled_from(paths(update)))
        holder: Any = update
        for key in way:
            holder = holder[key]
        if draw(st.booleans()):
            holder[last] = copy.deepcopy(draw(STRANGE))
        else:
            del holder[last]
        if not update:
            break
    return update


@settings(max_examples=500, deadline=None)
@given(mutated())
def test_a_mutated_update_is_an_event_nothing_or_unreadable(update: dict[str, Any]) -> None:
    chat = chat_of(update)
    assert chat is None or isinstance(chat, int)
    try:
        found = read(update, ME, command_names())
    except UnreadableError:
        return
    match found:
        case Asked():
            _sound_place(found.place)
            assert isinstance(found.incoming.text, str)
            assert isinstance(found.message_id, int)
            assert isinstance(found.at, datetime)
            assert isinstance(found.sender, int | None)
        case Pressed():
            _sound_place(found.place)
            assert isinstance(found.incoming.choice, str)
            assert found.incoming.choice
        case Searched():
            assert isinstance(found.query_id, str)
            assert isinstance(found.text, str)
        case Membership():
            assert isinstance(found.chat, int)
        case Moved():
            assert isinstance(found.chat, int)
            assert isinstance(found.to, int)
        case _:
            assert found is None


def _sound_place(place: Place) -> None:
    assert isinstance(place.chat, int)
    assert isinstance(place.thread, int | None)
    assert isinstance(place.question, int | None)


# What is stored


@pytest.mark.asyncio
async def test_what_is_received_is_stored_by_chat_and_what_has_no_number_is_skipped(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    woken: list[bool] = []
    async with await open_store(tmp_path / "aiguilleur.db") as store:
        inbox = store.inbox("telegram:1")
        receiver = Receiver(inbox, store.pseudonym, lambda: woken.append(True))
        first = {"update_id": 1, "message": message(text="a")}
        await receiver.accept([first, {"message": {}}, {"update_id": True}, {"update_id": 2}])
        await receiver.accept([{"update_id": 3, **UPDATES["pressed"]}, first])
        lanes = await inbox.claim(10)
    assert [[held.update_id for held in lane] for lane in lanes] == [[1, 3], [2]]
    assert lanes[0][0].payload == first
    assert woken == [True, True]
    assert "2 updates without a number" in caplog.text


# What goes out


@given(
    st.integers(),
    st.none() | st.integers(1),
    st.none() | st.integers(1),
    st.lists(st.text(st.characters(exclude_categories=["Cs"]), min_size=1), max_size=4),
    st.booleans(),
)
def test_what_is_to_be_sent_survives_being_stored(
    chat: int, thread: int | None, question: int | None, texts: list[str], buttons: bool
) -> None:
    keyboard = (Button("Oui", "oui"), Button("Site", url="https://velo.example")) * buttons
    messages = outgoing(say("Voici :", *texts, buttons=keyboard), Place(chat, thread, question))
    assert messages
    assert [Outgoing.from_dict(message.to_dict()) for message in messages] == messages
    assert [m.question for m in messages] == [question] + [None] * (len(messages) - 1)
    assert {(m.chat, m.thread) for m in messages} == {(chat, thread)}
    assert [bool(m.keyboard) for m in messages] == [False] * (len(messages) - 1) + [buttons]


def test_nothing_to_say_is_no_message() -> None:
    assert outgoing(say(), Place(7)) == []


def test_what_we_posted_by_an_inline_result_is_no_question_to_us() -> None:
    other = {**BOT, "id": 99, "username": "AutreBot"}
    assert event({"message": message(text="Nos tarifs", via_bot=BOT)}) is None
    assert event({"message": message(text="Nos tarifs", via_bot=other)}) is not None


def test_words_are_told_apart_from_what_comes_with_them() -> None:
    for more, attached in ({"text": "a"}, False), ({"caption": "a", **media("photo")}, True):
        found = event({"message": message(**more)})
        assert isinstance(found, Asked)
        assert found.attached is attached


def test_a_group_is_one_even_where_its_message_is_gone() -> None:
    gone = {"chat": chat_json(GROUP), "message_id": 5, "date": 0}
    found = event({"callback_query": pressed(message=gone)})
    assert isinstance(found, Pressed)
    assert found.incoming.group
    inaccessible = InaccessibleMessage(Chat(GROUP, "supergroup"), 5)
    assert not is_private(inaccessible)


@pytest.mark.parametrize(
    ("raw", "number"),
    [
        ({"callback_query": {"id": "7", "data": "x"}}, "7"),
        ({"callback_query": {"id": "7"}}, "7"),
        ({"callback_query": {"id": ["7"]}}, None),
        ({"callback_query": None}, None),
        ({"message": {"id": "7"}}, None),
        (None, None),
    ],
)
def test_a_press_is_known_by_its_number_whatever_else_it_holds(
    raw: dict[str, Any] | None, number: str | None
) -> None:
    assert press_of(raw) == number
