"""Session tokens, event numbers and rates: what holds for each kept conversation."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.web.rates import MAX_KNOWN, Rate, client_of
from bot.channels.web.sessions import Sessions, event_id


class Clock:
    """Seconds that pass when told."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_a_session_is_recognised_by_who_has_the_key() -> None:
    token = Sessions(b"key").open()
    assert Sessions(b"key").chat(token) == token.partition(".")[0]
    assert Sessions(b"another").chat(token) is None


def test_sessions_are_long_and_never_the_same() -> None:
    tokens = {Sessions(b"key").open() for _ in range(1000)}
    assert len({token.partition(".")[0] for token in tokens}) == 1000
    assert all(len(token.partition(".")[0]) >= 24 for token in tokens)


@given(st.text())
def test_no_other_text_is_a_session(text: str) -> None:
    assert Sessions(b"key").chat(text) is None


def test_a_changed_session_is_none() -> None:
    sessions = Sessions(b"key")
    token = sessions.open()
    for place in range(len(token)):
        changed = token[:place] + ("x" if token[place] != "x" else "y") + token[place + 1 :]
        assert sessions.chat(changed) is None


def test_an_empty_key_is_refused() -> None:
    with pytest.raises(ValueError, match="session key is empty"):
        Sessions(b"")


@given(st.text(), st.text())
def test_an_event_has_one_number_that_a_database_can_keep(chat: str, message: str) -> None:
    chat, message = (text.encode("utf-8", "ignore").decode() for text in (chat, message))
    assert event_id(chat, message) == event_id(chat, message)
    assert 0 <= event_id(chat, message) < 2**63


def test_a_rate_allows_so_many_at_once_and_then_evenly() -> None:
    clock = Clock()
    rate = Rate(6, clock)
    assert [rate.wait("a") for _ in range(6)] == [0.0] * 6
    assert rate.wait("a") == pytest.approx(10)
    assert rate.wait("b") == 0
    clock.now += 10
    assert rate.wait("a") == 0
    assert rate.wait("a") == pytest.approx(10)
    clock.now += 60
    assert [rate.wait("a") for _ in range(6)] == [0.0] * 6
    assert rate.wait("a") > 0


def test_refusals_do_not_lengthen_the_wait() -> None:
    clock = Clock()
    rate = Rate(1, clock)
    rate.wait("a")
    waits = [rate.wait("a") for _ in range(100)]
    assert waits == [pytest.approx(60)] * 100


def test_a_rate_forgets_who_was_quiet_longest() -> None:
    rate = Rate(1, Clock())
    for number in range(MAX_KNOWN + 10):
        rate.wait(str(number))
    assert len(rate._until) == MAX_KNOWN
    assert rate.wait(str(MAX_KNOWN)) > 0


@pytest.mark.parametrize(
    ("peer", "forwarded", "client"),
    [
        ("203.0.113.7", [], "203.0.113.7"),
        ("203.0.113.7", ["10.0.0.1"], "203.0.113.7"),
        ("127.0.0.1", [], "127.0.0.1"),
        ("127.0.0.1", ["198.51.100.1"], "198.51.100.1"),
        ("127.0.0.1", ["forged, 198.51.100.1"], "198.51.100.1"),
        ("127.0.0.1", ["forged", "a, 198.51.100.1"], "198.51.100.1"),
        ("::1", ["2001:db8:1:2:3:4:5:6"], "2001:db8:1:2::/64"),
        ("2001:db8:1:2::9", [], "2001:db8:1:2::/64"),
        ("127.0.0.1", ["x" * 500], "x" * 64),
    ],
)
def test_who_asks_is_the_address_that_cannot_be_forged(
    peer: str, forwarded: list[str], client: str
) -> None:
    headers = [(b"x-forwarded-for", value.encode()) for value in forwarded]
    assert client_of({"client": (peer, 1), "headers": headers}) == client


def test_an_unknown_client_is_one_client() -> None:
    assert client_of({"client": None, "headers": []}) == "unknown"
