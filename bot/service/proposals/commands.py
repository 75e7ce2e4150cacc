"""Proposals for an operator's terminal, beside a running service or without one."""

from __future__ import annotations

import json
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from bot.analytics.proposals.changes import ChangeError, Changes
from bot.analytics.proposals.findings import Findings
from bot.service.proposals.office import Office
from bot.service.proposals.publishing import PublishingError
from bot.service.proposals.runner import Runner, give_up_silent
from bot.store.opening import open_existing_store, open_store

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Mapping

    from bot.analytics.proposals.flips import Replay
    from bot.ops.settings import Settings
    from bot.store.proposals import Proposal
    from bot.store.store import Store

BY = "cli"
SHOWN = 20
"""Changed replies that are printed one by one."""

SOON = "a running service takes it within half a minute"


async def check(settings: Settings, what: str, *, full: bool) -> tuple[list[str], bool]:
    """Check the proposal of a number, or of a file; what was found, and whether it may go on.

    Raises:
        BotError: there is none, or another check runs.
        StoreError: the database cannot be used.
    """
    changes = None if what.isdecimal() else read_changes(Path(what))
    # A change from a file may be the first thing that is kept.
    opened = open_store if changes else open_existing_store
    async with _office(settings, opened) as (store, office):
        number = await office.add(BY, changes) if changes else int(what)
        await office.start_check(number, quick=not full)
        proposal = await Runner(store, settings, office).check(number)
        if proposal is None:
            raise PublishingError("cette proposition n’existe pas")
        return await _describe(office, proposal), proposal.state == "checked"


async def publish(settings: Settings, number: int, reason: str) -> str:
    """Publish a checked proposal, after its whole check where it had a quick one; how it went.

    Raises:
        BotError: it cannot be published.
        StoreError: the database cannot be used.
    """
    async with _office(settings) as (store, office):
        if office.write_mode == "patch":
            return await office.patch(number)
        await office.publish(number, reason)
        if office.wanted:
            await Runner(store, settings, office).check(office.wanted.pop())
        proposal = await office.find(number)
        if proposal is None or proposal.state != "published":
            told = "\n".join(await _describe(office, proposal)) if proposal else ""
            raise PublishingError(f"elle n’a pas été publiée\n{told}")
    return f"proposal {number} is published; {SOON}"


async def revert(settings: Settings, number: int) -> str:
    """Take a publication back; how it went.

    Raises:
        BotError: it cannot be taken back.
        StoreError: the database cannot be used.
    """
    async with _office(settings) as (_, office):
        await office.revert(number)
    return f"proposal {number} is taken back; {SOON}"


async def list_all(settings: Settings) -> list[str]:
    """The last proposals, one a line.

    Raises:
        StoreError: the database cannot be used.
    """
    async with _office(settings) as (_, office):
        found = await office.newest()
    return [
        f"{p.id}  {p.state}  {p.kind}  {Changes.from_dict(p.changes).owner}" for p in found
    ] or ["no proposal yet"]


async def show(settings: Settings, number: int) -> list[str]:
    """What a proposal adds and what its check found.

    Raises:
        BotError: there is none.
        StoreError: the database cannot be used.
    """
    async with _office(settings) as (_, office):
        proposal = await office.find(number)
        if proposal is None:
            raise PublishingError("cette proposition n’existe pas")
        changes = Changes.from_dict(proposal.changes)
        return [*await _describe(office, proposal), *(f"+ {text}" for text in changes.wordings)]


def read_changes(file: Path) -> Changes:
    """The change that a JSON or YAML file describes; its keys are those of ``Changes``.

    Raises:
        ChangeError: it cannot be read, or is no change.
    """
    try:
        text = file.read_text("utf-8")
        data: Any = json.loads(text) if file.suffix == ".json" else yaml.safe_load(text)
    except (OSError, UnicodeDecodeError):
        raise ChangeError(f"« {file} » ne peut pas être lu\u00a0; vérifiez le chemin.") from None
    except (ValueError, yaml.YAMLError) as error:
        told = f"« {file} »{_line_of(error)} n’est pas du JSON ou du YAML correct"
        raise ChangeError(f"{told}\u00a0; vérifiez les guillemets et les retraits.") from None
    if not isinstance(data, dict):
        raise ChangeError(f"« {file} » doit être un objet, avec « kind » et « wordings ».")
    return Changes.from_dict(data)


def _line_of(error: ValueError | yaml.YAMLError) -> str:
    """Where a text cannot be read, as ``, ligne 3``; nothing where the reader does not say."""
    if isinstance(error, json.JSONDecodeError):
        return f", ligne {error.lineno},"
    mark = getattr(error, "problem_mark", None)
    return f", ligne {mark.line + 1}," if mark else ""


@asynccontextmanager
async def _office(
    settings: Settings, opened: Callable[[Settings], Awaitable[Store]] = open_existing_store
) -> AsyncIterator[tuple[Store, Office]]:
    async with await opened(settings) as store:
        await give_up_silent(store)
        yield store, Office(store, settings)


async def _describe(office: Office, proposal: Proposal) -> list[str]:
    lines = [f"proposal {proposal.id}: {proposal.state}"]
    if proposal.reason:
        lines.append(proposal.reason)
    if proposal.check.get("base") is None:
        return lines
    found = Findings.from_dict(proposal.check)
    lines += [f"{each.place} : {each.message}" for each in found.objections]
    lines += [f"à savoir : {note}" for note in found.notes]
    if found.gate:
        gate = found.gate
        lines.append(f"{gate.difference:+.2f} points on {gate.shared} shared questions")
    if found.replay:
        how = "quick check" if found.quick else "whole check"
        lines.append(f"{how} in {found.seconds:.0f} s, {found.megabytes:.0f} MB at most")
        flips = {flip.turn for flip in found.replay.flips}
        lines += describe_replay(found.replay, await office.texts(flips))
    return lines


def describe_replay(replay: Replay, texts: Mapping[int, str]) -> list[str]:
    """What two models do otherwise, as lines; ``texts`` are the words of the messages by turn."""
    counts = replay.counts
    lines = [
        f"{replay.replayed} messages decided twice ({replay.judged} judged by people), "
        f"{replay.emptied} without words left out",
        f"gained {counts['gained']}, lost {counts['lost']}, other {counts['other']}; "
        f"right no more: {replay.broken}",
    ]
    for flip in replay.flips[:SHOWN]:
        text = texts.get(flip.turn, "")
        words = ", ".join(text[begin:end] for begin, end in flip.spans)
        judged = f" [{flip.judged}]" if flip.judged else ""
        lines.append(f"  {flip.before} -> {flip.after}{judged}: {text[:80]} ({words})")
    return lines
