"""The lists in ``lists/``, which an editor may extend: read at first use, once a process."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Annotated, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

FOLDER = Path(__file__).parent / "lists"
_COMMENT = re.compile(r"#.*")

Model = TypeVar("Model", bound=BaseModel)


class WordListError(Exception):
    """A list cannot be used; the message names the file, the place and what it needs."""


def _compilable(pattern: str) -> str:
    try:
        compiled = re.compile(pattern)
    except re.error as error:
        raise ValueError(f"{pattern!r} is no regular expression: {error}") from None
    if compiled.match("") or compiled.groups:
        raise ValueError(f"{pattern!r} fits everywhere, or has a group that is not (?:...)")
    return pattern


Pattern = Annotated[str, AfterValidator(_compilable)]
Patterns = Annotated[tuple[Pattern, ...], Field(min_length=1)]


class Cue(BaseModel):
    """The words that tell one kind of number.

    Attributes:
        label: what takes its place, without brackets.
        lengths: how many digits such a number has.
        slips: how many it has when somebody mistook.
        shape: a regular expression that its digits fit from their beginning; empty: any.
        words: regular expressions, whatever the case of their letters.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    label: str = Field(pattern=r"^\w+$")
    lengths: Annotated[frozenset[int], Field(min_length=1)]
    slips: frozenset[int] = frozenset()
    shape: str = ""
    words: Patterns


class Cues(BaseModel):
    """The kinds of number; the first whose words fit counts."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    cue: Annotated[tuple[Cue, ...], Field(min_length=1)]


class NameWords(BaseModel):
    """The words around names with capitals, as regular expressions in which case counts.

    Attributes:
        not_after_title: what follows a title and is no name.
        not_after_patient: what follows the word for a patient and is no name.
        not_in_signature: what follows a farewell and is no person.
        fields: the fields of a form that hold a name.
        farewells: what a signature follows.
        name_fields: the fields that hold a name and nothing else: one word is enough.
        announcements: the words in a sentence that a name follows.
        not_announced: what follows these two and is no name.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    not_after_title: Patterns
    not_after_patient: Patterns
    not_in_signature: Patterns
    fields: Patterns
    farewells: Patterns
    name_fields: Patterns
    announcements: Patterns
    not_announced: Patterns


@cache
def first_names() -> frozenset[str]:
    """After one of these, in lower case, the next word is the name."""
    return read_words(FOLDER / "first_names.txt")


@cache
def not_names() -> frozenset[str]:
    """What follows a title in lower case and is nobody's name."""
    return read_words(FOLDER / "not_names.txt")


@cache
def places() -> frozenset[str]:
    """What is named after somebody, and is nobody."""
    return read_words(FOLDER / "places.txt")


@cache
def names_like_verbs() -> frozenset[str]:
    """Names that end as verbs do."""
    return read_words(FOLDER / "names_like_verbs.txt")


@cache
def cues() -> tuple[Cue, ...]:
    """The kinds of number that words tell, the first that fits first."""
    return read_toml(FOLDER / "cues.toml", Cues).cue


@cache
def name_words() -> NameWords:
    """The words around names with capitals."""
    return read_toml(FOLDER / "names.toml", NameWords)


def check_word_lists() -> None:
    """Read every list, so that a bad one is told before a message is kept.

    Raises:
        WordListError: a list cannot be used.
    """
    for load in (first_names, not_names, places, names_like_verbs, cues, name_words):
        load()


def read_words(path: Path) -> frozenset[str]:
    """The words of a text file, parted by spaces; ``#`` begins a comment.

    Raises:
        WordListError: it cannot be read, holds no word, or a word has capitals or odd signs.
    """
    found: set[str] = set()
    for number, line in enumerate(_read_text(path).splitlines(), 1):
        words = _COMMENT.sub("", line).split()
        if wrong := [word for word in words if not _is_plain(word)]:
            raise WordListError(
                f"{path}:{number}: {wrong[0]!r} is no word in lower case; write letters, "
                "hyphens and apostrophes alone"
            )
        found.update(words)
    if not found:
        raise WordListError(f"{path} holds no word; restore it")
    return frozenset(found)


def _is_plain(word: str) -> bool:
    letters = word.replace("-", "").replace("'", "")
    return letters.isalpha() and word == word.lower()


def read_toml(path: Path, kind: type[Model]) -> Model:
    """The lists of a TOML file.

    Raises:
        WordListError: it cannot be read, is not TOML, or lacks something.
    """
    try:
        return kind.model_validate(tomllib.loads(_read_text(path)))
    except tomllib.TOMLDecodeError as error:
        raise WordListError(f"{path} is no TOML: {error}") from None
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise WordListError(f"{path}: {place}: {first['msg']}") from None


def _read_text(path: Path) -> str:
    try:
        return path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise WordListError(f"cannot read {path}: {_reason(error)}; restore it, in UTF-8") from None


def _reason(error: OSError | UnicodeDecodeError) -> str:
    """Without the number of the error, the name of the file said twice, and bytes of it."""
    if isinstance(error, UnicodeDecodeError):
        return f"byte {error.start + 1} is not UTF-8"
    return (error.strerror or type(error).__name__).lower()
