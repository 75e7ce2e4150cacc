from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.frontmatter import Document, parse
from kb.problems import ContentError, Problem


def refused(text: str) -> Problem:
    with pytest.raises(ContentError) as caught:
        parse("e.md", text)
    (problem,) = caught.value.problems
    return problem


def read_or_refused(text: str) -> Document | None:
    try:
        return parse("e.md", text)
    except ContentError:
        return None


def test_the_header_is_data_and_the_rest_is_the_body() -> None:
    document = parse("e.md", "---\ntitle: Oui ?\nquestions:\n  - a\n---\n\nUn.\n\n---\n\nDeux.\n")
    assert document.data == {"title": "Oui ?", "questions": ["a"]}
    assert document.body == "Un.\n\n---\n\nDeux."
    assert document.problems == []


def test_every_key_and_item_has_its_line() -> None:
    lines = parse("e.md", "---\n\n\ntitle: a\nthemes:\n  offre:\n    - b\n    - c\n---\nd\n").lines
    assert lines["title",] == 4
    assert lines["themes", "offre"] == 6
    assert (lines["themes", "offre", 0], lines["themes", "offre", 1]) == (7, 8)


def test_the_lines_count_from_the_top_of_the_file_under_blank_lines() -> None:
    assert parse("e.md", "---\n\n \n\ntitle: a\n---\nb\n").lines["title",] == 5


@pytest.mark.parametrize("value", ["12", "1.5", "yes", "no", "2024-01-31", "12:30", "0x1F", ".inf"])
def test_a_value_that_yaml_reads_as_no_text_is_neither_text_nor_nothing(value: str) -> None:
    found = parse("e.md", f"---\ndesk: {value}\n---\nb\n").data["desk"]
    assert found is not None
    assert not isinstance(found, str)


@pytest.mark.parametrize("value", ["'12'", '"yes"', "oui", "non", "12 mars", "2,5"])
def test_a_quoted_or_plain_word_is_text(value: str) -> None:
    assert parse("e.md", f"---\ndesk: {value}\n---\nb\n").data["desk"] == value.strip("'\"")


@pytest.mark.parametrize("value", ["", "~", "null"])
def test_nothing_is_nothing(value: str) -> None:
    assert parse("e.md", f"---\ndesk: {value}\n---\nb\n").data == {"desk": None}


@pytest.mark.parametrize("value", ["!!bool maybe", '!!int ""', "!!timestamp soon", "!!seq a"])
def test_a_tag_that_does_not_fit_its_value_makes_no_text(value: str) -> None:
    assert not isinstance(parse("e.md", f"---\ndesk: {value}\n---\nb\n").data["desk"], str)


def test_a_key_written_twice_is_named_at_its_second_line() -> None:
    document = parse("e.md", "---\ntitle: a\nthemes:\n  offre: a\n  offre: b\ntitle: c\n---\nd\n")
    assert [(p.line, p.key) for p in document.problems] == [(5, "themes.offre"), (6, "title")]


@pytest.mark.parametrize(
    "value",
    ["!!python/object:os.system {}", "!!python/name:os.system", "!!binary aGVsbG8=", "!moi x"],
)
def test_tags_of_a_language_are_refused_and_nothing_is_built(value: str) -> None:
    document = parse("e.md", f"---\ntitle: a\ndesk: {value}\n---\nb\n")
    assert [(p.line, p.key) for p in document.problems] == [(3, "desk")]
    assert "étiquettes YAML" in document.problems[0].message


def test_a_key_that_is_a_list_is_refused() -> None:
    (problem,) = parse("e.md", "---\ntitle: a\n? [b, c]\n: d\n---\ne\n").problems
    assert (problem.line, problem.message) == (3, "une clé doit être un simple mot.")


def test_a_bomb_of_aliases_is_refused() -> None:
    rows = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    rows += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]
    problem = refused("---\n" + "\n".join(rows) + "\n---\nb\n")
    assert (problem.line, "renvois" in problem.message) == (3, True)


@pytest.mark.parametrize("opening", ["[", "{", "{a: ", "- "])
def test_a_megabyte_of_nesting_is_refused(opening: str) -> None:
    problem = refused("---\na:\n " + opening * (1_000_000 // len(opening)) + "\n---\nb\n")
    assert problem.line == 3
    assert "imbriqués" in problem.message


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("", 1, "il manque l’en-tête"),
        ("Bonjour.\n", 1, "il manque l’en-tête"),
        ("\n---\ntitle: a\n---\nb\n", 1, "il manque l’en-tête"),
        ("---\ntitle: a\n", 1, "n’est pas fermé"),
        ("---\n---\nb\n", 1, "clé : valeur"),
        ("---\n- a\n---\nb\n", 1, "clé : valeur"),
        ("---\ntitle: a: b\n---\nb\n", 2, "mettez-le entre guillemets"),
        ("---\ntitle: a\ndesk: 'b\n---\nb\n", 3, "un guillemet n’est pas fermé"),
        ("---\ntitle: a\n\tdesk: b\n---\nb\n", 3, "une tabulation"),
        ("---\ntitle: a\nquestions:\n\t- b\n---\nb\n", 4, "une tabulation"),
        ("---\ntitle: a\nsources: [b\n---\nb\n", 3, "une liste n’est pas fermée"),
        ("---\ntitle: a\nsources: [b\ndesk: c\n---\nb\n", 3, "une liste n’est pas fermée"),
        ("---\ntitle: a\nbonjour\ndesk: c\n---\nb\n", 3, "« clé : valeur » ; complétez-la"),
        ("---\ntitle: a\nsources:[b]\ndesk: c\n---\nb\n", 3, "un espace après le deux-points"),
        ("---\ntitle: a\nsources:\n  - 'b'\n  c: d\n---\nb\n", 5, "alignez les lignes"),
        ('---\ntitle: "a\\d"\n---\nb\n', 2, "une barre"),
        ("---\ntitle: @moi\n---\nb\n", 2, "un signe interdit au début"),
        ('---\ntitle: "a" b\n---\nb\n', 2, "souvent un guillemet"),
        ("---\ntitle: a\ndesk: b\x07c\n---\nb\n", 3, "invisible interdit ; effacez-le (U+0007)"),
        ("---\ntitle: a\n--- b\n---\nc\n", 3, "ne se lit pas"),
    ],
)
def test_a_header_that_cannot_be_read_is_one_problem_in_french(
    text: str, line: int, said: str
) -> None:
    problem = refused(text)
    assert (problem.line, said in problem.message) == (line, True), problem


@given(
    st.text(st.sampled_from("ab:-[]{}&*!?|>'\"#%@`,~ \n\t\\0129.é\x00\x85\u2028<="), max_size=60)
)
def test_any_header_is_read_or_refused(header: str) -> None:
    document = read_or_refused(f"---\n{header}\n---\nb\n")
    assert document is None or all(isinstance(key, str) for key in document.data)


@given(st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "Z")), min_size=1))
def test_a_quoted_text_is_read_as_it_is(text: str) -> None:
    quoted = text.replace("\\", "\\\\").replace('"', '\\"')
    quoted = quoted.replace("\u2028", "\\L").replace("\u2029", "\\P")
    assert parse("e.md", f'---\ntitle: "{quoted}"\n---\nb\n').data["title"] == text


@pytest.mark.parametrize(
    "text", ["title: a: b", "title: 'a", "title: @a", "- a\n b", 'title: "a" b']
)
def test_an_editor_reads_no_english(text: str) -> None:
    said = refused(f"---\n{text}\n---\nb\n").message
    assert not {"found", "expected", "not", "YAML"} & set(said.split()), said


def test_a_plain_text_that_a_comment_cuts_short_is_known_by_its_path() -> None:
    header = "title: erreur #12\nq:\n  - 'a' # b\n  - c #d\n  - e#f\nx: [g] # h\ny: i\n  j # k\n"
    document = parse("e.md", f"---\n{header}---\nb\n")
    assert document.data["title"] == "erreur"
    assert document.cut == (("title",), ("q", 1), ("y",))
