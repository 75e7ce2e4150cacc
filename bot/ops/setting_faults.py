"""What is wrong with the value of a setting, in our own words: the value itself is never said."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pydantic_core import ErrorDetails

_OWN = "Value error, "
_NUMBER = "it is not a number; write one with digits and a point, such as 0.5"
_WHOLE = "it is not a whole number; write digits alone, such as 30"

_SAID: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "literal_error": lambda given: f"it has no such value; write {given['expected']}",
    "float_type": lambda _: _NUMBER,
    "float_parsing": lambda _: _NUMBER,
    "finite_number": lambda _: _NUMBER,
    "int_type": lambda _: _WHOLE,
    "int_parsing": lambda _: _WHOLE,
    "int_parsing_size": lambda _: _WHOLE,
    "int_from_float": lambda _: _WHOLE,
    "greater_than": lambda given: f"it is too small; write a number above {given['gt']:g}",
    "greater_than_equal": lambda given: f"it is too small; write at least {given['ge']:g}",
    "less_than": lambda given: f"it is too large; write a number below {given['lt']:g}",
    "less_than_equal": lambda given: f"it is too large; write at most {given['le']:g}",
}


def describe_fault(fault: ErrorDetails) -> str:
    """Why a value is refused and what to write instead, in a line without the setting's name.

    Args:
        fault: as the validation found it, with its context.
    """
    if fault["type"] == "value_error":
        return fault["msg"].removeprefix(_OWN)
    say = _SAID.get(fault["type"])
    return say(fault.get("ctx", {})) if say else "it is written in no form that is known"
