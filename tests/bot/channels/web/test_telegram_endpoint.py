"""The webhook: what is taken, what is refused before it is read, and the servers around it."""

from __future__ import annotations

import asyncio
import json
import logging
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import httpx
import pytest

from bot.channels.web import build_webhook, serve_app, serve_both
from bot.channels.web.server import _bind_sockets
from bot.channels.web.telegram_endpoint import MAX_UPDATE
from bot.ops.errors import ListenError
from bot.ops.setting_types import Listen
from bot.store import StoreError
from tests.fakes.web_service import free_listen

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from starlette.types import Message, Receive, Scope, Send

SECRET = "a-secret-of-24-characters"
PATH = "/t%C3%A9legram"
UPDATE = {"update_id": 7, "message": {"text": "bonjour"}}
KNOWN = {"X-Telegram-Bot-Api-Secret-Token": SECRET, "Content-Type": "application/json"}


class Inbox:
    """Stores what comes; breaks when told."""

    def __init__(self) -> None:
        self.stored: list[dict[str, Any]] = []
        self.broken: Exception | None = None

    async def accept(self, updates: Sequence[dict[str, Any]]) -> None:
        if self.broken:
            raise self.broken
        self.stored += updates


@asynccontextmanager
async def hooked(inbox: Inbox) -> AsyncIterator[httpx.AsyncClient]:
    listen = free_listen()
    app = build_webhook(PATH, SECRET, inbox.accept)
    url = f"http://127.0.0.1:{listen.port}"
    async with serve_app(app, listen), httpx.AsyncClient(base_url=url) as client:
        yield client


@pytest.mark.asyncio
async def test_an_update_is_acknowledged_once_it_is_stored() -> None:
    inbox = Inbox()
    async with hooked(inbox) as client:
        for kind in ("application/json", "application/json; charset=utf-8"):
            headers = {**KNOWN, "Content-Type": kind}
            answer = await client.post(PATH, content=json.dumps(UPDATE), headers=headers)
            assert answer.status_code == 200
            assert answer.content == b""
    assert inbox.stored == [UPDATE, UPDATE]


@pytest.mark.asyncio
@pytest.mark.parametrize("given", [None, "", SECRET[:-1], SECRET + "x", SECRET.upper(), "é" * 16])
async def test_without_the_secret_nothing_is_taken(given: str | None) -> None:
    inbox = Inbox()
    async with hooked(inbox) as client:
        headers = {"Content-Type": "application/json"}
        if given is not None:
            headers["X-Telegram-Bot-Api-Secret-Token"] = given
        encoded = {key: value.encode() for key, value in headers.items()}
        where = f"{PATH}?secret_token={SECRET}"
        answer = await client.post(where, content=json.dumps(UPDATE), headers=encoded)
        assert answer.status_code == 403
    assert inbox.stored == []


@pytest.mark.asyncio
async def test_a_forged_post_is_refused_before_it_is_read() -> None:
    app = build_webhook(PATH, SECRET, Inbox().accept)
    sent: list[Message] = []

    async def receive() -> Message:
        raise AssertionError("the body was read")

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "POST", "path": unquote(PATH), "headers": []}
    await app(scope, receive, send)
    assert sent[0]["status"] == 403


@pytest.mark.asyncio
async def test_only_posts_of_json_to_the_one_path_are_taken() -> None:
    inbox = Inbox()
    body = json.dumps(UPDATE)
    async with hooked(inbox) as client:
        for path in ("/", PATH + "/", PATH.upper(), PATH + "/x"):
            assert (await client.post(path, content=body, headers=KNOWN)).status_code == 404
        for method in ("GET", "PUT", "DELETE", "HEAD", "OPTIONS"):
            assert (await client.request(method, PATH, headers=KNOWN)).status_code == 405
        for kind in ("text/plain", "application/x-www-form-urlencoded", "application/jsonx", ""):
            headers = {**KNOWN, "Content-Type": kind}
            assert (await client.post(PATH, content=body, headers=headers)).status_code == 415
    assert inbox.stored == []


@pytest.mark.asyncio
async def test_a_body_too_large_is_refused_whole_or_in_chunks() -> None:
    inbox = Inbox()
    large = {**UPDATE, "message": "a" * MAX_UPDATE}

    async def chunks() -> AsyncIterator[bytes]:
        text = json.dumps(large).encode()
        for start in range(0, len(text), 65_536):
            yield text[start : start + 65_536]

    async with hooked(inbox) as client:
        whole = await client.post(PATH, content=json.dumps(large), headers=KNOWN)
        parts = await client.post(PATH, content=chunks(), headers=KNOWN)
        fits = {**UPDATE, "message": "a" * (MAX_UPDATE - 100)}
        fine = await client.post(PATH, content=json.dumps(fits), headers=KNOWN)
    assert (whole.status_code, parts.status_code, fine.status_code) == (413, 413, 200)
    assert inbox.stored == [fits]


@pytest.mark.asyncio
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"Jeanne",
        b"\xff",
        b"[]",
        b'"Jeanne"',
        b"{}",
        b'{"update_id": "Jeanne"}',
        b'{"update_id": 1.0}',
        b'{"update_id": true}',
        b'{"update_id": -1}',
        b'{"update_id": 9223372036854775808}',
        b'{"a": ' * 100_000,
    ],
)
async def test_what_has_no_number_is_dropped_and_not_asked_for_again(
    body: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    inbox = Inbox()
    async with hooked(inbox) as client:
        assert (await client.post(PATH, content=body, headers=KNOWN)).status_code == 200
    assert inbox.stored == []
    assert "without a number" in caplog.text
    assert "Jeanne" not in caplog.text


@pytest.mark.asyncio
@pytest.mark.parametrize("error", [StoreError("the disk is full"), RuntimeError("Jeanne")])
async def test_what_cannot_be_stored_stays_with_telegram(
    error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    inbox = Inbox()
    inbox.broken = error
    async with hooked(inbox) as client:
        answer = await client.post(PATH, content=json.dumps(UPDATE), headers=KNOWN)
        assert answer.status_code == 503
        assert int(answer.headers["retry-after"]) > 0
        inbox.broken = None
        again = await client.post(PATH, content=json.dumps(UPDATE), headers=KNOWN)
        assert again.status_code == 200
    assert inbox.stored == [UPDATE]
    assert "Jeanne" not in caplog.text


@pytest.mark.asyncio
async def test_many_forged_posts_leave_the_real_ones_through(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    inbox = Inbox()
    async with hooked(inbox) as client:

        async def forge() -> set[int]:
            body = json.dumps(UPDATE)
            return {(await client.post(PATH, content=body)).status_code for _ in range(50)}

        forged = asyncio.gather(*(forge() for _ in range(4)))
        for number in range(20):
            body = json.dumps({"update_id": number})
            assert (await client.post(PATH, content=body, headers=KNOWN)).status_code == 200
        assert await forged == [{403}] * 4
    assert [update["update_id"] for update in inbox.stored] == list(range(20))
    ours = [record for record in caplog.records if record.name.startswith("bot.")]
    assert ours == []


@pytest.mark.asyncio
async def test_a_body_that_never_comes_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.channels.web.request_body.BODY_SECONDS", 0.05)
    inbox, listen = Inbox(), free_listen()
    head = "".join(f"{name}: {value}\r\n" for name, value in KNOWN.items())
    async with serve_app(build_webhook(PATH, SECRET, inbox.accept), listen):
        reader, writer = await asyncio.open_connection(*listen)
        writer.write(
            f"POST {PATH} HTTP/1.1\r\nHost: a\r\n{head}Content-Length: 99\r\n\r\n{{".encode()
        )
        async with asyncio.timeout(10):
            answer = await reader.readuntil(b"\r\n")
        writer.close()
    assert b" 408 " in answer
    assert inbox.stored == []


def test_a_webhook_without_a_secret_is_not_built() -> None:
    with pytest.raises(ValueError, match="WEBHOOK_SECRET"):
        build_webhook(PATH, "", Inbox().accept)


# --- The servers.


async def page(scope: Scope, receive: Receive, send: Send) -> None:
    del receive
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": scope["path"].encode()})


@pytest.mark.asyncio
async def test_one_address_serves_pages_and_webhook() -> None:
    inbox, listen = Inbox(), free_listen()
    hook = build_webhook(PATH, SECRET, inbox.accept)
    async with serve_both(page, listen, hook, PATH, listen), httpx.AsyncClient() as client:
        url = f"http://127.0.0.1:{listen.port}"
        posted = await client.post(url + PATH, content=json.dumps(UPDATE), headers=KNOWN)
        assert posted.status_code == 200
        assert (await client.get(url + "/chat")).text == "/chat"
    assert inbox.stored == [UPDATE]


@pytest.mark.asyncio
async def test_two_addresses_serve_one_each() -> None:
    inbox, first, second = Inbox(), free_listen(), free_listen()
    hook = build_webhook(PATH, SECRET, inbox.accept)
    async with serve_both(page, first, hook, PATH, second), httpx.AsyncClient() as client:
        assert (await client.get(f"http://127.0.0.1:{first.port}{PATH}")).text == unquote(PATH)
        assert (await client.get(f"http://127.0.0.1:{second.port}/chat")).status_code == 404
        url = f"http://127.0.0.1:{second.port}{PATH}"
        posted = await client.post(url, content=json.dumps(UPDATE), headers=KNOWN)
        assert posted.status_code == 200


@pytest.mark.asyncio
async def test_a_port_in_use_is_told_with_what_to_do_and_the_first_goes_on() -> None:
    listen = free_listen()
    async with serve_app(page, listen), httpx.AsyncClient() as client:
        with pytest.raises(ListenError) as caught:
            async with serve_app(page, listen):
                pass
        assert (await client.get(f"http://127.0.0.1:{listen.port}/a")).text == "/a"
    said = str(caught.value)
    assert f"127.0.0.1:{listen.port}" in said
    assert "in use" in said
    assert "WEB_LISTEN" in said
    async with serve_app(page, listen):
        pass


@pytest.mark.asyncio
@pytest.mark.parametrize("host", ["203.0.113.1", "no-such-name.invalid", "x" * 300])
async def test_an_address_that_is_not_ours_is_told(host: str) -> None:
    with pytest.raises(ListenError, match=host[:60]):
        async with serve_app(page, Listen(host, free_listen().port)):
            pass


@pytest.mark.asyncio
async def test_a_name_is_served_on_whatever_families_it_has() -> None:
    listen = Listen("localhost", free_listen().port)
    async with serve_app(page, listen), httpx.AsyncClient() as client:
        assert (await client.get(f"http://127.0.0.1:{listen.port}/a")).text == "/a"


@pytest.mark.asyncio
async def test_requests_under_way_are_finished_at_the_end() -> None:
    listen, started = free_listen(), asyncio.Event()

    async def slow(scope: Scope, receive: Receive, send: Send) -> None:
        started.set()
        await asyncio.sleep(0.3)
        await page(scope, receive, send)

    async with httpx.AsyncClient() as client:
        async with serve_app(slow, listen):
            asked = asyncio.create_task(client.get(f"http://127.0.0.1:{listen.port}/late"))
            await started.wait()
        assert (await asked).text == "/late"


@pytest.mark.asyncio
async def test_a_request_that_hangs_does_not_hold_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.channels.web.server.STOP_SECONDS", 1)
    listen, started = free_listen(), asyncio.Event()

    async def hang(scope: Scope, receive: Receive, send: Send) -> None:
        del scope, receive, send
        started.set()
        await asyncio.sleep(3600)

    async with httpx.AsyncClient(timeout=30) as client:
        async with asyncio.timeout(10):
            async with serve_app(hang, listen):
                url = f"http://127.0.0.1:{listen.port}/"
                asked = asyncio.create_task(client.get(url))
                await started.wait()
        await asyncio.gather(asked, return_exceptions=True)


def test_answers_leave_without_nagles_delay() -> None:
    (made,) = _bind_sockets(free_listen())
    with made:
        assert made.proto != 0
