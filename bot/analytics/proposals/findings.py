"""What a check found, as it is kept and shown."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING, Any

from bot.analytics.proposals.flips import Replay
from bot.analytics.proposals.objections import Objection

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Gate:
    """The new model less the one in service, in points, on the questions that both hold."""

    shared: int
    difference: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Findings:
    """What a check found.

    Attributes:
        quick: whether only the touched machines were fitted anew, and no gate was passed.
        base: fingerprint of the knowledge base that was checked.
        becomes: its fingerprint with the change.
        learning: of what a model learns from it: names the folder of the model.
        model: fingerprint of the model that was made.
        objections: why it is refused; empty when it is not.
        notes: what the editor should know, in French.
        gate: how the model compares; None when it was not asked.
        replay: what would be answered otherwise; None when it was refused before.
        seconds: it took, by the clock; ``training``: of which the training.
        megabytes: the most memory that the check held at once.
    """

    quick: bool
    base: str
    becomes: str = ""
    learning: str = ""
    model: str = ""
    objections: tuple[Objection, ...] = ()
    notes: tuple[str, ...] = ()
    gate: Gate | None = None
    replay: Replay | None = None
    seconds: float = 0.0
    training: float = 0.0
    megabytes: float = 0.0

    @property
    def broken_count(self) -> int:
        """How many replies that people judged right would be right no more."""
        return self.replay.broken if self.replay else 0

    def to_dict(self) -> dict[str, Any]:
        """As JSON types."""
        return asdict(self)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Findings:
        """The inverse of ``to_dict``, after JSON.

        Raises:
            KeyError, TypeError: it is not what ``to_dict`` gives.
        """
        values = {field.name: data[field.name] for field in fields(cls)}
        values["objections"] = tuple(Objection(**each) for each in data["objections"])
        values["notes"] = tuple(data["notes"])
        values["gate"] = Gate(**data["gate"]) if data["gate"] else None
        values["replay"] = Replay.from_dict(data["replay"]) if data["replay"] else None
        return cls(**values)
