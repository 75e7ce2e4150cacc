from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bot.conversation import choices, replies
from bot.conversation.choices import Visit, parse_visit
from bot.conversation.themes import PAGE, Themes
from kb.loader import load
from tests.fakes.small_base import small_base
from tests.fakes.talk import labels, plain, talk
from tests.fakes.themes import MANY, themed_base

if TYPE_CHECKING:
    from bot.conversation.messages import Button, Reply

SHIPPED = Path(__file__).parent.parent.parent.parent / "kb" / "content"
BACK, HUMAN = "⬅ Retour", "👤 Parler à un humain"


@pytest.mark.asyncio
async def test_themes_start_with_the_facets_in_a_fixed_order_and_unknown_ones_last() -> None:
    reply = await talk(base=themed_base()).says("/themes")
    assert labels(reply) == ["Couloir", "Produit", "Thématique", "Météo", HUMAN]


@pytest.mark.asyncio
async def test_one_walks_from_a_facet_to_an_answer_and_back_by_buttons_alone() -> None:
    person = talk(base=themed_base())
    await person.says("/themes")
    assert labels(await person.presses("Produit")) == ["Éclairage (1)", "Vélo (2)", BACK, HUMAN]
    titles = await person.presses("Vélo")
    assert labels(titles) == [
        "Faut-il un casque ?",
        "Mon vélo est cassé : que faire ?",
        BACK,
        HUMAN,
    ]
    answer = await person.presses("Mon vélo")
    assert "Rendez-le." in answer.text
    assert "Source" in answer.text
    assert labels(answer) == [HUMAN, BACK]
    assert await person.presses(BACK) == titles
    assert labels(await person.presses(BACK))[0] == "Éclairage (1)"
    assert labels(await person.presses(BACK))[0] == "Couloir"
    assert person.journal.turns == []


@pytest.mark.asyncio
async def test_a_human_stands_behind_an_answer_that_was_looked_up() -> None:
    person = talk(base=themed_base())
    for data in (choices.entry("velo-casse"), HUMAN):
        reply = await person.presses(data)
    assert "atelier@velo.example" in reply.text
    assert "abo@velo.example" not in reply.text
    await person.presses(choices.entry("casque"))
    everybody = await person.presses(HUMAN)
    assert "atelier@velo.example" in everybody.text
    assert "abo@velo.example" in everybody.text


@pytest.mark.asyncio
async def test_a_long_list_is_paged_and_the_way_back_leads_to_its_page() -> None:
    person = talk(base=themed_base())
    await person.says("/themes")
    await person.presses("Couloir")
    first = await person.presses("Balades")
    assert labels(first)[PAGE:] == ["Page suivante ▶", BACK, HUMAN]
    second = await person.presses("Page suivante")
    assert labels(second)[0] == f"Où mène la balade {PAGE:02} ?"
    third = await person.presses("Page suivante")
    assert labels(third)[MANY % PAGE :] == ["◀ Page précédente", BACK, HUMAN]
    await person.presses("Où mène la balade 18")
    assert await person.presses(BACK) == third
    assert await person.presses("◀ Page précédente") == second


@pytest.mark.asyncio
async def test_what_is_withheld_cannot_be_found() -> None:
    person = talk(base=themed_base())
    assert await person.presses(choices.entry("cachee")) == replies.stale_theme()
    assert await person.says("/start e-cachee") == await person.says("/start")


@pytest.mark.asyncio
async def test_buttons_outlive_a_reload_and_lead_to_the_same_place() -> None:
    base = themed_base()
    added = replace(
        base.entries["tarif"], id="abc", title="À propos ?", themes={"produit": ("Abc",)}
    )
    newer = replace(base, entries={"abc": added, **base.entries})
    person = talk(base=base)
    await person.says("/themes")
    values = await person.presses("Produit")
    wanted = next(found.data for found in values.buttons if found.label.startswith("Vélo"))
    assert await talk(base=newer).presses(wanted) == await person.presses(wanted)


@pytest.mark.asyncio
@pytest.mark.parametrize(
    "data",
    [
        choices.facet("offre"),
        choices.value("produit", "Disparu"),
        choices.value("thematique", "Vélo"),
        choices.entry("disparue", choices.key("produit", "Vélo")),
    ],
)
async def test_a_place_that_is_gone_is_told_politely_and_themes_are_offered(data: str) -> None:
    person = talk(base=themed_base())
    assert await person.presses(data) == replies.stale_theme()
    assert labels(await person.presses("Parcourir les thèmes"))[0] == "Couloir"


@pytest.mark.asyncio
async def test_an_entry_that_lost_its_theme_leads_back_to_the_start() -> None:
    person = talk(base=themed_base())
    await person.presses(choices.entry("tarif", choices.key("produit", "Vélo")))
    assert labels(await person.presses(BACK))[0] == "Couloir"


def test_a_page_beyond_the_end_is_the_last_page() -> None:
    themes = Themes(themed_base())
    key = choices.key("couloir", "Balades")
    assert themes.visit(Visit("value", key, 999)) == themes.visit(Visit("value", key, 2))


def test_the_help_of_an_entry_that_is_gone_gives_every_contact() -> None:
    said = Themes(themed_base()).visit(Visit("help", choices.key("disparue"))).text
    assert "atelier@velo.example" in said
    assert "abo@velo.example" in said


@pytest.mark.asyncio
async def test_without_themes_nobody_is_sent_to_browse() -> None:
    person = talk(base=small_base())
    assert labels(await person.says("/start")) == [HUMAN]
    assert "pas classées par thème" in plain((await person.says("/themes")).text)


def _reached(themes: Themes, reply: Reply) -> dict[str, Reply]:
    """Every place that buttons lead to, by data."""
    found: dict[str, Reply] = {}
    ahead = list(reply.buttons)
    while ahead:
        button: Button = ahead.pop()
        place = parse_visit(button.data)
        if place and button.data not in found:
            found[button.data] = themes.visit(place)
            ahead += found[button.data].buttons
    return found


def test_all_classified_answers_of_the_shipped_base_are_within_reach() -> None:
    base = load(SHIPPED)
    themes = Themes(base)
    reached = _reached(themes, themes.start())
    assert all(1 <= len(data.encode()) <= 64 for data in reached)
    shown = {reply.paragraphs[0].text for reply in reached.values()}
    wanted = {replies.french(e.title) for e in base.published.values() if e.themes}
    assert wanted <= shown
    assert max(len(reply.buttons) for reply in reached.values()) <= PAGE + 4
