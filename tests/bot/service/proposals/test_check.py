"""A check from its texts to the replies that it would change, on the small base."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from bot.analytics.proposals.changes import Changes
from bot.conversation.messages import Incoming
from bot.service.proposals.check import check, objection_of
from bot.service.proposals.work import Work
from bot.service.served_model import load_trained_model
from classifier.errors import WorseModelError
from tests.fakes.open_store import OneByOne, open_store

if TYPE_CHECKING:
    from bot.analytics.proposals.findings import Findings
    from bot.ops.settings import Settings

ASKED = "mon tricycle rouge a disparu de la place du marché"
WORDING = Changes("wording", "velo-vole", "problem", (ASKED,), nobody_named=True)


def run(settings: Settings, changes: Changes, *, quick: bool = True) -> tuple[Findings, list[str]]:
    stages: list[str] = []
    place = settings.data_dir / "proposals" / "1"
    place.mkdir(parents=True, exist_ok=True)
    work = Work(changes, place, quick)
    return check(work, settings, lambda stage, _d, _t: stages.append(stage)), stages


def test_what_is_refused_is_refused_before_any_training(settings: Settings) -> None:
    found, stages = run(settings, replace(WORDING, wordings=("demandez à [NOM]",)))
    assert [each.place for each in found.objections] == ["question 1, caractère 12"]
    assert (stages, found.replay) == (["content"], None)


def test_a_rehearsal_touches_nothing_that_is_served(settings: Settings) -> None:
    load_trained_model(settings)  # which also keeps the texts that it has read
    before = sorted(path.name for path in (settings.data_dir / "models").iterdir())
    found, stages = run(settings, WORDING)
    assert (found.quick, found.gate, found.objections) == (True, None, ())
    assert "cross-validation" not in stages
    assert sorted(path.name for path in (settings.data_dir / "models").iterdir()) == before


@pytest.mark.asyncio
async def test_a_whole_check_trains_beside_passes_the_gate_and_replays(settings: Settings) -> None:
    async with await open_store(settings.database) as store:
        decision = load_trained_model(settings).triage.decide(ASKED)
        await OneByOne(store).record_turn(Incoming("web", "1", ASKED), decision, 1.0)
    found, _ = await asyncio.to_thread(run, settings, WORDING, quick=False)
    assert found.objections == ()
    assert found.gate is not None
    assert found.gate.shared > 100
    assert found.replay is not None
    assert found.replay.replayed == 1
    assert found.learning
    assert (settings.data_dir / "proposals/1/models" / found.learning).is_dir()
    assert not (settings.data_dir / "models" / found.learning).exists()


def test_without_a_model_in_service_nothing_is_compared(settings: Settings) -> None:
    (entry,) = settings.kb_dir.rglob("velo-vole.md")
    entry.write_text(entry.read_text("utf-8").replace("title: ", "title: Et alors, "), "utf-8")
    found, _ = run(settings, WORDING)
    assert [each.place for each in found.objections] == ["modèle"]


def test_by_how_much_a_model_is_worse_is_told_in_french() -> None:
    told = objection_of(
        WorseModelError("it is worse: -5.43 points on 350 shared questions")
    ).message
    assert "de 5,43\u00a0points sur 350 questions communes" in told
    told = objection_of(WorseModelError("it is worse: -1.2 points on 8 shared questions")).message
    assert "de 1,2\u00a0point sur 8 questions communes" in told
