"""What is shipped for deployment agrees with the program: names, codes, addresses, files."""

from __future__ import annotations

import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest

from bot.cli import app
from bot.ops.settings import Settings

ROOT = Path(__file__).parent.parent
UNIT = (ROOT / ".deploy" / "aiguilleur.service").read_text("utf-8")
CONTAINER = (ROOT / ".deploy" / "Containerfile").read_text("utf-8")
IGNORED = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
NOT_OURS = {"PATH", "PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED"}


def unit(key: str) -> list[str]:
    return re.findall(rf"^{key}=(.*)$", UNIT, re.MULTILINE)


def container_environment() -> dict[str, str]:
    last = CONTAINER.rpartition("\nFROM ")[2].replace("\\\n", " ")
    (line,) = re.findall(r"^ENV (.*)$", last, re.MULTILINE)
    return dict(part.split("=", 1) for part in line.split())


def known(name: str) -> bool:
    return name.lower() in Settings.model_fields


def test_the_unit_sets_settings_that_exist() -> None:
    names = [line.partition("=")[0] for line in unit("Environment")]
    assert names
    assert [name for name in names if not known(name)] == []


def test_the_token_of_the_unit_comes_from_a_credential() -> None:
    (credential,) = unit("LoadCredential")
    name = credential.partition(":")[0]
    assert f"TELEGRAM_BOT_TOKEN_FILE=%d/{name}" in unit("Environment")


def test_the_unit_starts_without_the_file_of_the_token(tmp_path: Path) -> None:
    """systemd.exec(5): a set credential stands in for a loaded one that is not there."""
    (loaded,), (instead,) = unit("LoadCredential"), unit("SetCredential")
    name, _, value = instead.partition(":")
    assert name == loaded.partition(":")[0]
    assert value, "systemd ignores a line without a value"
    (tmp_path / name).write_bytes(value.encode().decode("unicode_escape").encode())
    assert Settings(telegram_bot_token_file=tmp_path / name, _env_file=None).token == ""  # type: ignore[call-arg]


@pytest.mark.parametrize("command", ["backup", "restore", "purge", "forget", "doctor", "train"])
def test_what_an_operator_is_told_to_do_exists(command: str) -> None:
    told = (ROOT / ".deploy" / "OPERATING.md").read_text("utf-8")
    assert f"aiguilleur {command}" in told
    assert command in {each.callback.__name__ for each in app.build_app().registered_commands}  # type: ignore[union-attr]


def test_the_unit_does_not_start_again_what_cannot_get_better() -> None:
    assert unit("RestartPreventExitStatus") == [f"{app.MISUSE} {app.TOKEN_REFUSED}"]
    assert unit("Restart") == ["always"]


def test_the_unit_talks_with_the_service() -> None:
    assert unit("Type") == ["notify"]
    assert unit("ExecReload") == ["/bin/kill -HUP $MAINPID"]
    assert int(unit("WatchdogSec")[0]) >= 10
    assert int(unit("TimeoutStopSec")[0]) > 10


@pytest.mark.parametrize(
    "line",
    [
        "DynamicUser=yes",
        "NoNewPrivileges=yes",
        "ProtectSystem=strict",
        "StateDirectory=aiguilleur",
        "MemoryDenyWriteExecute=yes",
        "RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6",
        "UMask=0077",
    ],
)
def test_the_unit_may_do_little(line: str) -> None:
    assert line in UNIT.splitlines()


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="needs systemd")
def test_systemd_understands_the_unit(tmp_path: Path) -> None:
    here = tmp_path / "aiguilleur.service"
    here.write_text(re.sub(r"/opt/\S+/aiguilleur run", "/bin/true", UNIT), "utf-8")
    done = subprocess.run(  # noqa: S603
        ["systemd-analyze", "verify", str(here)],  # noqa: S607
        capture_output=True,
        text=True,
        check=False,
    )
    assert "aiguilleur.service:" not in done.stderr


def test_the_container_sets_settings_that_exist() -> None:
    names = set(container_environment()) - NOT_OURS
    assert names
    assert [name for name in names if not known(name)] == []


def test_the_container_keeps_to_one_volume_as_a_plain_user() -> None:
    data = container_environment()["DATA_DIR"]
    assert f"VOLUME {data}" in CONTAINER
    assert "\nUSER aiguilleur\n" in CONTAINER
    assert "\nSTOPSIGNAL SIGTERM\n" in CONTAINER


def test_the_container_asks_after_its_health_where_it_listens() -> None:
    port = container_environment()["WEB_LISTEN"].rpartition(":")[2]
    assert f"http://127.0.0.1:{port}/healthz" in CONTAINER


def test_the_container_listens_where_its_ports_lead() -> None:
    environment = container_environment()
    listens = [environment[name].rpartition(":") for name in ("WEB_LISTEN", "WEBHOOK_LISTEN")]
    assert {host for host, _, _ in listens} == {"0.0.0.0"}  # noqa: S104 - inside the container
    assert f"\nEXPOSE {' '.join(port for _, _, port in listens)}\n" in CONTAINER


def test_what_is_installed_can_use_every_database_that_settings_can_name() -> None:
    locked = (ROOT / ".requirements" / "run.txt").read_text("utf-8")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    for driver in ("aiosqlite", *project["optional-dependencies"]["postgresql"]):
        assert re.search(rf"^{driver}==", locked, re.MULTILINE)


def test_the_container_copies_what_there_is_and_installs_by_hash() -> None:
    copied = [
        name
        for line in re.findall(r"^COPY (?!--)(.*)$", CONTAINER, re.MULTILINE)
        for name in line.split()[:-1]
    ]
    assert [name for name in copied if not (ROOT / name).exists()] == []
    assert set(copied) == {line[1:] for line in IGNORED if line.startswith("!")}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    packages = project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
    assert set(packages) <= set(copied)
    assert "--require-hashes" in CONTAINER
