"""The house keeps its figures, and whoever counts them sees what is beyond a bar."""

from __future__ import annotations

import ast

import pytest

from tests.acceptance.house import (
    Figure,
    body_length,
    figures,
    handlers,
    is_bare_participle,
    main,
    without_docstring,
)

LONG_BODY = "\n".join(f"    line{n} = {n}" for n in range(11))


def of(text: str, path: str = "bot/ops/planted.py") -> dict[str, Figure]:
    trees = {path: ast.parse(text)}
    return {figure.name: figure for figure in figures(trees, {path: len(text.splitlines())})}


def test_the_house_is_in_order(capsys: pytest.CaptureFixture[str]) -> None:
    assert main() == 0, capsys.readouterr().out


@pytest.mark.parametrize("name", ["counted", "_masked", "begun", "shown"])
def test_a_participle_alone_is_one(name: str) -> None:
    assert is_bare_participle(name)


@pytest.mark.parametrize("name", ["read", "run", "_put", "feed", "mark_sent", "known_rankings"])
def test_a_verb_or_a_name_with_its_noun_is_none(name: str) -> None:
    assert not is_bare_participle(name)


@pytest.mark.parametrize(
    "text",
    [
        f"app.command()(serve)\ndef serve():\n    '''Serve.'''\n{LONG_BODY}\n",
        f"async def page(request: Request):\n    '''Show.'''\n{LONG_BODY}\n",
        f"def answer(self, event: Asked):\n{LONG_BODY}\n",
    ],
)
def test_a_long_handler_is_named(text: str) -> None:
    (node,) = handlers(ast.parse(text))
    assert body_length(node) == 11
    assert not of(text)["handlers over 10 lines of body"].fine


def test_what_takes_no_event_is_no_handler() -> None:
    assert list(handlers(ast.parse("def fold(text: str) -> str:\n    return text\n"))) == []


def test_long_modules_and_functions_and_many_participles_are_named() -> None:
    body = "\n".join(f"    line{n} = {n}" for n in range(300))
    found = of(f"def counted():\n{body}\n")
    assert found["modules over 300 lines"].beyond == ["bot/ops/planted.py"]
    assert found["functions over 40 lines"].beyond == ["bot.ops.planted:1 counted"]
    assert not found["functions named by a bare past participle"].fine


def test_only_what_is_public_must_say_what_it_does() -> None:
    text = (
        "def public(): pass\n"
        "def _private(): pass\n"
        "def told():\n    '''It is.'''\n"
        "class Some:\n    def method(self): pass\n    def __len__(self): return 0\n"
        "class _Hidden:\n    def method(self): pass\n"
        "@overload\ndef twice(): ...\n"
    )
    assert [node.name for node in without_docstring(ast.parse(text))] == ["public", "method"]
