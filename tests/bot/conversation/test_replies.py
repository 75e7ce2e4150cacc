from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bot.cli.output import ask
from bot.conversation import choices, replies
from bot.conversation.choices import Visit
from bot.conversation.messages import Retention
from bot.conversation.presenter import Presenter
from bot.conversation.themes import Themes
from bot.conversation.turns import KeptTurn
from kb.loader import load
from tests.fakes.small_base import BIKE, OFFICE, WORKSHOP, routing, small_base
from tests.fakes.small_base import asking as unsure

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.conversation.messages import Reply
    from kb.entries import KnowledgeBase

ROOT = Path(__file__).parent.parent.parent.parent
PLAIN_SPACE = re.compile(r"\S [?!:;»]|« ")
BARE_MARK = re.compile(r"[^\W\d][?!;]|«[^\s]|[^\s]»")


def every_reply(base: KnowledgeBase) -> Iterator[Reply]:
    yield from (replies.apology(), replies.text_only(), replies.thanks(), replies.stale_button())
    yield from (replies.unknown_command(), replies.out_of_scope(None))
    yield from (replies.welcome(base.about), replies.help_text(base.about))
    yield from (replies.empty_message(), replies.out_of_scope_in_short(None))
    yield from map(replies.out_of_scope_in_short, base.outside.values())
    yield from (
        replies.contacts(base.desks.values()),
        replies.people(base.desks.values(), base.about),
    )
    yield replies.all_contacts_after_misses(base.desks.values())
    yield from map(replies.out_of_scope, base.outside.values())
    yield from _about_terms(base)
    for found in base.desks.values():
        yield from (replies.desk(found), replies.desk_after_misses(found))
        yield from (replies.desk_of_people(found), replies.contestable(replies.desk(found), 1, 0))
        yield replies.suggestions(1, [(0, replies.desk_label(found))])
    for entry in base.entries.values():
        yield replies.was_it_useful(replies.answer(entry, base.about), 1, 0)
        yield from (replies.suggestions(1, [(0, entry.title)], again=again) for again in (0, 1))

    yield from _about_themes(base)
    yield from _about_persons()


def _about_themes(base: KnowledgeBase) -> Iterator[Reply]:
    yield from (replies.themes([]), replies.themes(replies.FACETS), replies.stale_theme())
    found = Themes(base)
    for facet, values in found.facets.items():
        yield found.visit(Visit("facet", choices.key(facet)))
        yield from (found.visit(Visit("value", choices.key(facet, value))) for value in values)


def _about_persons() -> Iterator[Reply]:
    at = datetime(2026, 1, 1, tzinfo=UTC)
    kept = [KeptTurn(1, at, text, "answer") for text in ("mot", "")]
    kept += [KeptTurn(2, at, "", None, kind) for kind in ("photo", "voice", "other")]
    rows = {"turns": 5, "feedback": 1, "inbox": 2, "outbox": 3, "chats": 1, "songs": 2}
    for channel in ("telegram", "web", "terminal"):
        for days in (0, 1, 90):
            retention = Retention(days)
            for group in (False, True):
                yield replies.privacy(retention, channel, group=group)
                yield replies.welcome(small_base().about, retention, channel, group=group)
            yield replies.my_data(replies.Kept(rows, at, more=bool(days)), kept, retention)
        yield from (replies.erasure_report(count, channel) for count in (0, 1, 2))
    yield from (replies.confirm_forgetting(), replies.no_erasure(), replies.no_data())
    yield from (replies.only_in_private("c-oublier"), replies.nothing_to_explain())
    yield replies.missing_text()
    yield replies.reasons_below_text(replies.thanks(), "mot")


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
        ("l'atelier d'à côté, aujourd'hui", "l’atelier d’à côté, aujourd’hui"),
        ("L'ÉTÉ ; 'cité' 5'3", "L’ÉTÉ\u00a0; 'cité' 5'3"),
        ("https://a.example/l'un", "https://a.example/l'un"),
        ("o'neil@a.example `d'x`", "o'neil@a.example `d'x`"),
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


def test_commands_are_described_in_french_and_in_english_in_the_same_order() -> None:
    french, english = replies.command_descriptions(), replies.command_descriptions("en")
    assert (
        [name for name, _ in french]
        == [name for name, _ in english]
        == [
            *("start", "aide", "themes", "contacts", "humain", "lexique", "pourquoi"),
            *("confidentialite", "mesdonnees", "oublier"),
        ]
    )
    assert all(re.fullmatch(r"[a-z0-9_]{1,32}", name) for name, _ in french)
    assert not {what for _, what in french} & {what for _, what in english}
    assert replies.command_descriptions("de") == french
    assert all(1 <= len(what) <= 256 for _, what in (*french, *english))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("un mot", "un mot"),
        ("  un\n\tmot\u202e  ", "un mot"),
        ("x" * 11, "x" * 9 + "…"),
        ("\ud800\0", ""),
        ("mot " * 9, "mot mot m…"),
    ],
)
def test_what_a_person_wrote_is_quoted_on_one_short_printable_line(text: str, shown: str) -> None:
    assert replies.one_line_quote(text, 10) == shown


def test_the_help_names_every_command() -> None:
    said = replies.help_text(small_base().about).text
    for name, what in replies.command_descriptions():
        assert f"/{name}\u00a0: {what}" in said


def test_a_desk_without_phone_shows_no_phone() -> None:
    base = small_base()
    assert "Téléphone" not in replies.desk(base.desks["abonnements"]).text
    assert "Téléphone" in replies.desk(base.desks["atelier"]).text


def test_a_hand_over_says_whom_to_call_in_an_emergency() -> None:
    base = small_base()
    said = replies.french(base.about.emergency)
    assert said in Presenter(base).reply_to_decision(1, routing(WORKSHOP)).text
    assert said in ask.reply_text(routing(WORKSHOP), base)


def test_an_apology_shows_the_way_to_a_person() -> None:
    assert [button.data for button in replies.apology().buttons] == [choices.DESKS]


def test_a_question_on_the_command_line_reads_as_in_a_chat() -> None:
    said = ask.reply_text(unsure(BIKE, OFFICE), small_base())
    assert "- Mon vélo est cassé\u00a0: que faire\u00a0?" in said
    assert "- Écrire à\u00a0: Les abonnements" in said
    assert not PLAIN_SPACE.search(said)
