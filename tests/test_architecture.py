"""The map of the house, held: who may import whom, how long things may get, what is not named."""

from __future__ import annotations

import ast
import re
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parent.parent
PACKAGES = ("kb", "classifier", "bot")
MODULES = sorted(
    path.relative_to(ROOT).as_posix() for name in PACKAGES for path in (ROOT / name).rglob("*.py")
)
TREES = {name: ast.parse((ROOT / name).read_text("utf-8")) for name in MODULES}

WEB_LIBRARIES = {"starlette", "uvicorn", "jinja2", "markupsafe"}
STORE_LIBRARIES = {"sqlalchemy", "alembic", "aiosqlite", "asyncpg"}
TRAINING_LIBRARIES = {"sklearn", "joblib"}
TRAINERS = {
    f"classifier/{name}.py" for name in ("pipeline", "training", "fitting", "intents", "recipes")
}
WITH_SCIPY = TRAINERS | {"classifier/training/certify.py"}
TRAINING_MODULES = {path.removesuffix(".py").replace("/", ".") for path in TRAINERS}
BY_TRAINERS = TRAINERS | {f"classifier/{name}.py" for name in ("crossvalidation", "promise")}
BY_TRAINERS |= {"bot/cli/output/training.py", "bot/cli/output/confusions.py"}
BY_TRAINERS |= {f"bot/benchmark/{name}.py" for name in ("speed", "intents", "labelled")}
MAX_LINES, MAX_FUNCTION = 300, 40

CORE = {path for path in MODULES if path.startswith("bot/replies/")} | {
    f"bot/{name}.py"
    for name in (
        *("choices", "clicks", "commands", "conversation", "language", "lexicon", "links"),
        *("messages", "moments", "personal", "ports", "presenter", "themes"),
    )
}

NATIONAL_IDENTIFIERS = {"ADELI", "CPE", "CPF", "CPS", "FHIR", "FINESS", "INS", "RPPS"}
"""What the scrubbing must recognise to mask it, whoever the organisation is."""

NEUTRAL = {"API", "URL"}
"""Terms that a lexicon may explain and that any program needs."""


def imports(tree: ast.AST) -> Iterator[str]:
    """Every module that is imported, wherever the statement stands."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            yield node.module or ""
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def at_import(tree: ast.Module) -> Iterator[str]:
    """What importing the module imports: neither in functions nor for type checking."""
    for node in tree.body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield from imports(node)


def roots(names: Iterator[str]) -> set[str]:
    return {name.partition(".")[0] for name in names}


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


@pytest.fixture(params=MODULES)
def module(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_there_is_a_house_to_look_at() -> None:
    assert {name.partition("/")[0] for name in MODULES} == set(PACKAGES)


def test_arrows_point_from_bot_to_classifier_to_kb(module: str) -> None:
    forbidden = {"kb": {"classifier", "bot"}, "classifier": {"bot"}, "bot": set()}
    package = module.partition("/")[0]
    assert roots(imports(TREES[module])) & (forbidden[package] | {"tests"}) == set()


def test_only_the_telegram_room_knows_telegram(module: str) -> None:
    if not module.startswith("bot/telegram/"):
        assert roots(imports(TREES[module])) & {"telegram", "httpx"} == set()


def test_only_the_web_room_knows_the_web_libraries(module: str) -> None:
    if not module.startswith("bot/web/"):
        assert roots(imports(TREES[module])) & WEB_LIBRARIES == set()


def test_only_the_store_knows_the_database(module: str) -> None:
    if not module.startswith("bot/store/"):
        assert roots(imports(TREES[module])) & {*STORE_LIBRARIES, "sqlite3"} == set()


def test_only_the_trainers_import_the_training_libraries(module: str) -> None:
    found = set(at_import(TREES[module]))
    if module not in TRAINERS:
        assert roots(iter(found)) & TRAINING_LIBRARIES == set()
    if module not in WITH_SCIPY:
        assert "scipy" not in roots(iter(found))
    if module not in BY_TRAINERS:
        assert found & TRAINING_MODULES == set()


def test_the_core_of_the_conversation_knows_no_channel_and_no_store() -> None:
    for name in CORE:
        found = set(imports(TREES[name]))
        rooms = (
            "bot.channels.telegram",
            "bot.store",
            "bot.channels.terminal",
            "bot.ops.settings",
            "bot.service.assemble",
        )
        assert not [module for module in found if module.startswith(rooms)]


def test_only_the_settings_read_the_environment(module: str) -> None:
    if module.startswith("bot/setting") or module == "classifier/benchmark/process.py":
        return  # the benchmark hands the whole environment on to the processes that it times
    tree = TREES[module]
    used = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    used |= {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    assert used & {"environ", "environb", "getenv", "getenvb"} == set()
    assert roots(imports(tree)) & {"dotenv", "pydantic_settings"} == set()
    assert not {"os.environ", "os.getenv"} & set(imports(tree))


def test_no_module_is_too_long_to_read(module: str) -> None:
    assert len((ROOT / module).read_text("utf-8").splitlines()) <= MAX_LINES


def test_no_function_is_too_long_to_read(module: str) -> None:
    long = {
        node.name: length
        for node in functions(TREES[module])
        if (length := (node.end_lineno or 0) - node.lineno + 1) > MAX_FUNCTION
    }
    assert long == {}


def test_every_module_says_what_it_is(module: str) -> None:
    assert ast.get_docstring(TREES[module])


def forbidden_words() -> set[str]:
    """The short terms and the desks of the knowledge base that is shipped."""
    content = ROOT / "kb" / "content"
    lexicon = tomllib.loads((content / "lexicon.toml").read_text("utf-8"))
    shorts = {term["short"] for term in lexicon["term"]}
    return shorts | {path.stem for path in (content / "desks").glob("*.md")}


def test_there_are_subjects_to_forbid() -> None:
    assert len(forbidden_words()) > 50


def test_no_code_names_a_subject_of_the_shipped_knowledge_base(module: str) -> None:
    if module.startswith("kb/"):
        return
    allowed = NEUTRAL | (NATIONAL_IDENTIFIERS if module.startswith("bot/scrubbing/") else set())
    words = sorted(forbidden_words() - allowed, key=len, reverse=True)
    pattern = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, words))})(?!\w)")
    assert pattern.findall((ROOT / module).read_text("utf-8")) == []
