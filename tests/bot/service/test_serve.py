"""The whole service in a process of its own: pages, health, Telegram, and the signals it obeys."""

from __future__ import annotations

import json
import shutil
import signal
from typing import TYPE_CHECKING, Any

import pytest
import pytest_asyncio

from tests.fakes.bot_api import FakeBotApi
from tests.fakes.bot_api_webhook import WebhookSender
from tests.fakes.command import Aiguilleur  # noqa: TC001 - a fixture's type
from tests.fakes.service_process import SECRET, ServiceProcess
from tests.fakes.telegram_service import soon
from tests.fakes.tiny_client import TinyClient

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

    Start = Callable[..., ServiceProcess]

CLAIRE = 7
QUESTION = "mon pneu est à plat zebulon"


@pytest_asyncio.fixture
async def api() -> AsyncIterator[FakeBotApi]:
    async with FakeBotApi(sender=WebhookSender(first_wait=0.01, longest_wait=0.02)) as server:
        yield server


@pytest.fixture
def kb(trained: Aiguilleur, tmp_path: Path) -> Path:
    """A copy of the knowledge base, to be spoilt."""
    shutil.copytree(trained.kb, tmp_path / "kb")
    return tmp_path / "kb"


@pytest_asyncio.fixture
async def make(
    api: FakeBotApi, kb: Path, trained: Aiguilleur, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Start]:
    """A maker of services over the trained model, none of which is left behind."""
    monkeypatch.setenv("DATA_DIR", str(trained.data_dir))
    made: list[ServiceProcess] = []

    def maker(mode: str, **settings: str) -> ServiceProcess:
        more = {"KB_DIR": str(kb), "LOG_LEVEL": "DEBUG", **settings}
        made.append(ServiceProcess(api, tmp_path, mode, **more))
        return made[-1]

    yield maker
    for service in made:
        await service.close()


async def statuses(service: ServiceProcess, *paths: str) -> list[int]:
    return [(await service.get(path)).status for path in paths]


def shows_nothing_secret(service: ServiceProcess) -> None:
    said = service.logged()
    token = service.api.token
    for secret in (token, token.partition(":")[2], SECRET, "zebulon"):
        assert secret not in said
    assert "Traceback" not in said


@pytest.mark.asyncio
async def test_it_serves_reloads_on_sighup_and_ends_in_good_order_on_sigterm(
    api: FakeBotApi, make: Start, kb: Path
) -> None:
    service = make("polling")
    await service.start()
    assert await statuses(service, "/healthz", "/readyz", "/", "/nothing") == [200, 200, 200, 404]
    api.user_says(CLAIRE, QUESTION)
    await api.sent(1)
    service.send(signal.SIGHUP)
    await soon(lambda: "The knowledge base was reloaded" in service.logged())
    (kb / "faq" / "velos" / "velo-vole.md").write_text("---\ntitle: [\n---\n", "utf-8")
    service.send(signal.SIGHUP)
    await soon(lambda: "the old one stays" in service.logged())
    assert "velo-vole.md" in service.logged()
    api.user_says(CLAIRE, QUESTION)
    await api.sent(2)
    assert await statuses(service, "/healthz", "/readyz") == [200, 200]
    assert '"Started: aiguilleur ' in service.logged()
    assert "Telegram was reached: @" in service.logged()
    assert '"GET /healthz: 200 in ' in service.logged()
    metrics = await service.metrics()
    assert metrics.count("aiguilleur_info{") == 1
    assert 'aiguilleur_http_responses_total{code="404"} 1.0' in metrics
    assert 'aiguilleur_reloads_total{outcome="refused"} 1.0' in metrics
    assert 'aiguilleur_sends_total{outcome="sent"} 2.0' in metrics
    code, _ = await service.stop(signal.SIGTERM)
    assert code == 0
    assert '"Stopped: aiguilleur ' in service.logged()
    assert api.pending() == 0
    assert api.messages[0].text == api.messages[1].text
    shows_nothing_secret(service)


@pytest.mark.asyncio
async def test_with_a_webhook_it_takes_what_telegram_brings_and_nothing_else(
    api: FakeBotApi, make: Start
) -> None:
    service = make("webhook")
    await service.start()
    api.user_says(CLAIRE, QUESTION)
    await api.sent(1)
    update: dict[str, Any] = {"update_id": 1, "message": {"text": "zebulon"}}
    forged = TinyClient()
    headers = {"X-Telegram-Bot-Api-Secret-Token": "wrong"}
    answer = await forged.post(service.webhook, json.dumps(update).encode(), headers)
    forged.close()
    assert answer.status == 403
    assert await statuses(service, "/healthz") == [200]
    code, _ = await service.stop(signal.SIGINT)
    assert code == 0
    shows_nothing_secret(service)


@pytest.mark.asyncio
async def test_a_refused_token_ends_it_with_3_and_a_line_that_says_what_to_do(
    api: FakeBotApi, make: Start
) -> None:
    service = make("polling", TELEGRAM_BOT_TOKEN="4242:wrong-and-very-secret")
    await service.start(ready=False)
    assert await service.wait() == 3
    assert "TELEGRAM_BOT_TOKEN" in service.logged()
    assert "reached" not in service.logged(), "only Telegram itself says that"
    assert "very-secret" not in service.logged()
    assert api.messages == []
    shows_nothing_secret(service)


@pytest.mark.asyncio
async def test_two_services_do_not_serve_from_one_folder(make: Start) -> None:
    first, second = make("polling"), make("polling")
    await first.start()
    await second.start(ready=False)
    assert await second.wait() not in {0, None}
    assert "another aiguilleur serves" in second.logged()
    assert first.running
    shows_nothing_secret(second)
