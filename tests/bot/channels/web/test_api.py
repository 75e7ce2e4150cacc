"""The JSON API over a real server: conversations, what is refused and how, and a fuzz."""

from __future__ import annotations

import asyncio
import json
import logging
from contextlib import AsyncExitStack
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from bot.channels.web import Exchange, WebOptions
from bot.channels.web.api import Api
from bot.channels.web.bodies import MAX_BODY, MAX_TEXT, MessageBody
from bot.channels.web.openapi import description
from bot.conversation.messages import Button
from bot.ops.metrics import Metrics
from bot.store.tables import turns
from tests.fakes.open_store import found
from tests.fakes.small_base import BIKE, FARE, HELMET
from tests.fakes.web_service import KEY, Parrot, Web, free_listen, talking, web_service

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Coroutine, Iterator

    import httpx

    from bot.conversation.messages import Incoming
    from bot.conversation.turns import Prepared

SECRET = "madame Martin, 01 02 03 04 05"


def refusal(answer: httpx.Response, status: int, code: str) -> dict[str, Any]:
    """The body of a refusal, which is never cached and has a sentence to show."""
    assert answer.status_code == status, answer.text
    assert answer.headers["cache-control"] == "no-store"
    body: dict[str, Any] = answer.json()
    assert set(body) == {"error", "message"}
    assert body["error"] == code
    assert body["message"].endswith((".", "?"))
    return body


@pytest.mark.asyncio
async def test_a_message_gets_its_reply() -> None:
    buttons = (Button("Oui", "y:1:0"), Button("Voir", url="https://velo.example"))
    async with web_service(Parrot(buttons=buttons)) as web:
        await web.open()
        answer = await web.send(text="bonjour")
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    assert answer.json() == {
        "number": 2,
        "paragraphs": [{"text": "Reçu", "strong": True}, {"text": "bonjour", "strong": False}],
        "buttons": [
            {"label": "Oui", "data": "y:1:0", "url": ""},
            {"label": "Voir", "data": "", "url": "https://velo.example"},
        ],
        "contacts": [],
        "receipt": None,
        "holder": None,
    }


@pytest.mark.asyncio
async def test_a_desk_comes_with_its_address_and_what_was_said_with_its_moment() -> None:
    async with web_service(talking(BIKE)) as web:
        await web.open()
        await web.send(id="1", text="mon vélo")
        reply = (await web.send(id="2", choice="h:1:0")).json()
        said = (await web.read()).json()["messages"]
    desk = {"name": "L'atelier", "email": "atelier@velo.example", "phone": "01 99 00 00 00"}
    assert reply["contacts"] == [desk]
    assert [len(each["contacts"]) for each in said] == [0, 0, 0, 1]
    moments = [datetime.fromisoformat(each["at"]) for each in said]
    assert moments == sorted(moments)
    assert all(at.utcoffset() == timedelta(0) for at in moments)


@pytest.mark.asyncio
async def test_a_conversation_goes_on_by_text_and_by_button() -> None:
    async with web_service(talking(BIKE, FARE, HELMET)) as web:
        await web.open()
        first = (await web.send(id="1", text="mon vélo ?")).json()
        second = (await web.send(id="2", choice=first["buttons"][1]["data"])).json()
    assert first["paragraphs"][0]["text"] == "Mon vélo est cassé\u00a0: que faire\u00a0?"
    assert [button["label"] for button in second["buttons"]][:1] == [
        "Combien coûte un trajet\u00a0?"
    ]


@pytest.mark.asyncio
async def test_who_answers_is_told_the_channel_the_chat_and_a_stable_number() -> None:
    parrot = Parrot()
    async with web_service(parrot) as web:
        mine = await web.open()
        await web.send(id="a", text="un")
        await web.send(id="a", text="un")
        await web.send(id="b", text="deux\0")
        await web.open()
        await web.send(id="a", choice="y:1:0")
    first, again, other, stranger = parrot.heard
    assert first == again
    assert (first.channel, first.text, first.group) == ("web", "un", False)
    assert first.chat == mine.partition(".")[0]
    assert other.text == "deux "
    assert (stranger.text, stranger.choice) == ("", "y:1:0")
    assert len({first.update_id, other.update_id, stranger.update_id}) == 3
    assert all(0 <= (each.update_id or 0) < 2**63 for each in parrot.heard)


@pytest.mark.asyncio
async def test_a_message_sent_again_is_one_turn_with_one_reply() -> None:
    async with web_service(talking(BIKE)) as web:
        await web.open()
        tries = [await web.send(id="same", text="mon vélo ?") for _ in range(3)]
        assert len(await found(web.store, select(turns.c.id))) == 1
    assert len({answer.text for answer in tries}) == 1


@pytest.mark.asyncio
async def test_an_id_that_is_used_for_other_words_gets_a_refusal_and_no_reply_of_the_first() -> (
    None
):
    async with web_service(talking(BIKE)) as web:
        await web.open()
        first = await web.send(id="1", text="mon vélo ?")
        for other in ({"text": "et ma facture ?"}, {"choice": "y:1:0"}):
            refusal(await web.send(id="1", **other), 409, "id_used")
        assert len(await found(web.store, select(turns.c.id))) == 1
        again = await web.send(id="1", text="mon vélo ?")
        assert (again.status_code, again.text) == (200, first.text)
        assert (await web.send(id="2", text="et ma facture ?")).status_code == 200
        await web.open()  # in another conversation it is another message
        assert (await web.send(id="1", text="et ma facture ?")).status_code == 200


@pytest.mark.asyncio
@pytest.mark.parametrize("forged", ["", "x", "abc.def", "é", "a" * 5000, ".", "0.0"])
async def test_a_forged_session_is_not_known(forged: str) -> None:
    parrot = Parrot()
    async with web_service(parrot) as web:
        headers = {"Authorization": f"Bearer {forged}".strip().encode()}
        answer = await web.client.post("/api/messages", json={"id": "1"}, headers=headers)
        refusal(answer, 401, "no_session")
        token = await web.open()
        for bad in (token[:-1], token + "0", f"x{token}"):
            web.token = bad
            refusal(await web.send(text="bonjour"), 401, "no_session")
    assert parrot.heard == []


@pytest.mark.asyncio
@pytest.mark.parametrize(
    "body",
    [
        [],
        "text",
        {"text": "sans id"},
        {"id": "1"},
        {"id": "1", "text": "a", "choice": "b"},
        {"id": "1", "text": 3},
        {"id": "1", "text": None},
        {"id": "1", "text": "a", "choice": None},
        {"id": 1, "text": "a"},
        {"id": "", "text": "a"},
        {"id": "a b", "text": "a"},
        {"id": "a\n", "text": "a"},
        {"id": "x" * 65, "text": "a"},
        {"id": "1", "choice": "x" * 65},
        {"id": "1", "choice": ""},
        {"id": "1", "text": "a", "more": 1},
    ],
)
async def test_what_is_no_message_is_told_so(body: object) -> None:
    parrot = Parrot()
    async with web_service(parrot) as web:
        headers = {"Authorization": f"Bearer {await web.open()}"}
        answer = await web.client.post("/api/messages", json=body, headers=headers)
        refusal(answer, 422, "not_a_message")
    assert parrot.heard == []


@pytest.mark.asyncio
@pytest.mark.parametrize(
    "body", [b"", b"{", b"\xff\xfe", b'{"id": "1", "text": "\\ud800}', b"[" * 50_000]
)
async def test_what_is_no_json_is_told_so(body: bytes) -> None:
    async with web_service(Parrot()) as web:
        headers = {
            "Authorization": f"Bearer {await web.open()}",
            "Content-Type": "application/json",
        }
        answer = await web.client.post("/api/messages", content=body, headers=headers)
        refusal(answer, 400, "not_json")


@pytest.mark.asyncio
@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", ""])
async def test_another_type_than_json_is_refused(kind: str) -> None:
    async with web_service(Parrot()) as web:
        headers = {"Authorization": f"Bearer {await web.open()}", "Content-Type": kind}
        answer = await web.client.post("/api/messages", content=b"{}", headers=headers)
        refusal(answer, 415, "not_json_type")


@pytest.mark.asyncio
async def test_what_is_too_long_is_refused_however_it_comes() -> None:
    parrot = Parrot()
    async with web_service(parrot) as web:
        await web.open()
        assert (await web.send(text="é" * MAX_TEXT)).status_code == 200
        refusal(await web.send(text="é" * (MAX_TEXT + 1)), 413, "too_long")
        refusal(await web.send(text="a" * MAX_BODY), 413, "too_long")

        async def chunks() -> AsyncIterator[bytes]:
            for _ in range(20):
                yield b"a" * 4096

        headers = {"Authorization": f"Bearer {web.token}", "Content-Type": "application/json"}
        answer = await web.client.post("/api/messages", content=chunks(), headers=headers)
        refusal(answer, 413, "too_long")
    assert len(parrot.heard) == 1


@pytest.mark.asyncio
async def test_a_conversation_has_so_many_messages_and_others_go_on() -> None:
    parrot = Parrot()
    async with web_service(parrot, chat_rate=3) as web:
        first = await web.open()
        for number in range(3):
            assert (await web.send(id=str(number), text="a")).status_code == 200
        answer = await web.send(id="3", text="a")
        refusal(answer, 429, "too_many")
        assert 1 <= int(answer.headers["retry-after"]) <= 60
        assert f"{answer.headers['retry-after']} secondes" in answer.json()["message"]
        assert await web.open() != first
        assert (await web.send(text="a")).status_code == 200
        assert web.metrics.registry.get_sample_value("aiguilleur_capped_total") == 1
    assert len(parrot.heard) == 4


@pytest.mark.asyncio
async def test_a_long_message_counts_as_several() -> None:
    async with web_service(Parrot(), chat_rate=4) as web:
        await web.open()
        assert (await web.send(id="1", text="a" * 6_000)).status_code == 200
        refusal(await web.send(id="2", text="a"), 429, "too_many")


@pytest.mark.asyncio
async def test_an_address_opens_so_many_conversations() -> None:
    async with web_service(Parrot(), chat_rate=2) as web:
        opened = [(await web.client.post("/api/sessions")).status_code for _ in range(6)]
        assert opened == [200] * 4 + [429] * 2
        behind = {"X-Forwarded-For": "forged, 203.0.113.7"}
        assert (await web.client.post("/api/sessions", headers=behind)).status_code == 200


@pytest.mark.asyncio
async def test_what_breaks_is_said_kindly_and_logged_without_the_words(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    parrot = Parrot(broken=RuntimeError(SECRET))
    async with web_service(parrot) as web:
        await web.open()
        answer = await web.send(text=SECRET)
        assert answer.headers["retry-after"] == "5"
        refusal(answer, 503, "broken")
        parrot.broken = None
        assert (await web.send(text=SECRET)).status_code == 200
    assert parrot.heard[0] == parrot.heard[1]
    assert "RuntimeError" in caplog.text
    assert SECRET not in answer.text + caplog.text
    assert "Traceback" not in caplog.text


@pytest.mark.asyncio
async def test_an_answer_that_never_comes_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.channels.web.api.ANSWER_SECONDS", 0.05)

    class Asleep(Parrot):
        async def prepare(self, incoming: Incoming) -> Prepared:
            await asyncio.sleep(60)
            return await super().prepare(incoming)

    async with web_service(Asleep()) as web:
        await web.open()
        refusal(await web.send(text="bonjour"), 503, "broken")


@pytest.mark.asyncio
async def test_unknown_pages_and_methods_are_refused_as_json() -> None:
    async with web_service(Parrot()) as web:
        refusal(await web.client.get("/api/nothing"), 404, "not_found")
        answer = await web.client.put("/api/messages")
        refusal(answer, 405, "method_not_allowed")
        assert set(answer.headers["allow"].split(", ")) == {"GET", "HEAD", "POST"}


@pytest.mark.asyncio
async def test_the_description_tells_of_every_route_and_of_every_field() -> None:
    async with web_service(Parrot()) as web:
        told = (await web.client.get("/api/openapi.json")).json()
    assert told == description("Pédalier")
    options = WebOptions(free_listen(), KEY)
    routes = Api(Exchange(web.answerer), Metrics(), options).routes()
    served = {(route.path, method) for route in routes for method in route.methods or ()}
    assert {(path, method.lower()) for path, method in served if method != "HEAD"} == {
        (path, method) for path, methods in told["paths"].items() for method in methods
    }
    assert set(told["components"]["schemas"]["MessageBody"]["properties"]) == set(
        MessageBody.model_fields
    )


# --- A fuzz: whatever comes, nothing breaks.


class Served:
    """A served application, and a loop that runs it while somebody asks."""

    def __init__(self, web: Web, runner: asyncio.Runner) -> None:
        self.web = web
        self.runner = runner

    def run(self, work: Coroutine[Any, Any, httpx.Response]) -> httpx.Response:
        return self.runner.run(work)


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    stack = AsyncExitStack()
    with asyncio.Runner() as runner:
        web = runner.run(
            stack.enter_async_context(web_service(talking(BIKE, FARE), chat_rate=10_000))
        )
        runner.run(web.open())
        yield Served(web, runner)
        runner.run(stack.aclose())


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)
near_messages = st.fixed_dictionaries(
    {},
    optional={
        "id": st.from_regex(r"[A-Za-z0-9_-]{1,64}", fullmatch=True) | json_values,
        "text": st.text() | json_values | st.text().map(lambda text: f"/{text}"),
        "choice": st.from_regex(r"[cnyu]:[0-9]{1,25}:[0-9]{1,4}") | json_values,
        "more": json_values,
    },
)
bodies = st.binary(max_size=200) | (near_messages | json_values).map(
    lambda value: json.dumps(value).encode()
)
fuzz = settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@fuzz
@given(body=bodies)
def test_no_body_breaks_the_api(served: Served, body: bytes) -> None:
    headers = {
        "Authorization": f"Bearer {served.web.token}",
        "Content-Type": "application/json",
    }
    answer = served.run(served.web.client.post("/api/messages", content=body, headers=headers))
    assert answer.status_code in {200, 400, 409, 422}, "409: the id of another body"
    assert isinstance(answer.json(), dict)


@fuzz
@given(
    method=st.sampled_from(["GET", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "HEAD"]),
    path=st.sampled_from(["/", "/api", "/api/sessions", "/api/messages", "/static/", "/embed.js"])
    | st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=40).map("/".__add__),
    token=st.text(st.characters(min_codepoint=33, max_codepoint=255), max_size=50),
    body=bodies,
)
def test_no_request_breaks_the_server(
    served: Served, method: str, path: str, token: str, body: bytes
) -> None:
    headers = {"Authorization": f"Bearer {token}".strip().encode("latin-1")}
    url = served.web.url + quote(path, safe="/%?&=")
    answer = served.run(served.web.client.request(method, url, content=body, headers=headers))
    assert answer.status_code < 500


@pytest.mark.asyncio
@pytest.mark.parametrize("half", ["\\ud83d", "\\uDE00", "\\ud83d\\ud83d", "\\\\\\ud83d"])
async def test_half_a_character_is_replaced_as_on_every_channel(half: str) -> None:
    parrot = Parrot()
    async with web_service(parrot) as web:
        await web.open()
        body = f'{{"id": "m", "text": "vélo {half} \\ud83d\\ude00 ?"}}'
        headers = {"Authorization": f"Bearer {web.token}", "Content-Type": "application/json"}
        answer = await web.client.post("/api/messages", content=body, headers=headers)
    assert answer.status_code == 200, answer.text
    said = parrot.heard[0].text
    assert said.startswith("vélo ")
    assert said.endswith(" 😀 ?")
    assert "\ufffd" in said
