from __future__ import annotations

import json
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kb.entries import KnowledgeBase
from kb.loader import load
from kb.problems import ContentError, Problem
from tests.fakes.content import (
    ENTRIES,
    problems_of,
    write_content,
    write_document,
    write_entry,
    write_text,
)

GOOD = "---\ntitle: Et ceci ?\nsources: [V99]\n"


def places(folder: Path) -> list[tuple[str, int, str]]:
    return [(problem.file, problem.line, problem.key) for problem in problems_of(folder)]


def one(folder: Path) -> Problem:
    (problem,) = problems_of(folder)
    return problem


def test_a_folder_is_read_with_its_entries_desks_families_and_words(folder: Path) -> None:
    base = load(folder)
    assert set(base.entries) == {path.rsplit("/", 1)[-1] for path in ENTRIES}
    assert base.entries["code-oublie"].desk == "abonnements"
    assert base.entries["code-oublie"].sources == ("V02",)
    assert base.desks["atelier"].email == "atelier@veloville.example"
    assert base.outside["meteo"].reply == "Nous ne donnons pas la météo."
    assert base.about.name == "Pédalier"
    assert [term.short for term in base.lexicon] == ["VAE", "bornette"]


def test_questions_keep_their_manner_and_a_plain_list_has_none(folder: Path) -> None:
    base = load(folder)
    asked = {question.text: question.manner for question in base.entries["code-oublie"].questions}
    assert asked["g oublié mon code"] == "hurried"
    assert {question.manner for question in base.outside["meteo"].questions} == {""}


def test_a_theme_is_one_text_or_several(folder: Path) -> None:
    write_entry(folder, "themes", themes={"offre": "Tarifs", "produit": ["Vélo", "Badge"]})
    themes = load(folder).entries["themes"].themes
    assert themes == {"offre": ("Tarifs",), "produit": ("Vélo", "Badge")}


def test_a_withheld_entry_is_known_but_not_published(folder: Path) -> None:
    write_entry(folder, "retiree", status="withheld", reason="le plan est perdu")
    base = load(folder)
    assert base.entries["retiree"].reason == "le plan est perdu"
    assert "retiree" not in base.published


def test_a_draft_is_read_without_sources_and_is_not_published(folder: Path) -> None:
    write_entry(folder, "brouillon", status="draft", sources=[])
    base = load(folder)
    assert base.entries["brouillon"].status == "draft"
    assert "brouillon" not in base.published


def test_what_is_said_of_an_answer_is_read(folder: Path) -> None:
    page, other = "https://a.example/faq?x=1", "https://b.example"
    lines = "dated: 2025\nwave: vague 1\ncontact: atelier\nformerly: [vieux, ancien]\n"
    write_text(folder, "faq/a/e.md", f"{GOOD}url: {page}\n{lines}---\nOui.\n")
    write_entry(folder, "deux", url=[page, other], dated="2025-03", wave="both")
    base = load(folder)
    entry = base.entries["e"]
    assert (entry.url, entry.dated, entry.wave) == ((page,), "2025", "vague 1")
    assert (entry.contact, entry.formerly) == ("atelier", ("vieux", "ancien"))
    assert base.entries["deux"].url == (page, other)
    assert base.entries["deux"].dated == "2025-03"
    assert base.contact_of("atelier") == entry
    assert base.contact_of("abonnements") is None


def test_an_entry_is_found_by_the_names_that_it_had_while_it_is_served(folder: Path) -> None:
    write_entry(folder, "nouvelle", formerly=["vieille"])
    write_entry(folder, "retiree", status="withheld", reason="x", formerly=["perdue"])
    base = load(folder)
    assert base.find_entry("vieille") == base.find_entry("nouvelle") == base.entries["nouvelle"]
    assert [base.find_entry(name) for name in ("perdue", "retiree", "inconnue")] == [None] * 3


def test_an_answer_of_a_desk_needs_no_source_but_its_date(folder: Path) -> None:
    write_entry(folder, "e", sources=[], origin="guichet", dated="2025-03", desk="atelier")
    entry = load(folder).entries["e"]
    assert (entry.sources, entry.origin) == ((), "guichet")


@pytest.mark.parametrize(("written", "read"), [("true", True), ("false", False), ("yes", True)])
def test_a_family_may_be_courtesy_and_closing(folder: Path, written: str, *, read: bool) -> None:
    text = f"---\ntitle: Merci\nquestions: [merci bien]\ncourtesy: {written}\n---\nDe rien.\n"
    write_text(folder, "outside/merci.md", text)
    family = load(folder).outside["merci"]
    assert (family.courtesy, family.closing) == (read, False)


@pytest.mark.parametrize("written", ["'true'", "oui", "1", "[true]"])
def test_a_family_is_courtesy_or_not(folder: Path, written: str) -> None:
    text = f"---\ntitle: Merci\nquestions: [merci bien]\nclosing: {written}\n---\nDe rien.\n"
    write_text(folder, "outside/merci.md", text)
    assert (one(folder).line, one(folder).key) == (4, "closing")
    assert one(folder).message == "il faut true ou false, sans guillemets."


def test_a_term_names_entries_that_exist(folder: Path) -> None:
    related = 'entries = ["station-pleine", "mairie"]\n'
    write_text(folder, "lexicon.toml", f'[[term]]\nshort = "A"\n\n[[term]]\nshort = "B"\n{related}')
    assert places(folder) == [("lexicon.toml", 6, "term.1.entries")]
    assert "mairie" in one(folder).message
    write_text(
        folder, "lexicon.toml", f'[[term]]\nshort = "B"\n{related.replace("mairie", "code-oublie")}'
    )
    assert load(folder).lexicon[0].entries == ("station-pleine", "code-oublie")


def test_every_problem_of_every_file_is_told_at_once(folder: Path) -> None:
    write_text(folder, "faq/a/sans-entete.md", "Bonjour.\n")
    write_text(folder, "faq/a/inconnue.md", f"{GOOD}titel: x\ndesk: mairie\n---\nOui.\n")
    write_text(folder, "faq/a/double.md", f"{GOOD}title: Encore ?\nstatut: ok\n---\n\n")
    write_text(folder, "desks/atelier.md", "---\nname: A\nemail: atelier\n---\nDites où.\n")
    write_text(folder, "lexicon.toml", '[[term]]\nshort = "a"\n\n[[term]]\nshort = 3\nlnog = "b"\n')
    write_text(folder, "about.toml", 'name = "A"\n')
    assert places(folder) == [
        ("about.toml", 0, "serves"),
        ("desks/atelier.md", 2, "questions"),
        ("desks/atelier.md", 2, "takes"),
        ("desks/atelier.md", 3, "email"),
        ("faq/a/double.md", 2, ""),
        ("faq/a/double.md", 4, "title"),
        ("faq/a/double.md", 5, "statut"),
        ("faq/a/inconnue.md", 4, "titel"),
        ("faq/a/inconnue.md", 5, "desk"),
        ("faq/a/sans-entete.md", 1, ""),
        ("lexicon.toml", 5, "term.1.short"),
        ("lexicon.toml", 6, "term.1.lnog"),
    ]


def test_problems_are_said_in_french_with_their_place(folder: Path) -> None:
    write_text(folder, "faq/a/e.md", f"{GOOD}titel: x\n---\nOui.\n")
    with pytest.raises(ContentError) as caught:
        load(folder)
    expected = "faq/a/e.md:4 : erreur [titel] : clé inconnue ; vouliez-vous écrire « title » ?"
    assert str(caught.value) == expected


@pytest.mark.parametrize(("value", "courtesy"), [("true", True), ("false", False)])
def test_a_family_may_be_courtesy(folder: Path, value: str, *, courtesy: bool) -> None:
    header = f"---\ntitle: Merci\ncourtesy: {value}\nquestions: [merci]\n---\nAvec plaisir.\n"
    write_text(folder, "outside/merci.md", header)
    base = load(folder)
    assert base.outside["merci"].courtesy is courtesy
    assert ("merci" in base.courtesy) is courtesy
    assert KnowledgeBase.from_dict(base.to_dict()).courtesy == base.courtesy


@pytest.mark.parametrize("value", ["oui", "1", "'true'", "2024"])
def test_whether_a_family_is_courtesy_is_said_in_one_way(folder: Path, value: str) -> None:
    header = f"---\ntitle: Merci\ncourtesy: {value}\nquestions: [merci]\n---\nAvec plaisir.\n"
    write_text(folder, "outside/merci.md", header)
    assert "true" in one(folder).message


@pytest.mark.parametrize(
    ("lines", "line", "key", "message"),
    [
        ("titel: x", 4, "titel", "clé inconnue"),
        ("title: Deux ?", 4, "title", "deux fois"),
        ("desk: mairie", 4, "desk", "guichets connus : abonnements, atelier"),
        ("desk: 12", 4, "desk", "il faut un texte"),
        ("status: retired", 4, "status", "'published', 'withheld' ou 'draft'"),
        ("status: withheld", 4, "reason", "pourquoi"),
        ("dated: 2024-13", 4, "dated", "une année (2025) ou un mois (2025-03)"),
        ("dated: 2024-01-31", 4, "dated", "une année (2025) ou un mois (2025-03)"),
        ("dated: [2024]", 4, "dated", "une année (2025) ou un mois (2025-03)"),
        ("wave: vague 3", 4, "wave", "'vague 2' ou 'both'"),
        ("url: la page du portail", 4, "url.0", "l’adresse entière"),
        ("url:\n  - https://a.example\n  - www.a.example", 6, "url.1", "l’adresse entière"),
        ("contact: mairie", 4, "contact", "guichets connus : abonnements, atelier"),
        ("formerly: [station-pleine]", 4, "formerly", "celui de faq/velos/station-pleine.md"),
        ("formerly: [vieux, vieux]", 4, "formerly", "celui de faq/a/e.md"),
        ("formerly: vieux", 4, "formerly", "il faut une liste"),
        ("origin: mairie\ndated: 2025", 4, "origin", "'guichet' ou 'éditeur'"),
        ("origin: éditeur", 4, "dated", "doit dire sa date"),
        ("origin: guichet\ndated: 2025", 4, "desk", "quel guichet a répondu"),
        ("themes: {ofre: Tarifs}", 4, "themes.ofre", "'offre'"),
        ("themes: {offre: 12}", 4, "themes.offre", "il faut une liste"),
        ("questions: bonjour", 4, "questions", "il faut"),
        ("questions:\n  - oui\n  - 12", 6, "questions.1", "il faut un texte"),
        ("questions:\n  - oui\n  - yes", 6, "questions.1", "il faut un texte"),
        ("questions:\n  - 2024-01-31", 5, "questions.0", "il faut un texte"),
        ("questions:\n  - a: b", 5, "questions.0", "il faut un texte"),
        ("questions:\n  - ''", 5, "questions.0", "le texte est vide"),
        ("questions:\n  formal:\n    - ~", 6, "questions.formal.0", "il faut un texte"),
        ("questions:\n  formal: x", 5, "questions.formal", "il faut une liste"),
        ("questions:\n  formel: [x]", 5, "questions.formel", "'formal'"),
        ("waivers:\n  - fact: '12'", 5, "waivers.0.reason", "cette clé manque"),
    ],
)
def test_a_wrong_key_is_named_with_its_line(
    folder: Path, lines: str, line: int, key: str, message: str
) -> None:
    write_text(folder, "faq/a/e.md", f"{GOOD}{lines}\n---\nOui.\n")
    found = problems_of(folder)
    assert {(p.file, p.line, p.key) for p in found} == {("faq/a/e.md", line, key)}
    assert message in found[-1].message


def test_a_missing_key_is_named(folder: Path) -> None:
    write_document(folder, "faq/a/e", {"sources": ["V99"]}, "Oui.")
    assert (one(folder).key, one(folder).message) == (
        "title",
        "cette clé manque ; ajoutez-la avec sa valeur.",
    )


@pytest.mark.parametrize("header", [{}, {"sources": []}])
def test_an_entry_without_sources_is_told_what_to_write(
    folder: Path, header: dict[str, object]
) -> None:
    write_document(folder, "faq/a/e", {"title": "Et ?", **header}, "Oui.")
    assert one(folder).key == "sources"
    assert all(part in one(folder).message for part in ("origin: guichet", "dated: 2025-03"))


def test_an_answer_that_is_published_nowhere_needs_no_source(folder: Path) -> None:
    write_entry(folder, "e", sources=[], origin="éditeur", dated="2025-03")
    assert load(folder).entries["e"].sources == ()


def test_a_source_that_is_a_number_is_one_problem(folder: Path) -> None:
    write_text(folder, "faq/a/e.md", "---\ntitle: Et ?\nsources: [01]\n---\nOui.\n")
    assert (one(folder).line, one(folder).key) == (3, "sources.0")


@pytest.mark.parametrize(
    ("written", "near"),
    [
        *(("theme: {offre: x}", "themes"), ("statut: draft", "status"), ("Lien: x", "url")),
        *(('"status\u00a0": draft', "status"), ("“desk”: atelier", "desk")),
        ("waivers: [{fait: a, reason: b}]", "fact"),
    ],
)
def test_an_unknown_key_names_the_one_that_was_meant(folder: Path, written: str, near: str) -> None:
    write_text(folder, "faq/a/e.md", f"{GOOD}{written}\n---\nOui.\n")
    assert f"vouliez-vous écrire « {near} » ?" in " ".join(p.message for p in problems_of(folder))


def test_an_unknown_key_that_looks_like_none_is_to_be_taken_out(folder: Path) -> None:
    write_text(folder, "faq/a/e.md", f"{GOOD}zzz: x\n---\nOui.\n")
    assert one(folder).message == "clé inconnue ; retirez-la ou corrigez son nom."


def test_a_key_written_otherwise_is_not_missing_besides(folder: Path) -> None:
    write_document(folder, "faq/a/e", {"titre": "Et ?", "sources": ["V99"]}, "Oui.")
    assert one(folder).key == "titre"


def test_a_title_of_nothing_that_can_be_seen_is_empty(folder: Path) -> None:
    write_entry(folder, "e", title="\u200b\u2060")
    assert (one(folder).key, one(folder).message) == ("title", "le texte est vide ; écrivez-le.")


def test_a_desk_that_is_not_known_shows_what_nobody_sees(folder: Path) -> None:
    write_entry(folder, "e", desk="atelier\u200b")
    assert "« atelier<U+200B> »" in one(folder).message


@pytest.mark.parametrize("body", ["", "\n \n\t\n"])
def test_an_empty_answer_is_refused(folder: Path, body: str) -> None:
    write_entry(folder, "e", answer=body)
    assert "vide" in one(folder).message


def test_the_same_id_twice_is_refused_even_across_kinds(folder: Path) -> None:
    write_entry(folder, "code-oublie")
    write_entry(folder, "atelier")
    write_document(folder, "outside/code-oublie", {"title": "x", "questions": ["y"]}, "Non.")
    found = problems_of(folder)
    assert [p.file for p in found] == [
        "faq/divers/atelier.md",
        "faq/divers/code-oublie.md",
        "outside/code-oublie.md",
    ]
    assert "faq/compte/code-oublie.md" in found[1].message


def test_what_is_neither_entry_nor_desk_nor_family_is_unexpected(folder: Path) -> None:
    write_text(folder, "notes.md", "# Notes\n")
    write_text(folder, "faq/about.toml", 'name = "A"\n')
    assert [p.file for p in problems_of(folder)] == ["faq/about.toml", "notes.md"]
    assert all("inattendu" in p.message for p in problems_of(folder))


def test_the_organisation_must_be_named(folder: Path) -> None:
    (folder / "about.toml").unlink()
    assert one(folder).file == "about.toml"


def test_a_folder_without_answers_is_not_served(tmp_path: Path) -> None:
    write_text(tmp_path, "about.toml", 'name = "A"\nserves = "B"\n')
    assert "aucune réponse" in one(tmp_path).message


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    assert "n’existe pas" in one(tmp_path / "nowhere").message


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("[[term]]\nshort = VAE\n", 2),
        ("term = " + "[" * 100_000, 0),
        ("term = " + "9" * 5_000, 0),
    ],
)
def test_a_toml_file_that_does_not_parse_is_one_problem(folder: Path, text: str, line: int) -> None:
    write_text(folder, "lexicon.toml", text)
    assert (one(folder).file, one(folder).line) == ("lexicon.toml", line)
    assert "ce fichier ne se lit pas" in one(folder).message


def test_an_unknown_key_of_about_is_named_by_line(folder: Path) -> None:
    write_text(folder, "about.toml", 'name = "A"\nserves = "B"\n\nurl = "c"\n')
    assert places(folder) == [("about.toml", 4, "url")]


def test_a_base_goes_through_json_and_back_without_its_questions(folder: Path) -> None:
    write_entry(folder, "avec", themes={"offre": "x"}, waivers=[{"fact": "12", "reason": "y"}])
    dated = {"url": "https://a.example", "dated": "2025", "formerly": ["jadis"]}
    write_entry(folder, "datee", wave="both", contact="atelier", **dated)
    write_entry(folder, "retiree", status="withheld", reason="perdue")
    base = load(folder)
    data = json.loads(json.dumps(base.to_dict()))
    assert "pneu crevé" not in json.dumps(data, ensure_ascii=False)
    assert KnowledgeBase.from_dict(data) == replace(
        base,
        entries={key: replace(e, questions=()) for key, e in base.published.items()},
        desks={key: replace(desk, questions=()) for key, desk in base.desks.items()},
        outside={key: replace(family, questions=()) for key, family in base.outside.items()},
    )


@pytest.mark.parametrize("spoil", [{}, {"about": {"surname": "x"}}, {"entries": [{"id": "x"}]}])
def test_a_dictionary_of_another_shape_is_refused(folder: Path, spoil: dict[str, object]) -> None:
    data = {**load(folder).to_dict(), **spoil} if spoil else {}
    with pytest.raises((KeyError, TypeError)):
        KnowledgeBase.from_dict(data)


def test_the_second_knowledge_base_of_the_tests_loads(second: Path) -> None:
    base = load(second)
    assert len(base.published) == 10
    assert set(base.desks) == {"abonnements", "atelier"}


BITS = ["--- \n", ": ", "- ", "[", "]", "{", "}", "&a ", "*a", "'", '"', "\\", "#", "%", "~", "\t"]
BITS += ["!!int ", "!!bool x", "!!python/object:os.system ", "<<: ", "? ", "\r", "\0", "\u2028"]
BITS += ["\ufeff", "[[term]]", "= ", "9999", "2024-13-45", "questions:", "desk: ", "0x", ".inf"]
PIECES = st.one_of(st.binary(max_size=12), st.sampled_from(BITS).map(str.encode))
NAMES = ["faq/compte/code-oublie.md", "desks/atelier.md", "outside/meteo.md"]


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    name=st.sampled_from([*NAMES, "lexicon.toml", "about.toml"]),
    edits=st.lists(st.tuples(st.floats(0, 1), st.integers(0, 20), PIECES), min_size=1, max_size=4),
)
def test_a_file_changed_anyhow_is_read_or_refused_by_name(
    name: str, edits: list[tuple[float, int, bytes]]
) -> None:
    with tempfile.TemporaryDirectory() as parent:
        folder = write_content(Path(parent))
        data = (folder / name).read_bytes()
        for where, dropped, piece in edits:
            at = int(where * len(data))
            data = data[:at] + piece + data[at + dropped :]
        (folder / name).write_bytes(data)
        assert {problem.file for problem in problems_of(folder)} <= {name}
