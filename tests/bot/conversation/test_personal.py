from __future__ import annotations

import pytest

from bot.conversation import replies
from bot.conversation.messages import Retention
from bot.conversation.replies.privacy import period
from classifier.serving.artifact import Served  # noqa: TC001 - a fixture's type
from tests.fakes.memory_journal import MemoryJournal
from tests.fakes.small_base import BIKE, ScriptedDecider, answering
from tests.fakes.talk import labels, plain, talk

PERSONAL = ["/mesdonnees", "/oublier", "/pourquoi"]


@pytest.mark.asyncio
async def test_my_data_shows_what_is_kept_when_it_came_and_how_to_erase_it() -> None:
    person = talk()
    await person.says("mon vélo est cassé, rappelez le 06 12 34 56 78")
    await person.says("merci")
    said = plain((await person.says("/mesdonnees")).text)
    assert "2 messages, depuis le 29/03/2026" in said
    assert "06 12" not in said
    assert said.index("« merci »") < said.index("« mon vélo est cassé")
    for part in ("90 jours", "395 jours (environ 13 mois)", "/humain", "/oublier"):
        assert part in said
    assert labels(person.last) == ["Tout effacer", "✉️ Contacter un guichet"]
    assert "Voulez-vous effacer" in (await person.presses("Tout effacer")).text


@pytest.mark.asyncio
async def test_moments_are_told_in_the_time_of_paris_across_the_change_of_clocks() -> None:
    person = talk()
    await person.says("avant")
    await person.says("après")
    said = plain((await person.says("/mesdonnees")).text)
    assert "29/03/2026 à 01:59 : « avant »" in said
    assert "29/03/2026 à 03:00 : « après »" in said


@pytest.mark.asyncio
async def test_of_many_messages_the_last_twenty_are_listed_and_the_first_is_dated() -> None:
    person = talk()
    for number in range(25):
        await person.says(f"question numéro {number:02}")
    said = plain((await person.says("/mesdonnees")).text)
    assert "25 messages, depuis le 29/03/2026" in said
    assert said.count("question numéro") == 20
    assert "numéro 24" in said
    assert "numéro 04" not in said


@pytest.mark.asyncio
async def test_a_very_long_past_is_not_read_to_its_end() -> None:
    person = talk()
    for number in range(1001):
        await person.says(f"question {number}")
    assert "certains d’avant le 29/03/2026" in plain((await person.says("/mesdonnees")).text)


@pytest.mark.asyncio
async def test_long_and_odd_texts_stay_on_one_short_line() -> None:
    person = talk()
    await person.says("vélo\n\x1b[31m\u202e" + "x" * 5000)
    said = plain((await person.says("/mesdonnees")).text)
    assert "… »" in said
    assert len(said) < 1000
    assert all(char.isprintable() or char == "\n" for char in said)


@pytest.mark.asyncio
async def test_nothing_is_kept_of_a_stranger() -> None:
    journal = MemoryJournal()
    await talk(journal=journal).says("mon vélo")
    other = talk(journal=journal)
    other.name = "2"
    assert await other.says("/mesdonnees") == replies.no_data()
    assert await other.says("/pourquoi") == replies.nothing_to_explain()


@pytest.mark.asyncio
async def test_forgetting_asks_first_then_erases_and_says_what_it_cannot() -> None:
    person = talk(channel="telegram")
    await person.says("mon vélo est cassé")
    await person.says("/oublier")
    assert labels(person.last) == ["Oui, tout effacer", "Non, ne rien effacer"]
    assert len(person.journal.turns[0].text) > 0
    done = plain((await person.presses("Oui")).text)
    assert done.startswith("C’est fait : 1 message effacé.")
    assert "huit jours au plus, la trace technique de cet échange-ci" in done
    assert "Telegram" in done
    assert person.journal.turns[0].text == ""
    assert await person.says("/mesdonnees") == replies.no_data()
    assert "aucun message" in (await person.presses("forget:yes")).text


@pytest.mark.asyncio
async def test_thinking_better_of_it_erases_nothing() -> None:
    person = talk()
    await person.says("mon vélo est cassé")
    await person.says("/oublier")
    assert await person.presses("Non") == replies.no_erasure()
    assert person.journal.turns[0].text == "mon vélo est cassé"


@pytest.mark.asyncio
@pytest.mark.parametrize("channel", ["web", "terminal", "test"])
async def test_telegram_is_named_only_to_those_who_use_it(channel: str) -> None:
    person = talk(channel=channel)
    for asked in ("/start", "/confidentialite", "/oublier", "forget:yes"):
        reply = await (person.presses(asked) if ":" in asked else person.says(asked))
        assert "Telegram" not in reply.text
    assert ("le temps d’une session" in (await person.says("/confidentialite")).text) == (
        channel == "web"
    )


@pytest.mark.asyncio
async def test_privacy_says_what_why_how_long_who_and_what_rights() -> None:
    said = plain((await talk(channel="telegram").says("/confidentialite")).text)
    for part in (
        *("Ce que je garde", "Pourquoi", "90 jours", "395 jours", "Qui les voit", "pseudonyme"),
        *("masque", "Telegram est un tiers", "pas chiffrés de bout en bout"),
        *("N’envoyez jamais de données de patients", "/mesdonnees", "/oublier"),
    ):
        assert part in said


@pytest.mark.asyncio
async def test_who_reads_what_is_kept_can_erase_it_with_a_press_where_it_is_theirs() -> None:
    person = talk(channel="web")
    await person.says("/confidentialite")
    assert labels(person.last) == ["Tout effacer", "✉️ Contacter un guichet"]
    assert "Voulez-vous effacer" in (await person.presses("Tout effacer")).text
    group = talk(channel="telegram", group=True)
    await group.says("/confidentialite")
    assert labels(group.last) == ["✉️ Contacter un guichet"]


@pytest.mark.asyncio
async def test_privacy_tells_what_becomes_of_questions_of_a_group_there_and_in_private() -> None:
    private = plain((await talk(channel="telegram").says("/confidentialite")).text)
    assert "/oublier l’efface. Les questions posées dans un groupe" in private
    assert "hors de portée de ces commandes" in private
    here = plain((await talk(channel="telegram", group=True).says("/confidentialite")).text)
    assert "Tout est rangé sous le pseudonyme du groupe" in here
    assert "/oublier ne peuvent ni les montrer ni les effacer" in here
    assert "/oublier l’efface" not in here
    for said in (private, here):
        assert "Pour les faire effacer" in said
        assert "écrivez à un guichet : /humain" in said
    assert "groupe" not in (await talk(channel="web").says("/confidentialite")).text


@pytest.mark.asyncio
async def test_the_first_words_promise_a_group_no_command_that_refuses_it() -> None:
    said = plain((await talk(channel="telegram", group=True).says("/start")).text)
    assert "/oublier" not in said
    assert "Pour faire effacer ce qui a été écrit ici : /humain." in said


@pytest.mark.asyncio
async def test_the_first_words_carry_the_short_notice() -> None:
    said = plain((await talk(channel="telegram").says("/start")).text)
    for part in (
        *("90 jours", "pseudonyme", "Telegram, un tiers", "données de patients"),
        "/confidentialite",
    ):
        assert part in said


@pytest.mark.asyncio
async def test_the_periods_told_are_those_of_the_operator() -> None:
    person = talk(retention=Retention(text_days=30, turns_days=1))
    said = plain((await person.says("/confidentialite")).text)
    assert "le texte, 1 jour ; les réponses et les clics, 1 jour." in said
    first = plain((await person.says("/start")).text)
    assert "1 jour, sous un pseudonyme" in first


@pytest.mark.asyncio
async def test_a_service_that_keeps_no_texts_says_so() -> None:
    journal = MemoryJournal(keeps_text=False)
    person = talk(retention=Retention(text_days=0), journal=journal)
    assert "n’est pas conservé" in (await person.says("/start")).text
    assert "non pas le texte" in (await person.says("/confidentialite")).text
    await person.says("mon vélo")
    assert "(texte non conservé)" in (await person.says("/mesdonnees")).text
    assert await person.says("/pourquoi") == replies.missing_text()


@pytest.mark.parametrize(
    ("days", "said"),
    [(1, "1 jour"), (90, "90 jours"), (365, "365 jours (environ 12 mois)")],
)
def test_periods_are_told_as_people_say_them(days: int, said: str) -> None:
    assert plain(period(days)) == said


@pytest.mark.asyncio
@pytest.mark.parametrize("command", PERSONAL)
async def test_in_a_group_one_is_only_invited_to_go_on_in_private(command: str) -> None:
    group = talk(group=True)
    await group.says("mon vélo est cassé")
    reply = await group.says(command)
    assert "en privé" in reply.text
    assert "vélo" not in reply.text
    assert reply.private == f"c-{command[1:]}"
    assert labels(reply) == ["✉️ Contacter un guichet"]


@pytest.mark.asyncio
async def test_a_forged_button_erases_nothing_in_a_group() -> None:
    group = talk(group=True)
    await group.says("mon vélo est cassé")
    assert "en privé" in (await group.presses("forget:yes")).text
    assert group.journal.turns[0].text


@pytest.mark.asyncio
async def test_why_explains_the_last_message_from_its_masked_text(served: Served) -> None:
    person = talk(served.triage, served.base)
    await person.says("bonjour")
    await person.says("ma batterie zorglub est vide, écrivez à jeanne@exemple.fr")
    said = plain((await person.says("/pourquoi")).text)
    assert "« ma batterie zorglub est vide, écrivez à [" in said
    assert "jeanne@exemple.fr" not in said
    assert "« zorglub »" in said
    assert "masquées" in said
    assert len(person.journal.turns) == 2


@pytest.mark.asyncio
async def test_why_tells_that_people_were_asked_for(served: Served) -> None:
    person = talk(served.triage, served.base)
    await person.says("je veux parler à un humain")
    said = plain((await person.says("/pourquoi")).text)
    assert "je vous ai donné les contacts" in said
    assert "%" not in said


@pytest.mark.asyncio
async def test_why_of_a_message_without_words_has_nothing_to_compare(served: Served) -> None:
    person = talk(served.triage, served.base)
    await person.says("😀")
    assert "« 😀 »" in plain((await person.says("/pourquoi")).text)


@pytest.mark.asyncio
async def test_personal_commands_leave_no_turn() -> None:
    person = talk(ScriptedDecider(answering(BIKE)))
    for command in ("/mesdonnees", "/oublier", "/confidentialite", "/pourquoi"):
        await person.says(command)
    assert person.journal.turns == []
    assert person.clicks == []
