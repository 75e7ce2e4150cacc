from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from bot.cli.output import ask
from bot.conversation import choices, replies
from bot.conversation.choices import Visit
from bot.conversation.messages import Paragraph, Reply, Retention
from bot.conversation.presenter import Presenter
from bot.conversation.replies import desk_notes, previews, tickets
from bot.conversation.themes import Themes
from bot.conversation.turns import KeptTurn
from classifier.decision import Decision, Target
from kb.loader import load
from tests.fakes.small_base import (
    BIKE,
    FARE,
    HELMET,
    OFFICE,
    WORKSHOP,
    answering,
    candidates,
    routing,
    small_base,
)
from tests.fakes.small_base import asking as unsure

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kb.entries import KnowledgeBase

ROOT = Path(__file__).parent.parent.parent.parent
UNANSWERED = [
    Decision("unanswered", None, shown, candidates(FARE, WORKSHOP), 0.4, "scripted")
    for shown in ((), (WORKSHOP,), (WORKSHOP, OFFICE))
]
PLAIN_SPACE = re.compile(r"\S [?!:;»]|« ")
BARE_MARK = re.compile(r"[^\W\d][?!;]|«[^\s]|[^\s]»")


def every_reply(base: KnowledgeBase) -> Iterator[Reply]:
    yield from (replies.apology(), replies.text_only(), replies.thanks(), replies.stale_button())
    yield from (replies.unknown_command(), replies.out_of_scope(None))
    yield from (replies.welcome(base.about), replies.help_text(base.about))
    yield from (
        replies.empty_message(),
        replies.unclear_choice(),
        replies.out_of_scope_in_short(None),
    )
    yield from map(replies.out_of_scope_in_short, base.outside.values())
    yield from (
        replies.contacts(base.desks.values()),
        replies.people(base.desks.values(), base.about),
    )
    yield from (replies.desks_after_misses(desks) for desks in (base.desks.values(), []))
    yield from (replies.unanswered(1, desks) for desks in (base.desks.values(), []))
    listed = list(enumerate(base.desks.values()))
    yield replies.unanswered_by_desks(1, listed, base.about.emergency)
    yield from (replies.unanswered_in_short(1, [d for _, d in listed[:n]]) for n in range(3))
    yield from map(replies.out_of_scope, base.outside.values())
    yield from _about_terms(base)
    for found in base.desks.values():
        yield from (replies.desk(found), replies.desk_after_misses(found))
        yield from (replies.desk_of_people(found), replies.contestable(replies.desk(found), 1, 0))
        yield replies.chosen_desk(found)
        yield replies.suggestions(1, [(0, replies.desk_label(found))])
        yield replies.unanswered_by_desk(1, 0, found)
        yield replies.with_desk_beside(replies.thanks(), 1, 0, found)
    for entry in base.entries.values():
        yield replies.was_it_useful(replies.answer(entry, base), 1, 0)
        yield from (replies.suggestions(1, [(0, entry.title)], again=again) for again in (0, 1))

    yield from _about_themes(base)
    yield from _about_persons()


def _about_themes(base: KnowledgeBase) -> Iterator[Reply]:
    yield from (
        replies.themes({}),
        replies.themes(dict.fromkeys(replies.FACETS, "Offre")),
        replies.stale_theme(),
    )
    found = Themes(base)
    yield found.start()
    yield from (found.visit(Visit("domain", choices.key(name))) for name in found.domains)
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
    assert "Source" not in replies.answer(entry, replace(base, about=bare)).text
    assert not replies.welcome(bare).text.endswith("\n")


def test_a_source_without_address_is_just_its_name() -> None:
    base = small_base()
    about = type(base.about)(name="P", serves="V", source_label="Le guide")
    said = replies.answer(base.entries["tarif"], replace(base, about=about)).text
    assert said.endswith("Source\u00a0: Le guide")


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


@pytest.mark.parametrize("decision", [routing(WORKSHOP), *UNANSWERED])
def test_a_hand_over_says_whom_to_call_only_in_an_emergency(decision: Decision) -> None:
    base = small_base()
    said = replies.french(base.about.emergency)
    show = Presenter(base).reply_to_decision
    assert said in show(1, decision, urgent=True).text
    assert said not in show(1, decision).text
    assert said in ask.reply_text(decision, base, urgent=True)
    assert said not in ask.reply_text(decision, base)


def test_a_question_that_nothing_published_answers_is_told_so_and_who_may_help() -> None:
    base = small_base()
    show = Presenter(base).reply_to_decision
    said = [show(7, decision).text for decision in UNANSWERED]
    assert all(text.startswith("Je n’ai pas de réponse publiée à cette question.") for text in said)
    # Whose question it is, nobody knows.
    assert not any("votre" in text.lower() or "relève" in text for text in said)
    assert all(desk.email in said[2] for desk in base.desks.values())
    assert base.desks["atelier"].guidance in said[1]
    assert base.desks["abonnements"].email not in said[1]
    pressed = [[button.data for button in show(7, found).buttons] for found in UNANSWERED]
    desks = [choices.desk(name) for name in base.desks]
    assert pressed == [[*desks, "p:7:0"], ["u:7:1", "p:7:0"], ["c:7:1", "c:7:2", "p:7:0"]]


def test_in_a_group_no_answer_is_one_line() -> None:
    for decision in UNANSWERED:
        reply = Presenter(small_base()).reply_to_decision(7, decision, group=True, urgent=True)
        assert len(reply.paragraphs) == 1
        assert "\n" not in reply.text
        assert reply.private


def test_somebody_who_writes_in_english_is_told_that_there_is_no_answer() -> None:
    presenter = Presenter(small_base())
    reply = presenter.reply_to_decision(7, UNANSWERED[1])
    said = presenter.add_english_hint(reply, UNANSWERED[1]).paragraphs[0].text
    assert said.startswith("There is no published answer")


def test_a_desk_beside_an_answer_is_a_line_and_a_button() -> None:
    decision = replace(answering(FARE, BIKE), beside=WORKSHOP)
    plain = Presenter(small_base()).reply_to_decision(7, answering(FARE, BIKE))
    reply = Presenter(small_base()).reply_to_decision(7, decision)
    assert reply.text == f"{plain.text}\n\nCe guichet peut aussi vous aider\u00a0: L’atelier."
    (offered,) = [button for button in reply.buttons if button not in plain.buttons]
    assert (offered.label, offered.data) == ("Écrire à\u00a0: L’atelier", "c:7:2")
    assert reply.buttons[-1] == plain.buttons[-1]


def test_a_term_is_defined_above_a_sure_answer() -> None:
    reply = Presenter(small_base()).reply_to_decision(7, replace(answering(FARE), term="VAE"))
    plain = Presenter(small_base()).reply_to_decision(7, answering(FARE))
    shown = "VAE\u00a0: Vélo à assistance électrique\n\nUn moteur aide."
    assert (reply.text, reply.buttons) == (f"{shown}\n\n{plain.text}", plain.buttons)


def test_a_term_is_defined_above_what_says_more_or_alone() -> None:
    presenter = Presenter(small_base())
    more = presenter.reply_to_decision(7, replace(unsure(BIKE, OFFICE), term="VAE"))
    assert more.text.endswith("Un moteur aide.\n\nVoulez-vous en savoir plus\u00a0?")
    assert [button.data for button in more.buttons[:2]] == ["c:7:0", "c:7:1"]
    alone = presenter.reply_to_decision(7, replace(unsure(BIKE, suggested=0), term="VAE"))
    assert alone.text.endswith("On dit aussi\u00a0: vélo électrique.")
    assert [button.data for button in alone.buttons] == ["p:7:0"]
    assert "Un moteur aide." in ask.reply_text(replace(unsure(BIKE), term="VAE"), small_base())


def test_a_related_entry_that_is_no_candidate_can_be_pressed() -> None:
    decision = replace(unsure(BIKE), suggestions=(HELMET, BIKE), term="VAE")
    buttons = Presenter(small_base()).reply_to_decision(7, decision).buttons
    assert [button.data for button in buttons[:2]] == ["c:7:0", "c:7:1"]


@pytest.mark.parametrize(
    ("fields", "lines"),
    [
        ({"dated": "2025"}, ["Source\u00a0: {about}", "Publié en 2025."]),
        (
            {"url": ("https://a.example/x", "https://b.example"), "dated": "2024-08"},
            [
                "Source\u00a0: https://a.example/x",
                "Source\u00a0: https://b.example",
                "Publié en août\u00a02024.",
            ],
        ),
        (
            {"dated": "2024-03", "wave": "vague 2"},
            ["Source\u00a0: {about}", "Publié en mars\u00a02024, pour la vague\u00a02."],
        ),
        ({"wave": "both"}, ["Source\u00a0: {about}", "Pour les vagues\u00a01 et\u00a02."]),
        (
            {"origin": "guichet", "dated": "2025-12", "wave": "vague 1"},
            ["Réponse du guichet Les abonnements, décembre\u00a02025, pour la vague\u00a01"],
        ),
        (
            {"origin": "éditeur", "dated": "2025", "url": ("https://a.example",)},
            ["Réponse de la rédaction, 2025", "Source\u00a0: https://a.example"],
        ),
    ],
)
def test_an_answer_says_where_it_comes_from_since_when_and_for_whom(
    fields: dict[str, Any], lines: list[str]
) -> None:
    base = small_base()
    shown = replies.answer(replace(base.entries["tarif"], **fields), base).paragraphs[-1].text
    about = "Guide de Vélo Ville\u00a0: https://velo.example"
    assert shown.split("\n") == [line.format(about=about) for line in lines]


def test_a_hand_over_is_in_the_words_of_the_entry_that_gives_the_contact() -> None:
    base = small_base()
    for said, address in (("Écrivez à atelier@velo.example.", False), ("Écrivez-leur.", True)):
        contact = replace(base.entries["tarif"], answer=said, contact="atelier")
        known = replace(base, entries={**base.entries, "tarif": contact})
        shown = Presenter(known).reply_to_decision(1, routing(WORKSHOP)).text
        assert said in shown
        assert ("Courriel" in shown) is address
        assert base.desks["atelier"].guidance in shown


def test_the_old_name_of_an_entry_still_leads_to_it() -> None:
    base = small_base()
    renamed = replace(base.entries["tarif"], id="prix", formerly=("tarif",))
    known = replace(base, entries={**base.entries, "prix": renamed})
    del known.entries["tarif"]
    presenter = Presenter(known)
    new = Target("faq", "prix")
    assert presenter.label(FARE) == presenter.label(new) != ""
    assert presenter.show_candidate(3, 0, FARE) == presenter.show_candidate(3, 0, new)
    assert presenter.desk_of(FARE) == known.desks["abonnements"]
    themes = Themes(known)
    old, now = (Visit("entry", choices.key(name)) for name in ("tarif", "prix"))
    assert themes.visit(old) == themes.visit(now)
    assert renamed.answer in themes.visit(old).text


def test_what_a_desk_asks_for_is_a_list_once_it_is_more_than_a_line() -> None:
    desk = small_base().desks["atelier"]
    assert desk.guidance in replies.desk(desk).text
    long = replace(desk, guidance="Dites où.\nDites quand.\n- Signez.")
    assert "\n- Dites où.\n- Dites quand.\n- Signez." in replies.desk(long).text


def test_the_addresses_of_a_reply_are_known_to_channels_that_can_do_more_with_them() -> None:
    show = Presenter(small_base()).reply_to_decision
    one = show(7, routing(WORKSHOP))
    assert [(c.name, c.email) for c in one.contacts] == [("L'atelier", "atelier@velo.example")]
    assert one.contacts == show(7, UNANSWERED[1]).contacts
    assert replies.join_replies(one, one).contacts == one.contacts * 2
    assert show(7, answering(FARE)).contacts == ()
    assert Reply.from_dict(one.to_dict()) == one
    old = {key: value for key, value in one.to_dict().items() if key != "contacts"}
    assert Reply.from_dict(old).buttons == one.buttons


def test_an_apology_shows_the_way_to_a_person() -> None:
    assert [button.data for button in replies.apology().buttons] == [choices.DESKS]


def test_a_question_on_the_command_line_reads_as_in_a_chat() -> None:
    said = ask.reply_text(unsure(BIKE, OFFICE), small_base())
    assert "- Mon vélo est cassé\u00a0: que faire\u00a0?" in said
    assert "- Écrire à\u00a0: Les abonnements" in said
    assert not PLAIN_SPACE.search(said)


def test_where_desks_answer_people_are_told_what_is_kept_of_it() -> None:
    said = replies.privacy(Retention(ticket_days=30), "telegram").text
    assert "gardés chiffrés, 30\u00a0jours après la fin de la demande" in said
    assert "guichet, ses agents" not in replies.privacy(Retention(), "telegram").text
    assert "ses agents" not in replies.privacy(Retention(ticket_days=30), "web", group=True).text


def test_who_asked_for_a_person_is_told_why_contacts_were_given() -> None:
    parts = [Paragraph(text) for text in ("votre message", "la raison", "le doute", "la fin")]
    said = replies.reasons_for_contacts(Reply(tuple(parts)))
    first, lead, last = (paragraph.text for paragraph in said.paragraphs)
    assert (first, last) == ("votre message", "la fin")
    assert "les contacts" in lead


def test_a_published_answer_that_is_about_to_go_can_be_stopped() -> None:
    said = desk_notes.ready_answer("Rendez-le.", 10, "stop:1")
    assert [paragraph.text for paragraph in said.paragraphs][1:] == ["Rendez-le."]
    assert "10 secondes" in said.paragraphs[0].text
    assert [(button.label, button.data) for button in said.buttons] == [
        ("Annuler l’envoi", "stop:1")
    ]


def test_a_topic_is_named_by_its_number_and_the_first_words() -> None:
    named = desk_notes.title("2026-00123", "Mon vélo\nne démarre plus du tout depuis hier matin")
    assert named == "2026-00123 · Mon vélo ne démarre plus du"
    assert len(desk_notes.title("2026-00123", "a" * 500)) == desk_notes.MAX_TITLE


@pytest.mark.parametrize(
    ("said", "part"),
    [
        (desk_notes.reminder("2026-00123", datetime(2026, 12, 1, 10, tzinfo=UTC), 2), "promise"),
        (desk_notes.not_reopened("2026-00123"), "en cours, ou close depuis trop longtemps"),
        (desk_notes.closed_to_answers("2026-00123"), "n’est pas envoyé"),
        (desk_notes.block_note("2026-00123", 7), "pendant 7 jours"),
        (desk_notes.whom_to_assign(), "/assigner"),
        (desk_notes.what_to_withdraw(), "/retirer"),
        (desk_notes.where_to_transfer([("atelier", "L’atelier")]), "/transferer atelier"),
        (desk_notes.too_large(20), "il dépasse 20\u00a0Mo"),
        (previews.ask_for_question(None), "la personne qui vous répondra"),
        (previews.ask_for_detail(), "le détail à ajouter"),
    ],
)
def test_each_note_says_what_is_the_matter(said: Reply, part: str) -> None:
    assert part in said.text


def test_a_reminder_of_what_has_no_moment_promises_none() -> None:
    said = desk_notes.reminder("2026-00123", None, 1).text
    assert said.endswith("attend une réponse.")


def test_of_several_desks_those_with_a_phone_come_first(base: KnowledgeBase) -> None:
    silent = [replace(desk, phone=None) for desk in base.desks.values()]
    assert "d’appeler" not in replies.people(silent, base.about).text
    desks = [*silent[:-1], replace(silent[-1], phone="01 02 03 04 05")]
    shown = replies.people(desks, base.about)
    assert shown.buttons[0].data == choices.desk(desks[-1].id)
    assert "d’appeler" in shown.text


def test_whose_contact_is_masked_is_told_so_and_may_show_it_by_a_press() -> None:
    said = Reply((Paragraph("Détail transmis."),))
    told = tickets.with_contact_masked(said, 7)
    assert told.paragraphs[0].text == "Détail transmis."
    assert "masquées pour le guichet" in told.text
    assert told.buttons == (tickets.contact_button(7),)
