"""What README and .env.example say is what the commands and the settings are."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import typer.main

from bot.cli.app import build_app
from bot.ops.settings import BUNDLED_KB, Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from typer._click.core import Command

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
EXAMPLE = (ROOT / ".env.example").read_text("utf-8")
PICTURE_BYTES = 200_000

EVERYWHERE = {"--kb", "--help"}
"""Options that the README names once, below its table."""

SECTIONS_OF_FIGURES = ("Figures", "The promise on errors")

PRINTING = re.compile(r"`(aiguilleur [^`]+|python -m tests\.[^`]+)`")
"""A command that prints figures, as a sentence names it."""

FIGURE = re.compile(r"(?<![\w-])\d+(?:[.,]\d+)?\s?(?:%|ms|µs|s|MB|kB)?(?![\w-])|(?<!\w)\.\d+")


def commands() -> dict[str, set[str]]:
    """Every command that is not hidden, such as "kb check", with the options it takes.

    A group is one as well when it does something by itself.
    """
    return dict(_commands(typer.main.get_command(build_app()), ""))


def _commands(command: Command, name: str) -> Iterator[tuple[str, set[str]]]:
    if command.hidden:
        return
    below = getattr(command, "commands", {})
    for key, each in below.items():
        yield from _commands(each, f"{name} {key}".strip())
    if not below or getattr(command, "invoke_without_command", False):
        yield name, {option for param in command.params for option in param.opts if "--" in option}


def called(text: str) -> tuple[str, set[str]]:
    """The command and the options of one ``aiguilleur ...`` as a document writes it."""
    words = text.replace("[", " ").replace("]", " ").replace("|", " ").split()[1:]
    groups = {name.partition(" ")[0] for name in commands() if " " in name}
    is_below = set(words[:1]) & groups and not "".join(words[1:2]).startswith("--")
    depth = 2 if is_below else 1
    return " ".join(words[:depth]), {word for word in words if word.startswith("--")}


def section(title: str, text: str = README) -> str:
    """What stands below a heading, up to the next of its rank."""
    found = re.search(rf"^## {re.escape(title)}\n(.*?)(?=^## |\Z)", text, re.DOTALL | re.MULTILINE)
    assert found, f"no section {title}"
    return found[1]


def in_table() -> dict[str, set[str]]:
    """The commands of README's table with the options named there."""
    rows = re.findall(r"^\| `(aiguilleur [^`]+)` \|", section("Commands"), re.MULTILINE)
    return dict(map(called, rows))


def example_lines(text: str = EXAMPLE) -> list[tuple[str, str]]:
    """The settings of an example file, those behind a "#" as well."""
    return re.findall(r"^#?([A-Z][A-Z0-9_]+)=(.*)$", text, re.MULTILINE)


def default_text(name: str) -> str | None:
    """A setting's default as one writes it; nothing for one whose line is an example."""
    value = Settings.model_fields[name].default
    if name == "kb_dir":
        assert value == BUNDLED_KB
        return "./kb/content"
    if value in (None, "", ()) or "SecretStr" in type(value).__name__:
        return None
    if isinstance(value, Path):
        return f"./{value}"
    return f"{value.host}:{value.port}" if hasattr(value, "host") else str(value)


def same(written: str, default: str) -> bool:
    """Whether both say one value: 25 and 25.0 do."""
    try:
        return float(written) == float(default)
    except ValueError:
        return written == default


def blocks(text: str) -> Iterator[str]:
    """Paragraphs, each with the table that follows it."""
    parts = re.split(r"\n{2,}", text.strip())
    for index, part in enumerate(parts):
        if not part.startswith("|"):
            after = parts[index + 1] if index + 1 < len(parts) else ""
            yield f"{part}\n{after}" if after.startswith("|") else part


def unnamed_figures(text: str) -> list[str]:
    """The paragraphs that tell figures and name no command that prints them."""
    return [block for block in blocks(text) if FIGURE.search(block) and not PRINTING.search(block)]


def test_the_table_names_every_command() -> None:
    assert sorted(in_table()) == sorted(commands())


@pytest.mark.parametrize("command", sorted(in_table()))
def test_a_command_of_the_table_takes_the_options_named_there(command: str) -> None:
    assert in_table()[command] <= commands()[command]


@pytest.mark.parametrize("command", sorted(commands()))
def test_every_option_stands_in_the_table(command: str) -> None:
    assert commands()[command] - EVERYWHERE == in_table()[command]


@pytest.mark.parametrize("text", [README, CONTRIBUTING], ids=["README", "CONTRIBUTING"])
def test_every_command_that_a_document_names_exists(text: str) -> None:
    for command, options in map(
        called, re.findall(r"(?:`|^ +)(aiguilleur [a-z][^`\n#]*)", text, re.MULTILINE)
    ):
        assert command in commands() or command == "aiguilleur"
        assert options - EVERYWHERE <= commands()[command]


@pytest.mark.parametrize("name", sorted(Settings.model_fields))
def test_every_setting_has_one_line_with_its_default(name: str) -> None:
    written = [value for key, value in example_lines() if key == name.upper()]
    assert len(written) == 1, f"{name.upper()} stands {len(written)} times in .env.example"
    default = default_text(name)
    assert default is None or same(written[0], default)


def test_the_example_names_no_setting_that_does_not_exist() -> None:
    assert {key.lower() for key, _ in example_lines()} <= set(Settings.model_fields)


def test_a_setting_without_line_or_with_another_default_is_found() -> None:
    assert not same("24", str(default_text("telegram_send_rate")))
    assert example_lines("#NO_SUCH=1\n# A_WORD = of prose\n") == [("NO_SUCH", "1")]


def test_the_promise_of_the_readme_is_that_of_the_settings() -> None:
    told = re.findall(r"([\d.]+) %", section("The promise on errors"))
    promised = set(map(float, told))
    names = [name for name in Settings.model_fields if name.endswith("_share")]
    names += [name for name in Settings.model_fields if name.startswith("target_")]
    assert promised == {round(100 * Settings.model_fields[name].default, 3) for name in names}


@pytest.mark.parametrize("title", SECTIONS_OF_FIGURES)
def test_every_figure_is_named_with_the_command_that_prints_it(title: str) -> None:
    assert unnamed_figures(section(title)) == []


def test_a_figure_without_command_is_found() -> None:
    assert unnamed_figures("It is quick: 44 µs.\n\n`aiguilleur train` prints 3 %.") == [
        "It is quick: 44 µs."
    ]


def test_figures_stand_nowhere_else_in_the_readme() -> None:
    """A share, a time or a size that was measured belongs where its command is named."""
    measured = re.compile(r"\d\s?(?:%|ms|µs|MB|kB)(?!\w)")
    rest = README
    for title in SECTIONS_OF_FIGURES:
        rest = rest.replace(section(title), "")
    assert [block for block in blocks(rest) if measured.search(block)] == []


@pytest.mark.parametrize("text", [README, CONTRIBUTING], ids=["README", "CONTRIBUTING"])
def test_every_script_that_a_document_names_exists(text: str) -> None:
    for name in re.findall(r"python -m (tests\.[a-z_.]+[a-z_])", text):
        assert (ROOT / f"{name.replace('.', '/')}.py").is_file(), name


@pytest.mark.parametrize("text", [README, CONTRIBUTING], ids=["README", "CONTRIBUTING"])
def test_every_file_that_a_document_leads_to_exists(text: str) -> None:
    for path in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", text):
        assert (ROOT / path).exists(), path


@pytest.mark.parametrize("text", [README, CONTRIBUTING], ids=["README", "CONTRIBUTING"])
def test_every_path_of_ours_that_a_document_names_exists(text: str) -> None:
    for path in re.findall(r"`((?:bot|classifier|kb|tests)/[A-Za-z0-9_./-]+)`", text):
        assert (ROOT / path).exists(), path


def test_every_script_that_plays_against_the_service_exists() -> None:
    rows = CONTRIBUTING.partition("### What the service withstands")[2].partition("\n### ")[0]
    names = re.findall(
        r"`([a-z_]+)(?: --[^`]*)?`(?=[,` ][^|]*\|[^|]+\|[^|]+\|$)", rows, re.MULTILINE
    )
    assert names
    for name in names:
        assert (ROOT / "tests" / "acceptance" / f"{name}.py").is_file(), name


def test_every_folder_of_the_code_stands_on_the_map() -> None:
    rows = CONTRIBUTING.partition("### The map of the rooms")[2].partition("\n### ")[0]
    drawn = set(re.findall(r"^\| `([a-z/]+)` \|", rows, re.MULTILINE))
    folders = {
        path.parent.relative_to(ROOT).as_posix()
        for name in ("bot", "classifier")
        for path in (ROOT / name).glob("*/__init__.py")
    }
    assert folders <= drawn


def test_every_word_of_the_glossary_is_one_of_the_code() -> None:
    rows = CONTRIBUTING.partition("### Words")[2]
    words = re.findall(r"^\| ([a-z -]+) \| (?!meaning)", rows, re.MULTILINE)
    code = "\n".join(
        path.read_text("utf-8").lower()
        for name in ("bot", "classifier", "kb")
        for path in (ROOT / name).rglob("*.py")
    )
    assert len(words) > 20
    assert [word for word in words if word not in code] == []


def test_the_readme_opens_with_a_small_picture() -> None:
    found = re.search(r"!\[[^\]]+\]\(([^)]+\.png)\)", README[:1200])
    assert found, "no picture in the first lines"
    assert (ROOT / found[1]).stat().st_size < PICTURE_BYTES


def test_what_is_unreleased_has_each_heading_once() -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text("utf-8")
    headings = re.findall(r"^### (.*)$", section("[Unreleased]", changelog), re.MULTILINE)
    assert headings == ["Added", "Changed", "Fixed"]
