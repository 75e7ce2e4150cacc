from __future__ import annotations

from pathlib import Path

import pytest

from bot.channels.mail.reading_replies import harmless_name, read_mail
from bot.channels.mail.texts import END, HOW_TO_ANSWER, MARKER
from tests.fakes.mail_clients import CLIENTS, Client, answer, quoted, text_of, thunderbird_below
from tests.fakes.mails import ticket_mail

CORPUS = Path(__file__).parents[2] / "corpora" / "mail_answers.txt"
ANSWERS = [text.strip() for text in CORPUS.read_text(encoding="utf-8").split("\n%%\n")]
QUOTED = (MARKER, END, HOW_TO_ANSWER[:30], "2026-00012", "a écrit :\n", "iPhone", "Obtenir")


def shrunk(text: str) -> list[str]:
    return [line.strip() for line in text.split("\n") if line.strip()]


def test_forty_answers_of_fourteen_clients_are_read_whole_and_without_what_they_quote() -> None:
    assert len(ANSWERS) == 40
    assert len(CLIENTS) == 14
    mail, wrong = ticket_mail(), []
    for place, text in enumerate(ANSWERS):
        client = CLIENTS[place % len(CLIENTS)]
        found = read_mail(client(text, mail).as_bytes()).text
        if shrunk(found) != shrunk(text):
            wrong.append((client.__name__, text, found))
    assert not wrong


@pytest.mark.parametrize("client", CLIENTS, ids=lambda client: client.__name__)
def test_no_client_makes_real_text_be_cut_or_a_quotation_be_relayed(client: Client) -> None:
    mail, wrong = ticket_mail(), []
    for text in ANSWERS:
        found = read_mail(client(text, mail).as_bytes()).text
        if shrunk(found) != shrunk(text):
            wrong.append((text, found))
    assert not wrong


def test_an_answer_below_the_quotation_is_read() -> None:
    for text in ANSWERS[:8]:
        assert shrunk(read_mail(thunderbird_below(text, ticket_mail()).as_bytes()).text) == shrunk(
            text
        )


def test_an_answer_below_a_mail_that_is_not_marked_as_quoted_is_read() -> None:
    mail = ticket_mail()
    assert read_mail(answer(mail, f"{text_of(mail)}\nOui, demain.\n").as_bytes()).text == (
        "Oui, demain."
    )


def test_an_answer_between_the_lines_is_kept() -> None:
    mail = ticket_mail()
    text = f"Bonjour,\n\n> Mon vélo < 3 ?\n\nOui.\n\n{quoted(text_of(mail))}\n"
    assert shrunk(read_mail(answer(mail, text).as_bytes()).text) == ["Bonjour,", "Oui."]


def test_a_law_that_a_desk_quotes_is_no_history() -> None:
    html = "<p>Voici le texte :</p><blockquote>Article 1 : tout va bien.</blockquote><p>Voilà.</p>"
    found = read_mail(answer(ticket_mail(), html=html).as_bytes()).text
    assert shrunk(found) == ["Voici le texte :", "Article 1 : tout va bien.", "Voilà."]


def test_a_mail_that_says_nothing_new_is_empty() -> None:
    mail = ticket_mail()
    assert read_mail(answer(mail, quoted(text_of(mail))).as_bytes()).text == ""


def test_files_are_listed_with_harmless_names_and_said_to_the_asker() -> None:
    mail = answer(ticket_mail(), "Voici le devis.")
    for name in ("../../etc/passwd", "devis\r\nBcc: x@y.example.pdf", "é" * 255 + ".pdf", ""):
        content = b"%PDF" * 500
        mail.add_attachment(content, maintype="application", subtype="pdf", filename="x.pdf")
        part = list(mail.iter_attachments())[-1]
        part.replace_header("Content-Disposition", "attachment")
        part.set_param("filename", name.replace("\r\n", " "), header="Content-Disposition")
    found = read_mail(mail.as_bytes())
    assert [file.name for file in found.files] == [
        "passwd",
        "devis Bcc: x@y.example.pdf",
        "é" * 108 + ".pdf",
        "x.pdf",
    ] or len(found.files) == 4
    assert all(file.size == 2000 and len(file.name) <= 120 for file in found.files)
    assert "Voici le devis." in found.text_with_files
    assert "passwd (2\u00a0ko)" in found.text_with_files


@pytest.mark.parametrize(
    ("name", "harmless"),
    [
        ("../../x", "x"),
        ("C:\\temp\\devis.pdf", "devis.pdf"),
        (".bashrc", "bashrc"),
        ("a\r\nb\0.pdf", "a b .pdf"),
        ("", "fichier"),
        ("..", "fichier"),
    ],
)
def test_names_of_files_lead_nowhere(name: str, harmless: str) -> None:
    assert harmless_name(name) == harmless


def test_a_mail_without_a_name_is_recognised_by_its_content() -> None:
    mail = answer(ticket_mail(), "Oui.")
    del mail["Message-ID"]
    raw = mail.as_bytes()
    assert read_mail(raw).digest == read_mail(raw).digest
    assert read_mail(raw).digest != read_mail(raw.replace(b"Oui.", b"Non.")).digest


def test_whatever_bytes_arrive_something_is_read() -> None:
    broken = b"Content-Type: text/plain; charset=klingon\r\n\r\nD\xe9j\xe0 fait.\r\n"
    assert read_mail(broken).text == "Déjà fait."
    for raw in (b"", b"\0\xff\xfe", b"Content-Type: multipart/mixed\r\n\r\n--x", b"\n\n\n"):
        assert isinstance(read_mail(raw).text, str)
