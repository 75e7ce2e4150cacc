from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from bot.analytics.proposals.changes import ChangeError, Changes, apply_changes, missing
from kb.loader import load

CONTENT = Path(__file__).parents[3] / "content"
WORDING = Changes("wording", "velo-vole", "problem", ("il a disparu",), nobody_named=True)
ENTRY = Changes(
    "entry",
    wordings=("je peux emmener mon chien ?",),
    title="Peut-on emmener un animal ?",
    answer="Oui, dans un panier.",
    desk="atelier",
    origin="guichet",
    dated="2026-11",
    nobody_named=True,
)


@pytest.fixture
def kb(tmp_path: Path) -> Path:
    return Path(shutil.copytree(CONTENT, tmp_path / "kb"))


def test_a_change_comes_back_from_json() -> None:
    for changes in (WORDING, ENTRY):
        assert Changes.from_dict(changes.to_dict()) == changes


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"kind": "wording", "wording": []}, "wording"),
        ({"kind": "letter"}, "kind"),
        ({"kind": "wording", "wordings": [1]}, "wordings"),
    ],
)
def test_a_file_that_is_no_change_is_refused(data: dict[str, object], said: str) -> None:
    with pytest.raises(ChangeError, match=said):
        Changes.from_dict(data)


def test_each_line_is_a_wording_and_counts_once() -> None:
    given = {"kind": "wording", "wordings": " un  vélo \n\nun vélo\nune selle"}
    assert Changes.from_dict(given).wordings == ("un vélo", "une selle")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        (replace(WORDING, target="nulle-part"), "Choisissez ce à quoi"),
        (replace(WORDING, wordings=()), "au moins une question"),
        (replace(WORDING, manner="shouted"), "manière de demander"),
        (replace(WORDING, nobody_named=False), "ne nomment personne"),
        (replace(ENTRY, title=" "), "titre"),
        (replace(ENTRY, answer=""), "réponse"),
        (replace(ENTRY, desk="cave"), "guichet"),
        (replace(ENTRY, desk=""), "guichet qui a écrit"),
        (replace(ENTRY, theme="../.."), "dossier"),
    ],
)
def test_what_is_missing_is_said(changes: Changes, said: str) -> None:
    (told,) = missing(changes, load(CONTENT))
    assert said in told


def test_nothing_is_missing_from_a_whole_change() -> None:
    assert [missing(changes, load(CONTENT)) for changes in (WORDING, ENTRY)] == [[], []]


def test_wordings_join_their_entry_and_no_other_line_changes(kb: Path) -> None:
    apply_changes(WORDING, kb)
    name = Path("faq/velos/velo-vole.md")
    before, after = ((folder / name).read_text("utf-8").splitlines() for folder in (CONTENT, kb))
    assert [line for line in after if line not in before] == ['    - "il a disparu"']
    assert [line for line in after if line in before] == before


@pytest.mark.parametrize(("kind", "target"), [("desk", "atelier"), ("outside", "meteo")])
def test_desks_and_families_get_wordings_too(kind: str, target: str, kb: Path) -> None:
    given = {"kind": kind, "target": target, "wordings": ["une question de plus"]}
    apply_changes(Changes.from_dict(given), kb)
    base = load(kb)
    item = {**base.desks, **base.outside}[target]
    assert "une question de plus" in {question.text for question in item.questions}


def test_a_new_entry_says_who_wrote_it_and_when(kb: Path) -> None:
    apply_changes(ENTRY, kb)
    entry = load(kb).published["peut-on-emmener-un-animal"]
    assert (entry.sources, entry.origin, entry.dated) == ((), "guichet", "2026-11")
    assert [question.text for question in entry.questions] == list(ENTRY.wordings)


def test_what_is_not_there_gets_nothing(kb: Path) -> None:
    with pytest.raises(ChangeError, match="nulle-part"):
        apply_changes(replace(WORDING, target="nulle-part"), kb)
