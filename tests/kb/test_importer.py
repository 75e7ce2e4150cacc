from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kb.importer import CUT_NOTE, Comparer, Comparison, report_lines, write_drafts
from kb.lint import lint
from kb.loader import load
from kb.markup import find_markup
from kb.pages import Page, PageAnswer
from tests.fakes.content import write_entry

if TYPE_CHECKING:
    from pathlib import Path

URL = "https://www.veloville.example/faq?f%5B0%5D=a"
SAME_URL = "http://veloville.example/faq?f[0]=a#haut"
GUIDE = (
    "Suivez le guide du cycliste ANS_Guide_v7.0 du 3 mai 2024, puis écrivez à aide@velo.example."
)
NEW_GUIDE = (
    "Consultez le guide du cycliste ANS_Guide_v8.1 du 3 juin 2025, et écrivez à aide@velo.example."
)
PARKING = PageAnswer("Le parking de la gare ouvre à 5 h 30.", "Quand ouvre le parking de la gare ?")
CUT = PageAnswer("Les remorques se louent au mois pour 45 euros, sauf si", cut=True)


@pytest.fixture
def with_guide(folder: Path) -> Path:
    write_entry(folder, "guide", title="Où est le guide ?", answer=GUIDE, url=URL)
    return folder


def compare(folder: Path, *answers: PageAnswer, url: str = URL) -> Comparison:
    return Comparer(load(folder), url).compare(Page(answers, url))


def bring_in(folder: Path, *answers: PageAnswer) -> str:
    base = load(folder)
    found = Comparer(base, URL).compare(Page(answers, URL))
    return "\n".join(report_lines(found, base, write_drafts(folder, base, found, URL)))


def files(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in folder.rglob("*.*")}


def test_an_answer_whose_facts_changed_is_told_by_them(with_guide: Path) -> None:
    found = compare(with_guide, PageAnswer(NEW_GUIDE))
    assert {str(change) for change in found.changed["guide"]} == {
        "ANS_GUIDE_V7.0 -> ANS_GUIDE_V8.1",
        "2024-05-03 -> 2025-06-03",
    }
    assert (found.new, found.vanished) == ((), ())


def test_an_address_that_changed_is_told(with_guide: Path) -> None:
    found = compare(with_guide, PageAnswer(GUIDE.replace("aide@", "contact@")))
    assert [str(c) for c in found.changed["guide"]] == ["aide@velo.example -> contact@velo.example"]


def test_a_rewording_with_the_same_facts_is_served(with_guide: Path) -> None:
    words = "Le cycliste écrit à aide@velo.example et lit le guide ANS_Guide_v7.0 (3 mai 2024)."
    found = compare(with_guide, PageAnswer(words), url=SAME_URL)
    assert (found.served, found.changed, found.vanished) == (("guide",), {}, ())


def test_what_the_page_no_longer_says_has_vanished(with_guide: Path) -> None:
    assert compare(with_guide, PARKING).vanished == ("guide",)
    assert compare(with_guide, PARKING, url="https://autre.example/faq").vanished == ()


def test_an_answer_that_nobody_gives_is_new(with_guide: Path) -> None:
    assert compare(with_guide, PARKING, CUT).new == (PARKING, CUT)


def test_new_answers_become_drafts_that_are_in_order(with_guide: Path) -> None:
    before = len(lint(load(with_guide)))
    bring_in(with_guide, PARKING, CUT)
    base = load(with_guide)
    draft = base.entries["quand-ouvre-le-parking-de-la-gare"]
    assert (draft.title, draft.answer) == (PARKING.question, PARKING.text)
    assert (draft.status, draft.url) == ("draft", (URL,))
    assert (len(lint(base)), find_markup(with_guide)) == (before, [])


def test_a_cut_answer_cannot_be_published_as_it_is(folder: Path) -> None:
    report = bring_in(folder, CUT)
    (file,) = (folder / "faq" / "a-trier").iterdir()
    assert CUT_NOTE in file.read_text("utf-8")
    assert "(coupée, à compléter)" in report
    served = file.read_text("utf-8").replace("status: draft", "status: published\nsources: [V9]")
    file.write_text(served, "utf-8")
    assert {problem.line for problem in find_markup(folder) if problem.blocking} == {2, 9}


def test_twice_adds_nothing_and_touches_nothing(with_guide: Path) -> None:
    before = files(with_guide)
    bring_in(with_guide, PARKING, CUT, PageAnswer(NEW_GUIDE))
    once = files(with_guide)
    assert {name: once[name] for name in before} == before
    assert len(once) == len(before) + 2
    report = bring_in(with_guide, PARKING, CUT, PageAnswer(NEW_GUIDE))
    assert files(with_guide) == once
    assert "Nouvelles réponses : 0" in report
    assert "déjà en brouillon : 2" in report


def test_names_that_are_taken_get_a_number(folder: Path) -> None:
    write_entry(folder, "autre", formerly=["et-toi"], answer="Rien de commun.")
    answers = (
        PageAnswer("Le pont tournant est fermé le 4 mai 2031.", "Et toi ?"),
        PageAnswer("La piscine vend des bonnets bleus à 9 euros.", "Et toi ?"),
    )
    bring_in(folder, *answers)
    assert {"et-toi-2", "et-toi-3"} <= set(load(folder).entries)


def test_what_stands_behind_a_cut_is_not_missed(with_guide: Path) -> None:
    cut = PageAnswer("Suivez le guide du cycliste ANS_Guide_v7.0 du 3 mai 2024, puis", cut=True)
    found = compare(with_guide, cut)
    assert (found.served, found.changed) == (("guide",), {})
