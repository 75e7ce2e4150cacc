"""The keys that a content file may hold, checked by pydantic, said in French."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
)
from pydantic_core import PydanticCustomError

from kb.entries import MANNERS, HolidayCalendar, Relay, Signature
from kb.frontmatter import NotText
from kb.opening import parse_duration, parse_hours, parse_period, parse_steps
from kb.signs import is_blank
from kb.walk import CHOICES

if TYPE_CHECKING:
    from collections.abc import Callable


def _visible(text: str) -> str:
    if is_blank(text):
        raise PydanticCustomError("string_too_short", "nothing to be seen")
    return text


Text = Annotated[
    str, StringConstraints(strip_whitespace=True, strict=True), AfterValidator(_visible)
]
Texts = Annotated[tuple[Text, ...], BeforeValidator(lambda v: (v,) if isinstance(v, str) else v)]
Manner = Literal[MANNERS]  # type: ignore[valid-type]
Facet = Literal["offre", "couloir", "dispositif", "produit", "thematique"]
Email = Annotated[str, StringConstraints(pattern=r"^[\w.+-]+@[\w-]+(\.[\w-]+)+$", strict=True)]

_PAGE = re.compile(r"https?://[^\s<>]+\.[^\s<>]+")
_MONTH = re.compile(r"\d{4}(-(0[1-9]|1[0-2]))?")


def is_page(text: str) -> bool:
    """Whether ``text`` is the whole address of a page."""
    return bool(_PAGE.fullmatch(text))


def is_month(text: str) -> bool:
    """Whether ``text`` is a year (``2025``) or a month (``2025-03``)."""
    return bool(_MONTH.fullmatch(text))


def _page(text: str) -> str:
    if not is_page(text):
        raise PydanticCustomError("page", "not the address of a page")
    return text


def _month(value: object) -> str:
    text = value.written if isinstance(value, NotText) else value
    if not isinstance(text, str) or not is_month(text.strip()):
        raise PydanticCustomError("month", "neither a year nor a month")
    return text.strip()


def _flag(value: object) -> bool:
    truth = value.truth if isinstance(value, NotText) else None
    if truth is None:
        raise PydanticCustomError("flag", "neither true nor false")
    return truth


def _day(value: object) -> object:
    """A date without quotation marks is read as no text."""
    return value.written if isinstance(value, NotText) else value


Page = Annotated[Text, AfterValidator(_page)]
Pages = Annotated[tuple[Page, ...], BeforeValidator(lambda v: (v,) if isinstance(v, str) else v)]
Month = Annotated[str, BeforeValidator(_month)]
Flag = Annotated[bool, BeforeValidator(_flag)]
Day = Annotated[Text, BeforeValidator(_day)]


def _check(parse: Callable[[Any], object]) -> AfterValidator:
    """Refuse what ``parse`` cannot read, in its own words, and keep what is written."""

    def check(value: Any) -> Any:  # noqa: ANN401 - whatever is written
        try:
            parse(value)
        except ValueError as error:
            raise PydanticCustomError("opening", "{said}", {"said": str(error)}) from None
        return value

    return AfterValidator(check)


Hours = Annotated[dict[Text, Text], _check(parse_hours)]
Working = Annotated[Text, _check(parse_duration)]
Steps = Annotated[
    tuple[Text, ...],
    BeforeValidator(lambda v: (v,) if isinstance(v, str) else v),
    _check(parse_steps),
]
ClosedDays = Annotated[
    tuple[Annotated[Day, _check(parse_period)], ...],
    BeforeValidator(lambda v: v if isinstance(v, list | tuple) else (v,)),
]

Choices = Annotated[tuple[Text, ...], Field(max_length=CHOICES)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class WaiverFile(_Strict):
    """A fact that the audit leaves alone, with the editor's reason."""

    fact: Text
    reason: Text


class FaqFile(_Strict):
    """Front matter of ``faq/<theme>/<slug>.md``."""

    title: Text
    sources: tuple[Text, ...] = ()  # which entries may do without is checked by kb.references
    desk: Text | None = None
    contact: Text | None = None
    themes: dict[Facet, Texts] = {}
    questions: dict[Manner, tuple[Text, ...]] | tuple[Text, ...] = ()
    status: Literal["published", "withheld", "draft"] = "published"
    reason: Text | None = None
    waivers: tuple[WaiverFile, ...] = ()
    url: Pages = ()
    dated: Month = ""
    wave: Literal["vague 1", "vague 2", "both"] | None = None
    formerly: tuple[Text, ...] = ()
    origin: Literal["guichet", "éditeur"] | None = None


class DeskFile(_Strict):
    """Front matter of ``desks/<desk>.md``."""

    name: Text
    email: Email
    phone: Text | None = None
    takes: Text
    questions: dict[Manner, tuple[Text, ...]] | tuple[Text, ...]
    hours: Hours = {}
    holidays: HolidayCalendar | None = None
    closed: ClosedDays = ()
    reply_within: Working | None = None
    remind_after: Steps = ()
    close_after: Working | None = None
    relay: Relay = "reply"
    signature: Signature = "desk"


class OutsideFile(_Strict):
    """Front matter of ``outside/<family>.md``."""

    title: Text
    questions: dict[Manner, tuple[Text, ...]] | tuple[Text, ...]
    courtesy: Flag = False
    closing: Flag = False


class TermFile(_Strict):
    """One ``[[term]]`` of ``lexicon.toml``."""

    short: Text
    long: str = ""
    synonyms: tuple[Text, ...] = ()
    definition: str = ""
    entries: tuple[Text, ...] = ()


class LexiconFile(_Strict):
    """The whole of ``lexicon.toml``."""

    term: tuple[TermFile, ...] = ()


class DomainFile(_Strict):
    """One ``[[domain]]`` of ``themes.toml``: values of any facet."""

    name: Text
    offre: Choices = ()
    couloir: Choices = ()
    dispositif: Choices = ()
    produit: Choices = ()
    thematique: Choices = ()


class ThemesFile(_Strict):
    """The whole of ``themes.toml``."""

    domain: Annotated[tuple[DomainFile, ...], Field(max_length=CHOICES)] = ()
    labels: dict[Text, Text] = Field(default_factory=dict)


class AboutFile(_Strict):
    """The whole of ``about.toml``."""

    name: Text
    serves: Text
    source_label: str = ""
    source_url: str = ""
    emergency: str = ""
