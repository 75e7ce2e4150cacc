"""What an operator asks of a model: how few errors, and what each error costs."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from classifier.serving.policy import Policy

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kb.entries import KnowledgeBase


@dataclass(frozen=True, slots=True)
class Terms:
    """Given by whoever runs the service.

    Attributes:
        targets: what the promises on errors must keep, by name.
        policy: what mistakes cost; its thresholds are set by training.
    """

    targets: Mapping[str, float] = field(default_factory=dict)
    policy: Policy = field(default_factory=Policy)


def certified_for(terms: Terms, base: KnowledgeBase) -> dict[str, Any]:
    """What a certificate rests on beside the questions, as JSON types.

    The costs are among it: they say which messages would be declined at all.
    When one of these changes, thresholds are certified anew; nothing is trained.
    """
    contacts = {key: entry.contact for key, entry in base.published.items() if entry.contact}
    desks = {key: entry.desk for key, entry in base.published.items() if entry.desk}
    return {
        "targets": dict(terms.targets),
        "costs": terms.policy.to_dict(),
        "contacts": contacts,
        "desks": desks,
    }
