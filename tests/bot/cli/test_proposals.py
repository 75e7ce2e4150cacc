"""``propose`` and ``replay`` as an operator types them."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from bot.analytics.proposals.changes import ChangeError
from bot.service.proposals.commands import read_changes

if TYPE_CHECKING:
    from pathlib import Path

    from tests.fakes.command import Aiguilleur

MASKED = """\
kind: wording
target: velo-vole
manner: problem
wordings: ["mon vélo bleu, demandez à [NOM]"]
nobody_named: true
"""


@pytest.fixture
def apart(trained: Aiguilleur, tmp_path: Path) -> Aiguilleur:
    """The command with a journal of its own."""
    command = trained.elsewhere(tmp_path)
    command.data_dir = tmp_path / "data"
    shutil.copytree(trained.data_dir / "models", command.data_dir / "models")
    return command


def test_a_refused_proposal_says_where_and_stays_in_the_list(apart: Aiguilleur) -> None:
    file = apart.folder / "change.yaml"
    file.write_text(MASKED, "utf-8")
    done = apart("propose", "check", str(file))
    assert done.returncode == 1
    assert "question 1, caractère 27" in done.stdout
    assert apart("propose", "list").stdout == "1  refused  wording  velo-vole\n"
    assert "+ mon vélo bleu" in apart("propose", "show", "1").stdout
    refused = apart("propose", "publish", "1")
    assert (refused.returncode, "contrôlée" in refused.stderr) == (1, True)


def test_a_file_that_is_no_change_is_named(apart: Aiguilleur) -> None:
    for given in ("[", "- a", "kind: letter"):
        file = apart.folder / "change.yaml"
        file.write_text(given, "utf-8")
        done = apart("propose", "check", str(file))
        assert (done.returncode, done.stdout) == (1, "")
        assert done.stderr


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("gone.yaml", None, "ne peut pas être lu"),
        ("latin.yaml", "kind: é".encode("latin-1"), "ne peut pas être lu"),
        ("cut.yaml", b"kind: wording\nwordings: [a", "ligne 2, n’est pas du JSON ou du YAML"),
        ("cut.json", b'{"kind":\n', "ligne 2, n’est pas du JSON ou du YAML"),
    ],
)
def test_a_file_that_cannot_be_read_is_told_in_french(
    tmp_path: Path, name: str, content: bytes | None, told: str
) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(ChangeError, match=told) as error:
        read_changes(tmp_path / name)
    assert "Errno" not in str(error.value)


def test_a_base_replayed_against_itself_changes_nothing(apart: Aiguilleur) -> None:
    done = apart("replay", "--weeks", "2")
    assert done.returncode == 0
    assert "gained 0, lost 0, other 0" in done.stdout
