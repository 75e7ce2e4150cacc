"""Figures of the house: how long its modules, functions and handlers are, and how they are named.

``python -m tests.acceptance.house`` prints each figure, names what is beyond its bar, and exits 1
when one is missed. Nothing is run: the source is read.

A handler is what a message, a request or a command line reaches first: a Typer command, and every
function that takes a web request or an event of Telegram. Its body is counted from behind its
docstring on.

A bare past participle is a name of one word that is one: it ends in "ed", or is of ``IRREGULAR``.
Left out are words that end so by chance, and verbs that are their own participle: "read" is what
one does. A name of several words says what it is of, and is not bare.
"""

from __future__ import annotations

import ast
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from tests.test_architecture import circle, functions, module_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

ROOT = Path(__file__).parent.parent.parent
PACKAGES = ("bot", "classifier", "kb")
MAX_MODULE, MAX_FUNCTION, MAX_HANDLER = 300, 40, 10
MAX_PARTICIPLES = 0.02

HANDLING = "bot/"
"""Only here does anything come in: elsewhere a type of the same name is another one."""

HANDLED = {"Request", "Asked", "Pressed", "Searched", "Event"}
"""Types of what a handler takes."""

IRREGULAR = frozenset(
    """
    begun bound bought broken brought built caught chosen done drawn driven fallen felt fed found
    forgotten frozen given gone grown heard held hidden kept known laid led left lent lost made
    meant met paid said seen sent shown sold spent split spoken stolen stood struck sworn taken
    taught thought told thrown understood won worn written
    """.split()  # noqa: SIM905 - a list of words reads better than a list of texts
)
NOT_PARTICIPLES = {"embed", "exceed", "feed", "need", "proceed", "seed", "shed", "speed", "succeed"}
"""Verbs and nouns that end in "ed"; put, read, run, set, cut and let are in neither list."""

Function = ast.FunctionDef | ast.AsyncFunctionDef


class Figure(NamedTuple):
    """One measure: its name, its value, whether that is within its bar, and what is beyond it."""

    name: str
    value: str
    fine: bool
    beyond: list[str]


def read_trees() -> dict[str, ast.Module]:
    """The source of every module, parsed, by its path."""
    return {
        path.relative_to(ROOT).as_posix(): ast.parse(path.read_text("utf-8"))
        for name in PACKAGES
        for path in sorted((ROOT / name).rglob("*.py"))
    }


def is_bare_participle(name: str) -> bool:
    """Whether a function's name is one past participle and nothing else."""
    word = name.strip("_")
    if "_" in word or word in NOT_PARTICIPLES:
        return False
    return word in IRREGULAR or word.endswith("ed")


def length(node: Function) -> int:
    """Lines of a function, its signature and docstring included."""
    return (node.end_lineno or node.lineno) - node.lineno + 1


def body_length(node: Function) -> int:
    """Lines from behind the docstring to the end."""
    body = node.body[1:] if ast.get_docstring(node) else node.body
    return (node.end_lineno or 0) - body[0].lineno + 1 if body else 0


def handlers(tree: ast.Module) -> Iterator[Function]:
    """The functions that a request, an event or a command line reaches."""
    commands = set(_commands(tree))
    for node in functions(tree):
        if node.name in commands or HANDLED & _types_taken(node):
            yield node


def _types_taken(node: Function) -> set[str]:
    """The names in the annotations of what a function takes: both, of ``Event | None``."""
    annotations = [each.annotation for each in node.args.args if each.annotation]
    return {
        part.id for each in annotations for part in ast.walk(each) if isinstance(part, ast.Name)
    }


def _commands(tree: ast.Module) -> Iterator[str]:
    """The names in ``app.command(...)(name)``."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func).startswith("app.command("):
            yield from (each.id for each in node.args if isinstance(each, ast.Name))


def without_docstring(tree: ast.Module) -> Iterator[Function]:
    """The public functions and methods of public classes that do not say what they do."""
    places: list[ast.Module | ast.ClassDef] = [
        tree,
        *(node for node in tree.body if isinstance(node, ast.ClassDef)),
    ]
    for place in places:
        if isinstance(place, ast.ClassDef) and place.name.startswith("_"):
            continue
        for node in place.body:
            told = isinstance(node, Function) and (ast.get_docstring(node) or _is_overload(node))
            if isinstance(node, Function) and not node.name.startswith("_") and not told:
                yield node


def _is_overload(node: Function) -> bool:
    return any(ast.unparse(each) == "overload" for each in node.decorator_list)


def figures(trees: Mapping[str, ast.Module], lines: Mapping[str, int]) -> list[Figure]:
    """Every figure of the house.

    Args:
        trees: the parsed modules by path.
        lines: how long each of them is.
    """
    every = [(path, node) for path, tree in trees.items() for node in functions(tree)]
    participles = [_named(path, node) for path, node in every if is_bare_participle(node.name)]
    share = len(participles) / max(len(every), 1)
    around = circle(trees)
    return [
        _none("modules over 300 lines", [path for path, n in lines.items() if n > MAX_MODULE]),
        _none(
            "functions over 40 lines",
            [_named(path, node) for path, node in every if length(node) > MAX_FUNCTION],
        ),
        _none(
            "handlers over 10 lines of body",
            [
                f"{_named(path, node)}: {body_length(node)}"
                for path, tree in trees.items()
                if path.startswith(HANDLING)
                for node in handlers(tree)
                if body_length(node) > MAX_HANDLER
            ],
        ),
        Figure(
            "functions named by a bare past participle",
            f"{len(participles)} of {len(every)} ({share:.1%})",
            share < MAX_PARTICIPLES,
            participles,
        ),
        _none(
            "public functions without docstring",
            [
                _named(path, node)
                for path, tree in trees.items()
                for node in without_docstring(tree)
            ],
        ),
        _none("circles of imports", [" -> ".join(around)] if around else []),
    ]


def _named(path: str, node: Function) -> str:
    return f"{module_of(path)}:{node.lineno} {node.name}"


def _none(name: str, beyond: list[str]) -> Figure:
    return Figure(name, str(len(beyond)), not beyond, beyond)


def main() -> int:
    trees = read_trees()
    lines = {path: len((ROOT / path).read_text("utf-8").splitlines()) for path in trees}
    found = figures(trees, lines)
    bot = [tree for path, tree in trees.items() if path.startswith(HANDLING)]
    counted = sum(1 for tree in bot for _ in handlers(tree))
    print(f"{len(trees)} modules, {sum(lines.values())} lines, {counted} handlers")
    for figure in found:
        print(f"{'ok  ' if figure.fine else 'FAIL'} {figure.name}: {figure.value}")
        for name in figure.beyond:
            print(f"       {name}")
    return 0 if all(figure.fine for figure in found) else 1


if __name__ == "__main__":
    sys.exit(main())
