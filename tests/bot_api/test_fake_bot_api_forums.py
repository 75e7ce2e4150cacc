"""The Bot API server of the tests refuses in forums what Telegram refuses there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from telegram import Bot, ReactionTypeEmoji
from telegram.error import BadRequest

from tests.fakes.bot_api_media import KINDS

if TYPE_CHECKING:
    from tests.fakes.bot_api import FakeBotApi

GROUP, CAMILLE, CLAIRE = -1_000_000_000_007, 70, 7
pytestmark = pytest.mark.asyncio


async def test_a_topic_is_written_in_closed_opened_and_deleted(api: FakeBotApi, bot: Bot) -> None:
    forum = api.found_forum(GROUP, CAMILLE)
    topic = await bot.create_forum_topic(GROUP, "x" * 200)
    thread = topic.message_thread_id
    sent = await bot.send_message(GROUP, "un", message_thread_id=thread)
    assert (len(topic.name), sent.message_thread_id, sent.is_topic_message) == (128, thread, True)
    await bot.close_forum_topic(GROUP, thread)
    with pytest.raises(BadRequest, match="not_modified"):
        await bot.close_forum_topic(GROUP, thread)
    await bot.reopen_forum_topic(GROUP, thread)
    await bot.edit_forum_topic(GROUP, thread, name="deux")
    assert forum.topics[thread].name == "deux"
    await bot.delete_forum_topic(GROUP, thread)
    with pytest.raises(BadRequest, match="thread not found"):
        await bot.send_message(GROUP, "trois", message_thread_id=thread)
    assert not api.topics_of(GROUP)


async def test_general_has_no_number_and_topics_may_be_switched_off(
    api: FakeBotApi, bot: Bot
) -> None:
    forum = api.found_forum(GROUP)
    thread = (await bot.create_forum_topic(GROUP, "un")).message_thread_id
    with pytest.raises(BadRequest, match="thread not found"):
        await bot.send_message(GROUP, "un", message_thread_id=1)
    forum.on = False
    sent = await bot.send_message(GROUP, "deux", message_thread_id=thread)
    assert not sent.is_topic_message
    assert not (await bot.get_chat(GROUP)).is_forum
    with pytest.raises(BadRequest, match="not a forum"):
        await bot.create_forum_topic(GROUP, "deux")


async def test_what_the_bot_may_do_and_who_is_in(api: FakeBotApi, bot: Bot) -> None:
    forum = api.found_forum(GROUP, CAMILLE)
    thread = (await bot.create_forum_topic(GROUP, "un")).message_thread_id
    await bot.close_forum_topic(GROUP, thread)
    forum.rights.discard("topics")
    with pytest.raises(BadRequest, match="ot enough rights"):
        await bot.create_forum_topic(GROUP, "deux")
    with pytest.raises(BadRequest, match=r"(?i)closed"):
        await bot.send_message(GROUP, "deux", message_thread_id=thread)
    assert (await bot.get_chat_member(GROUP, CAMILLE)).status == "member"
    assert (await bot.get_chat_member(GROUP, CLAIRE)).status == "left"


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "forward"])
async def test_every_kind_is_copied_with_other_words(api: FakeBotApi, bot: Bot, kind: str) -> None:
    api.found_forum(GROUP)
    said = api.user_sends(CLAIRE, kind, "secret")
    await bot.copy_message(GROUP, CLAIRE, said["message_id"], caption="masqué")
    assert [(sent.media, sent.text) for sent in api.chats.of(GROUP)] == [(kind, "masqué")]


async def test_copies_captions_and_reactions_are_refused_as_by_telegram(
    api: FakeBotApi, bot: Bot
) -> None:
    api.found_forum(GROUP)
    said = api.user_sends(CLAIRE, "photo")
    with pytest.raises(BadRequest, match="caption is too long"):
        await bot.copy_message(GROUP, CLAIRE, said["message_id"], caption="x" * 1025)
    copy = await bot.copy_message(GROUP, CLAIRE, said["message_id"], caption="un")
    await bot.edit_message_caption(GROUP, copy.message_id, caption="deux")
    with pytest.raises(BadRequest, match="no text in the message"):
        await bot.edit_message_text("trois", GROUP, copy.message_id)
    await bot.set_message_reaction(GROUP, copy.message_id, [ReactionTypeEmoji("👌")])
    with pytest.raises(BadRequest):
        await bot.set_message_reaction(GROUP, copy.message_id, [ReactionTypeEmoji("🦄")])
    api.chats.uncopyable.add((CLAIRE, said["message_id"]))
    with pytest.raises(BadRequest, match="can't be copied"):
        await bot.copy_message(GROUP, CLAIRE, said["message_id"])


async def test_who_answers_writes_in_a_topic_under_its_root(api: FakeBotApi, bot: Bot) -> None:
    api.found_forum(GROUP, CAMILLE)
    thread = (await bot.create_forum_topic(GROUP, "un")).message_thread_id
    sent = await bot.send_message(GROUP, "tête", message_thread_id=thread)
    api.staff_says(GROUP, CAMILLE, "entre nous", thread=thread)
    api.staff_says(GROUP, CAMILLE, "réponse", thread=thread, to=api.chats.of(GROUP)[0])
    api.anonymous_says(GROUP, "admin", thread)
    inside, reply, admin = [update.message for update in await bot.get_updates()]
    assert inside is not None
    assert reply is not None
    assert admin is not None
    assert inside.reply_to_message is not None
    assert inside.reply_to_message.forum_topic_created is not None
    assert reply.reply_to_message is not None
    assert reply.reply_to_message.message_id == sent.message_id
    assert admin.sender_chat is not None
    assert admin.sender_chat.id == GROUP
