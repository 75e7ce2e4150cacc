"""The controls: how each promise stands, and the page on which drawn replies are judged, blind."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from starlette.responses import RedirectResponse

from bot.analytics.auditing import effect_of_label, standings
from bot.analytics.promise import UNKNOWN
from bot.analytics.proportions import FEW
from bot.channels.web.bureau import charts, control_texts, texts
from bot.channels.web.bureau.access import Page, root_of
from bot.store.accounts import ROLES
from bot.store.audits import AUDIT, VERDICTS, Audits, Label

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markupsafe import Markup
    from starlette.responses import Response

    from bot.analytics.promise import Standing
    from bot.channels.web.bureau.access import Visit
    from bot.channels.web.bureau.paper import Paper
    from bot.channels.web.bureau.parts import BureauParts
    from bot.store.accounts import Role
    from bot.store.audits import Question
    from bot.store.store import Transaction

EDITORS: frozenset[Role] = frozenset({"éditeur"})
_TURN = re.compile(r"[0-9]{1,9}")
POINTS = 200
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
        curves = {standing.kind: _curve(standing) for standing in found}
        given = {"standings": found, "curves": curves, "waiting": waiting, "kinds": texts.KINDS}
        bounds = {"few": FEW, "unknown_share": self._unknown_share}
        return self._paper.show_to(visit, "controls.html", texts.CONTROLS, {**given, **bounds})

    async def ask(self, visit: Visit) -> Response:
        """The next reply to judge: the message and what was done, and nothing that could lead."""
        waiting = await self._to_judge()
        question = waiting[0] if waiting else None
        given = {"question": question, "left": len(waiting), "kinds": texts.KINDS}
        shown = self._shown(question) if question else {}
        shown = {**shown, "said": await self._moved(visit.request.query_params.get("juge", ""))}
        return self._paper.show_to(visit, "judge.html", texts.JUDGE, {**given, **shown})

    async def judge(self, visit: Visit) -> Response:
        """Keep a verdict, and go on to the next."""
        turn, verdict = visit.form.get("turn", ""), visit.form.get("verdict", "")
        if _TURN.fullmatch(turn) and verdict in VERDICTS:
            target = UNKNOWN if visit.form.get("unknown") else None
            by = f"account:{visit.login.account.id}"
            label = Label(int(turn), by, AUDIT, verdict, target)
            await self._store.write(partial(_keep, label=label))
        there = f"{root_of(visit.request)}bureau/controles/juger?{urlencode({'juge': turn})}"
        return RedirectResponse(there, HTTPStatus.SEE_OTHER)

    async def _moved(self, turn: str) -> str:
        """What the label that was just given moved; empty without one."""
        if not _TURN.fullmatch(turn):
            return ""
        moved = await effect_of_label(self._store, self._targets, self._model(), int(turn))
        return control_texts.moved(*moved) if moved else ""

    async def _to_judge(self) -> Sequence[Question]:
        return await self._store.reader.run(lambda transaction: Audits(transaction).to_judge(500))

    def _shown(self, question: Question) -> dict[str, object]:
        base = self._base()
        entry = base.entries.get(question.entry or "")
        desk = base.desks.get(question.desk or "")
        family = base.outside.get(question.family or "")
        return {"entry": entry, "desk": desk, "family": family}


async def _keep(transaction: Transaction, label: Label) -> None:
    audits = Audits(transaction)
    if any(question.turn == label.turn for question in await audits.to_judge(500)):
        await audits.put_label(label, datetime.now(UTC))


def _curve(standing: Standing) -> Markup | None:
    """The evidence after each label, thinned; None before the second label."""
    curve = standing.against.curve
    if len(curve) < 2:  # noqa: PLR2004 - a line needs two points
        return None
    step = -(-len(curve) // POINTS)
    labels = [str(number + 1) for number in range(len(curve))][::step]
    caption = texts.CONTROLS["curve"]
    return charts.line(labels, {caption: [round(value, 3) for value in curve][::step]}, caption)
