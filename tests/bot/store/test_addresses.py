"""The addresses of PostgreSQL servers, as their providers write them."""

from __future__ import annotations

import asyncio
import ssl
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from bot.store import StoreError
from bot.store.database.addresses import read_address
from bot.store.database.opening import open_database

if TYPE_CHECKING:
    from tests.fakes.postgres import Postgres

SSL_REQUEST = bytes.fromhex("0000000804d2162f")
PLAIN = "postgresql://bob:hush@db.example/name"


@pytest.mark.parametrize("mode", ["disable", "allow", "prefer", "require"])
def test_the_usual_word_for_encryption_reaches_the_driver(mode: str) -> None:
    url, arguments = read_address(f"{PLAIN}?sslmode={mode}")
    assert arguments == {"ssl": mode}
    assert url.query == {}
    assert url.drivername == "postgresql+asyncpg"


@pytest.mark.parametrize(("mode", "named"), [("verify-ca", False), ("verify-full", True)])
def test_certificates_are_checked_when_asked_for(mode: str, *, named: bool) -> None:
    context = read_address(f"{PLAIN}?sslmode={mode}")[1]["ssl"]
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.check_hostname is named


def test_a_file_of_certificates_asks_for_the_strictest_check(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="sslrootcert of DATABASE_URL cannot be read"):
        read_address(f"{PLAIN}?sslrootcert={tmp_path / 'none.pem'}")
    assert read_address(f"{PLAIN}?sslrootcert=system")[1]["ssl"].check_hostname


@pytest.mark.parametrize(
    ("url", "part"),
    [
        (f"{PLAIN}?sslmode=maybe", "take one of disable"),
        (f"{PLAIN}?sslmode=require&channel_binding=require", "has channel_binding behind"),
        (f"{PLAIN}?options=-c", "has options behind its question mark"),
        ("postgresql://bob:hush@db.example:port/name", "is no address"),
        ("postgresql//", "is no address"),
    ],
)
def test_what_an_address_cannot_mean_is_said_in_one_line_without_the_password(
    url: str, part: str
) -> None:
    with pytest.raises(StoreError, match=part) as caught:
        open_database(url, Path("unused"))
    assert "\n" not in str(caught.value)
    assert "hush" not in str(caught.value)


@pytest.mark.parametrize(
    "password", ["hush@Secret2026", "5432/hush", "5432?hush", "5432#hush", "@hush", "hush@"]
)
@pytest.mark.parametrize("tail", ["", "?sslmode=require"])
def test_a_password_with_a_sign_that_parts_addresses_is_refused_and_shown_nowhere(
    password: str, tail: str
) -> None:
    with pytest.raises(StoreError, match="write %40") as caught:
        open_database(f"postgresql://bob:{password}@db.example/name{tail}", Path("unused"))
    assert "hush" not in str(caught.value)
    assert "Secret" not in str(caught.value)
    assert "\n" not in str(caught.value)


def test_such_a_sign_may_be_written_as_its_code() -> None:
    found = open_database("postgresql://bob:hush%40Secret@db.example/name", Path("unused"))
    assert found.name == "postgresql://bob:***@db.example/name"


@pytest.mark.asyncio
async def test_a_real_server_is_reached_with_such_an_address(postgres: Postgres) -> None:
    with postgres.database() as made:
        address = f"{made}{'&' if '?' in made else '?'}sslmode=prefer&application_name=points"
        database = open_database(address, Path("unused"))
        await database.upgrade()
        engine = database.serving()
        async with engine.connect() as connection:
            name = (await connection.execute(text("SHOW application_name"))).scalar_one()
        await engine.dispose()
    assert name == "points"


@pytest.mark.asyncio
async def test_a_server_without_encryption_is_refused_when_that_is_required() -> None:
    asked: list[bytes] = []

    async def no_encryption(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append(await reader.readexactly(len(SSL_REQUEST)))
        writer.write(b"N")
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(no_encryption, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        url = f"postgresql://bob:hush@127.0.0.1:{port}/name?sslmode=require"
        with pytest.raises(StoreError, match="cannot be used") as caught:
            await open_database(url, Path("unused")).upgrade()
    assert "\n" not in str(caught.value)
    assert "hush" not in str(caught.value)
    assert asked == [SSL_REQUEST]
