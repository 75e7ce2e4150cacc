from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bot import asking, replies
from kb.loader import load
from tests.fakes.small_base import BIKE, OFFICE, small_base
from tests.fakes.small_base import asking as unsure

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.messages import Reply
    from kb.entries import KnowledgeBase

ROOT = Path(__file__).parent.parent.parent
PLAIN_SPACE = re.compile(r"\S [?!:;»]|« ")
BARE_MARK = re.compile(r"[^\W\d][?!;]|«[^\s]|[^\s]»")


def every_reply(base: KnowledgeBase) -> Iterator[Reply]:
    yield from (replies.apology(), replies.text_only(), replies.thanks(), replies.stale())
    yield from (replies.unknown_command(), replies.declined(None))
    yield from (replies.welcome(base.about), replies.help_text(base.about))
    yield replies.contacts(base.desks.values())
    yield replies.all_contacts_after_misses(base.desks.values())
    yield from map(replies.declined, base.outside.values())
    yield from _about_terms(base)
    for found in base.desks.values():
        yield from (replies.desk(found), replies.desk_after_misses(found))
        yield replies.suggestions(1, [(0, replies.desk_label(found))])
    for entry in base.entries.values():
        yield replies.was_it_useful(replies.answer(entry, base.about), 1, 0)
        yield from (replies.suggestions(1, [(0, entry.title)], again=again) for again in (0, 1))


def _about_terms(base: KnowledgeBase) -> Iterator[Reply]:
    shorts = [term.short for term in base.lexicon]
    yield from (replies.lexicon_help(shorts[:1]), replies.lexicon_help([]))
    yield from (replies.lexicon_unknown("zut", shorts), replies.lexicon_unknown("zut", []))
    yield from map(replies.lexicon_term, base.lexicon)


def texts(reply: Reply) -> Iterator[str]:
    yield from (paragraph.text for paragraph in reply.paragraphs)
    yield from (button.label for button in reply.buttons)


@pytest.fixture(params=["small", "kb/content", "tests/content"])
def any_base(request: pytest.FixtureRequest) -> KnowledgeBase:
    return small_base() if request.param == "small" else load(ROOT / request.param)


def test_every_reply_has_the_spaces_of_french_typography(any_base: KnowledgeBase) -> None:
    wrong = [
        text for reply in every_reply(any_base) for text in texts(reply) if PLAIN_SPACE.search(text)
    ]
    assert wrong == []


def test_no_sentence_of_ours_glues_a_mark_to_its_word() -> None:
    wrong = [
        text
        for reply in every_reply(small_base())
        for text in texts(reply)
        if BARE_MARK.search(text)
    ]
    assert wrong == []


def test_every_reply_says_something_everywhere(any_base: KnowledgeBase) -> None:
    for reply in every_reply(any_base):
        assert reply.paragraphs
        assert all(text.strip() for text in texts(reply))


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("Quoi ?", "Quoi\u00a0?"),
        ("a : b ; c !", "a\u00a0: b\u00a0; c\u00a0!"),
        ("« mot »", "«\u00a0mot\u00a0»"),
        ("déjà\u00a0? bien", "déjà\u00a0? bien"),
        ("https://a.example/?q=1", "https://a.example/?q=1"),
        ("12:30", "12:30"),
        ("", ""),
    ],
)
def test_plain_spaces_before_marks_become_non_breaking(given: str, shown: str) -> None:
    assert replies.french(given) == shown


def test_a_base_without_source_or_emergency_leaves_no_empty_line() -> None:
    base = small_base()
    bare = type(base.about)(name="Pédalier", serves="Vélo Ville")
    entry = base.entries["tarif"]
    assert "Source" not in replies.answer(entry, bare).text
    assert not replies.welcome(bare).text.endswith("\n")


def test_a_source_without_address_is_just_its_name() -> None:
    base = small_base()
    about = type(base.about)(name="P", serves="V", source_label="Le guide")
    assert replies.answer(base.entries["tarif"], about).text.endswith("Source\u00a0: Le guide")


def test_the_welcome_says_who_answers_what_is_kept_and_what_to_do_in_an_emergency() -> None:
    said = replies.welcome(small_base().about).text
    for part in ("Pédalier", "Vélo Ville", "conservés", "112"):
        assert part in said


def test_the_help_names_every_command() -> None:
    said = replies.help_text(small_base().about).text
    for name, what in replies.command_descriptions():
        assert f"/{name}\u00a0: {what}" in said


def test_a_desk_without_phone_shows_no_phone() -> None:
    base = small_base()
    assert "Téléphone" not in replies.desk(base.desks["abonnements"]).text
    assert "Téléphone" in replies.desk(base.desks["atelier"]).text


def test_a_question_on_the_command_line_reads_as_in_a_chat() -> None:
    said = asking.reply_text(unsure(BIKE, OFFICE), small_base())
    assert "- Mon vélo est cassé\u00a0: que faire\u00a0?" in said
    assert "- Écrire à\u00a0: Les abonnements" in said
    assert not PLAIN_SPACE.search(said)
