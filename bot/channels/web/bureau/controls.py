"""The controls: how each promise stands, and the page on which drawn replies are judged, blind."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING

from starlette.responses import RedirectResponse

from bot.analytics.auditing import standings
from bot.analytics.autonomy import effect_of, settle
from bot.analytics.promise import UNKNOWN
from bot.analytics.proportions import FEW
from bot.channels.web.bureau import charts, learning_texts, texts
from bot.channels.web.bureau.access import Page, root_of
from bot.conversation.replies.operation import SIGNS
from bot.store.accounts import ROLES
from bot.store.audits import AUDIT, VERDICTS, Audits, Label
from bot.store.drift import Weeks

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from markupsafe import Markup
    from starlette.responses import Response

    from bot.analytics.autonomy import Effect
    from bot.analytics.promise import Standing
    from bot.channels.web.bureau.access import Visit
    from bot.channels.web.bureau.paper import Paper
    from bot.channels.web.bureau.parts import BureauParts
    from bot.store.accounts import Role
    from bot.store.audits import Audited, Question
    from bot.store.store import Transaction

EDITORS: frozenset[Role] = frozenset({"éditeur"})
MOST_DIGITS = 18
SHOWN_WEEKS = 12
POINTS = 100
"""Of a curve, at most: a longer one is thinned."""


class Controls:
    """The pages of the promise.

    Args:
        parts: what the bureau works with.
        paper: renders.
    """

    def __init__(self, parts: BureauParts, paper: Paper) -> None:
        self._store = parts.store
        self._base = parts.base
        self._paper = paper
        self._targets = parts.targets
        self._model = parts.model
        self._refresh = parts.refresh
        self._unknown_share = parts.unknown_share

    def pages(self) -> list[Page]:
        """The pages, each with who may see it."""
        return [
            Page("/bureau/controles", self.show, frozenset(ROLES)),
            Page("/bureau/controles/juger", self.ask, EDITORS),
            Page("/bureau/controles/juger", self.judge, EDITORS, posted=True),
        ]

    async def show(self, visit: Visit) -> Response:
        """How each promise stands, with its curve."""
        found = await standings(self._store, self._targets, self._model())
        waiting = len(await self._to_judge())
        points = {standing.kind: _thin(standing.against.curve) for standing in found}
        # As the board: a thread draws.
        curves = await asyncio.to_thread(lambda: {k: _draw(each) for k, each in points.items()})
        given = {"standings": found, "points": points, "curves": curves, "waiting": waiting}
        weeks = await self._store.reader.run(lambda t: Weeks(t).last(SHOWN_WEEKS))
        traffic = {"weeks": weeks, "traffic": learning_texts.TRAFFIC, "signs": SIGNS}
        bounds = {"kinds": texts.KINDS, "few": FEW, "unknown_share": self._unknown_share}
        return self._paper.show_to(
            visit, "controls.html", texts.CONTROLS, {**given, **bounds, **traffic}
        )

    async def ask(self, visit: Visit) -> Response:
        """The next reply to judge: the message and what was done, and nothing that could lead."""
        waiting = await self._to_judge()
        question = waiting[0] if waiting else None
        given = {"question": question, "left": len(waiting), "kinds": texts.KINDS}
        shown = self._shown(question) if question else {}
        moved = await self._moved(visit.request.query_params.get("tour", ""))
        values = {**given, **shown, "moved": moved}
        return self._paper.show_to(visit, "judge.html", texts.JUDGE, values)

    async def judge(self, visit: Visit) -> Response:
        """Keep a verdict, and go on to the next."""
        turn, verdict = visit.form.get("turn", ""), visit.form.get("verdict", "")
        if _is_turn(turn) and verdict in VERDICTS:
            target = UNKNOWN if visit.form.get("unknown") else None
            by = f"account:{visit.login.account.id}"
            label = Label(int(turn), by, AUDIT, verdict, target)
            await self._store.write(partial(_keep, label=label))
            await self._refresh()
        asked = f"?tour={turn}" if _is_turn(turn) else ""
        there = f"{root_of(visit.request)}bureau/controles/juger{asked}"
        return RedirectResponse(there, HTTPStatus.SEE_OTHER)

    async def _moved(self, turn: str) -> list[str]:
        """What the judgement on a turn moved, in sentences; none where nobody judged it."""
        if not _is_turn(turn):
            return []
        found = await standings(self._store, self._targets, self._model())

        async def work(transaction: Transaction) -> list[str]:
            audits = Audits(transaction)
            if not await audits.is_judged(int(turn)):
                return []
            step = _last_step(found, await audits.all(), int(turn))
            return self._sentences(await effect_of(transaction, int(turn)), step)

        return await self._store.reader.run(work)

    def _sentences(self, effect: Effect | None, step: tuple[float, float] | None) -> list[str]:
        entry = self._base().find_any_entry(effect.entry) if effect else None
        title = entry.title if entry else effect.entry if effect else ""
        return learning_texts.effect(effect, title, step)

    async def _to_judge(self) -> Sequence[Question]:
        return await self._store.reader.run(lambda transaction: Audits(transaction).to_judge(500))

    def _shown(self, question: Question) -> dict[str, object]:
        base = self._base()
        entry = base.entries.get(question.entry or "")
        desk = base.desks.get(question.desk or "")
        family = base.outside.get(question.family or "")
        return {"entry": entry, "desk": desk, "family": family}


def _is_turn(text: str) -> bool:
    return text.isdecimal() and len(text) <= MOST_DIGITS


async def _keep(transaction: Transaction, label: Label) -> None:
    audits = Audits(transaction)
    if any(question.turn == label.turn for question in await audits.to_judge(500)):
        now = datetime.now(UTC)
        await audits.put_label(label, now)
        await settle(transaction, now)


def _last_step(
    found: Iterable[Standing], drawn: Iterable[Audited], turn: int
) -> tuple[float, float] | None:
    """The evidence against a promise before and after a judgement, if that is its last one."""
    judged = [one for one in drawn if one.judged_at and one.verdict in ("right", "wrong")]
    kind = next((one.kind for one in judged if one.turn == turn), None)
    last = max((one.judged_at, one.turn) for one in judged if one.kind == kind) if kind else None
    if last is None or last[1] != turn:
        return None
    curve = next(one.against.curve for one in found if one.kind == kind)
    before, after = (1.0, *curve)[-2:]
    return before, after


def _thin(curve: Sequence[float]) -> list[tuple[int, float]]:
    """The evidence after some of the labels, the last one among them, with their numbers."""
    step = -(-len(curve) // POINTS) or 1
    numbered = [(number, round(value, 3)) for number, value in enumerate(curve, 1)]
    return numbered[::-1][::step][::-1]


def _draw(points: Sequence[tuple[int, float]]) -> Markup | None:
    """The curve through these points; None before the second."""
    if len(points) < 2:  # noqa: PLR2004 - a line needs two points
        return None
    labels, caption = [str(number) for number, _ in points], texts.CONTROLS["curve"]
    return charts.line(labels, {caption: [value for _, value in points]}, caption)
