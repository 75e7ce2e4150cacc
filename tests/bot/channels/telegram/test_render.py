"""A reply cut and escaped for Telegram."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.telegram.sending.render import TEXT_LIMIT, render
from bot.conversation import choices
from bot.conversation.messages import Button, Paragraph, Reply
from tests.fakes.telegram_html import parse

FAMILY = "👩‍👩‍👧"


def _reply(*texts: str, buttons: tuple[Button, ...] = ()) -> Reply:
    return Reply(tuple(Paragraph(text) for text in texts), buttons)


def _squeezed(text: str) -> str:
    return "".join(text.split())


def test_an_empty_reply_gives_no_part() -> None:
    assert render(Reply(())) == []
    assert render(_reply("", "  \n")) == []


def test_paragraphs_are_parted_by_an_empty_line_and_strong_ones_are_bold() -> None:
    reply = Reply((Paragraph("Carte CPS", strong=True), Paragraph("Elle se commande.")))
    (part,) = render(reply)
    assert part.html == "<b>Carte CPS</b>\n\nElle se commande."
    assert part.plain == "Carte CPS\n\nElle se commande."
    assert part.keyboard is None


@pytest.mark.parametrize(
    "text", ["<3", "a < b & c", "</b>", "&amp;", "<b>gras</b>", '"l\'un"', "_*[x](y)", "&lt;"]
)
@pytest.mark.parametrize("strong", [False, True])
def test_what_looks_like_markup_is_shown_as_it_was_written(text: str, strong: bool) -> None:
    (part,) = render(Reply((Paragraph(text, strong=strong),)))
    assert parse(part.html) == part.plain == text


def test_quotes_stay_as_they_are() -> None:
    (part,) = render(_reply('l\'aide "en ligne"'))
    assert part.html == 'l\'aide "en ligne"'


@pytest.mark.parametrize("length", [1, 4095, 4096])
def test_a_text_within_the_limit_is_one_part(length: int) -> None:
    (part,) = render(_reply("&" * length))
    assert len(part.plain) == length


@pytest.mark.parametrize("length", [4097, 10_000, 40_000])
@pytest.mark.parametrize("letter", ["é", "&", "<", "𝒳", "ש"])
def test_one_endless_word_is_cut_anywhere_and_stays_whole(length: int, letter: str) -> None:
    parts = render(_reply(letter * length))
    assert [len(part.plain) for part in parts[:-1]] == [TEXT_LIMIT] * (len(parts) - 1)
    assert "".join(parse(part.html) for part in parts) == letter * length


def test_a_long_reply_is_cut_between_paragraphs_first() -> None:
    first, second = "mot " * 700 + "fin", "autre " * 400 + "fin"
    assert [part.plain for part in render(_reply(first, second))] == [first, second]


def test_a_long_paragraph_is_cut_between_lines_then_between_words() -> None:
    lines = "\n".join(["une ligne de texte"] * 400)
    assert all(part.plain.endswith("texte") for part in render(_reply(lines)))
    words = "attestation " * 900
    assert all(part.plain.endswith("attestation") for part in render(_reply(words)))


def test_a_paragraph_that_just_fits_is_not_cut() -> None:
    parts = render(_reply("a" * TEXT_LIMIT, "b" * TEXT_LIMIT))
    assert [part.plain for part in parts] == ["a" * TEXT_LIMIT, "b" * TEXT_LIMIT]


def test_a_strong_paragraph_over_the_limit_is_bold_in_every_part() -> None:
    parts = render(Reply((Paragraph("x" * 5000, strong=True), Paragraph("suite"))))
    assert [part.html[:3] for part in parts] == ["<b>", "<b>"]
    assert parts[1].html == f"<b>{'x' * 904}</b>\n\nsuite"


def test_a_cut_takes_no_emoji_and_no_accented_letter_apart() -> None:
    for unit in (FAMILY, "e\u0301", "👍🏽"):
        parts = render(_reply("x" + unit * 3000))
        assert all(part.plain.endswith(unit) for part in parts)


def test_buttons_stand_under_the_last_part_one_a_row() -> None:
    buttons = (Button("Oui", "u:1"), Button("Non", "n:1"))
    *others, last = render(_reply("a " * 4000, buttons=buttons))
    assert all(part.keyboard is None for part in others)
    assert last.keyboard is not None
    rows = [[(b.text, b.callback_data) for b in row] for row in last.keyboard.inline_keyboard]
    assert rows == [[("Oui", "u:1")], [("Non", "n:1")]]


def test_whether_a_reply_helped_is_asked_in_one_row() -> None:
    useful = [Button(word, choices.useful(1, 0, helped=word == "👍")) for word in ("👍", "👎")]
    (part,) = render(_reply("?", buttons=(*useful, Button("Parler à un humain", "h:1:0"))))
    assert part.keyboard is not None
    rows = [[button.text for button in row] for row in part.keyboard.inline_keyboard]
    assert rows == [["👍", "👎"], ["Parler à un humain"]]


def _labels(*labels: str) -> tuple[str, list[str]]:
    """What is read above the buttons, and on them."""
    (part,) = render(_reply("Choisir", buttons=tuple(Button(label, "x") for label in labels)))
    assert part.keyboard is not None
    return part.plain, [row[0].text for row in part.keyboard.inline_keyboard]


def test_long_labels_are_listed_above_the_buttons_without_a_gap_in_the_numbers() -> None:
    first, second = (
        "Comment déposer les preuves dans l’outil ?",
        "Quels produits sont concernés ici ?",
    )
    text, labels = _labels("Court", first, "Bref", second, "Retour")
    assert text == f"Choisir\n\n1. {first}\n2. Bref\n3. {second}"
    assert labels == [
        "Court",
        "1. Comment déposer les preuves…",
        "2. Bref",
        "3. Quels produits sont concernés…",
        "Retour",
    ]


def test_a_desk_below_the_titles_is_no_item_of_their_list() -> None:
    title, desk = (
        "Comment déposer les preuves dans l’outil ?",
        "Écrire à\u00a0: Support des preuves",
    )
    text, labels = _labels(title, desk + " et des dépôts")
    assert text == f"Choisir\n\n1. {title}"
    assert labels[1] == "Écrire à\u00a0: Support des preuves…"


def test_a_long_word_is_cut_within_itself_rather_than_dropped() -> None:
    _, (label,) = _labels("x" * 60)
    assert label == f"1. {'x' * 30}…"


def test_short_labels_are_left_on_their_buttons() -> None:
    assert _labels("Oui", "Non") == ("Choisir", ["Oui", "Non"])


def test_button_data_is_measured_in_bytes() -> None:
    render(_reply("Choisir", buttons=(Button("Bon", "é" * 32),)))
    for data in ("é" * 33, "a" * 65, ""):
        with pytest.raises(ValueError, match="1 to 64"):
            render(_reply("Choisir", buttons=(Button("Mauvais", data),)))


def test_buttons_without_a_text_are_an_error() -> None:
    with pytest.raises(ValueError, match="needs a text"):
        render(Reply((), (Button("Oui", "u"),)))


_PIECES = st.sampled_from(["mot", " ", "\n", "\n\n", "<", "&", "é", FAMILY, "x" * 900, "\u00a0"])
_TEXTS = st.lists(_PIECES, max_size=60).map("".join)


@given(st.lists(st.builds(Paragraph, _TEXTS, st.booleans()), max_size=4))
def test_parts_hold_the_whole_text_and_telegram_takes_each(paragraphs: list[Paragraph]) -> None:
    parts = render(Reply(tuple(paragraphs)))
    for part in parts:
        assert parse(part.html) == part.plain == part.plain.strip()
        assert 1 <= len(part.plain) <= TEXT_LIMIT
    whole = Reply(tuple(paragraphs)).text
    assert _squeezed("".join(part.plain for part in parts)) == _squeezed(whole)
