"""The editor's commands refuse in French what they cannot read, and exit with 2."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner

from bot.cli.app import build_app

ENGLISH = ("Error", "Missing", "No such", "Got ", "Try ", "requires", "for help")


def refused(*arguments: str) -> str:
    done = CliRunner().invoke(build_app(), ["kb", *arguments])
    assert done.exit_code == 2
    assert done.stdout == ""
    assert not [word for word in ENGLISH if word in done.stderr]
    return done.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["chek"], "kb : la commande « chek » n’existe pas ; voulez-vous dire check ?"),
        (["zzz"], "kb : la commande « zzz » n’existe pas."),
        (["--foo"], "kb : l’option --foo n’existe pas."),
        (["show"], "kb show : il manque NOM."),
        (["show", "a", "--pag", "x"], "l’option --pag n’existe pas ; voulez-vous dire --page ?"),
        (["import"], "kb import : il manque FICHIER."),
        (["audit"], "kb audit : il manque FICHIERS."),
        (["check", "a", "b"], "kb check : ceci est de trop : a b"),
        (["check", "a"], "kb check : ceci est de trop : a"),
        (["check", "--kb"], "kb check : l’option --kb attend une valeur."),
        (["check", "--collisions=3"], "kb check : l’option --collisions ne prend pas de valeur."),
    ],
)
def test_what_cannot_be_read_is_told_with_the_way_to_help(arguments: list[str], said: str) -> None:
    told = refused(*arguments)
    assert said in told
    assert "--help" in told.splitlines()[-1]


def test_without_a_command_the_commands_are_listed() -> None:
    told = refused()
    assert "Commandes" in told
    assert "check" in told


def test_flags_of_every_group_are_shown_without_a_type() -> None:
    for group in ([], ["kb"], ["tickets"], ["desks"], ["accounts"], ["mail"]):
        page = CliRunner().invoke(build_app(), [*group, "--help"]).stdout
        assert "--help" in page
        assert "bool" not in page, group
