"""A choice that is typed instead of pressed: "1", "la deuxième", "aucune", "oui"."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal, TypeAlias

from bot.conversation.choices import Choice
from kb.folding import fold

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.conversation.turns import PastTurn

Typed: TypeAlias = Literal["yes", "no", "none"] | int
"""What was typed; a number counts what was offered from 0, -1 is the last."""

MAX_TYPED = 40
"""A longer message is a question of its own."""

_LEAD = r"(?:(?:plutot|alors|euh|je prends|je choisis|the) )?(?:(?:la|le|l|the|reponse|choix) )*"
_NUMBERED = re.compile(
    rf"{_LEAD}(?:n|no|numero|number)? ?([1-9])(?:e|er|ere|eme|st|nd|rd|th)?(?: one)?"
)
_ORDINALS: Mapping[str, int] = {
    **dict.fromkeys(("premier", "premiere", "first"), 0),
    **dict.fromkeys(("deuxieme", "second", "seconde"), 1),
    **dict.fromkeys(("troisieme", "third"), 2),
    **dict.fromkeys(("dernier", "derniere", "last"), -1),
}
_ORDINAL = re.compile(rf"{_LEAD}({'|'.join(_ORDINALS)})(?: one| reponse| proposition| choix)?")
_SAID: Mapping[str, Typed] = {
    **dict.fromkeys(("oui", "oui merci", "ouais", "yes", "yep", "ok oui", "oui c est ca"), "yes"),
    **dict.fromkeys(("non", "non merci", "nan", "nope", "no", "pas vraiment", "pas du tout"), "no"),
    **dict.fromkeys(
        (
            *("aucun", "aucune", "none", "aucune des deux", "aucun des deux", "aucune des trois"),
            *("aucune de ces propositions", "ni l un ni l autre", "ni l une ni l autre"),
            *("rien de tout ca", "rien de tout cela", "none of these", "none of them"),
        ),
        "none",
    ),
}


def read_typed_choice(text: str) -> Typed | None:
    """What a message chooses, if it is nothing but a choice."""
    if len(text) > MAX_TYPED:
        return None
    said = " ".join(re.findall(r"[a-z0-9]+", fold(text)))
    if said in _SAID:
        return _SAID[said]
    if found := _NUMBERED.fullmatch(said):
        return int(found[1]) - 1
    if found := _ORDINAL.fullmatch(said):
        return _ORDINALS[found[1]]
    return None


def press(typed: Typed, past: PastTurn) -> Choice | None:
    """The button of ``past`` that says the same; None when it had no such button."""
    if isinstance(typed, int):
        chosen = past.offered[typed : typed + 1 or None]
        return Choice("candidate", past.id, chosen[0]) if chosen else None
    if past.offered and not past.displayed:
        if typed == "yes":
            only = len(past.offered) == 1
            return Choice("candidate", past.id, past.offered[0]) if only else None
        return Choice("none", past.id, 0)
    shown = past.last_displayed
    if typed == "none" or shown not in past.candidates:
        return None
    return Choice(typed, past.id, past.candidates.index(shown))
