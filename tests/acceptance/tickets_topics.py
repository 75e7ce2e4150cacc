"""What a desk's group can go through, what stays inside, who may act: points 5 to 9, 26.

Run by hand: ``python -m tests.acceptance.tickets_topics``
"""

from __future__ import annotations

import asyncio
import time
from functools import partial

from tests.acceptance.harness import Part, Run, play, play_parts
from tests.fakes.desk_service import (
    ADMIN,
    CAMILLE,
    CLAIRE,
    GROUP,
    NOE,
    QUESTION,
    STRANGER,
    Desks,
    desks_answering,
)

SUPERGROUP = -1_000_000_000_700
SOON, ALERT = 5.0, 60.0


async def main(run: Run) -> None:
    parts: dict[str, Part] = {
        "deleted": topics_deleted,
        "trouble": groups_in_trouble,
        "internal": what_stays_inside,
        "mute": silence_of_the_bot,
        "edits": edits_and_withdrawals,
        "authority": who_may_act,
    }
    await play_parts(run, parts)


def general(desks: Desks) -> int:
    """How many messages stand in General."""
    return len([sent for sent in desks.api.chats.of(GROUP) if sent.thread is None])


async def topics_deleted(run: Run) -> None:
    """Before the first message, between two, after the end; each time another topic."""
    slowest, history, outside = 0.0, 0, 0
    times = 3 if run.short else 20
    async with desks_answering() as desks:
        for number in range(times):
            chat = 1000 + number
            thread = await desks.open(chat, f"Question numéro {number}")
            if number % 3 == 1:
                await desks.reply(thread, "Passez demain.")
                await desks.hears(chat, "Passez demain.")
            if number % 3 == 2:
                await desks.reply(thread, "/clore")
                await desks.settled()
                await desks.press(chat, "t:reopen")
                await desks.settled()
            desks.api.chats.forums[GROUP].topics[thread].deleted = True
            begun = time.monotonic()
            desks.api.user_says(chat, f"Suite {number}.")
            await desks.api.until(partial(found, desks, f"Suite {number}."))
            slowest = max(slowest, time.monotonic() - begun)
            place = next(
                t for t in desks.api.topics_of(GROUP) if said(desks, t, f"Suite {number}.")
            )
            history += said(desks, place, f"Question numéro {number}")
        outside = general(desks)
    run.at_most("5 next message in a new topic, slowest", slowest, SOON, " s")
    run.exactly("5 new topics with the history", history, times)
    run.exactly("5 messages in General", outside, 0)


def found(desks: Desks, words: str) -> bool:
    return any(words in s.text and not s.deleted for s in desks.api.chats.of(GROUP))


def said(desks: Desks, thread: int, words: str) -> bool:
    return any(words in text for text in desks.in_topic(thread))


async def groups_in_trouble(run: Run) -> None:
    """Topics switched off, the bot demoted or kicked, a group migrated: told, and nothing lost."""
    for trouble in ("off", "demoted", "kicked", "migrated"):
        async with desks_answering() as desks:
            await desks.open()
            forum, begun = desks.api.chats.forums[GROUP], time.monotonic()
            where = SUPERGROUP if trouble == "migrated" else GROUP
            if trouble == "off":
                forum.on = False
            elif trouble == "demoted":
                forum.rights.clear()
            elif trouble == "kicked":
                desks.api.bot_leaves(GROUP)
            else:
                desks.api.found_forum(SUPERGROUP, CAMILLE)
                desks.api.group_migrates(GROUP, SUPERGROUP)
            for number in range(5):
                desks.api.user_says(CLAIRE, f"Suite {number}.")
            await desks.api.until(partial(desks.told, ADMIN))
            told = time.monotonic() - begun
            forum.rights |= {"topics", "send", "react"}
            if trouble == "kicked":
                desks.api.bot_joins(GROUP)
            await desks.api.until(partial(all_there, desks, where), 90.0)
            run.at_most(f"6 {trouble}: administrators told after", told, ALERT, " s")
            run.exactly(f"6 {trouble}: messages that arrived", count(desks, where), 5)


def all_there(desks: Desks, where: int) -> bool:
    return count(desks, where) >= 5


def count(desks: Desks, where: int) -> int:
    texts = {sent.text for sent in desks.api.chats.of(where)}
    return sum(f"Suite {number}." in texts for number in range(5))


async def what_stays_inside(run: Run) -> None:
    times = 20 if run.short else 200
    async with desks_answering() as desks:
        thread = await desks.open()
        for number in range(times):
            desks.api.staff_says(GROUP, CAMILLE, f"Interne {number}.", thread=thread)
            await desks.reply(thread, f"Dehors {number}.")
        await desks.settled()
        told = desks.told(CLAIRE)
    run.exactly("7 internal messages relayed", sum("Interne" in text for text in told), 0)
    run.exactly("7 replies relayed", sum("Dehors" in text for text in told), times)


async def silence_of_the_bot(run: Run) -> None:
    times, races = (10, 20) if run.short else (100, 200)
    async with desks_answering() as desks:
        thread = await desks.open()
        await desks.reply(thread, "Bonjour")
        await desks.hears(CLAIRE, "Bonjour")
        for number in range(times):
            desks.api.user_says(CLAIRE, f"Mon vélo est cassé {number}")
        await desks.settled()
        answers = answers_of_the_bot(desks, CLAIRE)
        run.exactly("8 classified answers while a person holds it", answers - 1, 0)
        late = 0
        for number in range(races):
            asker = 2000 + number
            topic = await desks.open(asker, f"Question {number}")
            await asyncio.gather(desks.reply(topic, "Bonjour"), says(desks, asker))
            await desks.hears(asker, "Bonjour")
            late += answers_of_the_bot(desks, asker) - 1
        await desks.settled()
        run.exactly(f"8 answers of the bot in {races} races with the desk", late, 0)


async def says(desks: Desks, chat: int) -> None:
    desks.api.user_says(chat, QUESTION)


def answers_of_the_bot(desks: Desks, chat: int) -> int:
    return sum(text.startswith("Mon vélo est cassé") for text in desks.told(chat))


async def edits_and_withdrawals(run: Run) -> None:
    times = 5 if run.short else 50
    async with desks_answering() as desks:
        thread = await desks.open()
        kept = wrong = 0
        for number in range(times):
            answer = await desks.reply(thread, f"Avant {number}.")
            await desks.hears(CLAIRE, f"Avant {number}.")
            desks.api.user_edits(answer, f"Après {number}.")
            await desks.hears(CLAIRE, f"Après {number}.")
            if number % 2:
                desks.api.staff_says(GROUP, CAMILLE, "/retirer", thread=thread, to=answer)
                await desks.settled()
            copies = sum(f"Après {number}." in text for text in desks.told(CLAIRE))
            wrong += copies != (0 if number % 2 else 1)
            kept += sum(f"Avant {number}." in text for text in desks.told(CLAIRE))
    run.exactly("9 copies that kept the former words", kept, 0)
    run.exactly("9 copies doubled, or not withdrawn", wrong, 0)


async def who_may_act(run: Run) -> None:
    times = 4 if run.short else 40
    async with desks_answering() as desks:
        thread = await desks.open()
        head, before = desks.head(thread), len(desks.api.messages)
        desks.api.chats.forums[GROUP].members.pop(NOE)
        origin = {"type": "hidden_user", "sender_user_name": "X", "date": 1}
        for _ in range(times):
            desks.api.staff_says(GROUP, STRANGER, "/clore", thread=thread)
            desks.api.staff_says(GROUP, NOE, "Bonjour", thread=thread, to=head)
            desks.api.staff_says(GROUP, CAMILLE, "/clore", thread=thread, forward_origin=origin)
            desks.api.staff_presses(STRANGER, head, head.buttons[0][1])
            desks.api.staff_presses(CAMILLE, head, "d:answer:99:0123456789ab")
        await desks.settled()
        (ticket,) = await desks.tickets()
        effects = len(desks.api.messages) - before + ticket.version - 1
    run.exactly(f"26 effects of {5 * times} tries of others", effects, 0)


if __name__ == "__main__":
    play(main, __doc__)
