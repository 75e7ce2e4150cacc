from __future__ import annotations

import re
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import httpx
import pytest
from starlette.routing import Route

from bot.channels.web.bureau import Bureau
from bot.channels.web.client import Clients
from bot.store.accounts import ROLES
from tests.fakes.small_base import small_base
from tests.fakes.web_service import Parrot, bureau_parts, web_service

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.channels.web.bureau.access import Page
    from bot.store.accounts import Role
    from tests.fakes.web_service import Web

pytestmark = pytest.mark.asyncio
PASSWORD = "une suite de mots pour entrer"
OPEN = {"/bureau", "/bureau/connexion", "/bureau/invitation/{secret}"}
"""What needs no login."""


@asynccontextmanager
async def bureau(**settings: tuple[str, ...]) -> AsyncIterator[Web]:
    async with web_service(Parrot(), **settings) as web:
        yield web


async def log_in(web: Web, role: Role = "admin") -> str:
    """Make an account of a role and use its invitation; the secret of its forms."""
    await web.store.accounts.add(role, role)
    secret = await web.store.accounts.invite(role)
    web.client.cookies.clear()
    let_in = await web.client.post(f"/bureau/invitation/{secret}", data={"password": PASSWORD})
    assert (let_in.status_code, let_in.headers["location"]) == (303, "../../bureau/")
    return csrf_of((await web.client.get("/bureau/")).text)


def csrf_of(page: str) -> str:
    found = re.search(r'name="csrf" value="([^"]+)"', page)
    assert found is not None
    return found.group(1)


def bureau_of(web: Web) -> Bureau:
    return Bureau(bureau_parts(web.store, small_base, web.answerer.deliveries), Clients())


def pages_of(web: Web) -> list[Page]:
    return bureau_of(web).pages


async def test_an_address_below_the_bureau_is_open_on_purpose_or_names_its_roles() -> None:
    async with bureau() as web:
        made = bureau_of(web)
        routed = {route.path for route in made.routes() if isinstance(route, Route)}
        assert routed - {page.path for page in made.pages} == OPEN


async def test_without_an_account_it_only_says_how_to_make_one() -> None:
    async with bureau() as web:
        for page in pages_of(web):
            if not page.posted:
                shown = await web.client.get(page.path, follow_redirects=True)
                assert "aiguilleur accounts add NOM --role admin" in shown.text
                assert "csrf" not in shown.text


async def test_nothing_is_shown_to_who_is_not_logged_in() -> None:
    async with bureau() as web:
        await web.store.accounts.add("léa", "admin")
        for page in pages_of(web):
            call = web.client.post if page.posted else web.client.get
            answer = await call(page.path)
            assert answer.status_code == 303, page.path
            assert answer.headers["location"].endswith("bureau/connexion")


async def test_every_page_says_who_may_see_it_and_lets_in_nobody_else() -> None:
    async with bureau() as web:
        for role in ROLES:
            csrf = await log_in(web, role)
            for page in pages_of(web):
                if page.path == "/bureau/sortie":
                    continue
                if page.posted:
                    answer = await web.client.post(page.path, data={"csrf": csrf})
                else:
                    answer = await web.client.get(page.path)
                allowed = role == "admin" or role in page.roles
                sent_to = answer.headers.get("location", "")
                assert "connexion" not in sent_to, (role, page.path)
                # A page of one thing, whose name is none here, is let in and not found.
                found = {404} if "{" in page.path else {200, 303}
                assert (answer.status_code in found) is allowed, (role, page.path)
                assert allowed or answer.status_code == 403, (role, page.path)


async def test_who_may_not_see_a_page_reads_why() -> None:
    async with bureau() as web:
        await log_in(web, "lecteur")
        answer = await web.client.get("/bureau/comptes", headers={"Accept": "text/html"})
        assert (answer.status_code, "n’ouvre pas cette page" in answer.text) == (403, True)


async def test_a_form_without_its_secret_changes_nothing() -> None:
    async with bureau() as web:
        await log_in(web)
        for csrf in ("", "x" * 43):
            form = {"name": "eve", "role": "admin", "csrf": csrf}
            answer = await web.client.post("/bureau/comptes/ajouter", data=form)
            assert answer.status_code == 403
        assert [account.name for account in await web.store.accounts.listed()] == ["admin"]


@pytest.mark.parametrize(
    "headers", [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}]
)
async def test_a_form_from_another_site_is_refused(headers: dict[str, str]) -> None:
    async with bureau() as web:
        csrf = await log_in(web)
        form = {"name": "eve", "role": "admin", "csrf": csrf}
        answer = await web.client.post("/bureau/comptes/ajouter", data=form, headers=headers)
        assert answer.status_code == 403
        login = {"name": "admin", "password": PASSWORD}
        answer = await web.client.post("/bureau/connexion", data=login, headers=headers)
        assert answer.status_code == 403


async def test_a_form_of_our_own_page_counts_though_the_browser_hides_its_origin() -> None:
    async with bureau() as web:
        csrf = await log_in(web)
        headers = {"Sec-Fetch-Site": "same-origin", "Origin": "null"}
        form = {"name": "léa", "role": "lecteur", "csrf": csrf}
        answer = await web.client.post("/bureau/comptes/ajouter", data=form, headers=headers)
        assert answer.status_code == 200
        assert answer.headers["referrer-policy"] == "same-origin"


async def test_after_logging_out_the_old_cookie_opens_nothing() -> None:
    async with bureau() as web:
        csrf = await log_in(web)
        kept = dict(web.client.cookies)
        await web.client.post("/bureau/sortie", data={"csrf": csrf})
        again = await web.client.get("/bureau/", cookies=kept)
        assert again.status_code == 303


async def test_a_closed_account_is_out_at_once() -> None:
    async with bureau() as web:
        await log_in(web, "lecteur")
        await web.store.accounts.disable("lecteur")
        assert (await web.client.get("/bureau/")).status_code == 303
        form = {"name": "lecteur", "password": PASSWORD}
        assert (await web.client.post("/bureau/connexion", data=form)).status_code == 403


async def test_a_name_and_its_password_let_in_and_a_wrong_one_does_not() -> None:
    async with bureau() as web:
        await log_in(web)
        web.client.cookies.clear()
        wrong = {"name": "admin", "password": PASSWORD + "!"}
        refused = await web.client.post("/bureau/connexion", data=wrong)
        assert refused.status_code == 403
        assert "ne convient pas" in refused.text
        right = {"name": "admin", "password": PASSWORD}
        let_in = await web.client.post("/bureau/connexion", data=right, follow_redirects=True)
        assert (let_in.status_code, let_in.url.path) == (200, "/bureau/")


async def test_an_invitation_is_used_once() -> None:
    async with bureau() as web:
        await web.store.accounts.add("léa", "admin")
        secret = await web.store.accounts.invite("léa")
        path = f"/bureau/invitation/{secret}"
        short = await web.client.post(path, data={"password": "court"})
        assert (short.status_code, "12\u00a0caractères" in short.text) == (400, True)
        assert (await web.client.post(path, data={"password": PASSWORD})).status_code == 303
        assert (await web.client.get(path)).status_code == 404
        assert (await web.client.post(path, data={"password": PASSWORD})).status_code == 404


async def test_ten_failures_make_the_next_try_wait() -> None:
    async with bureau() as web:
        await web.store.accounts.add("léa", "admin")
        form = {"name": "léa", "password": "rien de tout cela"}
        tries = [await web.client.post("/bureau/connexion", data=form) for _ in range(11)]
        assert [answer.status_code for answer in tries] == [*[403] * 10, 429]
        assert "Attendez" in tries[-1].text


async def test_the_pages_run_no_script_and_are_framed_by_nobody() -> None:
    async with bureau(embed_origins=("https://site.example",)) as web:
        await log_in(web)
        shown = await web.client.get("/bureau/")
        policy = shown.headers["content-security-policy"]
        assert "frame-ancestors 'none'" in policy
        assert "script-src" not in policy
        assert "form-action 'self'" in policy
        assert shown.headers["cache-control"] == "no-store"
        assert "<script" not in shown.text


async def test_under_a_public_name_the_cookie_is_for_encrypted_lines_alone() -> None:
    async with bureau(hosts=("chat.example.org",)) as web:
        await web.store.accounts.add("léa", "admin")
        secret = await web.store.accounts.invite("léa")
        let_in = await web.client.post(
            f"/bureau/invitation/{secret}",
            data={"password": PASSWORD},
            headers={"Host": "chat.example.org"},
        )
        cookie = let_in.headers["set-cookie"]
        assert cookie.startswith("__Host-bureau=")
        for said in ("Secure", "HttpOnly", "SameSite=strict", "Path=/"):
            assert said in cookie


async def test_another_host_name_is_refused() -> None:
    async with bureau(hosts=("chat.example.org",)) as web:
        answer = await web.client.get("/bureau/", headers={"Host": "rebound.example"})
        assert answer.status_code == 421


async def test_what_is_no_form_is_refused() -> None:
    async with bureau() as web:
        await log_in(web)
        answer = await web.client.post("/bureau/comptes/ajouter", json={"name": "eve"})
        assert answer.status_code == httpx.codes.UNSUPPORTED_MEDIA_TYPE
        huge = {"name": "x" * 300_000}
        answer = await web.client.post("/bureau/comptes/ajouter", data=huge)
        assert answer.status_code == httpx.codes.REQUEST_ENTITY_TOO_LARGE
