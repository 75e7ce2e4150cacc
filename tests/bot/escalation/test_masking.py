"""What a desk sees: patients' identifiers never, the asker's contact once they want it."""

from __future__ import annotations

import pytest

from bot.conversation.replies.previews import preview
from bot.conversation.replies.tickets import Promise
from bot.escalation.masking import MAX_TEXT, for_desk, keep_contact
from tests.fakes.small_base import small_base

PATIENTS = [
    "NIR 1 84 12 76 451 089 46 refusé",
    "patient Durand, né le 12/03/1984",
    "IBAN FR76 3000 6000 0112 3456 7890 189",
    "INS : 184127645108946",
]
CONTACTS = [
    ("Écrivez à paul.martin@cabinet.example", "paul.martin@cabinet.example"),
    ("Rappelez au 06 12 34 56 78", "06 12 34 56 78"),
    ("Notre SIRET : 732 829 320 00074", "732 829 320 00074"),
]


@pytest.mark.parametrize("text", PATIENTS)
@pytest.mark.parametrize("show_contact", [False, True])
def test_what_identifies_a_patient_is_masked_for_everybody(
    text: str, *, show_contact: bool
) -> None:
    masked = for_desk(text, show_contact=show_contact)
    assert "[" in masked
    assert not any(part in masked for part in ("451", "Durand", "12/03", "3456", "184127645108946"))


@pytest.mark.parametrize(("text", "contact"), CONTACTS)
def test_the_contact_is_seen_only_once_it_is_shown(text: str, contact: str) -> None:
    assert contact not in for_desk(text)
    assert contact in for_desk(text, show_contact=True)
    assert contact not in for_desk(keep_contact(text))


def test_a_text_without_anybody_is_as_it_was() -> None:
    text = "Le certificat 1.2.250.1.213.3.3.1.1 est refusé (erreur 403)."
    assert for_desk(text) == for_desk(text, show_contact=True) == text


def test_a_long_text_is_cut_and_what_no_database_takes_is_replaced() -> None:
    assert len(for_desk("mot " * 5000)) == MAX_TEXT
    assert for_desk("a\0b\ud800") == "a\ufffdb?"


def test_the_preview_shows_what_the_desk_will_see_and_the_choices() -> None:
    desk = small_base().desks["atelier"]
    shown = preview(
        desk,
        ["Mon vélo", "Écrivez à [courriel]"],
        "Rendez-le.",
        Promise(),
        shows_contact=False,
        other_desks=True,
    )
    assert "Écrivez à [courriel]" in shown.text
    assert "coordonnées sont masquées" in shown.text
    assert [button.label for button in shown.buttons] == [
        "Envoyer",
        "Ajouter un détail",
        "Montrer mes coordonnées",
        "Choisir un autre guichet",
        "Annuler",
    ]
