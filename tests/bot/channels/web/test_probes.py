"""Health, readiness and metrics, as machines ask for them."""

from __future__ import annotations

import asyncio

import pytest

from bot.ops.findings import Finding
from bot.ops.health import Health
from bot.ops.metrics import Metrics
from tests.fakes.web_service import Parrot, web_service

TOKEN = "a-long-random-word"


async def fine() -> Finding:
    return Finding("ok", "database", "writable")


async def full() -> Finding:
    return Finding("FAIL", "disk", "12 MB left")


async def broken() -> Finding:
    raise RuntimeError("Jeanne Martin")


async def stuck() -> Finding:
    await asyncio.sleep(3600)
    raise AssertionError


@pytest.mark.asyncio
async def test_a_healthy_service_says_so() -> None:
    async with web_service(Parrot(), Health({"database": fine})) as web:
        answer = await web.client.get("/healthz")
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    assert answer.json() == {
        "ok": True,
        "checks": [{"name": "database", "ok": True, "said": "writable"}],
    }


@pytest.mark.asyncio
async def test_one_thing_wrong_is_enough_and_a_broken_probe_is_a_finding() -> None:
    probes = {"database": fine, "disk": full, "model": broken, "polling": stuck}
    async with web_service(Parrot(), Health(probes, seconds=0.05)) as web:
        answer = await web.client.get("/healthz")
    assert answer.status_code == 503
    found = {check["name"]: (check["ok"], check["said"]) for check in answer.json()["checks"]}
    assert found["database"] == (True, "writable")
    assert found["disk"] == (False, "12 MB left")
    assert found["polling"] == (False, "no finding within 0.05 s")
    assert found["model"][0] is False
    assert found["model"][1].startswith("RuntimeError (")
    assert "Jeanne" not in answer.text


@pytest.mark.asyncio
async def test_health_comes_back() -> None:
    state = {"ok": False}

    async def changing() -> Finding:
        return Finding("ok" if state["ok"] else "FAIL", "telegram")

    async with web_service(Parrot(), Health({"telegram": changing})) as web:
        first = await web.client.get("/healthz")
        state["ok"] = True
        second = await web.client.get("/healthz")
    assert (first.status_code, second.status_code) == (503, 200)


@pytest.mark.asyncio
async def test_those_who_ask_at_once_share_one_look() -> None:
    looks = 0

    async def counted() -> Finding:
        nonlocal looks
        looks += 1
        await asyncio.sleep(0.01)
        return Finding("ok", "database")

    health = Health({"database": counted})
    found = await asyncio.gather(*(health.findings() for _ in range(20)))
    assert looks == 1
    assert all(checks == found[0] for checks in found)


@pytest.mark.asyncio
async def test_one_who_stops_waiting_stops_nobody_else() -> None:
    gate = asyncio.Event()

    async def gated() -> Finding:
        await gate.wait()
        return Finding("ok", "database")

    health = Health({"database": gated})
    first, second = (asyncio.create_task(health.findings()) for _ in range(2))
    await asyncio.sleep(0)
    first.cancel()
    gate.set()
    assert await second == [Finding("ok", "database")]


@pytest.mark.asyncio
async def test_ready_is_what_the_service_says_until_it_drains() -> None:
    async with web_service(Parrot()) as web:
        statuses = [(await web.client.get("/readyz")).status_code]
        web.health.ready = True
        statuses.append((await web.client.get("/readyz")).status_code)
        web.health.draining = True
        statuses.append((await web.client.get("/readyz")).status_code)
    assert statuses == [503, 200, 503]


@pytest.mark.asyncio
async def test_ready_names_what_is_wrong_to_this_machine_alone_and_stays_ready() -> None:
    async def silent() -> Finding:
        return Finding("warn", "mailbox", "it has not worked for 15 min")

    async with web_service(Parrot(), Health({"mailbox": silent})) as web:
        web.health.ready = True
        here = await web.client.get("/readyz")
        there = await web.client.get("/readyz", headers={"X-Forwarded-For": "192.0.2.1"})
        healthy = await web.client.get("/healthz")
    assert (here.status_code, healthy.status_code) == (200, 200)
    found = {"name": "mailbox", "ok": True, "said": "it has not worked for 15 min"}
    assert here.json() == {"ok": True, "checks": [found]}
    assert there.json() == {"ok": True}


@pytest.mark.asyncio
async def test_metrics_are_for_this_machine_or_for_the_token() -> None:
    async with web_service(Parrot(), metrics_token=TOKEN) as web:
        here = await web.client.get("/metrics")
        assert here.status_code == 200
        assert "aiguilleur_inbox_pending 0.0" in here.text
        for headers in ({"X-Forwarded-For": "127.0.0.1"}, {"Forwarded": "for=127.0.0.1"}):
            assert (await web.client.get("/metrics", headers=headers)).status_code == 403
            for given, status in ((TOKEN, 200), (TOKEN[:-1], 403), ("", 403), (TOKEN + "x", 403)):
                authorised = {**headers, "Authorization": f"Bearer {given}".strip()}
                answer = await web.client.get("/metrics", headers=authorised)
                assert answer.status_code == status


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("hosts", "headers"),
    [(("127.0.0.1",), {}), ((), {"X-Forwarded-For": "127.0.0.1"}), ((), {"X-Real-IP": "1.2.3.4"})],
)
async def test_strangers_learn_what_is_wrong_but_not_how(
    hosts: tuple[str, ...], headers: dict[str, str]
) -> None:
    health = Health({"database": fine, "disk": full})
    async with web_service(Parrot(), health, hosts=hosts, metrics_token=TOKEN) as web:
        answer = await web.client.get("/healthz", headers=headers)
        known = {**headers, "Authorization": f"Bearer {TOKEN}"}
        trusted = await web.client.get("/healthz", headers=known)
    assert answer.status_code == trusted.status_code == 503
    assert answer.json()["checks"] == [
        {"name": "database", "ok": True},
        {"name": "disk", "ok": False},
    ]
    assert trusted.json()["checks"][1]["said"] == "12 MB left"


@pytest.mark.asyncio
async def test_behind_a_proxy_this_machine_needs_the_token_too() -> None:
    async with web_service(Parrot(), hosts=("127.0.0.1",), metrics_token=TOKEN) as web:
        assert (await web.client.get("/metrics")).status_code == 403
        given = {"Authorization": f"Bearer {TOKEN}"}
        assert (await web.client.get("/metrics", headers=given)).status_code == 200


@pytest.mark.asyncio
async def test_without_a_token_nobody_elsewhere_reads_metrics() -> None:
    async with web_service(Parrot()) as web:
        headers = {"X-Forwarded-For": "203.0.113.7", "Authorization": ""}
        assert (await web.client.get("/metrics", headers=headers)).status_code == 403


@pytest.mark.asyncio
async def test_answers_are_timed() -> None:
    async with web_service(Parrot()) as web:
        await web.open()
        await web.send(text="bonjour")
        count = web.metrics.registry.get_sample_value("aiguilleur_answer_seconds_count")
    assert count == 1


@pytest.mark.asyncio
async def test_responses_are_counted_by_their_code_and_logged_at_debug_without_a_query(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level("DEBUG", "bot.channels.web.access")
    async with web_service(Parrot()) as web:
        await web.client.get("/guichets?zebulon=1")
        await web.client.get("/nothing")
        await web.client.get("/", headers={"Host": "evil.example"})
        counts = {
            code: web.metrics.registry.get_sample_value(
                "aiguilleur_http_responses_total", {"code": code}
            )
            for code in ("200", "404", "421")
        }
    assert counts == {"200": 1, "404": 1, "421": 1}
    lines = [record.getMessage() for record in caplog.records if "access" in record.name]
    assert lines[0].startswith("GET /guichets: 200 in ")
    assert {record.levelname for record in caplog.records if "access" in record.name} == {"DEBUG"}
    assert "zebulon" not in caplog.text


def test_what_is_in_force_is_one_line_that_follows_a_reload() -> None:
    metrics = Metrics()
    metrics.note_in_force("1.0", "m1", "k1")
    metrics.note_in_force("1.0", "m2", "k2")
    lines = [line for line in metrics.render()[0].decode().splitlines() if "_info{" in line]
    assert lines == ['aiguilleur_info{kb="k2",model="m2",version="1.0"} 1.0']


def test_two_services_count_apart() -> None:
    one, other = Metrics(), Metrics()
    one.turns.labels("web", "answer").inc()
    one.poison.inc()
    assert one.registry.get_sample_value("aiguilleur_poison_total") == 1
    assert other.registry.get_sample_value("aiguilleur_poison_total") == 0


def test_everything_counted_is_rendered_and_no_label_is_personal() -> None:
    metrics = Metrics()
    metrics.turns.labels("telegram", "answer").inc()
    metrics.updates.labels("message").inc()
    metrics.sends.labels("sent").inc()
    metrics.reloads.labels("refused").inc()
    metrics.capped.inc()
    metrics.decision_seconds.observe(0.0001)
    metrics.answer_seconds.observe(0.1)
    metrics.inbox_pending.set(3)
    metrics.outbox_pending.set(2)
    text, kind = metrics.render()
    assert kind.startswith("text/plain")
    for name in (
        b'turns_total{action="answer",channel="telegram"}',
        b'updates_total{kind="message"}',
        b'sends_total{outcome="sent"}',
        b'reloads_total{outcome="refused"}',
        b"poison_total",
        b"decision_seconds_bucket",
        b"answer_seconds_count",
        b"inbox_pending 3.0",
        b"outbox_pending 2.0",
    ):
        assert b"aiguilleur_" + name in text
    labels = {
        label for each in metrics.registry.collect() for s in each.samples for label in s.labels
    }
    assert labels <= {"channel", "action", "kind", "outcome", "le"}
