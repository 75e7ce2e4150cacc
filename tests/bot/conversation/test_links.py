from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation import links, replies
from bot.conversation.samples import Samples
from kb.loader import load
from tests.fakes.small_base import small_base
from tests.fakes.talk import labels, talk

SHIPPED = Path(__file__).parent.parent.parent.parent / "kb" / "content"
LINK = re.compile(r"[A-Za-z0-9_-]{1,64}")


@given(st.lists(st.text(min_size=1, max_size=200), unique=True, min_size=1, max_size=20))
def test_every_link_fits_and_opens_its_own_entry(ids: list[str]) -> None:
    for name in ids:
        link = links.deep_link(name)
        assert LINK.fullmatch(link)
        assert links.entry_of(link, ids) == name


def test_a_short_id_is_readable_in_its_link() -> None:
    assert links.deep_link("velo-casse") == "e-velo-casse"
    assert links.deep_link("a" * 62) == "e-" + "a" * 62


def test_a_long_id_is_hashed_and_differs_from_its_neighbour() -> None:
    one, other = links.deep_link("a" * 63), links.deep_link("a" * 62 + "b")
    assert len(one) <= 64
    assert one != other


@pytest.mark.parametrize("argument", ["", "e-", "velo-casse", "c-oublier", "e-autre", "groupe"])
def test_other_arguments_open_no_entry(argument: str) -> None:
    assert links.entry_of(argument, ["velo-casse"]) is None


def test_a_command_link_names_its_command() -> None:
    assert links.command_of(links.command_link("oublier")) == "oublier"
    assert links.command_of("e-oublier") is None


@pytest.mark.asyncio
async def test_start_with_an_entry_opens_its_answer_with_a_way_to_people() -> None:
    person = talk()
    reply = await person.says(f"/start {links.deep_link('velo-casse')}")
    assert "Rendez-le." in reply.text
    assert labels(reply) == ["✉️ Contacter un guichet"]
    assert "atelier@velo.example" in (await person.presses("✉")).text
    assert person.journal.turns == []


@pytest.mark.asyncio
async def test_a_link_with_the_old_name_of_an_entry_opens_it() -> None:
    base = small_base()
    renamed = replace(base.entries["velo-casse"], id="panne", formerly=("velo-casse",))
    known = replace(base, entries={"panne": renamed})
    person = talk(base=known)
    asked = [f"/start {links.deep_link(name)}" for name in ("velo-casse", "panne")]
    old, new = [await person.says(text) for text in asked]
    assert old == new
    assert "Rendez-le." in old.text


@pytest.mark.asyncio
@pytest.mark.parametrize(
    "argument", ["", "groupe", "e-inconnue", "c-start", "c-zut", "\ud800", "ref"]
)
async def test_start_with_anything_else_greets(argument: str) -> None:
    person = talk()
    base = small_base()
    samples = [(entry.id, entry.title) for entry in Samples(base).typical]
    welcome = replies.welcome(base.about, themes=False, samples=samples)
    assert await person.says(f"/start {argument}") == welcome


@pytest.mark.asyncio
@pytest.mark.parametrize("command", ["mesdonnees", "oublier", "pourquoi"])
async def test_start_with_a_command_runs_it(command: str) -> None:
    person = talk()
    linked = await person.says(f"/start {links.command_link(command)}")
    assert linked == await person.says(f"/{command}")


def test_every_shipped_answer_has_a_link_of_its_own() -> None:
    published = load(SHIPPED).published
    found = {links.deep_link(name) for name in published}
    assert len(found) == len(published)
    assert all(LINK.fullmatch(link) for link in found)
