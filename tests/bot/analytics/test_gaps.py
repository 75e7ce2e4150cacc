from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.analytics.gaps import Gap, find_gaps, group, render_gaps, select
from bot.conversation.messages import Incoming
from bot.conversation.turns import Feedback
from bot.store.database.sqlite import SqliteFile
from bot.store.queries import Unmet
from classifier.decision import Decision
from tests.fakes.open_store import journal_in
from tests.fakes.small_base import BIKE, FARE, asking, small_base

if TYPE_CHECKING:
    from pathlib import Path

    from bot.conversation.ports import Journal
    from bot.store.database.database import Database

ANSWER = Decision("answer", BIKE, (), (), 0.9, "m")
UNANSWERED = Decision("unanswered", None, (), (), 0.5, "m")
DECLINE = Decision("decline", None, (), (), 0.9, "m")


async def ask(journal: Journal, text: str, decision: Decision, *said: Feedback) -> None:
    turn = await journal.record_turn(Incoming("web", "1", text), decision, 1.0)
    for feedback in said:
        await journal.record_feedback(turn, feedback)


def unmet(*texts: str, action: str = "unanswered") -> list[Unmet]:
    return [Unmet(text, action, refused=False) for text in texts]


@pytest.mark.asyncio
async def test_what_had_no_answer_or_a_refused_one_is_found(any_database: Database) -> None:
    async with journal_in(any_database) as journal:
        await ask(journal, "où louer une remorque ?", UNANSWERED)
        await ask(journal, "louer remorque où", UNANSWERED)
        await ask(journal, "mon pneu siffle", ANSWER, Feedback("useful", BIKE, "no"))
        await ask(journal, "prix pour un groupe", asking(FARE), Feedback("none"))
        await ask(journal, "combien coûte un trajet", ANSWER, Feedback("useful", BIKE, "yes"))
        await ask(journal, "quel temps demain", DECLINE)
        await ask(journal, "le vélo électrique en hiver", DECLINE)
    found = await find_gaps(any_database, small_base())
    assert [gap.texts for gap in found] == [
        ["où louer une remorque ?", "louer remorque où"],
        ["mon pneu siffle"],
        ["prix pour un groupe"],
        ["le vélo électrique en hiver"],
    ]
    assert [dict(gap.reasons) for gap in found] == [
        {"unanswered": 2},
        {"refused": 1},
        {"refused": 1},
        {"decline": 1},
    ]


@pytest.mark.asyncio
async def test_a_missing_journal_has_no_gaps_and_makes_no_file(tmp_path: Path) -> None:
    found = await find_gaps(SqliteFile(tmp_path / "none.db"), small_base())
    assert render_gaps(found, small_base()) == "Aucune question sans réponse dans le journal."
    assert list(tmp_path.iterdir()) == []


def test_of_what_was_declined_only_known_words_count() -> None:
    texts = ("une VAE en hiver", "les VAEs", "partir sans casque", "faut-il un casque", "bonjour")
    kept = select(unmet(*texts, action="decline"), small_base())
    assert [found.text for found in kept] == ["une VAE en hiver", "faut-il un casque"]


def test_the_nearest_entries_are_named() -> None:
    (gap,) = group(unmet("mon vélo cassé, que faire"), small_base())
    assert gap.nearest[0].name == "velo-casse"
    said = render_gaps([gap], small_base())
    assert "1 fois (sans réponse : 1)" in said
    assert "« mon vélo cassé, que faire »" in said
    assert "proche : velo-casse, Mon vélo est cassé : que faire ?" in said


def test_what_is_near_nothing_says_so() -> None:
    gaps = group(unmet("xyz abc"), small_base())
    assert "aucune fiche proche" in render_gaps(gaps, small_base())


def test_a_text_that_comes_often_is_shown_once() -> None:
    gap = Gap(["quoi"] * 5 + ["quoi donc"])
    assert render_gaps([gap], small_base()).count("« quoi »") == 1


def test_only_the_first_groups_are_shown() -> None:
    said = render_gaps([Gap([f"mot{n}"]) for n in range(33)], small_base())
    assert "33 messages sans réponse, en 33 groupes" in said
    assert "et 3 groupes de plus." in said


def test_other_words_for_the_same_make_one_group() -> None:
    texts = ("où louer une remorque ?", "louer des remorques", "remorques à louer", "tandem")
    sizes = [len(gap.texts) for gap in group(unmet(*texts), small_base())]
    assert sizes == [3, 1]
