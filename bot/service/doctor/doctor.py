"""Looks at everything that the service stands on; one broken thing hides no other."""

from __future__ import annotations

import asyncio
import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from bot.ops.findings import Finding
from bot.ops.redaction import Redaction
from bot.ops.settings import SettingsError, load_settings
from bot.ops.settings_shown import effective_settings, secret_values
from bot.service.doctor.checks import (
    database,
    knowledge_base,
    metrics,
    model,
    telegram,
    web_address,
    webhook_address,
)
from bot.service.doctor.desk_checks import desk_groups, desk_hours
from bot.service.doctor.file_checks import content_folder, disk, file_modes, word_lists
from bot.service.mail_wiring import mail_servers

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from bot.ops.findings import State
    from bot.ops.settings import Settings

    Examination = Callable[[Settings], Awaitable[list[Finding]]]

SECONDS = 60.0
"""How long one check may take."""

_URGENCY: tuple[State, ...] = ("FAIL", "warn", "ok")

EXAMINATIONS: dict[str, Examination] = {
    "knowledge base": knowledge_base,
    "content folder": content_folder,
    "model": model,
    "database": database,
    "disk": disk,
    "files": file_modes,
    "word lists": word_lists,
    "web address": web_address,
    "metrics": metrics,
    "webhook address": webhook_address,
    "token": telegram,
    "desk groups": desk_groups,
    "desk hours": desk_hours,
    "mail": mail_servers,
}


@dataclass(frozen=True)
class Report:
    """The findings of ``doctor`` and the settings in force, masked."""

    checks: list[Finding]
    settings: list[tuple[str, str]]

    @property
    def failed(self) -> bool:
        """Whether something is not in order."""
        return not all(check.ok for check in self.checks)


async def examine(kb: Path | None = None) -> Report:
    """Finding everything, each thing by itself; nothing is changed.

    Args:
        kb: the knowledge base, when it is not that of ``KB_DIR``.
    """
    try:
        settings = load_settings(kb)
    except SettingsError as error:
        return Report(
            [Finding("FAIL", "settings", str(error), "nothing else can be looked at")], []
        )
    shown = effective_settings(settings)
    checks = [Finding("ok", "settings", f"{len(shown)} settings can be used")]
    masked = Redaction(secret_values(settings))
    for name, examination in EXAMINATIONS.items():
        checks += [
            _mask_secrets(check, masked)
            for check in await _run_examination(name, examination, settings)
        ]
    return Report(checks, shown)


async def _run_examination(
    name: str, examination: Examination, settings: Settings
) -> list[Finding]:
    try:
        async with asyncio.timeout(SECONDS):
            return await examination(settings)
    except TimeoutError:
        return [Finding("FAIL", name, f"no answer within {SECONDS:.0f} s", "try again later")]
    except Exception as error:  # noqa: BLE001 - whatever broke, the next thing is looked at
        said = " ".join(f"{type(error).__name__}: {error}".split())[:300]
        return [Finding("FAIL", name, said, "this check itself failed: please report it")]


def _mask_secrets(check: Finding, masked: Redaction) -> Finding:
    texts = (masked.secrets(text) for text in (check.detail, check.todo))
    return Finding(check.state, check.name, *texts)


def render_report(report: Report, *, as_json: bool) -> str:
    """The report, one line a check, what is wrong first, or as one JSON object."""
    if as_json:
        checks = [asdict(check) for check in report.checks]
        data = {"ok": not report.failed, "checks": checks, "settings": dict(report.settings)}
        return json.dumps(data, indent=1)
    settings = [f"     {name}={value}" for name, value in report.settings]
    head = ["", "settings:"] if settings else []
    by_urgency = sorted(report.checks, key=lambda check: _URGENCY.index(check.state))
    return "\n".join([*map(str, by_urgency), *head, *settings])
