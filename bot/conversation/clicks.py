"""What follows the press of a button that belongs to a turn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.conversation import replies
from bot.conversation.messages import Reply
from bot.conversation.turns import NO, USEFUL, YES, Feedback
from classifier.decision import MAX_SUGGESTIONS

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
    def about(self) -> Target | None:
        """What the person has before them: the candidate once it was shown, else what was last."""
        shown = self.past.displayed
        return self.target if self.target in shown else self.past.last_displayed

    @property
    def refused(self) -> frozenset[str]:
        """Ids of the desks that were said to be the wrong ones, by this press or before."""
        said_no = [said.about for said in self.past.feedback if said.is_miss]
        pressed = self.target if self.choice.kind == "no" else None
        return frozenset(t.id for t in (*said_no, pressed) if t and t.kind == "desk")

    async def record(self, said: Feedback) -> bool:
        """Write down what is said; false when the same was said before."""
        if said in self.past.feedback:
            return False
        await self.journal.record_feedback(self.past.id, said)
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
        if not await press.record(Feedback("choice", target)):
            return Reply()
        index, group = press.choice.candidate, press.incoming.group
        return self.presenter.show_candidate(press.past.id, index, target, group=group)

    async def _yes(self, press: Press) -> Reply:
        said = Feedback(USEFUL, press.target, YES)
        return replies.thanks() if await press.record(said) else Reply()

    async def _no(self, press: Press) -> Reply:
        if not await press.record(Feedback(USEFUL, press.target, NO)):
            return Reply()
        left = self._remaining_candidates(press)
        if left and await press.journal.misses_in_a_row(press.incoming) < MISSES_BEFORE_DESK:
            return self._others(press, left)
        return self.presenter.hand_over(press.target, press.refused)

    async def _none(self, press: Press) -> Reply:
        if not await press.record(Feedback("none", press.past.last_displayed)):
            return Reply()
        return self.presenter.hand_over(press.target, press.refused)

    async def _human(self, press: Press) -> Reply:
        found = self.presenter.desk_of(press.target)
        found = found if found and found.id not in press.refused else None
        said = Feedback("human", press.about, found.id if found else "")
        if not await press.record(said):
            return Reply()
        return self.presenter.people(found, press.refused)

    async def _people(self, press: Press) -> Reply:
        said = Feedback("human", press.past.last_displayed)
        if not await press.record(said):
            return Reply()
        return self.presenter.people(refused=press.refused)

    def _remaining_candidates(self, press: Press) -> list[tuple[int, Target]]:
        """The candidates that were not shown before and still exist, by index."""
        seen = {*press.past.displayed, press.target}
        return [
            (index, target)
            for index, target in enumerate(press.past.candidates)
            if target not in seen and self.presenter.label(target)
        ]

    def _others(self, press: Press, left: list[tuple[int, Target]]) -> Reply:
        turn, group = press.past.id, press.incoming.group
        return self.presenter.suggest(turn, left[:MAX_SUGGESTIONS], again=True, group=group)
