"""What an operator sees of the settings, and what nobody sees."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

import pytest
from pydantic import SecretStr

from bot.ops.process import keep_files_private
from bot.ops.setting_types import Listen
from bot.ops.settings import SECRETS, Settings
from bot.ops.settings_shown import effective_settings, secret_values, without_password

if TYPE_CHECKING:
    from pathlib import Path

TOKEN = "4242:fake-and-made-up-for-tests"
HALF = TOKEN.partition(":")[2]
ADDRESS = "postgresql://aiguilleur:p%40ss@db.example.org:5433/bot?sslmode=require&password=other"


def settings(**given: object) -> Settings:
    return Settings.model_construct(**given)


def all_secret() -> Settings:
    return settings(
        telegram_bot_token=SecretStr(f" {TOKEN}\n"),
        webhook_secret=SecretStr("webhook-secret-of-ours"),
        database_url=SecretStr(ADDRESS),
        pseudonym_key=SecretStr("the-key-of-the-names"),
        metrics_token=SecretStr("metrics-are-mine-too"),
    )


def test_every_setting_is_shown_by_its_name_in_the_environment() -> None:
    names = {name.lower() for name, _ in effective_settings(settings())}
    files = {f"{name}_file" for name in SECRETS}
    assert names == set(Settings.model_fields) - files


def test_no_secret_is_shown() -> None:
    shown = dict(effective_settings(all_secret()))
    everything = repr(shown)
    for secret in secret_values(all_secret()):
        assert secret not in everything
    assert {shown[name.upper()] for name in SECRETS if not name.endswith("_url")} == {"set"}
    assert shown["DATABASE_URL"] == "postgresql://aiguilleur@db.example.org:5433/bot"


def test_what_is_not_set_says_so() -> None:
    shown = dict(effective_settings(settings()))
    assert {shown[name.upper()] for name in SECRETS} == {"not set"}
    assert shown["ADMIN_IDS"] == shown["WEBHOOK_URL"] == "not set"


def test_values_are_shown_as_they_are_written() -> None:
    given = settings(web_listen=Listen("127.0.0.1", 8080), admin_ids=(1, 2), chat_rate=7)
    shown = dict(effective_settings(given))
    assert shown["WEB_LISTEN"] == "127.0.0.1:8080"
    assert shown["ADMIN_IDS"] == "1, 2"
    assert shown["CHAT_RATE"] == "7"


def test_secrets_are_known_with_their_parts() -> None:
    assert set(secret_values(all_secret())) == {
        TOKEN,
        HALF,
        "webhook-secret-of-ours",
        "p%40ss",
        "p@ss",
        "other",
        "the-key-of-the-names",
        "metrics-are-mine-too",
    }


def test_nothing_set_is_nothing_to_hide() -> None:
    assert secret_values(settings()) == ()


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("sqlite:///data/bot.db", "sqlite:///data/bot.db"),
        ("postgresql://localhost/bot", "postgresql://localhost/bot"),
        ("postgresql://u:p@[::1", "set, but it cannot be read as an address"),
        ("postgresql://u:p@h:port/bot", "set, but it cannot be read as an address"),
    ],
)
def test_the_address_of_a_database_is_shown_without_its_password(address: str, shown: str) -> None:
    assert without_password(address) == shown


def test_an_address_that_cannot_be_read_is_a_secret_as_a_whole() -> None:
    broken = "postgresql://u:p@[::1"
    assert broken in secret_values(settings(database_url=SecretStr(broken)))


def test_what_the_service_makes_is_read_by_its_user_alone(tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        keep_files_private()
        (tmp_path / "file").write_text("x")
        (tmp_path / "folder").mkdir()
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "file").stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "folder").stat().st_mode) == 0o700
