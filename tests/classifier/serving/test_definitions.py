from __future__ import annotations

import pytest

from classifier.decision import Decision, Target
from classifier.serving.definitions import Definitions
from kb.entries import Term
from tests.fakes.small_base import BIKE, FARE, HELMET, OFFICE, RIDE, answering, asking, routing

LEXICON = (
    Term(
        "VAE", "Vélo à assistance électrique", ("vélo électrique",), "Un moteur aide.", ("tarif",)
    ),
    Term("E-Borne", "Borne électronique", ("la borne",), "Là où l'on rend son vélo."),
    Term("Badge", "", ("carte d'abonné",), "Ce qui ouvre la borne."),
    Term("CNVP", "Commission des vélos partagés"),
    Term("XYZ"),
)
DEFINITIONS = Definitions(LEXICON, [BIKE, FARE, HELMET, RIDE, OFFICE])


def asked(text: str) -> str | None:
    term = DEFINITIONS.find(text)
    return term.short if term else None


@pytest.mark.parametrize(
    ("text", "short"),
    [
        ("C'est quoi un VAE ?", "VAE"),
        ("c koi vae", "VAE"),
        ("cest quoi les VAEs", "VAE"),
        ("que veut dire CNVP", "CNVP"),
        ("Bonjour, que signifie le sigle CNVP ? Merci", "CNVP"),
        ("ça veut dire quoi VAE", "VAE"),
        ("VAE ça veut dire quoi svp", "VAE"),
        ("qu’est-ce qu’une e borne ?", "E-Borne"),
        ("qu'est ce que c'est que la borne", "E-Borne"),
        ("définition e-borne", "E-Borne"),
        ("quelle est la définition du vélo électrique", "VAE"),
        ("kezako vae", "VAE"),
        ("BADGE KESAKO", "Badge"),
        ("c'est quoi une carte d'abonné ?", "Badge"),
        ("Pouvez-vous m'expliquer ce que veut dire CNVP s'il vous plaît ?", "CNVP"),
        ("what is a VAE?", "VAE"),
        ("What does CNVP stand for", "CNVP"),
        ("VAE ?", "VAE"),
        ("le vae", "VAE"),
        ("e borne", "E-Borne"),
        ("badge", "Badge"),
        ("mes badges", "Badge"),
        ("carte d'abonné ?", "Badge"),
        ("bonjour le VAE svp", "VAE"),
    ],
)
def test_a_question_for_the_meaning_of_a_term_names_the_term(text: str, short: str) -> None:
    assert asked(text) == short


@pytest.mark.parametrize(
    "text",
    [
        "",
        "?",
        "c'est quoi",
        "c'est quoi le prix d'un VAE",
        "c'est quoi le numéro de la borne",
        "que faire si mon VAE est en panne",
        "qu'est-ce que je dois faire avec le badge",
        "VAE en panne",
        "quel est le délai VAE",
        "VAE badge",
        "badge perdu",
        "c'est quoi un XYZ",
        "c'est quoi une trottinette",
        "c'est quoi un VAE" + " et comment faire pour en louer un ce soir" * 4,
    ],
)
def test_any_other_question_asks_no_definition(text: str) -> None:
    assert asked(text) is None


def test_a_sure_answer_stays_below_the_definition() -> None:
    found = DEFINITIONS.define("VAE ?", answering(BIKE, FARE))
    assert (found.action, found.target, found.term) == ("answer", BIKE, "VAE")


def test_what_is_not_sure_becomes_the_definition_with_the_related_entries_first() -> None:
    unsure = DEFINITIONS.define("VAE ?", asking(BIKE, FARE, OFFICE))
    assert (unsure.action, unsure.term) == ("clarify", "VAE")
    assert unsure.suggestions == (FARE, BIKE, OFFICE)
    routed = DEFINITIONS.define("c'est quoi un VAE", routing(OFFICE, BIKE))
    assert (routed.action, routed.target, routed.suggestions) == ("clarify", None, (FARE,))


def test_a_definition_may_stand_alone_and_names_nothing_that_is_not_served() -> None:
    gone = (Term("VAE", "Vélo", (), "Un moteur.", ("partie", "tarif")),)
    served = Definitions(gone, [BIKE])
    found = served.define("VAE ?", Decision("unanswered", None, (), (), 0.4, "m"))
    assert (found.action, found.suggestions, found.term) == ("clarify", (), "VAE")


def test_at_most_three_are_related() -> None:
    many = (Term("VAE", "", (), "Un moteur.", ("tarif", "casque", "velo-casse", "premier-trajet")),)
    served = Definitions(many, [BIKE, FARE, HELMET, RIDE])
    assert served.define("VAE ?", asking(RIDE)).suggestions == (FARE, HELMET, BIKE)


def test_other_messages_and_two_questions_keep_their_decision() -> None:
    plain, two = asking(BIKE), answering(BIKE)
    assert DEFINITIONS.define("vélo cassé", plain) is plain
    both = Decision("answer", BIKE, (), (), 0.9, "m", also=two)
    assert DEFINITIONS.define("VAE ?", both) is both


def test_a_related_entry_has_a_number_even_when_the_model_did_not_think_of_it() -> None:
    found = DEFINITIONS.define("VAE ?", asking(BIKE))
    assert [candidate.target for candidate in found.offered] == [BIKE, FARE]
    assert Target("faq", "tarif") in found.suggestions
