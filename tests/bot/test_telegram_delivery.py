"""What is tried again, for how long, and what is given up."""

from __future__ import annotations

import httpx
import pytest
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from bot.telegram.delivery import _Attempt
from bot.telegram.intake import Place
from bot.telegram.render import Part


def _attempt() -> _Attempt:
    return _Attempt(Place(-5, question=3), Part("a", "a"))


def _caused(error: TelegramError, cause: Exception) -> TelegramError:
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    "error",
    [
        TimedOut(),
        _caused(TimedOut(), httpx.ReadTimeout("")),
        BadRequest("Chat not found"),
        Forbidden("Forbidden: bot was blocked by the user"),
        InvalidToken(),
        TelegramError("the answer is not one of the Bot API"),
    ],
)
def test_what_may_have_arrived_or_never_will_is_given_up(error: TelegramError) -> None:
    assert _attempt().pause_after(error) is None


@pytest.mark.parametrize(
    "error",
    [
        NetworkError("httpx.ConnectError: refused"),
        _caused(TimedOut(), httpx.ConnectTimeout("")),
        _caused(TimedOut(), httpx.PoolTimeout("")),
    ],
)
def test_what_never_left_is_tried_twice_more(error: TelegramError) -> None:
    attempt = _attempt()
    pauses = [attempt.pause_after(error) for _ in range(3)]
    assert None not in pauses[:2]
    assert pauses[2] is None


def test_a_flood_is_waited_out_and_the_third_one_is_the_last() -> None:
    attempt = _attempt()
    assert [attempt.pause_after(RetryAfter(9)) for _ in range(3)] == [9.0, 9.0, None]


def test_a_group_that_moved_is_followed_once() -> None:
    attempt = _attempt()
    assert attempt.pause_after(ChatMigrated(-1005)) == 0.0
    assert attempt.place == Place(-1005)
    assert attempt.pause_after(ChatMigrated(-1006)) is None


def test_refused_markup_is_sent_plain_once() -> None:
    attempt, error = _attempt(), BadRequest("Can't parse entities: unsupported start tag")
    assert attempt.pause_after(error) == 0.0
    assert attempt.plain
    assert attempt.pause_after(error) is None
