"""What follows the press of a button that belongs to a turn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.conversation import replies
from bot.conversation.messages import Reply
from classifier.serving.triage import MAX_SUGGESTIONS

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bot.conversation.choices import Choice, Kind
    from bot.conversation.messages import Incoming
    from bot.conversation.ports import Journal
    from bot.conversation.presenter import Presenter
    from bot.conversation.turns import PastTurn
    from classifier.decision import Target

MISSES_BEFORE_DESK = 2


@dataclass(frozen=True, slots=True)
class Press:
    """A button pressed on a turn that is known.

    Attributes:
        choice: what was pressed.
        past: the turn.
        incoming: where and by whom.
        journal: where it is written down.
    """

    choice: Choice
    past: PastTurn
    incoming: Incoming
    journal: Journal

    @property
    def target(self) -> Target | None:
        """The candidate that the button is about."""
        return self.past.candidates[self.choice.candidate] if self.past.candidates else None

    @property
    def name(self) -> str:
        """How the journal names the candidate."""
        return _name(self.target)

    async def record(self, kind: str, value: str) -> None:
        """Write the click down."""
        await self.journal.record_feedback(self.past.id, kind, value)

    async def judge(self, kind: str, value: str) -> bool:
        """Write down what is said of the candidate; false when it had been said before.

        Pages keep the buttons of older answers: judging one of those again goes back to it first,
        so that every judgement stands after the answer that it is about.
        """
        shown, said = _history(self.past)
        if (self.name, kind, value) in said:
            return False
        if shown != self.name:
            await self.record("choice", self.name)
        await self.record(kind, value)
        return True


class Clicks:
    """Answers the buttons of a turn; pressed twice, the second time nothing happens.

    Args:
        presenter: shows what is chosen.
    """

    def __init__(self, presenter: Presenter) -> None:
        self.presenter = presenter
        self._on: dict[Kind, Callable[[Press], Awaitable[Reply]]] = {
            "candidate": self._candidate,
            "none": self._none,
            "yes": self._yes,
            "no": self._no,
            "human": self._human,
            "people": self._people,
        }

    async def handle(self, choice: Choice, incoming: Incoming, journal: Journal) -> Reply:
        """The reply; empty when the same was chosen before."""
        past = await journal.past_turn(incoming, choice.turn)
        if past is None or choice.candidate >= max(len(past.candidates), 1):
            return replies.stale_button()
        return await self._on[choice.kind](Press(choice, past, incoming, journal))

    async def _candidate(self, press: Press) -> Reply:
        target = press.target
        # An older knowledge base may have offered what this one no longer has.
        if target is None or not self.presenter.label(target):
            return replies.stale_button()
        if ("choice", press.name) in press.past.feedback:
            return Reply()
        await press.record("choice", press.name)
        index, group = press.choice.candidate, press.incoming.group
        return self.presenter.show_candidate(press.past.id, index, target, group=group)

    async def _yes(self, press: Press) -> Reply:
        return replies.thanks() if await press.judge("useful", "yes") else Reply()

    async def _no(self, press: Press) -> Reply:
        if not await press.judge("useful", "no"):
            return Reply()
        left = self._remaining_candidates(press)
        if left and await press.journal.misses_in_a_row(press.incoming) < MISSES_BEFORE_DESK:
            return self._others(press, left)
        wrong_desk = press.target is not None and press.target.kind == "desk"
        return self.presenter.hand_over(None if wrong_desk else press.target)

    async def _none(self, press: Press) -> Reply:
        shown, said = _history(press.past)
        if (shown, "none", "") in said:
            return Reply()
        await press.record("none", "")
        return self.presenter.hand_over(press.target)

    async def _human(self, press: Press) -> Reply:
        found = self.presenter.desk_of(press.target)
        value = found.id if found else ""
        if ("human", value) in press.past.feedback:
            return Reply()
        await press.record("human", value)
        return self.presenter.people(found)

    async def _people(self, press: Press) -> Reply:
        if ("human", "") in press.past.feedback:
            return Reply()
        await press.record("human", "")
        return self.presenter.people()

    def _remaining_candidates(self, press: Press) -> list[tuple[int, Target]]:
        """What was neither shown nor is gone, by index."""
        seen = {value for kind, value in press.past.feedback if kind == "choice"}
        seen |= {press.name, _name(press.past.target)}
        return [
            (index, target)
            for index, target in enumerate(press.past.candidates)
            if _name(target) not in seen and self.presenter.label(target)
        ]

    def _others(self, press: Press, left: list[tuple[int, Target]]) -> Reply:
        turn, group = press.past.id, press.incoming.group
        return self.presenter.suggest(turn, left[:MAX_SUGGESTIONS], again=True, group=group)


def _name(target: Target | None) -> str:
    return f"{target.kind}:{target.id}" if target else ""


def _history(past: PastTurn) -> tuple[str, set[tuple[str, str, str]]]:
    """What was shown last, and all that was said, each with what it was said of."""
    shown, said = _name(past.target), set()
    for kind, value in past.feedback:
        if kind == "choice":
            shown = value
        else:
            said.add((shown, kind, value))
    return shown, said
