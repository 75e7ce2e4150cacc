"""Whatever is logged, by us or by a library, is one line without secrets or personal data."""

from __future__ import annotations

import asyncio
import io
import json
import logging
import subprocess
import sys
import threading
import warnings
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from bot.ops.logs import NOISY, configure_logs, guard_loop
from tests.fakes.command import ROOT
from tests.fakes.tiny_http import Answer, TinyHttp

if TYPE_CHECKING:
    from collections.abc import Iterator

TOKEN = "4242:fake-and-made-up-for-tests"
HALF = TOKEN.partition(":")[2]
PASSWORD = "p@ss/wörd'"
SECRETS = (TOKEN, HALF, PASSWORD, "clé", "metrics-are-mine")


class Log:
    """What went to stderr."""

    def __init__(self) -> None:
        self.stream = io.StringIO()

    @property
    def text(self) -> str:
        return self.stream.getvalue()

    @property
    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.text.splitlines()]


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> Iterator[Log]:
    """Logs as the service has them, put back afterwards."""
    root = logging.getLogger()
    before = root.handlers[:], root.level
    hooks = sys.excepthook, threading.excepthook, sys.unraisablehook
    written = Log()
    monkeypatch.setattr(sys, "stderr", written.stream)
    with warnings.catch_warnings():
        configure_logs("DEBUG", SECRETS)
        yield written
    logging.captureWarnings(capture=False)
    root.handlers[:], root.level = before
    sys.excepthook, threading.excepthook, sys.unraisablehook = hooks
    for name in NOISY:
        logging.getLogger(name).setLevel(logging.NOTSET)


def the_line(log: Log) -> dict[str, Any]:
    assert len(log.lines) == 1, log.text
    return log.lines[0]


def raised(message: str) -> BaseException:
    with pytest.raises(ValueError) as caught:  # noqa: PT011 - it is the message that matters
        raise ValueError(message)
    return caught.value


def test_an_event_says_when_who_and_how_serious(log: Log) -> None:
    logging.getLogger("bot.some").warning("turned %d times", 3)
    line = the_line(log)
    assert line["event"] == "turned 3 times"
    assert (line["level"], line["logger"]) == ("warning", "bot.some")
    assert line["timestamp"].endswith("Z")


@pytest.mark.parametrize(
    "form",
    [
        TOKEN,
        HALF,
        f"https://api.telegram.org/bot{TOKEN}/getMe",
        "bot4242%3Afake-and-made-up-for-tests",
        PASSWORD,
        "p%40ss%2Fw%C3%B6rd%27",
        "clé",
        "metrics-are-mine",
    ],
)
def test_no_secret_is_written_in_any_form(log: Log, form: str) -> None:
    logger = logging.getLogger("any.library")
    logger.info(form)
    logger.info("calling %s", form)
    logger.info("with %r", {"url": form})
    logger.error("failed", exc_info=raised(f"refused: {form}"))
    assert len(log.lines) == 4
    assert form not in log.text
    assert json.dumps(form)[1:-1] not in log.text
    assert all("[secret]" in json.dumps(line) for line in log.lines)


def test_a_short_secret_is_masked_as_a_word_alone(log: Log) -> None:
    logging.getLogger("x").info("la clé, les clés")
    assert the_line(log)["event"] == "la [secret], les clés"


@pytest.mark.parametrize(
    ("written", "gone"),
    [
        ("joindre jeanne.durand@exemple.fr", "jeanne.durand"),
        ("rappeler le 06 12 34 56 78", "12 34 56"),
        ("le NIR 1 85 05 78 006 084 36", "78 006 084"),
        ("dossier de Mme Durand", "Durand"),
    ],
)
def test_nothing_personal_is_written(log: Log, written: str, gone: str) -> None:
    logger = logging.getLogger("any.library")
    logger.warning(written)
    logger.info("got %s", written)
    logger.error("failed", exc_info=raised(written))
    logger.error("stack", stack_info=True, extra={"person": written})
    assert gone not in log.text
    assert len(log.lines) == 4


@pytest.mark.parametrize(
    "break_", ["\n", "\r", "\x1b[31m", "\u2028", "\u2029", "\x00", "\x85", "\x0b"]
)
def test_an_event_is_one_line_whatever_is_in_it(log: Log, break_: str) -> None:
    forged = f'before{break_}{{"event": "forged"}}'
    logging.getLogger("x").error(forged, exc_info=raised(forged))
    assert log.text.count("\n") == 1
    assert log.text.endswith("\n")
    assert log.text[:-1].isprintable()
    assert log.text.isascii()
    assert the_line(log)["event"] == forged


def test_a_lone_surrogate_can_be_logged(log: Log) -> None:
    logging.getLogger("x").error("half \ud83d of one")
    assert the_line(log)["level"] == "error"


@pytest.mark.parametrize("call", ["'%d of %d', TOKEN", "'it is %s', Broken()"])
def test_arguments_that_do_not_fit_are_left_out(call: str) -> None:
    done = run(
        "import logging\n"
        "from bot.ops.logs import configure_logs\n"
        f"TOKEN = {TOKEN!r}\n"
        "class Broken:\n"
        "    def __str__(self): raise RuntimeError(TOKEN)\n"
        "configure_logs('INFO', [])\n"
        f"logging.error({call})\n"
    )
    assert "could not be formatted" in json.loads(done.stderr)["event"]
    assert HALF not in done.stderr
    assert done.returncode == 0


def test_a_stream_that_is_gone_stops_nobody_and_nothing_is_written_elsewhere(
    log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    # logging would print the record, unmasked, to whatever stands for stderr by then.
    elsewhere = io.StringIO()
    log.stream.close()
    monkeypatch.setattr(sys, "stderr", elsewhere)
    logging.getLogger("x").error("into the void: %s", TOKEN)
    assert not elsewhere.getvalue()


def test_a_traceback_is_kept_without_the_secret_in_it(log: Log) -> None:
    logging.getLogger("x").error("failed", exc_info=raised(TOKEN))
    line = the_line(log)
    assert "ValueError" in line["exception"]
    assert HALF not in log.text


@pytest.mark.parametrize("name", NOISY)
def test_a_noisy_library_speaks_from_warning_on(log: Log, name: str) -> None:
    logging.getLogger(name).info("chatter")
    logging.getLogger(f"{name}.inner").debug("chatter")
    logging.getLogger(f"{name}.inner").warning("trouble")
    assert the_line(log)["event"] == "trouble"


def test_a_library_that_set_its_own_level_is_quietened() -> None:
    code = (
        "import logging\n"
        "inner = logging.getLogger('uvicorn.access')\n"
        "inner.addHandler(logging.StreamHandler()), inner.setLevel(10)\n"
        "inner.propagate = False\n"
        "from bot.ops.logs import configure_logs\n"
        f"configure_logs('DEBUG', [{TOKEN!r}])\n"
        f"inner.info('GET /bot{TOKEN}'), inner.error('GET /bot{TOKEN}')\n"
    )
    done = run(code)
    assert len(done.stderr.splitlines()) == 1
    assert HALF not in done.stderr


@pytest.mark.asyncio
async def test_the_http_library_does_not_write_the_address_at_debug(log: Log) -> None:
    async def answer(_path: str, _form: dict[str, str]) -> Answer:
        return Answer(200, b"{}")

    async with TinyHttp(answer) as server, httpx.AsyncClient() as client:
        await client.get(f"http://127.0.0.1:{server.port}/bot{TOKEN}/getMe")
    logging.getLogger("x").info("called")
    assert HALF not in log.text
    assert "getMe" not in log.text


def test_an_error_that_nobody_catches_is_one_masked_line(log: Log) -> None:
    error = raised(f"{TOKEN} of Mme Durand")
    sys.excepthook(type(error), error, error.__traceback__)
    line = the_line(log)
    assert line["level"] == "critical"
    assert "ValueError" in line["exception"]
    assert HALF not in log.text
    assert "Durand" not in log.text


def test_an_uncaught_error_ends_the_process_with_one_line() -> None:
    done = run(
        "from bot.ops.logs import configure_logs\n"
        f"configure_logs('INFO', [{TOKEN!r}])\n"
        f"raise ValueError('wrong {TOKEN}')\n"
    )
    assert done.returncode == 1
    assert json.loads(done.stderr)["event"] == "uncaught error"
    # The line of the program that failed is shown too, and it held the token.
    assert HALF not in done.stderr


def test_a_thread_that_fails_is_one_masked_line(log: Log) -> None:
    thread = threading.Thread(target=raise_it)
    thread.start()
    thread.join()
    assert the_line(log)["event"] == "uncaught error in a thread"
    assert HALF not in log.text


def raise_it() -> None:
    raise ValueError(TOKEN)


@pytest.mark.asyncio
async def test_a_callback_that_fails_is_one_masked_line(log: Log) -> None:
    loop = asyncio.get_running_loop()
    guard_loop(loop)
    loop.call_soon(raise_it)
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    line = the_line(log)
    assert line["event"].startswith("event loop: ")
    assert "ValueError" in line["exception"]
    assert HALF not in log.text


def test_a_warning_is_a_masked_line(log: Log) -> None:
    warnings.warn(f"deprecated: {TOKEN}", RuntimeWarning, stacklevel=1)
    assert "deprecated" in the_line(log)["event"]
    assert HALF not in log.text


def run(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=False
    )
