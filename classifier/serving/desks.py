"""Which desk takes over after which target, and which entries are but a desk's contact."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from classifier.decision import Target
    from kb.entries import KnowledgeBase

NOBODY = -1


class Desks(NamedTuple):
    """The D desks among C targets.

    Attributes:
        columns: D indexes of the desks among the targets.
        owners: C indexes into ``columns``: whose each target is; ``NOBODY`` where no desk is.
        contacts: (entry, desk) indexes of targets that are one reply: the entry says nothing
            but how to reach the desk.
    """

    columns: tuple[int, ...]
    owners: tuple[int, ...]
    contacts: tuple[tuple[int, int], ...] = ()

    @classmethod
    def of(cls, targets: Sequence[Target], base: KnowledgeBase | None = None) -> Desks:
        """The desks of ``targets``; without a ``base``, no entry has one."""
        columns = [n for n, target in enumerate(targets) if target.kind == "desk"]
        number = {targets[column].id: n for n, column in enumerate(columns)}
        entries = base.entries if base else {}
        owners, contacts = [], []
        for n, target in enumerate(targets):
            entry = entries.get(target.id) if target.kind == "faq" else None
            contact = entry.contact if entry else None
            desk = target.id if target.kind == "desk" else contact or (entry and entry.desk)
            owners.append(number.get(desk, NOBODY) if desk else NOBODY)
            if contact in number:
                contacts.append((n, columns[number[contact]]))
        return cls(tuple(columns), tuple(owners), tuple(contacts))

    def members(self) -> NDArray[np.float64]:
        """(C, D) 1 where a target belongs to a desk."""
        owners, numbers = np.array(self.owners)[:, None], np.arange(len(self.columns))
        return np.where(owners == numbers, 1.0, 0.0)

    def shares(self, masses: Sequence[float], first: int) -> NDArray[np.float64]:
        """(D,) the share of each desk in ``masses``, to which the first target adds one."""
        found = np.array(masses)
        if self.owners[first] != NOBODY:
            found[self.owners[first]] += 1.0
        total = float(found.sum())
        return found / total if total > 0 else found

    def merge(self, labels: NDArray[np.intp]) -> NDArray[np.intp]:
        """``labels`` with each contact entry's replaced by its desk's."""
        merged = labels.copy()
        for entry, desk in self.contacts:
            merged[labels == entry] = desk
        return merged
