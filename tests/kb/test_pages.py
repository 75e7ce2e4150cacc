from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kb.page_lines import is_prompt
from kb.pages import MAX_BYTES, PageAnswer, read_page
from kb.problems import ContentError
from tests.fakes import saved_pages

if TYPE_CHECKING:
    from pathlib import Path

    from kb.pages import Page


def read(folder: Path, content: str | bytes, name: str = "page.html") -> Page:
    file = folder / name
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_page(file)


def test_all_forty_answers_of_a_portal_page_are_found(tmp_path: Path) -> None:
    page = read(tmp_path, saved_pages.forty_answers())
    assert page.url == saved_pages.URL
    assert len(page.answers) == 40
    complete = [answer.text for answer in page.answers if not answer.cut]
    assert complete == [saved_pages.answer_text(n) for n in range(40) if n not in {17, 39}]
    assert page.answers[5].question == "À quelle heure ferme la station 005 ?"


def test_answers_that_send_elsewhere_are_cut(tmp_path: Path) -> None:
    answers = read(tmp_path, saved_pages.forty_answers()).answers
    assert [n for n, answer in enumerate(answers) if answer.cut] == [17, 39]
    assert "Lire la suite" not in answers[17].text


@pytest.mark.parametrize("shape", ["plain", "windows", "mark", "utf-16", "old"])
def test_a_text_page_in_any_writing(tmp_path: Path, shape: str) -> None:
    windows = saved_pages.TEXT.replace("\n", "\r\n")
    content = {
        "plain": saved_pages.TEXT.encode(),
        "windows": windows.encode(),
        "mark": b"\xef\xbb\xbf" + windows.encode(),
        "utf-16": windows.encode("utf-16"),
        "old": windows.encode("cp1252"),
    }[shape]
    assert read(tmp_path, content, "page.txt").answers == (
        PageAnswer("Non."),
        PageAnswer("Écrivez à l'atelier :\n- avant 18 h ;\n- ou le lendemain."),
        PageAnswer(saved_pages.TEXT.splitlines()[-1], cut=True),
    )


def test_an_english_page(tmp_path: Path) -> None:
    assert read(tmp_path, saved_pages.ENGLISH).answers == (
        PageAnswer("At any station & garage.", "Where can I park?"),
        PageAnswer("12 € a month\nor 90 € a year.", "How much?"),
    )


def test_tables_lists_and_links_keep_what_they_say(tmp_path: Path) -> None:
    (answer,) = read(tmp_path, saved_pages.TABLE).answers
    assert answer.text.splitlines() == [
        "Les tarifs :",
        "Durée : Prix",
        "1 jour : 5 €",
        "- voir la grille (https://velo.example/tarifs)",
        "- ou écrire (abo@velo.example)",
    ]


def test_a_page_that_asks_nothing_back_is_told_by_its_questions(tmp_path: Path) -> None:
    assert read(tmp_path, saved_pages.ACCORDION).answers == (
        PageAnswer("Non, jamais.", "Puis-je prêter mon vélo ?"),
        PageAnswer("Vous, sauf en cas de vol.", "Qui paie ?"),
    )


def test_a_plain_text_of_questions_and_its_address(tmp_path: Path) -> None:
    page = read(tmp_path, saved_pages.PLAIN, "page.txt")
    assert page.url == "https://velo.example/aide"
    assert page.answers == (
        PageAnswer("À toute station.\nMême pleine.", "Où rendre le vélo ?"),
        PageAnswer("Aussi.", "Et la nuit ?"),
    )


def test_an_answer_that_stands_twice_is_one(tmp_path: Path) -> None:
    text = f"Un.\n{saved_pages.PROMPT}\nDeux.\n{saved_pages.PROMPT}\nUN.\n{saved_pages.PROMPT}\n"
    assert [a.text for a in read(tmp_path, text, "a.txt").answers] == ["Un.", "Deux."]


@pytest.mark.parametrize(
    "text",
    [
        saved_pages.PROMPT,
        "Cette réponse vous a-t-elle été utile\u00a0?",
        "Was this answer helpful?",
        "Cette réponse vous a-t-elle aidé ?",
    ],
)
def test_prompts_are_known(text: str) -> None:
    assert is_prompt(text)


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match="fichier illisible"):
        read_page(tmp_path / "absent.html")
    with pytest.raises(ContentError, match="trop lourd"):
        read(tmp_path, b"a" * (MAX_BYTES + 1))


@pytest.mark.parametrize("content", ["", "   ", "<html></html>", "<p>", "\0"])
def test_a_page_without_an_answer_is_told(tmp_path: Path, content: str) -> None:
    with pytest.raises(ContentError, match="aucune réponse n’y a été trouvée"):
        read(tmp_path, content)
