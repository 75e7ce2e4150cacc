"""Problems of a content folder, told to its editor in French."""

from __future__ import annotations

from dataclasses import dataclass

from kb.signs import show_name, show_unseen


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing to mend: where it stands and what to do."""

    file: str
    line: int
    key: str
    message: str
    blocking: bool = True

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        level = "erreur" if self.blocking else "à revoir"
        key = f" [{show_name(self.key)}]" if self.key else ""
        return f"{place} : {level}{key} : {show_unseen(self.message)}"


def reason_of(error: OSError | UnicodeDecodeError) -> str:
    """Why a file cannot be read, in English and without the number of the error."""
    if isinstance(error, UnicodeDecodeError):
        return "it is not UTF-8"
    return (error.strerror or type(error).__name__).lower()


class KbError(Exception):
    """Every error of ``kb``'s own is one of these."""


class ContentError(KbError):
    """The folder cannot be served; ``problems`` holds everything found at once."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems
