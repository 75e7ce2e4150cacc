from __future__ import annotations

import functools
import os
import ssl
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

MAX_WORKERS = 4
"""Each starts a PostgreSQL and trains the small models once more."""


@pytest.hookimpl
def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """One worker a core for whole folders; the tests of named files start sooner without any."""
    folders = [name for name in config.args if Path(name).is_dir()]
    return min(os.cpu_count() or 1, MAX_WORKERS) if folders else 0


@pytest.hookimpl(wrapper=True)
def pytest_report_to_serializable() -> Generator[
    None, dict[str, Any] | None, dict[str, Any] | None
]:
    """A worker cannot hand over half a character, which some tests log on purpose."""
    report = yield
    whole: dict[str, Any] | None = _without_halves(report)
    return whole


def _without_halves(value: Any) -> Any:  # noqa: ANN401 - whatever a report holds
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode()
    if isinstance(value, dict):
        return {key: _without_halves(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(_without_halves(each) for each in value)
    return value


@pytest.fixture(scope="session", autouse=True)
def _authorities_are_read_once() -> Iterator[None]:
    """Every HTTP client reads all of them anew, though the tests talk without TLS."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ssl, "create_default_context", functools.cache(ssl.create_default_context))
        yield


@pytest.fixture(scope="session", autouse=True)
def _small_models_train_alone() -> Iterator[None]:
    """They are trained before the other processes of a training would be there."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LOKY_MAX_CPU_COUNT", "1")
        yield
