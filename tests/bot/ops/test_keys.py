"""Keys derived from one secret."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.ops.keys import derive_key, sign


def test_each_purpose_and_each_secret_has_a_key_of_its_own() -> None:
    keys = {derive_key(secret, purpose) for secret in (b"a", b"b") for purpose in (b"x", b"y")}
    assert len(keys) == 4
    assert {len(key) for key in keys} == {32}


def test_a_signature_is_that_of_the_standard() -> None:
    # RFC 4231, test case 2
    expected = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    assert sign(b"Jefe", "what do ya want for nothing?") == expected
    assert derive_key(b"Jefe", b"what do ya want for nothing?").hex() == expected


@given(st.text())
def test_any_text_can_be_signed(text: str) -> None:
    assert len(sign(b"key", text + "\ud83d")) == 64
