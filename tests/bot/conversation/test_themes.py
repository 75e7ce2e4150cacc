from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bot.conversation import choices, replies
from bot.conversation.choices import Visit, parse_visit
from bot.conversation.samples import SAMPLES
from bot.conversation.shelves import group_by_facet, index_shelves
from bot.conversation.themes import PAGE, Themes
from kb.loader import load
from tests.fakes.small_base import small_base
from tests.fakes.talk import desks_offered, labels, plain, talk
from tests.fakes.themes import LONG, MANY, SHORT, domained_base, themed_base

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.conversation.messages import Button, Reply

SHIPPED = Path(__file__).parent.parent.parent.parent / "kb" / "content"
BACK, HUMAN = "⬅ Retour", "✉️ Contacter un guichet"


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
    assert desks_offered(everybody) == ["L’atelier", "Les abonnements"]


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
    reply = Themes(themed_base()).visit(Visit("help", choices.key("disparue")))
    assert desks_offered(reply) == ["L’atelier", "Les abonnements"]


@pytest.mark.asyncio
async def test_without_themes_nobody_is_sent_to_browse() -> None:
    person = talk(base=small_base())
    assert labels(await person.says("/start"))[SAMPLES:] == [HUMAN]
    assert "pas classées par thème" in plain((await person.says("/themes")).text)


@pytest.mark.asyncio
async def test_domains_come_first_in_the_words_of_the_content_and_empty_ones_are_left_out() -> None:
    person = talk(base=domained_base())
    start = await person.says("/themes")
    assert plain(start.text) == "Que voulez-vous faire ? Choisissez, ou écrivez votre question."
    assert labels(start) == ["Réparer mon vélo", "Me promener", HUMAN]
    assert labels(await person.presses("Réparer")) == ["Vélo (2)", BACK, HUMAN]
    assert labels(await person.presses("Vélo"))[0] == "Faut-il un casque ?"
    await person.presses("Faut-il")
    await person.presses(BACK)
    assert labels(await person.presses(BACK)) == ["Vélo (2)", BACK, HUMAN]
    assert await person.presses(BACK) == start


@pytest.mark.asyncio
async def test_a_value_too_long_for_a_step_is_split_by_topic() -> None:
    person = talk(base=domained_base())
    await person.says("/themes")
    await person.presses("Me promener")
    split = await person.presses("Balades")
    assert labels(split) == [f"Courtes ({SHORT})", f"Longues ({LONG})", BACK, HUMAN]
    longer = await person.presses("Longues")
    assert plain(longer.paragraphs[0].text) == "Balades : Longues"
    assert len(longer.buttons) == LONG + 2
    await person.presses("Où mène la balade 08")
    assert await person.presses(BACK) == longer
    assert await person.presses(BACK) == split


@pytest.mark.asyncio
async def test_every_step_says_that_a_question_may_be_written_instead() -> None:
    person = talk(base=domained_base())
    steps = [await person.says("/themes")]
    steps += [await person.presses(label) for label in ("Me promener", "Balades", "Courtes")]
    said = [plain(step.paragraphs[-1].text) for step in steps]
    assert said == [
        "Que voulez-vous faire ? Choisissez, ou écrivez votre question.",
        "Choisissez dans la liste, ou écrivez votre question.",
        "Choisissez dans la liste, ou écrivez votre question.",
        "Quelle question vous intéresse ? Sinon, écrivez la vôtre.",
    ]


@pytest.mark.asyncio
async def test_buttons_from_before_the_domains_still_lead_to_what_they_said() -> None:
    person = talk(base=domained_base())
    assert "Vélo (2)" in labels(await person.presses(choices.facet("produit")))
    assert labels(await person.presses(choices.value("couloir", "Balades", 2)))[0].startswith(
        "Courtes"
    )
    old = choices.entry("balade-09", choices.key("couloir", "Balades"))
    assert "Au lac numéro 9." in (await person.presses(old)).text
    back = await person.presses(BACK)
    assert plain(back.paragraphs[0].text) == "Balades : Longues"
    unlisted = await person.presses(choices.value("produit", "Éclairage"))
    assert labels(unlisted) == ["Faut-il un casque ?", BACK, HUMAN]
    assert "Vélo (2)" in labels(await person.presses(BACK))


@pytest.mark.asyncio
@pytest.mark.parametrize(
    "data", [choices.domain("Ne rien trouver"), choices.topic("couloir", "Balades", "Nocturnes")]
)
async def test_a_domain_or_topic_that_is_gone_is_told_politely(data: str) -> None:
    assert await talk(base=domained_base()).presses(data) == replies.stale_theme()


PRESSES = 4


def _walk(themes: Themes) -> Iterator[tuple[list[Button], Reply]]:
    """Every step of at most ``PRESSES`` presses that go forward, with its choices."""
    ahead = [(themes.start(), PRESSES)]
    while ahead:
        reply, left = ahead.pop()
        found = [button for button in reply.buttons if button.label != BACK]
        forward = [b for b in found if (place := parse_visit(b.data)) and place.level != "help"]
        yield forward, reply
        if left:
            ahead += [(themes.visit(_place(button)), left - 1) for button in forward]


def _place(button: Button) -> Visit:
    place = parse_visit(button.data)
    assert place is not None
    return place


def test_every_published_answer_is_four_presses_away_with_at_most_eight_choices_a_step() -> None:
    base = load(SHIPPED)
    steps = list(_walk(Themes(base)))
    assert max(len(forward) for forward, _ in steps) <= 8
    assert all(len(button.data.encode()) <= 64 for forward, _ in steps for button in forward)
    shown = {reply.paragraphs[0].text for forward, reply in steps if not forward}
    assert {replies.french(entry.title) for entry in base.published.values()} <= shown


def test_the_walk_begins_with_what_people_come_for() -> None:
    assert [plain(label) for label in labels(Themes(load(SHIPPED)).start())] == [
        "Me connecter et m’identifier",
        "Trouver un professionnel ou une structure",
        "Identifier un patient",
        "Échanger des documents de santé",
        "Faire référencer mon logiciel",
        "Obtenir un financement",
        "Relier et tester mon logiciel",
        "Certifier et protéger ma solution",
        HUMAN,
    ]


def test_what_connecting_offers_says_what_each_name_of_the_portal_is_for() -> None:
    themes = Themes(load(SHIPPED))
    connecting = themes.visit(_place(themes.start().buttons[0]))
    names = [plain(label).rsplit(" (", 1)[0] for label in labels(connecting)]
    assert names == [
        "Pro Santé Connect (PSC) : se connecter",
        "e-CPS : la carte sur téléphone",
        "Cartes à puce CPS, CPE, CPF…",
        "Certificats logiciels (IGC-Santé)",
        "Espace de confiance PSC (EDC)",
        *(BACK, HUMAN),
    ]


@pytest.mark.asyncio
async def test_the_base_says_how_facets_values_and_topics_are_shown() -> None:
    names = {"couloir": "Où aller", "Balades": "Mes sorties", "Courtes": "Moins d’une heure"}
    person = talk(base=replace(themed_base(), labels=names))
    assert "Où aller" in labels(await person.says("/themes"))
    walks = await person.presses("Où aller")
    assert walks.text.startswith("Où aller")
    assert f"Mes sorties ({MANY})" in labels(walks)
    person = talk(base=replace(domained_base(), labels=names))
    await person.says("/themes")
    await person.presses("Me promener")
    topics = await person.presses("Mes sorties")
    assert f"Moins d’une heure ({SHORT})" in labels(topics)
    assert (await person.presses("Moins")).text.startswith("Mes sorties\u00a0: Moins d’une heure")


@pytest.mark.asyncio
async def test_an_old_button_still_leads_where_a_value_has_a_new_label() -> None:
    base = domained_base()
    old = index_shelves(group_by_facet(base.published.values()), {}, split=True)
    person = talk(base=replace(base, labels={"Vélo": "Mon vélo"}))
    shelf = next(shelf for shelf in old.values() if shelf.value == "Vélo")
    assert (await person.presses(shelf.page())).text.startswith("Mon vélo")


def test_what_is_shipped_shows_no_bare_acronym_as_a_choice() -> None:
    themes = Themes(load(SHIPPED))
    shown = {
        shelf.label
        for shelves in themes.domains.values()
        for value in shelves
        for shelf in (value, *value.topics)
    }
    assert not [label for label in shown if label.isupper() or "/" in label]
