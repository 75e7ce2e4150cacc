"""Session tokens, event numbers and who asks: what holds for each kept conversation."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.web.client import Clients
from bot.channels.web.sessions import Sessions, event_id


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
        ("10.88.0.1", ["198.51.100.1"], "198.51.100.1"),
        ("::ffff:10.88.0.1", ["198.51.100.1"], "198.51.100.1"),
        ("10.88.0.1", ["forged, 198.51.100.1, 10.88.0.1"], "198.51.100.1"),
        ("10.88.0.1", ["10.88.0.9"], "10.88.0.1"),
        ("::ffff:203.0.113.7", [], "203.0.113.7"),
        ("127.0.0.1", ["::ffff:198.51.100.1"], "198.51.100.1"),
        ("127.0.0.1", ["198.51.100.1:50001"], "198.51.100.1"),
        ("127.0.0.1", ["[2001:db8:1:2::9]:443"], "2001:db8:1:2::/64"),
    ],
)
def test_who_asks_is_the_address_that_cannot_be_forged(
    peer: str, forwarded: list[str], client: str
) -> None:
    headers = [(b"x-forwarded-for", value.encode()) for value in forwarded]
    assert Clients(["10.88.0.0/16"]).key_of({"client": (peer, 1), "headers": headers}) == client


def test_an_unknown_client_is_one_client() -> None:
    assert Clients().key_of({"client": None, "headers": []}) == "unknown"
