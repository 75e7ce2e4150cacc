"""``POST /api/suivi``: what does not fit is refused with a sentence, and all is described."""

from __future__ import annotations

from typing import Any

import pytest

from tests.fakes.desk_web import desk_web


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 422),
        ({"number": "2026-00001"}, 422),
        ({"number": "2026-00001", "code": "x", "action": "hack"}, 422),
        ({"number": "2026-00001", "code": "x", "stars": 6}, 422),
        ({"number": "2026-00001", "code": "x", "more": 1}, 422),
        ({"number": "n" * 65, "code": "x"}, 422),
        ({"number": "é" * 64, "code": "é" * 60}, 403),
        ({"number": "2026-00001", "code": "AAAAAAAAAA"}, 403),
    ],
)
async def test_what_does_not_fit_is_refused(body: dict[str, Any], status: int) -> None:
    async with desk_web() as web:
        answer = await web.tracks(**body)
        assert answer.status_code == status, answer.text
        assert set(answer.json()) == {"error", "message"}


@pytest.mark.asyncio
async def test_only_json_is_read() -> None:
    async with desk_web() as web:
        client = web.web.client
        json = {"Content-Type": "application/json"}
        assert (await client.post("/api/suivi", content=b"{", headers=json)).status_code == 400
        assert (await client.post("/api/suivi", content=b"{}")).status_code == 415
        large = b'{"text": "' + b"x" * 70_000 + b'"}'
        assert (await client.post("/api/suivi", content=large, headers=json)).status_code == 413


@pytest.mark.asyncio
async def test_it_is_described_where_desks_answer() -> None:
    async with desk_web() as web:
        described = (await web.web.client.get("/api/openapi.json")).json()
        assert "post" in described["paths"]["/api/suivi"]
        assert "TicketBody" in described["components"]["schemas"]
        assert "/api/suivi" in (await web.web.client.get("/api")).text
