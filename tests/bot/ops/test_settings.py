from __future__ import annotations

import os
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bot.ops.settings import BUNDLED_KB, Settings, SettingsError, load_settings

if TYPE_CHECKING:
    from collections.abc import Callable

    Read = Callable[..., Settings]

SECRET = "4242:never-to-be-shown"


@pytest.fixture
def read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Read:
    """Settings of an ``.env`` text and an environment."""
    for name in list(os.environ):
        if name.lower() in Settings.model_fields:
            monkeypatch.delenv(name)

    def reader(env_file: str | bytes = "", kb: Path | None = None, **environment: str) -> Settings:
        path = tmp_path / ".env"
        path.write_bytes(env_file if isinstance(env_file, bytes) else env_file.encode())
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        return load_settings(kb, path)

    return reader


def refused(read: Read, *given: str | bytes, **environment: str) -> str:
    with pytest.raises(SettingsError) as error:
        read(*given, **environment)
    return str(error.value)


def test_nothing_has_to_be_set(read: Read) -> None:
    settings = read()
    assert settings.token == ""
    assert settings.kb_dir == BUNDLED_KB
    assert settings.data_dir == Path("data")
    assert settings.database == Path("data/aiguilleur.db")
    assert settings.log_level == "INFO"


def test_the_promise_holds_for_a_mix_that_can_be_set(read: Read) -> None:
    settings = read()
    assert (settings.target_decline, settings.unknown_share, settings.outside_share) == (
        0.2,
        0.3,
        0.15,
    )
    assert read(UNKNOWN_SHARE="0.5", OUTSIDE_SHARE="0").unknown_share == 0.5


def test_a_missing_file_is_as_good_as_an_empty_one(read: Read, tmp_path: Path) -> None:
    assert load_settings(None, tmp_path / "absent") == read()


def test_the_environment_beats_the_file(read: Read) -> None:
    settings = read("DATA_DIR=/file\nLOG_LEVEL=ERROR\n", DATA_DIR="/environment")
    assert settings.data_dir == Path("/environment")
    assert settings.log_level == "ERROR"


def test_the_option_beats_everything(read: Read) -> None:
    assert read("KB_DIR=/file", Path("/option"), KB_DIR="/environment").kb_dir == Path("/option")


def test_an_empty_variable_is_an_unset_one(read: Read) -> None:
    assert read("LOG_LEVEL=\nDATA_DIR=\n", KB_DIR="").data_dir == Path("data")


def test_the_shipped_example_is_accepted_as_it_is_and_with_every_line_in_force(read: Read) -> None:
    example = (BUNDLED_KB.parent.parent / ".env.example").read_text("utf-8")
    assert read(example) == read()
    names = {line.lstrip("#").split("=")[0] for line in example.splitlines() if "=" in line}
    assert {name.lower() for name in names} == set(Settings.model_fields)
    given = [line.lstrip("#") for line in example.splitlines() if "=" in line]
    plain = [line for line in given if "_FILE=" not in line]
    assert read("\n".join(plain)).data_dir == Path("data")


def test_a_file_saved_by_an_editor_of_another_system_is_read(read: Read) -> None:
    assert read(b"\xef\xbb\xbfLOG_LEVEL=DEBUG\r\nDATA_DIR=/d\r\n").log_level == "DEBUG"


@pytest.mark.parametrize(
    ("key", "near"),
    [
        ("TELEGRAM_BOT_TOKN", "TELEGRAM_BOT_TOKEN"),
        ("TELEGRAM_TOKEN", "TELEGRAM_BOT_TOKEN"),
        ("KBDIR", "KB_DIR"),
        ("LOGLEVEL", "LOG_LEVEL"),
    ],
)
def test_an_unknown_key_names_the_nearest_and_no_value(read: Read, key: str, near: str) -> None:
    said = refused(read, f"{key}={SECRET}\n")
    assert f"unknown setting {key}" in said
    assert f"did you mean {near}?" in said
    assert SECRET not in said


def test_an_unknown_variable_of_the_environment_is_ignored(read: Read) -> None:
    assert read(TELEGRAM_TOKEN="x", LOGLEVEL="y").log_level == "INFO"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("LOG_LEVEL", "VERBOSE"),
        ("TELEGRAM_BASE_URL", "api.telegram.org"),
        ("COST_WRONG", "0"),
        ("COST_WRONG", "-1"),
        ("COST_MISSED", "101"),
        ("COST_NEEDLESS", "beaucoup"),
        ("COST_QUESTION", "nan"),
        ("COST_QUESTION", "inf"),
        ("TARGET_DECLINE", "0"),
        ("UNKNOWN_SHARE", "1"),
        ("UNKNOWN_SHARE", "-0.1"),
        ("OUTSIDE_SHARE", "15 %"),
    ],
)
def test_a_bad_value_names_its_setting(read: Read, name: str, value: str) -> None:
    said = refused(read, **{name: value})
    assert said.startswith(f"{name}: ")
    assert "\n" not in said


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        (
            "LOG_LEVEL",
            "VERBOSE",
            "it has no such value; write 'DEBUG', 'INFO', 'WARNING' or 'ERROR'",
        ),
        (
            "COST_NEEDLESS",
            "beaucoup",
            "it is not a number; write one with digits and a point, such as 0.5",
        ),
        ("CHAT_RATE", "trente", "it is not a whole number; write digits alone, such as 30"),
        ("CHAT_RATE", "2.5", "it is not a whole number; write digits alone, such as 30"),
        ("ADMIN_IDS", "moi", "it is not a whole number; write digits alone, such as 30"),
        ("COST_WRONG", "0", "it is too small; write a number above 0"),
        ("CHAT_RATE", "0", "it is too small; write at least 1"),
        ("UNKNOWN_SHARE", "1", "it is too large; write a number below 1"),
        ("COST_MISSED", "101", "it is too large; write at most 100"),
    ],
)
def test_a_bad_value_is_told_with_what_to_write(
    read: Read, name: str, value: str, said: str
) -> None:
    assert refused(read, **{name: value}) == f"{name}: {said}"


@pytest.mark.parametrize("level", ["info", "Info", " INFO "])
def test_a_choice_is_read_in_any_case(read: Read, level: str) -> None:
    settings = read(LOG_LEVEL=level, KB_WRITE="No", TELEGRAM_MODE="Polling")
    chosen = settings.log_level, settings.kb_write, settings.telegram_mode
    assert chosen == ("INFO", "no", "polling")


def test_a_base_url_loses_its_last_slash(read: Read) -> None:
    settings = read(TELEGRAM_BASE_URL="http://127.0.0.1:8081/bot/")
    assert settings.telegram_base_url == "http://127.0.0.1:8081/bot"


def test_a_secret_may_come_from_a_file(read: Read, tmp_path: Path) -> None:
    (tmp_path / "token").write_text(f"{SECRET}\n")
    (tmp_path / "key").write_text("clé de seize lettres\n", "utf-8")
    settings = read(
        TELEGRAM_BOT_TOKEN_FILE=str(tmp_path / "token"), PSEUDONYM_KEY_FILE=str(tmp_path / "key")
    )
    assert settings.token == SECRET
    assert settings.pseudonym_key.get_secret_value() == "clé de seize lettres"


def test_a_secret_itself_beats_its_file(read: Read, tmp_path: Path) -> None:
    settings = read(TELEGRAM_BOT_TOKEN=SECRET, TELEGRAM_BOT_TOKEN_FILE=str(tmp_path / "absent"))
    assert settings.token == SECRET


def test_a_secret_file_that_cannot_be_read_is_named(read: Read, tmp_path: Path) -> None:
    said = refused(read, TELEGRAM_BOT_TOKEN_FILE=str(tmp_path / "absent"))
    assert "TELEGRAM_BOT_TOKEN_FILE" in said
    assert str(tmp_path / "absent") in said


@pytest.mark.parametrize("line", ['LOG_LEVEL="INFO', "LOG_LEVEL='INFO", "=INFO", "LOG LEVEL=INFO"])
def test_a_line_that_cannot_be_read_is_not_passed_over(read: Read, line: str) -> None:
    said = refused(read, f"# first\n\n{line}\nDATA_DIR=/x\n")
    assert said.startswith("line 3 of ")
    assert "\n" not in said


def test_what_concerns_several_settings_begins_with_one_of_them(read: Read) -> None:
    assert refused(read, TELEGRAM_MODE="webhook").startswith("WEBHOOK_URL is needed")


@pytest.mark.parametrize("value", ["https://chat.example.org", "chat.example.org/x", "a:80", "*"])
def test_a_host_that_no_browser_can_name_is_refused(read: Read, value: str) -> None:
    assert "WEB_HOSTS" in refused(read, WEB_HOSTS=f"good.example.org, {value}")


def test_hosts_are_names_and_addresses(read: Read) -> None:
    given = "chat.example.org, 192.0.2.1 [::1]"
    assert read(WEB_HOSTS=given).web_hosts == ("chat.example.org", "192.0.2.1", "[::1]")


def test_a_secret_that_could_be_guessed_is_refused(read: Read) -> None:
    assert "METRICS_TOKEN needs at least 16" in refused(read, METRICS_TOKEN="fifteen letters")
    read(METRICS_TOKEN="sixteen letters!")


def test_a_short_key_of_an_older_installation_still_opens_its_database(read: Read) -> None:
    assert read(PSEUDONYM_KEY="short").pseudonym_key.get_secret_value() == "short"


def test_proxies_are_addresses_and_networks(read: Read) -> None:
    assert read(WEB_PROXIES="10.88.0.0/16, ::1").web_proxies == ("10.88.0.0/16", "::1")
    assert "10.88.0.1/16" in refused(read, WEB_PROXIES="10.88.0.1/16")


@pytest.mark.parametrize("value", ["http://", "https:///bot", "http://[/bot"])
def test_a_server_without_a_name_is_refused(read: Read, value: str) -> None:
    assert "it names no server" in refused(read, TELEGRAM_BASE_URL=value)


def test_an_unreadable_file_is_named(read: Read) -> None:
    assert ".env" in refused(read, b"LOG_LEVEL=\xff\xfe")


def test_secrets_do_not_show(read: Read) -> None:
    settings = read(TELEGRAM_BOT_TOKEN=f" {SECRET} ", PSEUDONYM_KEY=SECRET)
    assert settings.token == SECRET
    assert SECRET not in f"{settings!r} {settings}"


def test_each_desk_has_the_group_it_answers_in(read: Read) -> None:
    assert read().desk_groups == ()
    groups = read(DESK_GROUPS="ateliers:-1001234567890, *:-1009876543210").desk_groups
    assert groups == (("ateliers", -1001234567890), ("*", -1009876543210))
    assert ", ".join(map(str, groups)) == "ateliers:-1001234567890, *:-1009876543210"


@pytest.mark.parametrize(
    "given",
    ["ateliers", "ateliers:12345678", "ateliers:-100x", ":-1001234567890", "a:-100111,a:-100222"],
)
def test_a_group_that_cannot_be_one_is_refused(read: Read, given: str) -> None:
    assert "DESK_GROUPS" in refused(read, DESK_GROUPS=given)


@pytest.mark.parametrize(
    "line", ["METRICS_TOKEN=${HOME}-0123456789", "METRICS_TOKEN='${HOME}-0123456789'"]
)
def test_nothing_in_a_value_is_replaced(read: Read, line: str) -> None:
    assert read(f"{line}\n").metrics_token.get_secret_value() == "${HOME}-0123456789"


@pytest.mark.parametrize("line", ["TELEGRAM_BOT_TOKEN", "export LOG_LEVEL", "LOG_LEVEL # INFO"])
def test_a_name_alone_sets_nothing_and_is_told(read: Read, line: str) -> None:
    assert refused(read, f"# first\n{line}\nDATA_DIR=/x\n").startswith("line 2 of ")


def test_a_file_of_settings_may_be_a_pipe(tmp_path: Path) -> None:
    pipe = tmp_path / ".env"
    os.mkfifo(pipe)
    feeding = threading.Thread(target=pipe.write_text, args=("LOG_LEVEL=DEBUG\n",))
    feeding.start()
    assert load_settings(None, pipe).log_level == "DEBUG"
    feeding.join()


def test_a_secret_file_of_another_system_is_the_same_secret(read: Read, tmp_path: Path) -> None:
    (tmp_path / "key").write_bytes(b"\xef\xbb\xbf" + SECRET.encode() + b"\r\n")
    settings = read(METRICS_TOKEN_FILE=str(tmp_path / "key"))
    assert settings.metrics_token.get_secret_value() == SECRET


@pytest.mark.parametrize(
    "spoilt",
    [
        *("ab\u200bcd", "ab\u00a0cd", "ab\ncd", "\u2060abcd", "ab\u00adcd"),
        *('"abcd"', "'abcd'", "“abcd”", "«abcd»"),
    ],
)
def test_a_secret_with_signs_that_none_has_is_refused_by_its_file(
    read: Read, tmp_path: Path, spoilt: str
) -> None:
    file = tmp_path / "key"
    file.write_text(spoilt, "utf-8")
    said = refused(read, PSEUDONYM_KEY_FILE=str(file))
    assert said.startswith(f"PSEUDONYM_KEY_FILE ({file}): it ")
    assert spoilt.strip() not in said
    assert "cd" not in said


def test_a_secret_with_such_signs_is_refused_wherever_it_stands(read: Read) -> None:
    said = refused(read, TELEGRAM_BOT_TOKEN=f"{SECRET}\u200b")
    assert said.startswith("TELEGRAM_BOT_TOKEN: ")
    assert "U+200B" in said
    assert SECRET not in said


def test_a_home_folder_is_opened_in_every_path(
    read: Read, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "token").write_text(SECRET)
    settings = read("DATA_DIR=~/data\nTELEGRAM_BOT_TOKEN_FILE=~/token\n", KB_DIR="~/kb")
    assert settings.data_dir == tmp_path / "data"
    assert (settings.kb_dir, settings.token) == (tmp_path / "kb", SECRET)
    assert read("", Path("~/other")).kb_dir == tmp_path / "other"


@pytest.mark.parametrize("name", ["DATA_DIR", "KB_DIR", "TELEGRAM_BOT_TOKEN_FILE"])
@pytest.mark.parametrize(
    "path", ['"/x"', "'/x'", "“/x”", "${HOME}/x", "$HOME/x", "~nobody-of-that-name/x", "/x\u200b"]
)
def test_a_path_that_was_meant_otherwise_is_refused(read: Read, name: str, path: str) -> None:
    assert refused(read, **{name: path}).startswith(f"{name}: ")


def test_a_home_folder_in_the_address_of_a_database_is_refused(read: Read) -> None:
    assert "DATABASE_URL" in refused(read, DATABASE_URL="sqlite:///~/a.db")
