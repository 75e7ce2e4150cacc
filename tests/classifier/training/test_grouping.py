from __future__ import annotations

from classifier.training.grouping import group_json, group_messages

BIKE = ["mon pneu de vélo est crevé", "pneu de vélo crevé, que faire", "vélo : pneu crevé"]
CARD = ["où commander une carte d'abonnement", "commander la carte d'abonnement"]
STRAY = "quand rouvre la piscine municipale"
TEXTS = [BIKE[0], CARD[0], BIKE[1], STRAY, CARD[1], BIKE[2]]


def test_messages_that_ask_for_the_same_are_one_group_named_after_its_first() -> None:
    assert group_messages(TEXTS).groups == [0, 1, 0, 3, 1, 0]


def test_the_nearest_come_best_first_without_the_message_itself() -> None:
    found = group_messages(TEXTS)
    assert {near.place for near in found.nearest[0][:2]} == {2, 5}
    for place, nearest in enumerate(found.nearest):
        assert place not in {near.place for near in nearest}
        scores = [near.score for near in nearest]
        assert scores == sorted(scores, reverse=True)


def test_few_messages_or_none_are_no_trouble() -> None:
    assert group_messages([]).groups == []
    assert group_messages(["pneu"]).groups == [0]
    assert group_messages(["pneu"]).nearest == [[]]
    assert group_messages(["???", "!"]).groups == [0, 1]


def test_words_that_are_common_in_the_field_do_not_make_a_group() -> None:
    texts = ["comment louer un vélo", "comment rendre un vélo"]
    known = [f"comment {what} un vélo" for what in ("réparer", "prêter", "attacher", "choisir")]
    assert (
        group_messages(texts, known).nearest[0][0].score < group_messages(texts).nearest[0][0].score
    )


def test_the_same_comes_of_it_as_json() -> None:
    found = group_messages(TEXTS, ["piscine"])
    told = group_json({"texts": TEXTS, "known": ["piscine"]})
    assert told == {"groups": found.groups, "nearest": found.nearest}
