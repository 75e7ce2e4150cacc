"""What the way to people is called is said in one place, and the same everywhere."""

from __future__ import annotations

from bot.channels.web import texts
from bot.conversation import replies
from bot.conversation.replies.answers import ENGLISH
from bot.conversation.wording import TO_A_DESK, WAY
from tests.fakes.small_base import small_base


def test_no_person_is_promised_where_desks_are_written_to() -> None:
    assert WAY == TO_A_DESK
    base = small_base()
    assert WAY.label in replies.to_somebody().label
    assert replies.people(base.desks.values(), base.about).paragraphs[0].text == WAY.label
    assert dict(replies.command_descriptions())["humain"] == WAY.label
    assert dict(replies.command_descriptions("en"))["humain"] == WAY.english
    assert texts.page(base.about)["human"] == texts.script(base.about)["human"] == WAY.label
    assert WAY.hint in ENGLISH["decline"]
