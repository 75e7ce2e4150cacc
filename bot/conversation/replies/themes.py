"""What is said while somebody browses the themes of the answers."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.conversation import choices
from bot.conversation.replies.parts import button, say, titled_reply, to_somebody

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.conversation.messages import Button, Reply

FACETS = ("offre", "couloir", "dispositif", "produit", "thematique")
"""The facets in the order shown; one that is not listed follows."""

_ACCENTED = {"thematique": "thématique"}


def domains(names: Sequence[str]) -> Reply:
    """What people come for, in the words of the content folder."""
    buttons = [button(name, choices.domain(name)) for name in names]
    asked = "Que voulez-vous faire\u00a0? Choisissez, ou écrivez votre question."
    return say(asked, *buttons, to_somebody())


def themes(facets: Mapping[str, str]) -> Reply:
    """By what the answers can be browsed when no domains are defined: facet -> how it is shown."""
    if not facets:
        alone = "Les réponses ne sont pas classées par thème. Posez-moi votre question."
        return say(alone, to_somebody())
    buttons = [button(label, choices.facet(name)) for name, label in facets.items()]
    asked = "Par quoi voulez-vous chercher\u00a0? Choisissez, ou écrivez votre question."
    return say(asked, *buttons, to_somebody())


def facet_label(name: str) -> str:
    """A facet that the content folder gives no other name."""
    return _ACCENTED.get(name, name).capitalize()


def shelves(title: str, counted: Sequence[tuple[str, int, str]], page: Sequence[Button]) -> Reply:
    """The parts of ``title``: ``counted`` holds name, number of answers and data of each."""
    buttons = [button(f"{name} ({count})", data) for name, count, data in counted]
    asked = "Choisissez dans la liste, ou écrivez votre question."
    return titled_reply(title, asked, buttons=(*buttons, *page, to_somebody()))


def titles(
    value: str, titled_entries: Sequence[tuple[str, str]], origin: str, page: Sequence[Button]
) -> Reply:
    """The questions of a value or topic; ``titled_entries`` holds entry id and title."""
    buttons = [button(title, choices.entry(name, origin)) for name, title in titled_entries]
    asked = "Quelle question vous intéresse\u00a0? Sinon, écrivez la vôtre."
    return titled_reply(value, asked, buttons=(*buttons, *page, to_somebody()))


def theme_answer(answer: Reply, people: str, back: str) -> Reply:
    """An answer that was looked up, with the way to people and the way ``back``, if any."""
    returning = (back_to(back),) if back else ()
    return replace(answer, buttons=(to_somebody(people), *returning))


def back_to(data: str) -> Button:
    """The way back."""
    return button("⬅ Retour", data)


def page_buttons(previous: str, following: str) -> list[Button]:
    """Buttons to the pages before and after; those without data are left out."""
    labelled = (("◀ Page précédente", previous), ("Page suivante ▶", following))
    return [button(label, data) for label, data in labelled if data]


def stale_theme() -> Reply:
    """The place is no longer in the knowledge base."""
    again = button("Parcourir les thèmes", choices.THEMES)
    said = "Cette rubrique a changé depuis. Vous pouvez la chercher à nouveau."
    return say(said, again, to_somebody())
