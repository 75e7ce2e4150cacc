"""What another version of the program has stored can be read."""

from __future__ import annotations

from bot.channels.telegram.places import Place
from bot.channels.telegram.sending.outgoing import Outgoing
from bot.conversation.messages import Button, Paragraph, Reply

MORE = {"added_later": 1}


def test_a_reply_of_a_newer_version_is_read_without_what_it_has_added() -> None:
    reply = Reply((Paragraph("Bonjour", strong=True),), (Button("Oui", "yes"),))
    stored = reply.to_dict()
    newer = {
        **stored,
        **MORE,
        "paragraphs": [{**paragraph, **MORE} for paragraph in stored["paragraphs"]],
        "buttons": [{**button, **MORE} for button in stored["buttons"]],
    }
    assert Reply.from_dict(newer) == reply


def test_a_message_and_a_place_of_a_newer_version_are_read_likewise() -> None:
    message, place = Outgoing(7, "<b>a</b>", "a", thread=2), Place(7, thread=2)
    assert Outgoing.from_dict({**message.to_dict(), **MORE}) == message
    assert Place.from_dict({**place.to_dict(), **MORE}) == place
