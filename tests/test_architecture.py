"""The map of the house, held: who may import whom, how long things may get, what is not named."""

from __future__ import annotations

import ast
import functools
import re
import tomllib
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

ROOT = Path(__file__).parent.parent
PACKAGES = ("kb", "classifier", "bot")
MODULES = sorted(
    path.relative_to(ROOT).as_posix() for name in PACKAGES for path in (ROOT / name).rglob("*.py")
)
TREES = {name: ast.parse((ROOT / name).read_text("utf-8")) for name in MODULES}

GROUND = {"bot.ops", "bot.scrubbing"}
"""Everybody in ``bot`` may use these rooms."""

BELOW_BOT = {"classifier", "kb"}

ROOMS: Mapping[str, set[str]] = {
    "kb": set(),
    "classifier.text": {"kb"},
    "classifier.errors": set(),
    "classifier.decision": {"kb"},
    "classifier.serving": {"classifier.decision", "classifier.errors", "classifier.text", "kb"},
    "classifier.training": {
        *("classifier.serving", "classifier.decision", "classifier.errors", "classifier.text"),
        "kb",
    },
    "classifier.evaluation": {
        *("classifier.training", "classifier.serving", "classifier.decision"),
        *("classifier.errors", "classifier.text", "kb"),
    },
    "classifier.benchmark": {
        *("classifier.evaluation", "classifier.training", "classifier.serving"),
        *("classifier.decision", "classifier.errors", "classifier.text", "kb"),
    },
    "classifier.release": {
        *("classifier.evaluation", "classifier.training", "classifier.serving"),
        *("classifier.decision", "classifier.errors", "classifier.text", "kb"),
    },
    "bot.scrubbing": set(),
    "bot.ops": {"bot.scrubbing"},
    "bot.conversation": GROUND | BELOW_BOT,
    "bot.escalation": GROUND | BELOW_BOT | {"bot.conversation"},
    "bot.store": GROUND | BELOW_BOT | {"bot.escalation", "bot.conversation"},
    "bot.analytics": GROUND | BELOW_BOT | {"bot.store", "bot.escalation", "bot.conversation"},
    "bot.channels": GROUND
    | BELOW_BOT
    | {"bot.analytics", "bot.store", "bot.escalation", "bot.conversation"},
    "bot.service": GROUND
    | BELOW_BOT
    | {"bot.channels", "bot.analytics", "bot.store", "bot.escalation", "bot.conversation"},
    "bot.cli": GROUND
    | BELOW_BOT
    | {"bot.service", "bot.channels", "bot.analytics", "bot.store", "bot.escalation"}
    | {"bot.conversation"},
    "bot.__main__": {"bot.cli"},
}
"""Room -> the rooms that it may import; a folder or a file directly below a package is a room."""

WEB_LIBRARIES = {"starlette", "uvicorn", "jinja2", "markupsafe"}
STORE_LIBRARIES = {"sqlalchemy", "alembic", "aiosqlite", "asyncpg"}
TRAINING_LIBRARIES = {"sklearn", "joblib", "scipy"}
TRAINING_ROOMS = ("classifier/training/", "classifier/benchmark/")
BY_TRAINERS = (
    *TRAINING_ROOMS,
    "classifier/evaluation/",
    "classifier/release.py",
    "bot/cli/output/",
)
MAX_LINES, MAX_FUNCTION = 300, 40

NATIONAL_IDENTIFIERS = {"ADELI", "CPE", "CPF", "CPS", "FHIR", "FINESS", "INS", "NIR", "OID", "RPPS"}
"""What the scrubbing must recognise to mask it, whoever the organisation is."""

NEUTRAL = {"API", "Guichet", "URL", "Scope"}
"""Terms that a lexicon may explain and that any program needs."""


def module_of(path: str) -> str:
    return path.removesuffix(".py").replace("/", ".").removesuffix(".__init__")


NAMES = {module_of(path) for path in MODULES}


def room_of(module: str) -> str:
    """The room of a module: its package in kb, else the folder or file below its package."""
    parts = module.split(".")
    return "kb" if parts[0] == "kb" else ".".join(parts[:2])


def imports(tree: ast.AST) -> Iterator[str]:
    """Every module that is imported, wherever the statement stands."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            yield node.module or ""
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def own_imports(tree: ast.AST) -> set[str]:
    """The modules of ours that are imported, for types alone too; a name counts as its file."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names if alias.name in NAMES}
        elif isinstance(node, ast.ImportFrom) and (node.module or "") in NAMES:
            for alias in node.names:
                full = f"{node.module}.{alias.name}"
                found.add(full if full in NAMES else str(node.module))
    return found


def forbidden_arrows(trees: Mapping[str, ast.AST]) -> list[str]:
    """The imports that the table of rooms does not allow."""
    return [
        f"{module} imports {other}"
        for module in map(module_of, trees)
        if "." in module
        for other in sorted(own_imports(trees[_path_in(trees, module)]))
        if room_of(other) != room_of(module)
        and "." in other
        and not {room_of(other), other.partition(".")[0]} & ROOMS.get(room_of(module), set())
    ]


def _path_in(trees: Mapping[str, ast.AST], module: str) -> str:
    return next(path for path in trees if module_of(path) == module)


def circle(trees: Mapping[str, ast.AST]) -> list[str]:
    """Files that import each other in a circle, or nothing."""
    graph = {module_of(path): own_imports(tree) for path, tree in trees.items()}
    for module, found in graph.items():
        found.discard(module)
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def stray_files(folder: Path) -> set[str]:
    """What lies directly in ``bot/`` and is no room, nor one of the three files it may hold."""
    rooms = {room.partition(".")[2] for room in ROOMS if room.startswith("bot.")} - {"__main__"}
    allowed = rooms | {"__init__.py", "__main__.py", "py.typed", "__pycache__"}
    return {path.name for path in folder.iterdir()} - allowed


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


def for_every_module(check: Callable[[str], None]) -> Callable[[], None]:
    """One test that looks at all modules and names each that is not in order, with the reason."""

    def look_at_all() -> None:
        wrong = {}
        for module in MODULES:
            try:
                check(module)
            except AssertionError as error:
                wrong[module] = str(error)
        assert wrong == {}

    look_at_all.__name__ = check.__name__
    return look_at_all


def test_there_is_a_house_to_look_at() -> None:
    assert {name.partition("/")[0] for name in MODULES} == set(PACKAGES)


def test_every_room_stands_in_the_table() -> None:
    rooms = {room_of(module_of(path)) for path in MODULES} - {*PACKAGES}
    assert rooms <= set(ROOMS)


def test_rooms_import_only_what_the_table_allows() -> None:
    assert forbidden_arrows(TREES) == []


def test_an_import_against_the_order_is_found() -> None:
    planted = {**TREES, "bot/ops/logs.py": ast.parse("from bot.store.store import Store")}
    assert forbidden_arrows(planted) == ["bot.ops.logs imports bot.store.store"]


def test_an_import_for_types_alone_counts_as_well() -> None:
    text = "if TYPE_CHECKING:\n    from bot.channels.terminal import Terminal"
    planted = {**TREES, "bot/store/vault.py": ast.parse(text)}
    assert forbidden_arrows(planted) == ["bot.store.vault imports bot.channels.terminal"]


def test_no_files_import_each_other_in_a_circle() -> None:
    assert circle(TREES) == []


def test_a_circle_for_types_alone_is_found() -> None:
    one = "if TYPE_CHECKING:\n    from bot.conversation.turns import PastTurn"
    planted = {
        **TREES,
        "bot/conversation/messages.py": ast.parse(one),
        "bot/conversation/turns.py": ast.parse("from bot.conversation.messages import Reply"),
    }
    assert {"bot.conversation.messages", "bot.conversation.turns"} <= set(circle(planted))


def test_nothing_but_rooms_lies_in_bot() -> None:
    assert stray_files(ROOT / "bot") == set()


def test_a_stray_file_in_bot_is_found(tmp_path: Path) -> None:
    for name in ("store", "ops"):
        (tmp_path / name).mkdir()
    (tmp_path / "helpers.py").touch()
    assert stray_files(tmp_path) == {"helpers.py"}


@for_every_module
def test_nothing_imports_the_tests(module: str) -> None:
    assert "tests" not in roots(imports(TREES[module]))


@for_every_module
def test_only_the_telegram_room_knows_telegram(module: str) -> None:
    if not module.startswith("bot/channels/telegram/"):
        assert roots(imports(TREES[module])) & {"telegram", "httpx"} == set()


@for_every_module
def test_only_the_web_room_knows_the_web_libraries(module: str) -> None:
    if not module.startswith("bot/channels/web/"):
        assert roots(imports(TREES[module])) & WEB_LIBRARIES == set()


@for_every_module
def test_only_the_store_knows_the_database(module: str) -> None:
    if not module.startswith("bot/store/"):
        assert roots(imports(TREES[module])) & {*STORE_LIBRARIES, "sqlite3"} == set()


@for_every_module
def test_only_the_trainers_import_the_training_libraries(module: str) -> None:
    found = set(at_import(TREES[module]))
    if not module.startswith(TRAINING_ROOMS):
        assert roots(iter(found)) & TRAINING_LIBRARIES == set()
    if not module.startswith(BY_TRAINERS):
        rooms = {room_of(name) for name in found if name in NAMES}
        assert rooms & {"classifier.training", "classifier.benchmark"} == set()


@for_every_module
def test_only_the_settings_read_the_environment(module: str) -> None:
    if module.startswith("bot/ops/setting") or module == "classifier/benchmark/process.py":
        return  # the benchmark hands the whole environment on to the processes that it times
    tree = TREES[module]
    used = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    used |= {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    assert used & {"environ", "environb", "getenv", "getenvb"} == set()
    assert roots(imports(tree)) & {"dotenv", "pydantic_settings"} == set()
    assert not {"os.environ", "os.getenv"} & set(imports(tree))


@for_every_module
def test_no_module_is_too_long_to_read(module: str) -> None:
    assert len((ROOT / module).read_text("utf-8").splitlines()) <= MAX_LINES


@for_every_module
def test_no_function_is_too_long_to_read(module: str) -> None:
    long = {
        node.name: length
        for node in functions(TREES[module])
        if (length := (node.end_lineno or 0) - node.lineno + 1) > MAX_FUNCTION
    }
    assert long == {}


@for_every_module
def test_every_module_says_what_it_is(module: str) -> None:
    assert ast.get_docstring(TREES[module])


@functools.cache
def forbidden_words() -> frozenset[str]:
    """The short terms and the desks of the knowledge base that is shipped."""
    content = ROOT / "kb" / "content"
    lexicon = tomllib.loads((content / "lexicon.toml").read_text("utf-8"))
    shorts = {term["short"] for term in lexicon["term"]}
    return frozenset(shorts) | {path.stem for path in (content / "desks").glob("*.md")}


def test_there_are_subjects_to_forbid() -> None:
    assert len(forbidden_words()) > 50


@for_every_module
def test_no_code_names_a_subject_of_the_shipped_knowledge_base(module: str) -> None:
    if module.startswith("kb/"):
        return
    allowed = NEUTRAL | (NATIONAL_IDENTIFIERS if module.startswith("bot/scrubbing/") else set())
    words = sorted(forbidden_words() - allowed, key=len, reverse=True)
    pattern = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, words))})(?!\w)")
    assert pattern.findall((ROOT / module).read_text("utf-8")) == []
