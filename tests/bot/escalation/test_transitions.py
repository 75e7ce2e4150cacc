"""The table of steps: what leads from which state to which, and what it changes."""

from __future__ import annotations

from dataclasses import fields
from datetime import UTC, datetime, timedelta

import pytest

from bot.escalation import transitions
from bot.escalation.tickets import STATES, State, Ticket
from bot.escalation.transitions import TABLE, Step

NOW = datetime(2026, 11, 30, 10, 0, tzinfo=UTC)
DUE = NOW + timedelta(hours=8)


def ticket(state: State = "open", **values: object) -> Ticket:
    form: dict[str, object] = {
        "id": 1,
        "number": "2026-00001",
        "desk": "atelier",
        "state": state,
        "version": 3,
        "channel": "web",
        "source": "",
        "chat": "ab",
        "reason": "customer_request",
        "opened_at": NOW - timedelta(days=1),
    }
    return Ticket(**{**form, **values})  # type: ignore[arg-type]


def allowed(make: object) -> set[State]:
    return {state for state in STATES if make(ticket(state)).is_allowed}  # type: ignore[operator]


def test_each_step_leads_from_the_states_of_the_table() -> None:
    live = {"open", "held", "waiting"}
    assert allowed(lambda t: transitions.take(t, NOW, 1, "staff:1")) == live
    assert allowed(lambda t: transitions.answer(t, NOW, 1, "staff:1")) == live
    assert allowed(lambda t: transitions.ask(t, NOW, None)) == live
    assert allowed(lambda t: transitions.close(t, NOW, "desk", "staff:1")) == live
    assert allowed(lambda t: transitions.close(t, NOW, "silence", "bot")) == {"waiting"}
    assert allowed(lambda t: transitions.reopen(t, NOW, "asker", None)) == {"closed"}
    assert allowed(lambda t: transitions.rate(t, NOW, 5)) == {"closed"}
    assert allowed(lambda t: transitions.transfer(t, NOW, "d", "bot", None)) == {*live, "closed"}
    assert allowed(lambda t: transitions.erase(t, NOW, "asker")) == {*live, "closed"}


def test_nothing_leaves_what_is_erased() -> None:
    assert all("erased" not in row.sources for row in TABLE)


@pytest.mark.parametrize(
    ("before", "after"), [("open", "open"), ("held", "held"), ("waiting", "held")]
)
def test_the_asker_writes(before: State, after: State) -> None:
    assert transitions.ask(ticket(before), NOW, DUE).state == after


def test_who_waits_already_keeps_their_moment() -> None:
    waits = ticket("held", waiting_since=NOW - timedelta(hours=1), due_at=NOW)
    assert "due_at" not in transitions.ask(waits, NOW, DUE).values
    begins = transitions.ask(ticket("waiting"), NOW, DUE)
    assert (begins.values["waiting_since"], begins.values["due_at"]) == (NOW, DUE)


def test_the_first_reply_is_noted_once() -> None:
    first = transitions.answer(ticket("open", waiting_since=NOW), NOW, 7, "staff:7")
    assert (first.state, first.values["waiting_since"]) == ("waiting", None)
    assert (first.values["first_reply_at"], first.values["assignee"]) == (NOW, 7)
    again = transitions.answer(ticket("held", first_reply_at=NOW, assignee=7), DUE, 8, "staff:8")
    assert (again.values["first_reply_at"], again.values["assignee"]) == (NOW, 7)


def test_a_transfer_leaves_nobody_in_charge_and_starts_the_clock_again() -> None:
    step = transitions.transfer(ticket("held", assignee=7, thread=5), NOW, "caisse", "bot", DUE)
    assert (step.state, step.what) == ("open", "atelier -> caisse")
    changed = step.values
    assert (changed["assignee"], changed["thread"], changed["desk"]) == (None, None, "caisse")
    assert (changed["waiting_since"], changed["due_at"]) == (NOW, DUE)


def test_a_topic_is_to_be_deleted_with_its_ticket() -> None:
    assert transitions.erase(ticket(thread_state="open"), NOW, "bot").values["thread_state"] == (
        "deleting"
    )
    assert transitions.erase(ticket(), NOW, "bot").values["thread_state"] == ""


def test_a_chat_is_held_while_its_ticket_goes_on_and_not_set_aside() -> None:
    assert ticket("waiting").holds_chat(NOW)
    assert not ticket("closed").holds_chat(NOW)
    aside = ticket("held", aside_until=NOW + timedelta(minutes=10))
    assert not aside.holds_chat(NOW)
    assert aside.holds_chat(NOW + timedelta(minutes=10))


def test_every_step_changes_only_what_a_ticket_has() -> None:
    names = {field.name for field in fields(Ticket)}
    steps: list[Step] = [
        transitions.take(ticket(), NOW, 1, "staff:1"),
        transitions.release(ticket(), NOW, "staff:1"),
        transitions.assign(ticket(), NOW, 1, "staff:1"),
        transitions.ask(ticket(), NOW, None),
        transitions.answer(ticket(), NOW, 1, "staff:1"),
        transitions.transfer(ticket(), NOW, "d", "bot", None),
        transitions.set_aside(ticket(), NOW, DUE),
        transitions.close(ticket(), NOW, "desk", "staff:1"),
        transitions.reopen(ticket("closed"), NOW, "asker", None),
        transitions.rate(ticket("closed"), NOW, 5),
        transitions.erase(ticket(), NOW, "asker"),
    ]
    assert {name for step in steps for name in step.values} <= names
