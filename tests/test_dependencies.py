"""What is imported is declared, and what is declared is imported."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

ROOT = Path(__file__).parent.parent
OURS = {"bot", "classifier", "kb"}

NOT_IMPORTED_BY_US = {"asyncpg", "sniffio"}
"""Declared for a library that looks for them by their names."""


def imported() -> set[str]:
    """The libraries that the code imports, wherever the statement stands."""
    trees = [
        ast.parse(path.read_text("utf-8")) for name in OURS for path in ROOT.glob(f"{name}/**/*.py")
    ]
    names = set()
    for node in (node for tree in trees for node in ast.walk(tree)):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add((node.module or "").partition(".")[0])
    return names - OURS - set(sys.stdlib_module_names)


def plain(requirement: str) -> str:
    """The name of a distribution, as it is compared."""
    return re.split(r"[\[~=<> ]", requirement)[0].lower().replace("_", "-")


def declared() -> set[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    listed = [*project["dependencies"], *project["optional-dependencies"]["postgresql"]]
    listed += project["optional-dependencies"]["parquet"]
    return {plain(requirement) for requirement in listed}


def test_every_library_that_is_imported_is_declared() -> None:
    homes = packages_distributions()
    missing = {
        name for name in imported() if not declared() & set(map(plain, homes.get(name, [name])))
    }
    assert missing == set()


def test_every_library_that_is_declared_is_imported() -> None:
    homes = packages_distributions()
    used = {plain(home) for name in imported() for home in homes.get(name, [name])}
    assert declared() - used == NOT_IMPORTED_BY_US


def test_the_locks_hold_hashes_and_no_address() -> None:
    for path in (ROOT / ".requirements").glob("*.txt"):
        text = path.read_text("utf-8")
        assert "://" not in text
        for requirement in re.findall(r"^[a-z0-9].*(?:\n .*)*", text, re.MULTILINE):
            assert "--hash=sha256:" in requirement, requirement.partition("\n")[0]


def test_what_is_declared_is_locked() -> None:
    for name in ("run", "dev"):
        text = (ROOT / ".requirements" / f"{name}.txt").read_text("utf-8")
        locked = set(re.findall(r"^([a-z0-9.-]+)==", text, re.MULTILINE))
        # What a service may go without is among what the tests need alone.
        assert declared() - ({"pyarrow"} if name == "run" else set()) <= locked


CHECKOUT_ONLY = re.compile(r"\.env\.example|README|CONTRIBUTING|Makefile|\bmake \w")


def spoken(tree: ast.AST) -> list[str]:
    """The texts of a module that it may say: all but its docstrings."""
    told = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    texts = [n for n in ast.walk(tree) if isinstance(n, ast.Constant) and id(n) not in told]
    return [node.value for node in texts if isinstance(node.value, str)]


def test_no_message_names_a_file_that_an_installed_program_lacks() -> None:
    for path in (path for name in OURS for path in ROOT.glob(f"{name}/**/*.py")):
        said = spoken(ast.parse(path.read_text("utf-8")))
        assert [text for text in said if CHECKOUT_ONLY.search(text)] == [], path
