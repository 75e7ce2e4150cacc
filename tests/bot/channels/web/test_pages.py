"""Pages, the headers that bind browsers, and the names that we answer to."""

from __future__ import annotations

import asyncio
import re
from dataclasses import replace
from html import unescape
from pathlib import Path

import httpx
import pytest

import bot.channels.web
from bot.channels.web import WebOptions
from bot.channels.web.guard import Guard, host_name, policy
from bot.channels.web.linked_text import linked_text
from bot.ops.setting_types import Listen
from tests.fakes.linked import LINKED
from tests.fakes.small_base import BIKE
from tests.fakes.web_service import KEY, Parrot, Web, talking, web_service

SITE = "https://www.velo.example"
PAGES = ("/", "/guichets", "/api")


@pytest.mark.asyncio
async def test_the_page_speaks_french_and_names_the_organisation() -> None:
    async with web_service(talking(BIKE)) as web:
        page = (await web.client.get("/")).text
    assert '<html lang="fr">' in page
    assert "<h1>Pédalier</h1>" in page
    assert page.count("<h1") == 1
    assert "Contacter un guichet" in page
    assert "Confidentialité" in page
    assert "elle a besoin de JavaScript" in page


@pytest.mark.asyncio
async def test_the_desks_can_be_read_without_javascript() -> None:
    async with web_service(talking(BIKE)) as web:
        answer = await web.client.get("/guichets")
    assert answer.status_code == 200
    assert '<a href="mailto:atelier@velo.example"' in answer.text
    assert "<h3>L’atelier</h3>" in answer.text
    assert "<script" not in answer.text


@pytest.mark.asyncio
async def test_the_desks_are_listed_whatever_is_broken_and_as_they_are_now() -> None:
    parrot = Parrot(broken=RuntimeError("boom"))
    async with web_service(parrot, chat_rate=1) as web:
        before = [await web.client.get("/guichets") for _ in range(5)]
        desks = {name: desk for name, desk in parrot.served.desks.items() if name != "atelier"}
        parrot.served = replace(parrot.served, desks=desks)
        after = await web.client.get("/guichets")
    assert {answer.status_code for answer in before} == {200}
    assert all("atelier@velo.example" in answer.text for answer in before)
    assert "atelier@velo.example" not in after.text
    assert "abo@velo.example" in after.text
    assert parrot.heard == []


@pytest.mark.asyncio
async def test_the_api_is_documented() -> None:
    async with web_service(talking(BIKE)) as web:
        page = (await web.client.get("/api")).text
    for needed in (
        "/api/sessions",
        "/api/messages",
        "/api/openapi.json",
        "Retry-After",
        "embed.js",
    ):
        assert needed in page


@pytest.mark.asyncio
async def test_every_answer_binds_the_browser() -> None:
    async with web_service(talking(BIKE)) as web:
        for path in (*PAGES, "/static/chat.js", "/healthz", "/api/sessions", "/nothing"):
            answer = await web.client.get(path)
            csp = answer.headers["content-security-policy"]
            assert csp.startswith("default-src 'none'; script-src 'self'; style-src 'self'")
            assert "unsafe" not in csp
            assert csp.endswith("base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
            assert answer.headers["x-content-type-options"] == "nosniff"
            assert answer.headers["referrer-policy"] == "no-referrer"
            assert answer.headers["x-frame-options"] == "DENY"
            assert "camera=()" in answer.headers["permissions-policy"]
            assert "set-cookie" not in answer.headers
            assert "access-control-allow-origin" not in answer.headers
            assert "server" not in answer.headers


@pytest.mark.asyncio
async def test_only_the_sites_that_are_named_may_show_the_chat() -> None:
    async with web_service(talking(BIKE), embed_origins=(SITE,)) as web:
        page, script = await web.client.get("/"), await web.client.get("/embed.js")
    assert page.headers["content-security-policy"].endswith(f"frame-ancestors {SITE}")
    assert "x-frame-options" not in page.headers
    assert script.headers["content-type"].startswith("text/javascript")
    assert script.headers["cross-origin-resource-policy"] == "cross-origin"
    assert "Pédalier" in script.text.encode().decode("unicode-escape") or "P\\u00e9" in script.text
    assert policy(("https://a.example", SITE)).endswith(f"https://a.example {SITE}")


@pytest.mark.asyncio
async def test_without_such_sites_there_is_nothing_to_embed() -> None:
    async with web_service(talking(BIKE)) as web:
        answer = await web.client.get("/embed.js")
    assert answer.status_code == 404
    assert answer.text == "Cette page n’existe pas."


@pytest.mark.asyncio
@pytest.mark.parametrize(("path", "root"), [("/perdu", ""), ("/perdu/ici/", "../../")])
async def test_an_address_that_leads_nowhere_leads_back(path: str, root: str) -> None:
    async with web_service(talking(BIKE)) as web:
        answer = await web.client.get(path, headers={"Accept": "text/html,*/*;q=0.8"})
    assert answer.status_code == 404
    assert "<h1>Cette page n’existe pas</h1>" in answer.text
    assert f'<a href="{root or "./"}">Retour à la conversation</a>' in answer.text
    assert f'<a href="{root}guichets">' in answer.text
    assert f'href="{root}static/look.css"' in answer.text
    assert "frame-ancestors" in answer.headers["content-security-policy"]


async def first_line(web: Web, path: str) -> int:
    """The status of a GET whose path is sent as it stands."""
    url = httpx.URL(web.url)
    reader, writer = await asyncio.open_connection(url.host, url.port)
    writer.write(f"GET {path} HTTP/1.1\r\nHost: {url.host}\r\nConnection: close\r\n\r\n".encode())
    status = (await reader.readline()).split()[1]
    writer.close()
    return int(status)


@pytest.mark.asyncio
async def test_files_are_served_fresh_and_nothing_outside_their_folder() -> None:
    async with web_service(talking(BIKE)) as web:
        script = await web.client.get("/static/chat.js")
        again = await web.client.get(
            "/static/chat.js", headers={"If-None-Match": script.headers["etag"]}
        )
        assert (script.status_code, again.status_code) == (200, 304)
        assert script.headers["cache-control"] == "no-cache"
        # A client would take the dots away before it asks: these ask as an attacker can.
        for path in (
            "/static/../app.py",
            "/static/%2e%2e/app.py",
            "/static/..%2fapp.py",
            "/static/../../../../ops/errors.py",
            "/static//etc/passwd",
            "/static/..%5capp.py",
            "/static",
        ):
            assert await first_line(web, path) in {404, 405, 307}, path
        assert await first_line(web, "/static/./chat.js") == 200, "the path is sent as it stands"


@pytest.mark.asyncio
@pytest.mark.parametrize(
    "host", ["evil.example", "localhost.evil.example", "10.0.0.1", "", "[::2]"]
)
async def test_another_name_than_this_machine_is_refused(host: str) -> None:
    async with web_service(talking(BIKE)) as web:
        for path in ("/", "/api/openapi.json", "/static/chat.js", "/metrics"):
            answer = await web.client.get(path, headers={"Host": host})
            assert answer.status_code == 421
        assert (await web.client.get("/healthz", headers={"Host": host})).status_code == 200


@pytest.mark.asyncio
@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:80", "127.0.0.1", "[::1]:8080"])
async def test_the_names_of_this_machine_are_answered(host: str) -> None:
    async with web_service(talking(BIKE)) as web:
        assert (await web.client.get("/", headers={"Host": host})).status_code == 200


@pytest.mark.asyncio
async def test_the_names_that_are_set_are_answered_and_no_others() -> None:
    async with web_service(talking(BIKE), hosts=("Chat.example",)) as web:
        asked = {
            host: (await web.client.get("/", headers={"Host": host})).status_code
            for host in ("chat.example", "chat.example:443", "localhost", "other.example")
        }
    assert list(asked.values()) == [200, 200, 200, 421]


@pytest.mark.parametrize(
    ("host", "hosts", "known"),
    [("0.0.0.0", (), True), ("0.0.0.0", ("a.example",), False), ("127.0.0.1", (), False)],  # noqa: S104
)
def test_any_name_is_answered_only_elsewhere_and_unnamed(
    host: str, hosts: tuple[str, ...], *, known: bool
) -> None:
    guard = Guard(Parrot(), WebOptions(Listen(host, 80), KEY, hosts))  # type: ignore[arg-type]
    assert guard._knows({"path": "/", "headers": [(b"host", b"b.example")]}) is known


def test_a_host_is_read_with_and_without_its_port() -> None:
    assert host_name("A.example:80") == host_name("a.example") == host_name("a.example.")
    assert host_name("[::1]:80") == host_name("[::1]") == "::1"


def test_addresses_become_links_and_all_else_stays_text() -> None:
    made = linked_text(
        "<b>Voir https://a.example/x?y=1&z. (ou b@c.example) http://no.example javascript:alert(1)"
    )
    assert made == (
        "&lt;b&gt;Voir "
        '<a href="https://a.example/x?y=1&amp;z" rel="noopener noreferrer">'
        "https://a.example/x?y=1&amp;z</a>. (ou "
        '<a href="mailto:b@c.example" rel="noopener noreferrer">b@c.example</a>) '
        "http://no.example javascript:alert(1)"
    )


@pytest.mark.parametrize(("text", "expected"), LINKED)
def test_what_leads_somewhere_is_linked_whole_or_not_at_all(
    text: str, expected: tuple[tuple[str, str], ...]
) -> None:
    made = re.findall(r'<a href="([^"]*)"[^>]*>([^<]*)</a>', linked_text(text))
    assert tuple((unescape(shown), unescape(href)) for href, shown in made) == expected


def test_no_file_of_the_page_comes_from_elsewhere_or_writes_markup() -> None:
    folder = Path(bot.channels.web.__file__).parent
    found = [*folder.glob("static/**/*"), *folder.glob("templates/**/*")]
    files = [file for file in found if file.is_file()]
    assert len(files) >= 7
    for file in files:
        text = file.read_text("utf-8").replace("http://www.w3.org/2000/svg", "")
        assert not re.search(r"(?:src|href|url)\s*[=(]\s*[\"']?(?:https?:)?//", text), file
        assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(", text)
        assert not re.search(r"\sstyle=|\son\w+=\"", text), file


@pytest.mark.asyncio
@pytest.mark.parametrize("path", ["/guichets/", "/api/", "/healthz/", "/api/messages/"])
async def test_a_slash_more_never_redirects_to_our_own_name_or_scheme(path: str) -> None:
    async with web_service(talking(BIKE)) as web:
        answer = await web.client.get(path, follow_redirects=False)
    assert answer.status_code == 404
    assert "location" not in answer.headers
