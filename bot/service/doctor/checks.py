"""Checks of what the service is made of: content, model, database, addresses, Telegram."""

from __future__ import annotations

import asyncio
import errno
import http.client
import socket
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

from bot.ops.findings import Finding
from bot.ops.setting_types import has_form_of_token
from bot.ops.settings import MIN_SECRET
from bot.ops.wording import count_of

if TYPE_CHECKING:
    from bot.ops.setting_types import Listen
    from bot.ops.settings import Settings
    from bot.store.database.condition import Condition

LONG_WAIT = 300.0
"""Seconds after which an update that is not answered is worth a word."""

_SECONDS = 3.0
_NO_FORM = Finding(
    "warn",
    "token form",
    "TELEGRAM_BOT_TOKEN has not the form of a token, such as 123456:AbC-dEf",
    "copy the whole of what @BotFather gave you",
)


async def knowledge_base(settings: Settings) -> list[Finding]:
    """Whether it can be served, and what its editor should look at."""
    from kb.loader import load  # noqa: PLC0415 - one broken part must not hide the others
    from kb.problems import ContentError  # noqa: PLC0415
    from kb.review import review  # noqa: PLC0415

    name, todo = "knowledge base", "run `aiguilleur kb check`"
    try:
        base = load(settings.kb_dir)
    except ContentError as error:
        first = str(error).splitlines()[0]
        return [Finding("FAIL", name, f"{settings.kb_dir} cannot be served: {first}", todo)]
    problems = len(review(settings.kb_dir, base))
    detail = ", ".join(
        [
            count_of(len(base.published), "answer"),
            count_of(len(base.desks), "desk"),
            count_of(problems, "remark"),
        ]
    )
    return [Finding("warn", name, detail, todo) if problems else Finding("ok", name, detail)]


async def model(settings: Settings) -> list[Finding]:
    """Whether a model of this content is there and whole; none is trained."""
    from bot.service.served_model import load_trained_model  # noqa: PLC0415 - one broken part must not hide the others
    from classifier.errors import ArtifactError  # noqa: PLC0415
    from kb.problems import ContentError  # noqa: PLC0415

    todo = "run `aiguilleur train`, or start the service: it trains one"
    try:
        served = await asyncio.to_thread(load_trained_model, settings)
    except ContentError:
        said = "no knowledge base says which model it would be"
        return [Finding("warn", "model", said, "mend the knowledge base first")]
    except ArtifactError as error:
        return [Finding("warn", "model", str(error), todo)]
    return [Finding("ok", "model", f"{served.triage.fingerprint}, of this knowledge base")]


async def database(settings: Settings) -> list[Finding]:
    """Whether it can be read and written, and whether somebody waits in it."""
    from bot.store import StoreError  # noqa: PLC0415 - one broken part must not hide the others
    from bot.store.database.condition import condition_of  # noqa: PLC0415
    from bot.store.database.opening import open_database  # noqa: PLC0415

    try:
        found = open_database(settings.database_url.get_secret_value(), settings.database)
        if found.path is not None and not found.path.exists():
            detail = f"there is no {found.path} yet"
            return [Finding("warn", "database", detail, "the service makes it when it starts")]
        condition = await condition_of(found)
        return [*_condition_findings(found.name, condition), *_key(settings, found.name, condition)]
    except StoreError as error:
        return [Finding("FAIL", "database", str(error), "then look again")]


def _condition_findings(name: str, found: Condition) -> list[Finding]:
    if found.revision != found.newest:
        detail = f"{name} has schema {found.revision or 'none'}, not yet {found.newest}"
        return [Finding("warn", "database", detail, "the service migrates it when it starts")]
    copy = f"; newest backup {found.backup.name}" if found.backup else ""
    detail = (
        f"{name}, schema {found.revision}, {found.size / 1e6:.1f} MB, "
        f"{count_of(found.rows['turns'], 'turn')}{copy}"
    )
    return [Finding("ok", "database", detail), _inbox(found), _quarantine(found)]


_LONGER = (
    "what was written with it can be read with no other: begin a new database with a longer one"
)


def _key(settings: Settings, name: str, found: Condition) -> list[Finding]:
    """Whether the key is that of the database; nothing while none has been used."""
    from bot.store import StoreError  # noqa: PLC0415 - one broken part must not hide the others
    from bot.store.key_mark import is_key_of, other_key  # noqa: PLC0415
    from bot.store.pseudonym import load_key  # noqa: PLC0415

    if found.key_mark is None:
        return []
    try:
        key = load_key(
            settings.data_dir, settings.pseudonym_key.get_secret_value() or None, make=False
        )
    except StoreError as error:
        return [Finding("FAIL", "key", str(error), "until then nobody is recognised")]
    if not is_key_of(found.key_mark, key):
        return [Finding("FAIL", "key", other_key(name), "until then nobody is recognised")]
    if len(key) < MIN_SECRET:
        return [
            Finding("warn", "key", f"it has {len(key)} characters and could be guessed", _LONGER)
        ]
    return [Finding("ok", "key", "it is the key that the database was written with")]


def _inbox(found: Condition) -> Finding:
    waiting = found.waiting
    updates, messages = count_of(waiting["inbox"], "update"), count_of(waiting["outbox"], "message")
    detail = f"{updates} to answer, {messages} to send"
    since = found.waiting_since
    if since is None or (datetime.now(UTC) - since).total_seconds() < LONG_WAIT:
        return Finding("ok", "inbox", detail)
    todo = "start the service, or read its log if it runs"
    return Finding("warn", "inbox", f"{detail}, the oldest since {since:%Y-%m-%d %H:%M} UTC", todo)


def _quarantine(found: Condition) -> Finding:
    detail = f"{count_of(found.quarantined, 'update')} set aside"
    if found.unreadable:
        detail = f"{count_of(found.unreadable, 'message')} and {detail}"
    if not found.quarantined:
        return Finding("warn" if found.unreadable else "ok", "quarantine", detail)
    named = ", ".join(
        f"{each.update_id} ({each.at:%Y-%m-%d %H:%M} UTC: {each.reason})"
        for each in found.set_aside
    )
    newest = "" if found.quarantined == len(found.set_aside) else ", newest first"
    todo = "the log of the service says more of those moments; their words go after a day"
    return Finding("warn", "quarantine", f"{detail}{newest}: {named}", todo)


class _Question(NamedTuple):
    """Tells our own server from another program's: a path, and the answers that only ours gives."""

    setting: str
    path: str
    well: frozenset[int]
    unwell: frozenset[int] = frozenset()


async def web_address(settings: Settings) -> list[Finding]:
    """Whether the chat page can be served where it is meant to be, or is already."""
    question = _Question("WEB_LISTEN", "/healthz", frozenset({200}), frozenset({503}))
    return [await asyncio.to_thread(_address, "web address", settings.web_listen, question)]


async def metrics(settings: Settings) -> list[Finding]:
    """Whether a reverse proxy on this machine would show ``/metrics`` to everybody."""
    if settings.web_hosts or settings.web_proxies:
        return [Finding("ok", "metrics", "they are shown to who has METRICS_TOKEN")]
    detail = "they are shown to whoever asks from this machine, a reverse proxy included"
    if settings.web_embed_origins or settings.telegram_mode == "webhook":
        todo = "a proxy stands before the pages, so name their host in WEB_HOSTS"
        return [Finding("warn", "metrics", detail, todo)]
    return [Finding("ok", "metrics", detail)]


async def webhook_address(settings: Settings) -> list[Finding]:
    """Whether the webhook's address is free or served by us; nothing when Telegram is polled."""
    if settings.telegram_mode != "webhook":
        return []
    # Ours only takes posts, and only with the secret.
    question = _Question("WEBHOOK_LISTEN", settings.webhook_path, frozenset({401, 403, 405}))
    listen = settings.webhook_listen
    return [await asyncio.to_thread(_address, "webhook address", listen, question)]


def _address(name: str, listen: Listen, question: _Question) -> Finding:
    shown = f"{listen.host}:{listen.port}"
    try:
        with socket.create_server((listen.host, listen.port), family=_family(listen.host)):
            return Finding("ok", name, f"{shown} is free")
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            detail = f"{shown} cannot be used ({error.strerror or error})"
            todo = f"set {question.setting} to an address of this machine"
            return Finding("FAIL", name, detail, todo)
    return _who_serves(name, listen, question)


def _family(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET


def _who_serves(name: str, listen: Listen, question: _Question) -> Finding:
    shown = f"{listen.host}:{listen.port}"
    status = _status(listen, question.path)
    if status in question.well:
        return Finding("ok", name, f"{shown} is served already")
    if status in question.unwell:
        todo = "read the log of the service"
        return Finding("warn", name, f"{shown} is served, and says that it is not well", todo)
    todo = f"stop that program, or set {question.setting} to another port"
    return Finding("FAIL", name, f"{shown} is taken by another program", todo)


def _status(listen: Listen, path: str) -> int:
    """The status code of a GET of ``path`` there; 0 when no web server answers."""
    anywhere = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - read, not bound
    host = anywhere.get(listen.host, listen.host)
    connection = http.client.HTTPConnection(host, listen.port, timeout=_SECONDS)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return 0
    finally:
        connection.close()


async def telegram(settings: Settings) -> list[Finding]:
    """Whether Telegram knows the token, and how updates come."""
    if not settings.token:
        todo = "put the token that BotFather gave you into .env, if Telegram is to be served"
        return [Finding("warn", "token", "none is set", todo)]
    from bot.channels.telegram.diagnose import Wanted, diagnose  # noqa: PLC0415 - slow to import

    wanted = Wanted(settings.telegram_mode, settings.webhook_url)
    found = await diagnose(settings.token, settings.telegram_base_url, wanted)
    return found if has_form_of_token(settings.token) else [_NO_FORM, *found]
