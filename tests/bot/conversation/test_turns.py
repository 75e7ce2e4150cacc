"""What was said of a turn, and what it showed, mean one thing wherever they are read."""

from __future__ import annotations

from typing import get_args

import pytest

from bot.conversation import replies
from bot.conversation.messages import Incoming
from bot.conversation.turns import (
    CONTACTS,
    NOTICE,
    Feedback,
    PastTurn,
    Shown,
    count_misses,
    name_target,
    parse_target,
    shown_by,
)
from classifier.decision import Action, Decision, Target
from classifier.serving.artifact import Served  # noqa: TC001 - a fixture's type
from tests.fakes.small_base import (
    BIKE,
    FARE,
    WEATHER,
    WORKSHOP,
    answering,
    asking,
    declining,
    routing,
)
from tests.fakes.talk import plain, reply_of, talk


@pytest.mark.parametrize(
    ("target", "name"),
    [
        (BIKE, "entry:velo-casse"),
        (WORKSHOP, "desk:atelier"),
        (WEATHER, "family:meteo"),
        (Target("faq", "desk:x"), "entry:desk:x"),
        (None, None),
    ],
)
def test_a_target_has_a_name_that_leads_back_to_it(target: Target | None, name: str | None) -> None:
    assert name_target(target) == name
    assert parse_target(name) == target


@pytest.mark.parametrize("name", ["", "faq:velo", "velo", "entry"])
def test_what_is_no_name_of_a_target_is_none(name: str) -> None:
    assert parse_target(name) is None


@pytest.mark.parametrize(
    ("decision", "shown", "target"),
    [
        (answering(BIKE, FARE), Shown("answer", ("velo-casse",)), BIKE),
        (routing(WORKSHOP, FARE), Shown("desks", (), ("atelier",)), WORKSHOP),
        (
            asking(BIKE, WORKSHOP, FARE),
            Shown("suggestions", ("velo-casse", "tarif"), ("atelier",)),
            None,
        ),
        (declining(WEATHER), Shown("decline", family="meteo"), WEATHER),
        (declining(None), Shown("decline"), None),
        (None, NOTICE, None),
    ],
)
def test_what_is_shown_follows_from_what_is_decided(
    decision: Decision | None, shown: Shown, target: Target | None
) -> None:
    assert shown_by(decision) == shown
    assert shown.target == target
    assert Shown.from_dict(shown.to_dict()) == shown


@pytest.mark.parametrize("action", get_args(Action))
def test_every_action_shows_something(action: Action) -> None:
    assert shown_by(Decision(action, None, (), (), 0.9, "m")).kind != "unknown"


def test_what_a_newer_version_added_is_passed_over() -> None:
    assert Shown.from_dict({"kind": "contacts", "estimated": True}) == CONTACTS


def test_what_was_shown_last_is_the_last_choice() -> None:
    said = (Feedback("choice", FARE), Feedback("useful", FARE, "no"))
    assert PastTurn(1, (), BIKE, said).displayed == (BIKE, FARE)
    assert PastTurn(1, (), BIKE, said).last_displayed == FARE
    assert PastTurn(1, (), BIKE).last_displayed == BIKE
    assert PastTurn(1, (), None).last_displayed is None


def test_misses_end_where_something_helped_or_a_person_will() -> None:
    no, none = Feedback("useful", BIKE, "no"), Feedback("none")
    assert count_misses([no, Feedback("choice", FARE), none]) == 2
    for end in (Feedback("useful", BIKE, "yes"), Feedback("human")):
        assert count_misses([no, end, none]) == 1
    assert count_misses([]) == 0


@pytest.mark.asyncio
async def test_a_wish_for_a_person_shows_contacts_and_no_answer() -> None:
    person = talk()
    await person.says("je veux parler à un humain")
    (turn,) = person.journal.turns
    assert (turn.action, turn.shown) == ("answer", CONTACTS)
    assert person.clicks == [("human", None, "")]


@pytest.mark.asyncio
@pytest.mark.parametrize(("group", "kept"), [(False, ["photo"]), (True, [])])
async def test_what_has_no_words_is_answered_and_in_private_a_turn(
    group: bool,
    kept: list[str],
) -> None:
    person = talk(group=group)
    sent = Incoming("test", "1", kind="photo", group=group)
    reply = await reply_of(person.conversation, sent, person.journal)
    assert reply == replies.text_only()
    assert [turn.kind for turn in person.journal.turns] == kept
    assert all(turn.shown == NOTICE and turn.action is None for turn in person.journal.turns)


@pytest.mark.asyncio
async def test_a_photo_is_listed_as_such_and_passed_over_by_why(served: Served) -> None:
    person = talk(served.triage, served.base)
    await person.says("mot de passe perdu")
    before = await person.says("/pourquoi")
    await reply_of(person.conversation, Incoming("test", "1", kind="voice"), person.journal)
    assert await person.says("/pourquoi") == before
    said = plain((await person.says("/mesdonnees")).text)
    assert "2 messages, depuis le" in said
    assert "(message vocal : contenu non conservé)" in said


@pytest.mark.asyncio
async def test_my_data_counts_what_is_kept_besides_the_messages() -> None:
    person = talk()
    await person.says("mon vélo")
    assert "À quoi s’ajoutent" not in (await person.says("/mesdonnees")).text
    await person.says("mon vélo")
    await person.presses("u:2:0")
    await person.presses("h:2:0")
    said = plain((await person.says("/mesdonnees")).text)
    assert "À quoi s’ajoutent : 2 clics ou demandes." in said
