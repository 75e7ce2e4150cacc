"""One check that is to be done, as it is handed to the process that does it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from bot.analytics.proposals.changes import Changes


@dataclass(frozen=True, slots=True)
class Work:
    """One check.

    Attributes:
        changes: what is proposed.
        place: the folder of the proposal.
        quick: whether a rehearsal will do.
    """

    changes: Changes
    place: Path
    quick: bool

    def to_json(self) -> str:
        """As one line of JSON."""
        data = {"changes": self.changes.to_dict(), "place": str(self.place), "quick": self.quick}
        return json.dumps(data)

    @classmethod
    def from_json(cls, line: str) -> Work:
        """The inverse of ``to_json``.

        Raises:
            ValueError, KeyError, ChangeError: it is not what ``to_json`` gives.
        """
        data = json.loads(line)
        return cls(Changes.from_dict(data["changes"]), Path(data["place"]), bool(data["quick"]))
