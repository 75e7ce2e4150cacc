"""What follows from each refusal: tried again, left alone, followed or given up."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

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

from bot.channels.telegram.sending.outgoing import Outgoing
from bot.channels.telegram.sending.refusals import (
    Again,
    Doubt,
    Drop,
    Park,
    Sent,
    Stop,
    Uncertain,
    Verdict,
    verdict,
)

MESSAGE = Outgoing(-5, "<b>a</b>", "a", thread=2, question=3)


def after(error: TelegramError, attempts: int = 1, hours: int = 0, **more: object) -> Verdict:
    message = Outgoing.from_dict({**MESSAGE.to_dict(), **more})
    return verdict(error, message, attempts, datetime.now(UTC) - timedelta(hours=hours))


def caused(error: TelegramError, cause: Exception) -> TelegramError:
    error.__cause__ = cause
    return error


@pytest.mark.parametrize("error", [TimedOut(), caused(TimedOut(), httpx.ReadTimeout(""))])
def test_what_may_have_arrived_is_sent_once_more_and_then_taken_for_sent(
    error: TelegramError,
) -> None:
    found = after(error)
    assert isinstance(found, Doubt)
    assert found.changed
    assert found.changed.doubted
    assert after(error, doubted=True) == Uncertain()


def test_an_edit_in_doubt_is_made_until_it_is_known_to_be_there() -> None:
    assert isinstance(after(TimedOut(), edits=7), Doubt)
    assert type(after(TimedOut(), edits=7, doubted=True)) is Again


@pytest.mark.parametrize(
    "error",
    [
        NetworkError("httpx.ConnectError: refused"),
        NetworkError("Bad Gateway"),
        TelegramError("the answer is not one of the Bot API"),
        caused(TimedOut(), httpx.ConnectTimeout("")),
        caused(TimedOut(), httpx.PoolTimeout("")),
    ],
)
def test_what_never_arrived_is_tried_for_a_day_with_longer_and_longer_waits(
    error: TelegramError,
) -> None:
    waits = [after(error, attempts) for attempts in range(1, 9)]
    assert [w.seconds for w in waits if isinstance(w, Again)] == [0.5, 1, 2, 4, 8, 16, 20, 20]
    assert isinstance(after(error, 500, hours=23), Again)
    assert isinstance(after(error, 500, hours=25), Drop)


def test_a_flooded_chat_is_parked_for_as_long_as_telegram_says() -> None:
    assert after(RetryAfter(3600), attempts=900) == Park(3600.0)


def test_a_group_that_moved_is_followed() -> None:
    found = after(ChatMigrated(-1005))
    assert isinstance(found, Again)
    assert (found.moved_to, found.changed) == (
        -1005,
        Outgoing(-1005, "<b>a</b>", "a", thread=2, question=None),
    )


def test_refused_markup_is_sent_plain_once() -> None:
    error = BadRequest("Can't parse entities: unsupported start tag at byte offset 3")
    found = after(error)
    assert isinstance(found, Again)
    assert found.changed
    assert found.changed.as_plain
    assert after(error, as_plain=True) == Drop("Can't parse entities")


@pytest.mark.parametrize(
    ("said", "more", "left"),
    [
        ("Message thread not found", {}, "thread"),
        ("message to edit not found", {"edits": 7}, "edits"),
        ("message can't be edited", {"edits": 7}, "edits"),
    ],
)
def test_what_has_vanished_is_done_without(said: str, more: dict[str, int], left: str) -> None:
    found = after(BadRequest(said), **more)
    assert isinstance(found, Again)
    assert getattr(found.changed, left) is None


def test_an_edit_that_changes_nothing_is_done() -> None:
    assert after(BadRequest("Message is not modified: same content"), edits=7) == Sent()


def test_who_blocked_us_is_left_alone() -> None:
    found = after(Forbidden("Forbidden: bot was blocked by the user"))
    assert found == Drop("bot was blocked by the user", gone=True)
    assert after(BadRequest("Chat not found"), thread=None) == Drop("Chat not found")


def test_a_refused_token_ends_it_all() -> None:
    assert after(InvalidToken()) == Stop()


def test_a_reason_quotes_nothing_of_the_message() -> None:
    error = BadRequest(
        "Can't parse entities: mon secret",
    )
    assert after(error, as_plain=True) == Drop("Can't parse entities")
