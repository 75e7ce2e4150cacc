from __future__ import annotations

from random import Random

from bot.analytics.episodes import build_episodes
from tests.bot.analytics.stories import DAY, MINUTE, Story


def test_messages_within_half_an_hour_are_one_episode() -> None:
    story = Story().asks("answer", "a").later(29 * MINUTE).asks("answer", "b")
    (episode,) = story.episodes()
    assert (episode.first_turn, episode.turns, episode.entry) == (1, 2, "b")
    assert episode.last_at - episode.started_at == 30 * MINUTE


def test_silence_of_more_than_half_an_hour_begins_another() -> None:
    story = Story().asks("answer", "a").later(30 * MINUTE).asks("answer", "b")
    assert [episode.first_turn for episode in story.episodes()] == [1, 2]


def test_in_a_group_each_message_is_one_and_nobody_comes_back() -> None:
    story = Story(grouped=True).asks("answer", "a").asks("answer", "a")
    assert [(e.turns, e.back_at) for e in story.episodes()] == [(1, None), (1, None)]


def test_chats_are_told_apart() -> None:
    one, two = Story("one").asks("answer", "a"), Story("two").asks("answer", "b")
    other = two.turns[0]._replace(id=2)
    found = build_episodes([*one.turns, other])
    assert [(episode.chat, episode.entry) for episode in found] == [("one", "a"), ("two", "b")]


def test_what_leads_to_nobody_makes_no_episode() -> None:
    assert Story("").asks("answer", "a").episodes() == []


def test_the_decision_is_the_last_that_was_no_decline() -> None:
    (episode,) = Story().asks("decline").asks("route", "ecps").asks("decline").episodes()
    assert (episode.action, episode.desk, episode.turns) == ("route", "ecps", 3)


def test_a_choice_is_what_was_shown_at_last() -> None:
    (episode,) = Story().asks("clarify", "a").says("choice", about="entry:b").episodes()
    assert (episode.action, episode.entry, episode.shown, episode.top) == (
        *("clarify", "b", "answer"),
        "entry:a",
    )


def test_the_last_judgement_of_each_kind_is_kept() -> None:
    story = Story().asks("answer", "a").says("useful", "no").says("useful", "yes").says("human")
    (episode,) = story.episodes()
    assert episode.no_at
    assert episode.yes_at
    assert episode.human_at
    assert episode.no_at < episode.yes_at < episode.human_at
    assert episode.none_at is None


def test_a_ticket_belongs_to_the_episode_before_it() -> None:
    story = Story().asks("unanswered").later(DAY).asks("answer", "a").later(DAY).opens_ticket()
    assert [episode.ticket_id for episode in story.episodes()] == [None, 1]


def test_who_comes_back_for_the_same_is_noted_with_the_moment() -> None:
    story = (
        Story().asks("answer", "a").later(DAY).asks("answer", "b").later(DAY).asks("answer", "a")
    )
    first, second, third = story.episodes()
    assert (first.back_at, second.back_at) == (third.started_at, None)


def test_the_order_of_the_rows_changes_nothing() -> None:
    story = Story().asks("clarify", "a").says("none").later(DAY).asks("answer", "a")
    story.says("useful", "no").opens_ticket().later(8 * DAY).asks("answer", "a")
    before = story.episodes()
    for rows in (story.turns, story.said, story.tickets):
        Random(1).shuffle(rows)  # type: ignore[arg-type]
    assert story.episodes() == before
