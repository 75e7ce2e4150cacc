from __future__ import annotations

import functools
import os
import ssl
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_WORKERS = 4
"""Each starts a PostgreSQL and trains the small models once more."""


@pytest.hookimpl
def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """One worker a core for the whole suite; what is named is run without any, so soon."""
    if config.args_source is config.ArgsSource.ARGS:
        return 0
    return min(len(os.sched_getaffinity(0)), MAX_WORKERS)


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
