from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.conversation import choices, replies
from bot.conversation.choices import Choice, Visit
from kb.entries import About, FaqEntry, KnowledgeBase

TURNS = st.integers(1, 2**63 - 1)
PLACES = st.integers(0, 999)


@given(TURNS, PLACES)
def test_every_button_comes_back_as_what_it_says(turn: int, index: int) -> None:
    assert choices.parse(choices.candidate(turn, index)) == Choice("candidate", turn, index)
    assert choices.parse(choices.none(turn)) == Choice("none", turn, 0)
    assert choices.parse(choices.useful(turn, index, helped=True)) == Choice("yes", turn, index)
    assert choices.parse(choices.useful(turn, index, helped=False)) == Choice("no", turn, index)
    assert choices.parse(choices.human(turn, index)) == Choice("human", turn, index)
    assert choices.parse(choices.people(turn)) == Choice("people", turn, 0)


@given(st.text(), st.text(), st.integers(0, 9999))
def test_every_place_comes_back_by_the_hash_of_its_name(name: str, value: str, page: int) -> None:
    key = choices.key(name, value)
    visited = {
        choices.facet(name, page): Visit("facet", choices.key(name), page),
        choices.value(name, value, page): Visit("value", key, page),
        choices.entry(name): Visit("entry", choices.key(name)),
        choices.entry(name, key): Visit("entry", choices.key(name), origin=key),
        choices.entry_help(name): Visit("help", choices.key(name)),
    }
    for data, place in visited.items():
        assert choices.parse_visit(data) == place
        assert choices.parse(data) is None
        assert len(data.encode()) <= 64


@pytest.mark.parametrize(
    "data",
    ["", "E", "E:", "E:0123", "X:0123456789ab", "E:0123456789AB", "F:0123456789ab:-1", "c:1:0"],
)
def test_malformed_places_are_none(data: str) -> None:
    assert choices.parse_visit(data) is None


def test_a_facet_and_a_value_of_the_same_name_are_two_places() -> None:
    assert choices.key("a", "b") != choices.key("ab")
    assert choices.key("a") != choices.key("a", "a")


@given(TURNS, st.lists(st.tuples(PLACES, st.text(min_size=1)), max_size=3))
def test_no_button_carries_more_than_telegram_takes(
    turn: int, offered: list[tuple[int, str]]
) -> None:
    entry = FaqEntry("une-fiche-au-nom-tres-long" * 9, "Titre", (), "Réponse")
    answer = replies.was_it_useful(
        replies.answer(entry, KnowledgeBase(About("P", "V"), {}, {}, {})), turn, 999
    )
    buttons = (*answer.buttons, *replies.suggestions(turn, offered).buttons)
    assert len(buttons) == len(offered) + 5
    assert all(1 <= len(button.data.encode()) <= 64 for button in buttons)


@given(st.one_of(st.text(), st.from_regex(r"[a-z]?:?\d{0,20}:-?\d{0,4}[ \n]?", fullmatch=True)))
@example("c:1:0")
@example("u:7:999")
def test_any_data_is_a_choice_only_in_the_form_that_buttons_have(data: str) -> None:
    letter, _, rest = data.partition(":")
    turn, _, index = rest.partition(":")
    numbers = [each.isascii() and each.isdigit() for each in (turn, index)]
    ours = letter in set("cnyuhp") and all(numbers) and len(turn) < 20 and len(index) < 4
    found = choices.parse(data)
    assert (found is not None) == ours
    assert found is None or (found.turn, found.candidate) == (int(turn), int(index))


@pytest.mark.parametrize(
    "data", ["", ":", "c:1", "c:1:0 ", "c:1:0\n", "c:١:0", "c:+1:0", "c:1:1000", f"c:{10**19}:0"]
)
def test_malformed_data_is_no_choice(data: str) -> None:
    assert choices.parse(data) is None


def test_the_buttons_of_a_reply_are_all_different() -> None:
    offered = [(0, "un"), (4, "cinq"), (9, "dix")]
    reply = replies.suggestions(7, offered)
    assert len({button.data for button in reply.buttons}) == 5
