from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio
from sqlalchemy import insert

from bot.analytics.autonomy import (
    Effect,
    effect_of,
    is_new,
    keep_former_names,
    next_state,
    proven_entries,
    settle,
)
from bot.analytics.evidence import weigh
from bot.store.audits import AUDIT, Audits, Label
from bot.store.autonomy import AutonomyError, AutonomyRecords, Standing, lowered_states
from bot.store.staff_tables import labels
from tests.fakes.labelled import (
    ENTRY,
    MINUTE,
    MONDAY,
    deferred_row,
    judge_answers,
    put_turn,
    turn_row,
)
from tests.fakes.open_store import open_store

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.store.autonomy import Change
    from bot.store.database.database import Database
    from bot.store.store import Store, Transaction

DAY = timedelta(days=1)
LATER = MONDAY + 7 * DAY


@pytest_asyncio.fixture
async def store(any_database: Database) -> AsyncIterator[Store]:
    async with await open_store(any_database) as opened:
        yield opened


async def settled(store: Store, at: object = LATER) -> list[Change]:
    return await store.write(lambda t: settle(t, at))  # type: ignore[arg-type]


async def standing(store: Store, entry: str = ENTRY) -> Standing:
    return (await store.write(lambda t: AutonomyRecords(t).all()))[entry]


@pytest.mark.parametrize(
    ("state", "labels", "after"),
    [
        ("repond", [True] * 2, "repond"),
        ("repond", [True] * 3, "demande"),
        ("demande", [True] * 3, "propose"),
        ("propose", [True] * 9, "propose"),
        ("demande", [False] * 19, "demande"),
        ("demande", [False] * 20, "repond"),
        ("propose", [True] + [False] * 19, "demande"),
        ("demande", [True] * 2 + [False] * 30, "demande"),
        ("repond", [False] * 50, "repond"),
    ],
)
def test_a_step_is_lost_by_evidence_and_earned_by_a_trial(
    state: str, labels: list[bool], after: str
) -> None:
    evidence = weigh(labels, 0.10, (2.0, 3.0, 5.0))
    assert next_state(state, evidence) == after  # type: ignore[arg-type]


@pytest.mark.asyncio
async def test_labels_lower_an_entry_and_only_what_is_asked_later_counts_for_it(
    store: Store,
) -> None:
    await judge_answers(store, [True] * 4)
    (change,) = await settled(store)
    assert (change.entry, change.before, change.after) == (ENTRY, "repond", "demande")
    assert (change.n, change.wrong, change.is_loss) == (4, 4, True)
    assert change.e >= 20
    assert await settled(store, LATER + DAY) == []
    now = await standing(store)
    assert (now.state, now.since, now.n, is_new(now)) == ("demande", LATER, 0, True)
    await judge_answers(store, [False] * 5, LATER + DAY)
    assert await settled(store, LATER + 2 * DAY) == []
    assert (await standing(store)).n == 5


@pytest.mark.asyncio
async def test_it_earns_its_place_again_by_suggestions_that_were_chosen(store: Store) -> None:
    await store.write(lambda t: AutonomyRecords(t).lower(ENTRY, "demande", MONDAY, "account:1"))

    async def work(transaction: Transaction) -> None:
        audits = Audits(transaction)
        for number in range(20):
            at = MONDAY + (number + 1) * MINUTE
            turn = await put_turn(transaction, deferred_row(at))
            await audits.put(turn, at, 1.0, ENTRY)
            verdict = "wrong" if number == 3 else "right"
            await audits.put_label(Label(turn, "account:1", AUDIT, verdict), at)  # type: ignore[arg-type]

    await store.write(work)
    (change,) = await settled(store)
    assert (change.before, change.after, change.is_loss) == ("demande", "repond", False)


@pytest.mark.asyncio
async def test_nobody_raises_an_entry_by_hand(store: Store) -> None:
    lower = lambda to: lambda t: AutonomyRecords(t).lower(ENTRY, to, MONDAY, "account:1")  # noqa: E731
    await store.write(lower("propose"))
    for state in ("propose", "demande", "repond"):
        with pytest.raises(AutonomyError, match="only be lowered"):
            await store.write(lower(state))
    assert (await standing(store)).state == "propose"


@pytest.mark.asyncio
@pytest.mark.parametrize(("passed", "state"), [(True, "repond"), (False, "demande")])
async def test_what_an_editor_wrote_begins_as_its_check_went_and_is_new(
    store: Store, passed: bool, state: str
) -> None:
    await judge_answers(store, [True] * 4)
    await store.write(lambda t: AutonomyRecords(t).begin(ENTRY, passed=passed, at=LATER))
    assert await settled(store, LATER + DAY) == [], "the labels were about the former text"
    now = await standing(store)
    assert (now.state, now.n, is_new(now)) == (state, 0, True)
    await judge_answers(store, [False] * 20, LATER + DAY)
    await settled(store, LATER + 2 * DAY)
    assert not is_new(await standing(store)) or not passed


@pytest.mark.asyncio
async def test_clicks_and_doubts_move_nothing(store: Store) -> None:
    async def work(transaction: Transaction) -> None:
        for number in range(50):
            turn = await put_turn(transaction, turn_row(MONDAY + number * MINUTE))
            for origin, verdict in (("click", "wrong"), ("audit", "unsure")):
                said = {"turn_id": turn, "by": "x", "origin": origin, "verdict": verdict}
                await transaction.execute(insert(labels).values(**said, at=MONDAY))

    await store.write(work)
    assert await settled(store) == []
    assert await store.write(lambda t: AutonomyRecords(t).all()) == {}


@pytest.mark.asyncio
async def test_what_agents_send_speaks_for_or_against_what_the_bot_thought_of(
    store: Store,
) -> None:
    async def work(transaction: Transaction) -> None:
        for row, target in (
            (turn_row(MONDAY), f"entry:{ENTRY}"),
            (turn_row(MONDAY), "entry:tarif"),
            (deferred_row(MONDAY), f"entry:{ENTRY}"),
            (deferred_row(MONDAY), "entry:tarif"),
            (turn_row(MONDAY, action="unanswered", entry=None), "entry:tarif"),
        ):
            turn = await put_turn(transaction, row)
            said = {"turn_id": turn, "by": "staff:1", "origin": "ticket", "verdict": "right"}
            await transaction.execute(insert(labels).values(**said, target=target, at=MONDAY))

    await store.write(work)
    await settled(store)
    assert list(await store.write(lambda t: AutonomyRecords(t).all())) == [ENTRY]
    assert (await standing(store))[4:6] == (4, 2)


@pytest.mark.asyncio
async def test_two_verdicts_on_one_answer_count_once(store: Store) -> None:
    await judge_answers(store, [False])
    second = Label(1, "account:2", AUDIT, "wrong")
    await store.write(lambda t: Audits(t).put_label(second, LATER))
    await settled(store)
    assert (await standing(store))[4:6] == (1, 0)


@pytest.mark.asyncio
async def test_a_label_says_what_it_moved(store: Store) -> None:
    await judge_answers(store, [True, True, False, True])
    third, fourth = [third async for third in _effects(store, 3, 4)]
    assert third is not None
    assert fourth is not None
    assert third.entry == ENTRY
    assert third.e_after < third.e_before < fourth.e_after
    assert (third.before, third.after) == ("repond", "repond")


async def _effects(store: Store, *turns: int) -> AsyncIterator[Effect | None]:
    for turn in turns:
        yield await store.write(lambda t, n=turn: effect_of(t, n))  # type: ignore[misc]


@pytest.mark.asyncio
async def test_the_label_that_lowers_an_entry_says_so(store: Store) -> None:
    await judge_answers(store, [True] * 3)
    await settled(store, MONDAY + 2 * MINUTE)
    effect = await store.write(lambda t: effect_of(t, 3))
    assert effect is not None
    assert (effect.before, effect.after) == ("repond", "demande")
    assert effect.e_before < 20 <= effect.e_after
    assert await store.write(lambda t: effect_of(t, 99)) is None


@pytest.mark.asyncio
async def test_only_many_right_labels_prove_an_entry(store: Store) -> None:
    await judge_answers(store, [False] * 30)
    await settled(store)
    assert await store.write(proven_entries) == frozenset()
    await judge_answers(store, [False] * 40, LATER)
    await settled(store)
    assert await store.write(proven_entries) == {ENTRY}


@pytest.mark.asyncio
async def test_a_renamed_entry_does_not_regain_what_it_lost(store: Store) -> None:
    await store.write(lambda t: AutonomyRecords(t).lower(ENTRY, "propose", MONDAY, "operator"))
    names = {"nouveau": (ENTRY,), "autre": ("jamais",)}
    assert await store.write(lambda t: keep_former_names(t, names)) == 1
    assert (await standing(store, "nouveau")).state == "propose"
    assert await store.write(lambda t: keep_former_names(t, names)) == 0


def test_only_what_may_not_answer_by_itself_is_lowered() -> None:
    known = {"a": Standing("a"), "b": Standing("b", "propose"), "c": Standing("c", "demande")}
    assert lowered_states(known) == {"b": "propose", "c": "demande"}
