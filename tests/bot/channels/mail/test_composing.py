from __future__ import annotations

from bot.channels.mail.composing import subject_of
from bot.channels.mail.reading_replies import parse_mail
from bot.channels.mail.texts import EDITED, END, MARKER, size_in_words
from bot.conversation.messages import Button, Paragraph, Reply
from tests.fakes.mail_clients import html_of, text_of
from tests.fakes.mails import ADDRESSES, SENDER, ticket_mail


def test_a_mail_asks_first_and_then_says_how_to_answer() -> None:
    mail = parse_mail(ticket_mail().as_bytes())
    assert str(mail["Subject"]) == "[2026-00012] Mon vélo < 3 ?"
    assert str(mail["From"]) == f"Aiguilleur <{SENDER}>"
    text = text_of(mail)
    order = [text.index(part) for part in (MARKER, "Mon vélo < 3", "Pour répondre", "clore", END)]
    assert order == sorted(order)
    assert "transférer abonnements" in text
    assert "Mon vélo &lt; 3 ?" in html_of(mail)


def test_a_mail_says_that_a_machine_sent_it_and_asks_for_no_automatic_answer() -> None:
    mail = ticket_mail()
    assert (mail["Auto-Submitted"], mail["X-Auto-Response-Suppress"]) == ("auto-generated", "All")


def test_a_resend_is_the_same_mail_byte_for_byte() -> None:
    assert ticket_mail().as_bytes() == ticket_mail().as_bytes()
    assert ticket_mail(row=8)["Message-ID"] != ticket_mail()["Message-ID"]


def test_all_mails_of_a_ticket_to_one_desk_are_one_thread() -> None:
    first, second = ticket_mail(), ticket_mail(row=8, is_head=False)
    assert first["References"] == second["References"] == second["In-Reply-To"]
    assert ticket_mail(desk="abonnements")["References"] != first["References"]


def test_later_mails_repeat_no_instructions_and_say_what_was_changed() -> None:
    text = text_of(ticket_mail(is_head=False, before=EDITED))
    assert "Pour répondre" not in text
    assert text.index(EDITED) < text.index("Mon vélo")


def test_line_breaks_in_names_and_questions_begin_no_header() -> None:
    mail = ticket_mail(question="Bonjour\r\nBcc: x@y.example\0\u2028fin")
    assert mail["Bcc"] is None
    assert str(mail["Subject"]) == "[2026-00012] Bonjour Bcc: x@y.example fin"
    assert ADDRESSES.from_line("a\r\nb").count("\n") == 0


def test_a_long_question_is_cut_between_words() -> None:
    assert subject_of("2026-00001", "a " * 30) == "[2026-00001] a a a a a a a a a a …"


def test_a_desk_reads_links_of_the_buttons_that_are_some() -> None:
    buttons = (Button("Voir", url="https://x.example/?a=1&b=2"), Button("Non", "no"))
    html = html_of(ticket_mail(reply=Reply((Paragraph("Oui"),), buttons)))
    assert '<a href="https://x.example/?a=1&amp;b=2">Voir</a>' in html
    assert "- Voir\u00a0: https://x.example/?a=1&b=2\n" in text_of(
        ticket_mail(reply=Reply((Paragraph("Oui"),), buttons))
    )
    assert "Non" not in html


def test_sizes_are_said_as_people_read_them() -> None:
    assert [size_in_words(size) for size in (0, 2000, 1_250_000)] == [
        "1\xa0ko",
        "2\xa0ko",
        "1,2\xa0Mo",
    ]
