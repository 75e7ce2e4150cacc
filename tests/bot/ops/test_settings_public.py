from __future__ import annotations

import pytest
from pydantic import ValidationError

from bot.ops.settings import Settings


def test_links_in_mails_lead_to_the_public_address_or_to_the_first_public_host() -> None:
    assert Settings().public_address == ""
    hosts = ("localhost", "chat.example.org", "www.example.org")
    assert Settings(web_hosts=hosts).public_address == "https://chat.example.org"
    named = Settings(public_url="https://example.org/aide/", web_hosts=hosts)
    assert named.public_address == "https://example.org/aide"


@pytest.mark.parametrize(
    "wrong", ["http://example.org", "example.org", "https://example.org/?a=1", "https://x.org/#a"]
)
def test_an_address_that_cannot_stand_before_a_path_is_refused(wrong: str) -> None:
    with pytest.raises(ValidationError):
        Settings(public_url=wrong)
