"""What systemd is told, heard at the other end of a real datagram socket."""

from __future__ import annotations

import asyncio
import os
import socket
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from bot.ops.settings import Supervisor, systemd_environment
from bot.service.systemd import Notifier

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

HALF_A_SECOND = "500000"


@contextmanager
def supervisor(address: str) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
        line.bind(address.replace("@", "\0", 1) if address.startswith("@") else address)
        line.settimeout(10)
        yield line


def heard(line: socket.socket) -> str:
    return line.recv(4096).decode()


def nothing_heard(line: socket.socket) -> bool:
    line.setblocking(False)
    try:
        line.recv(1)
    except BlockingIOError:
        return True
    return False


@pytest.fixture(params=["folder", "abstract"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    name = f"notify-{os.getpid()}"
    return str(tmp_path / name) if request.param == "folder" else f"@{name}"


def test_the_life_of_a_service_is_told(address: str) -> None:
    notifier = Notifier(Supervisor(address, "", ""))
    with supervisor(address) as line:
        notifier.tell_ready()
        assert heard(line) == "READY=1"
        notifier.tell_status("2 chats\nat work")
        assert heard(line) == "STATUS=2 chats at work"
        notifier.tell_stopping()
        assert heard(line) == "STOPPING=1"


def test_a_reload_says_when_it_began(address: str) -> None:
    with supervisor(address) as line:
        before = time.monotonic_ns() // 1000
        Notifier(Supervisor(address, "", "")).tell_reloading()
        first, second = heard(line).split("\n")
    assert first == "RELOADING=1"
    name, _, moment = second.partition("=")
    assert name == "MONOTONIC_USEC"
    assert before <= int(moment) <= time.monotonic_ns() // 1000


@pytest.mark.asyncio
async def test_the_watchdog_is_fed_while_the_loop_turns(address: str) -> None:
    notifier = Notifier(Supervisor(address, "2000", str(os.getpid())))
    loop = asyncio.get_running_loop()
    with supervisor(address) as line:
        line.setblocking(False)
        async with notifier.feed_watchdog():
            for _ in range(3):
                assert await asyncio.wait_for(loop.sock_recv(line, 100), 10) == b"WATCHDOG=1"
        while not nothing_heard(line):
            pass
        await asyncio.sleep(0.01)
        assert nothing_heard(line)


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("usec", "pid"), [("", ""), (HALF_A_SECOND, "1"), ("soon", ""), ("0", ""), ("-5", "")]
)
async def test_a_watchdog_that_is_not_for_us_is_left_alone(
    address: str, usec: str, pid: str
) -> None:
    with supervisor(address) as line:
        async with Notifier(Supervisor(address, usec, pid)).feed_watchdog():
            await asyncio.sleep(0)
        assert nothing_heard(line)


@pytest.mark.asyncio
async def test_without_a_supervisor_nothing_happens() -> None:
    notifier = Notifier(Supervisor("", HALF_A_SECOND, ""))
    notifier.tell_ready()
    notifier.tell_reloading()
    notifier.tell_stopping()
    async with notifier.feed_watchdog():
        await asyncio.sleep(0)


def test_a_supervisor_that_is_gone_stops_nobody(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    Notifier(Supervisor(str(tmp_path / "absent"), "", "")).tell_ready()
    assert "did not take READY" in caplog.text


@pytest.mark.parametrize("given", [True, False])
def test_the_supervisor_is_found_in_the_environment(
    monkeypatch: pytest.MonkeyPatch, *, given: bool
) -> None:
    wanted = Supervisor("/run/notify", HALF_A_SECOND, "17") if given else Supervisor("", "", "")
    for name, value in zip(("NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"), wanted, strict=True):
        monkeypatch.setenv(name, value) if given else monkeypatch.delenv(name, raising=False)
    assert systemd_environment() == wanted
