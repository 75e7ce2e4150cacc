"""Whatever comes in, what goes out can be shown."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.conversation import choices
from bot.conversation.command_table import command_names
from bot.conversation.messages import Incoming, Reply
from classifier.decision import Target
from classifier.serving.artifact import Served  # noqa: TC001 - hypothesis reads the annotations
from tests.fakes.small_base import (
    BIKE,
    FARE,
    HELMET,
    OFFICE,
    RIDE,
    WEATHER,
    WORKSHOP,
    ScriptedDecider,
    answering,
    asking,
    declining,
    routing,
)
from tests.fakes.talk import Talk, reply_of, talk
from tests.fakes.themes import themed_base

TEXTS = st.text(st.characters(exclude_categories=()), max_size=300)
"""Lone surrogates and control characters included."""

TARGETS = st.permutations([BIKE, FARE, HELMET, RIDE, WORKSHOP, OFFICE, Target("faq", "balade-03")])
NAMES = st.sampled_from(sorted(command_names()))
NUMBERS = st.integers(0, 4)
KEYS = st.sampled_from([choices.key("produit"), choices.key("produit", "Vélo"), "0" * 12])
CHOICES = st.one_of(
    TEXTS,
    st.builds("{}:{}:{}".format, st.sampled_from("cnyuhpx"), NUMBERS, NUMBERS),
    st.builds("{}:{}:{}".format, st.sampled_from("FVEH"), KEYS, NUMBERS | KEYS),
    st.sampled_from([choices.THEMES, choices.DESKS, choices.FORGET, choices.KEEP, "forget"]),
)


@st.composite
def decisions(draw: st.DrawFn) -> object:
    targets = draw(TARGETS)
    desk = next(target for target in targets if target.kind == "desk")
    entry = next(target for target in targets if target.kind == "faq")
    made = draw(
        st.sampled_from(
            [
                answering(entry, *targets),
                routing(desk, *targets),
                asking(*targets, suggested=draw(st.integers(1, 3))),
                declining(WEATHER, *targets),
                declining(),
            ]
        )
    )
    return replace(made, confidence=draw(st.floats(0, 1)))


def check(reply: Reply) -> None:
    """Empty, or fit to be shown by any channel."""
    if reply == Reply():
        return
    assert reply.text.strip()
    reply.text.encode()
    assert all(paragraph.text.strip() for paragraph in reply.paragraphs)
    for button in reply.buttons:
        assert button.label.strip()
        assert button.url or 1 <= len(button.data.encode()) <= 64
    assert len(reply.private) <= 64


def hear(person: Talk, *heard: Incoming) -> None:
    async def all_of_it() -> None:
        for incoming in heard:
            check(await reply_of(person.conversation, incoming, person.journal))

    asyncio.run(all_of_it())


def somebody(decision: object, *, group: bool = False) -> Talk:
    return talk(ScriptedDecider(decision), themed_base(), group=group)  # type: ignore[arg-type]


@given(decisions(), decisions() | st.none(), TEXTS, st.booleans())
def test_any_text_gets_a_reply_that_can_be_shown(
    first: object, second: object, text: str, group: bool
) -> None:
    both = replace(first, also=second)  # type: ignore[type-var]
    hear(somebody(both), Incoming("test", "1", text=text, group=group))


@given(NAMES, TEXTS, st.sampled_from(["telegram", "web", "inline"]), st.booleans())
def test_any_argument_of_any_command_gets_a_reply(
    name: str, argument: str, channel: str, group: bool
) -> None:
    person = talk(ScriptedDecider(answering(BIKE)), themed_base())
    # Nothing was asked before, so that nothing has to be explained by the scripted decider.
    hear(person, Incoming(channel, "1", text=f"/{name} {argument}", group=group))


@settings(deadline=None)
@given(TEXTS, st.sampled_from(["/pourquoi", "/mesdonnees"]))
def test_any_text_can_be_explained_and_listed(served: Served, text: str, command: str) -> None:
    person = talk(served.triage, served.base)
    heard = (f"x{text}", command)
    hear(person, *(Incoming("test", "1", text=said) for said in heard))


@settings(deadline=None)
@given(decisions(), st.lists(CHOICES, min_size=1, max_size=8), st.booleans())
def test_any_row_of_buttons_gets_replies_and_repeats_change_nothing(
    decision: object, pressed: list[str], group: bool
) -> None:
    person = somebody(decision, group=group)
    hear(person, Incoming("test", "1", text="question", group=group))
    for data in pressed:
        press = Incoming("test", "1", choice=data or "-", group=group)
        hear(person, press)
        clicks = list(person.clicks)
        hear(person, press)
        assert person.clicks == clicks


@given(decisions(), decisions() | st.none(), st.booleans())
def test_every_button_that_is_offered_leads_somewhere(
    first: object, second: object, group: bool
) -> None:
    both = replace(first, also=second)  # type: ignore[type-var]
    person = somebody(both, group=group)

    async def press_all() -> None:
        reply = await person.says("question")
        for button in reply.buttons:
            said = await person.presses(button.data)
            check(said)
            assert "plus valable" not in said.text

    asyncio.run(press_all())


def names_people(reply: Reply) -> bool:
    """Whether an address is shown, or the desks are, one button each."""
    desks = (button.data.startswith(choices.DESK_DATA) for button in reply.buttons)
    return "@velo.example" in reply.text or any(desks)


async def far_from_people(said: str, presses: tuple[str, ...], *, group: bool) -> list[str]:
    """What is seen after some presses from where two more ones do not reach a person."""
    decision = answering(BIKE, FARE, HELMET, RIDE, WORKSHOP)
    seen = []
    for first in ("", *presses):
        person = somebody(decision, group=group)
        reply = await person.says(said)
        reply = await person.presses(first) if first else reply
        after = [await person.presses(button.data) for button in reply.buttons]
        if not any(map(names_people, (reply, *after))):
            seen.append(reply.text)
    return seen


@given(decisions(), st.booleans())
def test_people_are_one_press_away_from_any_reply(decision: object, group: bool) -> None:
    person = somebody(decision, group=group)

    async def look() -> None:
        reply = await person.says("question")
        after = [await person.presses(button.data) for button in reply.buttons]
        assert any(map(names_people, (reply, *after)))

    asyncio.run(look())


@pytest.mark.asyncio
@pytest.mark.parametrize("group", [False, True])
@pytest.mark.parametrize(
    "said",
    [
        # Erasing asks a plain question: yes and no are each one press away from people.
        *(f"/{name}" for name in sorted(command_names() - {"oublier", "forget"})),
        *("", "/zut", "/lexique VAE", "/lexique zut", "/start e-casque", "/start c-mesdonnees"),
    ],
)
async def test_people_are_one_press_away_from_wherever_buttons_lead(said: str, group: bool) -> None:
    places = (choices.facet("produit"), choices.value("produit", "Vélo"), choices.facet("zut"))
    presses = (*places, choices.entry("casque"), choices.KEEP, choices.FORGET, "zut", "y:1:0")
    assert await far_from_people(said, presses, group=group) == []
