"""The domains of ``themes.toml``: read, kept, and checked for a short walk."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from kb.entries import Domain, KnowledgeBase
from kb.loader import load
from kb.problems import ContentError
from kb.walk import CHOICES, LABEL_ROOM, check_walk, split_by_topic
from tests.fakes.content import write_text
from tests.fakes.themes import MANY, domained_base, themed_base

if TYPE_CHECKING:
    from pathlib import Path

DOMAIN = '[[domain]]\nname = "Payer"\noffre = ["Tarifs"]\nproduit = ["Vélo", "Badge"]\n'


def said(base: KnowledgeBase) -> list[str]:
    return sorted(str(problem) for problem in check_walk(base))


def walk_to(*values: tuple[str, str]) -> KnowledgeBase:
    return replace(themed_base(), domains=(Domain("Sortir", values),))


def test_domains_are_read_with_their_values_facet_by_facet(folder: Path) -> None:
    write_text(folder, "themes.toml", DOMAIN)
    values = (("offre", "Tarifs"), ("produit", "Vélo"), ("produit", "Badge"))
    base = load(folder)
    assert base.domains == (Domain("Payer", values),)
    assert KnowledgeBase.from_dict(base.to_dict()).domains == base.domains


def test_a_folder_without_the_file_has_no_domains_and_nothing_to_complain_of(folder: Path) -> None:
    base = load(folder)
    assert base.domains == ()
    assert said(base) == []


def test_a_base_saved_before_there_were_domains_is_still_read(folder: Path) -> None:
    saved = load(folder).to_dict()
    del saved["domains"]
    assert KnowledgeBase.from_dict(saved).domains == ()


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        (DOMAIN.replace("offre", "ofre"), 3, "clé inconnue"),
        ('[[domain]]\nproduit = ["Vélo"]\n', 1, "cette clé manque"),
        (DOMAIN * (CHOICES + 1), 0, "plus de 8 choix"),
        (f'[[domain]]\nname = "A"\nproduit = {list("abcdefghi")}\n', 3, "plus de 8 choix"),
        ('[[domain]\nname = "A"\n', 1, "ne se lit pas"),
    ],
)
def test_a_mistake_in_the_file_is_told_with_its_line(
    folder: Path, text: str, line: int, message: str
) -> None:
    write_text(folder, "themes.toml", text)
    with pytest.raises(ContentError) as error:
        load(folder)
    (problem,) = error.value.problems
    assert (problem.file, problem.line) == ("themes.toml", line)
    assert message in problem.message


def test_an_answer_that_no_domain_leads_to_is_named() -> None:
    lost = said(walk_to(("couloir", "Balades"), ("produit", "Vélo")))
    assert [text for text in lost if "ne mène à cette réponse" in text and "tarif" in text]
    assert not [text for text in lost if "casque" in text]
    assert not [text for text in lost if "cachee" in text]


def test_a_value_that_no_answer_carries_is_named() -> None:
    assert [text for text in said(walk_to(("produit", "Disparu"))) if "« Disparu »" in text]


def test_a_list_that_fills_more_than_a_screen_is_named_with_its_length() -> None:
    (long,) = [text for text in said(walk_to(("couloir", "Balades"))) if "au plus" in text]
    assert f"{MANY} réponses sous « Balades »" in long
    assert not [text for text in said(domained_base()) if "au plus" in text]


def test_many_topics_under_one_value_are_too_many_too() -> None:
    base = walk_to(("couloir", "Balades"))
    entries = {
        key: replace(entry, themes={**entry.themes, "thematique": (key,)})
        for key, entry in base.entries.items()
    }
    (long,) = [text for text in said(replace(base, entries=entries)) if "au plus" in text]
    assert f"{MANY} thématiques" in long


def test_answers_without_a_topic_are_not_lost_by_a_split() -> None:
    base = domained_base()
    walks = [e for key, e in base.entries.items() if key.startswith("balade-")]
    assert list(split_by_topic(walks)) == ["Courtes", "Longues"]
    assert not split_by_topic([*walks, base.entries["velo-casse"], replace(walks[0], themes={})])
    assert not split_by_topic(walks[:CHOICES])


LABELS = '\n[labels]\n"Vélo" = "Mon vélo, ses pannes"\n'


def test_labels_are_read_and_kept_and_an_older_base_has_none(folder: Path) -> None:
    write_text(folder, "themes.toml", DOMAIN + LABELS)
    base = load(folder)
    assert base.labels == {"Vélo": "Mon vélo, ses pannes"}
    assert KnowledgeBase.from_dict(base.to_dict()).labels == base.labels
    older = {name: value for name, value in base.to_dict().items() if name != "labels"}
    assert KnowledgeBase.from_dict(older).labels == {}


@pytest.mark.parametrize(
    ("labels", "complaint"),
    [
        ({"Disparu": "Ce qui n’est plus là"}, "aucune réponse ne porte cette valeur"),
        ({"Vélo": "Deux roues", "Éclairage": "deux roues"}, "se lit déjà ailleurs"),
        ({"Vélo": "eclairage"}, "se lit déjà ailleurs"),
        ({"Vélo": "V" * (LABEL_ROOM + 1)}, f"{LABEL_ROOM + 1} signes"),
    ],
)
def test_a_label_that_misleads_is_named(labels: dict[str, str], complaint: str) -> None:
    base = replace(walk_to(("produit", "Vélo")), labels=labels)
    assert [text for text in said(base) if complaint in text and "labels" in text]


def test_labels_of_facets_values_and_topics_are_no_problem() -> None:
    labels = {"couloir": "Où aller", "Vélo": "Mon vélo", "Argent": "Ce que cela coûte"}
    assert not [text for text in said(replace(themed_base(), labels=labels)) if "labels" in text]
