from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from kb.audit import Published, read_catalogue, read_catalogues
from kb.audit import audit as compare
from kb.entries import About, FaqEntry, KnowledgeBase, Waiver
from kb.problems import ContentError, Problem
from tests.fakes.content import write_text

if TYPE_CHECKING:
    from pathlib import Path

PUBLISHED = (
    "Le service est ouvert depuis le 1er mars 2024. Écrivez à aide@velo.fr ou appelez le"
    " 08 25 85 20 00 sous 48 heures, voir https://www.velo.fr/aide. Exigence SC.ORDN/CONF.01."
)
REWORDED = (
    "Écrivez sous 48 heures à aide@velo.fr (exigence SC.ORDN/CONF.01), ou téléphonez au"
    " 0825 852 000. Tout est sur www.velo.fr/aide, ouvert depuis le 2024-03-01."
)


def audit(known: KnowledgeBase, catalogue: dict[str, str]) -> list[Problem]:
    return compare(known, {name: Published(text) for name, text in catalogue.items()})


def found(answer: str, published: str = PUBLISHED, **more: object) -> list[str]:
    entry = FaqEntry("fiche", "Et ?", ("V1",), answer, **more)  # type: ignore[arg-type]
    return [problem.message for problem in audit(base(entry), {"V1": published})]


def base(*entries: FaqEntry) -> KnowledgeBase:
    return KnowledgeBase(About("A", "B"), {e.id: e for e in entries}, {}, {})


def test_an_answer_that_keeps_every_fact_is_in_order() -> None:
    assert found(REWORDED) == []


@pytest.mark.parametrize(
    ("before", "after", "lost", "added"),
    [
        ("aide@velo.fr", "aide@velos.fr", "aide@velo.fr", "aide@velos.fr"),
        ("48 heures", "72 heures", "48", "72"),
        ("0825 852 000", "0825 852 001", "0825852000", "0825852001"),
        ("velo.fr/aide,", "velo.fr/aides,", "www.velo.fr/aide", "www.velo.fr/aides"),
        ("2024-03-01", "2024-03-02", "2024-03-01", "2024-03-02"),
        ("CONF.01", "CONF.02", "SC.ORDN/CONF.01", "SC.ORDN/CONF.02"),
    ],
)
def test_a_planted_mistake_is_named_both_ways(
    before: str, after: str, lost: str, added: str
) -> None:
    assert found(REWORDED.replace(before, after)) == [
        f"fait perdu (il est dans V1) : {lost}",
        f"fait ajouté (absent de V1) : {added}",
    ]


def test_a_dropped_number_is_named() -> None:
    assert found(REWORDED.replace("48 heures", "deux jours")) == [
        "fait perdu (il est dans V1) : 48"
    ]


def test_a_waiver_silences_its_fact_and_no_other() -> None:
    answer = REWORDED.replace("48 heures", "72 heures")
    waiver = Waiver("72", "la page a changé")
    assert found(answer, waivers=(waiver,)) == ["fait perdu (il est dans V1) : 48"]
    assert found(answer, waivers=(waiver, Waiver("48 heures", "idem"))) == []


def test_a_waived_date_may_be_written_in_words() -> None:
    answer = REWORDED.replace(", ouvert depuis le 2024-03-01", "")
    assert found(answer)
    assert found(answer, waivers=(Waiver("1er mars 2024", "passé"),)) == []


WORDS = "un deux trois quatre cinq six sept huit neuf dix onze douze treize"


def test_twelve_words_in_a_row_are_a_copy_and_eleven_are_not() -> None:
    published = f"Ici, {WORDS}."
    assert found(f"Voilà : {' '.join(WORDS.split()[:11])} !", published) == []
    (message,) = found(f"Voilà : {' '.join(WORDS.split()[:12]).upper()} !", published)
    assert message == f"recopié de V1 : « {' '.join(WORDS.split()[:12])} »"


@pytest.mark.parametrize("scheme", ["https://", "www.", ""])
def test_an_address_of_many_words_is_not_a_copy(scheme: str) -> None:
    address = f"{scheme}velo.fr/{WORDS.replace(' ', '-')}"
    assert found(f"Allez sur {address}.", f"Tout se trouve là : {address}") == []


def test_every_cited_answer_counts() -> None:
    entry = FaqEntry("fiche", "Et ?", ("V1", "V2"), "Sous 12 jours, puis 15.")
    assert audit(base(entry), {"V1": "12", "V2": "15"}) == []
    assert [p.message for p in audit(base(entry), {"V1": "12", "V2": "15 et 16"})] == [
        "fait perdu (il est dans V1, V2) : 16"
    ]


def test_a_source_that_the_catalogue_lacks_is_named() -> None:
    entry = FaqEntry("fiche", "Et ?", ("V1", "V8", "V9"), "Oui.")
    (problem,) = audit(base(entry), {"V1": "Oui."})
    assert (problem.file, problem.key) == ("fiche", "sources")
    assert problem.message == "absent du catalogue : V8, V9."


def test_a_published_answer_that_nobody_stands_for_is_named() -> None:
    entry = FaqEntry("fiche", "Et ?", ("V1",), "Oui.")
    found_ = audit(base(entry), {"V3": "c", "V1": "a", "V2": "b"})
    assert [problem.file for problem in found_] == ["V2", "V3"]
    assert all("aucune fiche" in problem.message for problem in found_)


def test_a_withheld_entry_stands_for_its_source_but_is_not_compared() -> None:
    assert found("Perdue.", status="withheld", reason="le plan manque") == []


def test_a_withheld_entry_cites_what_exists() -> None:
    entry = FaqEntry("fiche", "Et ?", ("V9",), "Perdue.", status="withheld", reason="x")
    assert [p.message for p in audit(base(entry), {})] == ["absent du catalogue : V9."]


def test_the_catalogue_is_read_by_id_with_other_keys_and_blank_lines(tmp_path: Path) -> None:
    rows = [{"id": "V1", "answer": "un\u2028deux", "x": 1}, {"id": "V2", "answer": "trois"}]
    text = "\n\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
    path = write_text(tmp_path, "c.jsonl", "\ufeff" + text.replace("\n", "\r\n") + "\n")
    assert read_catalogue(path) == {"V1": Published("un\u2028deux"), "V2": Published("trois")}


@pytest.mark.parametrize("line", ["{", "[1]", "3", '"a"', '{"id": "V2"}', "[" * 100_000, "null"])
def test_a_line_that_is_no_published_answer_is_named(tmp_path: Path, line: str) -> None:
    path = write_text(tmp_path, "c.jsonl", f'{{"id": "V1", "answer": "a"}}\n{line}\n')
    with pytest.raises(ContentError) as caught:
        read_catalogue(path)
    assert [problem.line for problem in caught.value.problems] == [2]


def test_a_fact_may_stand_in_the_question_or_the_address_of_the_row(tmp_path: Path) -> None:
    row = {
        "id": "V1",
        "question": "Et en vague 2 ?",
        "facts": "Sous 5 jours.",
        "url": "https://a.fr/x",
    }
    path = write_text(tmp_path, "c.jsonl", json.dumps({**row, "serve": True, "dated": "2025-01"}))
    catalogue = read_catalogue(path)
    known = [FaqEntry("fiche", "Et ?", ("V1",), f"{said} 5 jours.") for said in ("En", "Vague 2 :")]
    assert [compare(base(entry), catalogue) for entry in known] == [[], []]
    page = FaqEntry("fiche", "Et ?", ("V1",), "5 jours, voir https://a.fr/x.")
    assert compare(base(page), catalogue) == []
    (problem,) = compare(base(FaqEntry("fiche", "Et ?", ("V1",), "5 ou 6 jours.")), catalogue)
    assert problem.message == "fait ajouté (absent de V1) : 6"


def test_an_id_that_stands_twice_in_a_catalogue_is_named_with_both_lines(tmp_path: Path) -> None:
    row = '{"id": "V1", "answer": "a"}'
    file = write_text(tmp_path, "a.jsonl", f"{row}\n\n{row}\n")
    with pytest.raises(ContentError, match=r"a\.jsonl:3 .*« V1 » est déjà à la ligne 1"):
        read_catalogues([file])


def test_several_catalogues_are_one(tmp_path: Path) -> None:
    first = write_text(tmp_path, "a.jsonl", '{"id": "V1", "answer": "Sous 5 jours."}')
    second = write_text(tmp_path, "b.jsonl", '{"id": "X1", "facts": "Puis 6."}')
    both = read_catalogues([first, second])
    assert compare(base(FaqEntry("fiche", "Et ?", ("V1", "X1"), "Cinq... 5, 6.")), both) == []
    with pytest.raises(ContentError, match="déjà dans un autre catalogue : V1"):
        read_catalogues([first, first])


def test_what_is_published_nowhere_or_not_finished_is_not_compared() -> None:
    own = FaqEntry("fiche", "Et ?", (), "Sous 5 jours.", origin="éditeur", dated="2025")
    assert audit(base(own), {}) == []
    draft = FaqEntry("fiche", "Et ?", ("V1",), "Sous 6 jours.", status="draft")
    (problem,) = audit(base(draft), {"V1": "Sous 5 jours."})
    assert "aucune fiche" in problem.message


@pytest.mark.parametrize("content", [None, b"\xff\xfe"])
def test_a_catalogue_that_cannot_be_read_is_said(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "c.jsonl"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ContentError, match="catalogue illisible"):
        read_catalogue(path)
