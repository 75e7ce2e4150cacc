from __future__ import annotations

import pytest

from classifier.serving.courtesy.forms import Forms, parse

SETS = {"hi": "bonjour|(bon matin)", "one": "je|ou", "verb": "est"}
FORMS = Forms(
    {
        "greeting": ["<hi> [a] {PERSON} =", "<hi> !"],
        "thanks": ["[un grand] (merci|mille mercis) [d avance] =."],
    },
    SETS,
)


@pytest.mark.parametrize(
    ("text", "kind", "size"),
    [
        ("bonjour ", "greeting", 1),
        ("bon matin N je ", "greeting", 3),
        ("bonjour N borne ", "greeting", 1),
        ("un grand merci d avance ", "thanks", 5),
        ("mille mercis ", "thanks", 2),
    ],
)
def test_a_form_takes_as_many_words_as_it_can(text: str, kind: str, size: int) -> None:
    assert FORMS.match(text.split(maxsplit=1)[0], text, 0) == (kind, size)


@pytest.mark.parametrize("text", ["bonjour est ", "merci de ", "grand merci ", "matin ", "borne "])
def test_other_words_are_no_form(text: str) -> None:
    assert FORMS.match(text.split(maxsplit=1)[0], text, 0) is None


def test_a_message_is_searched_only_where_a_form_may_begin() -> None:
    assert FORMS.may_begin(["borne", "un"])
    assert not FORMS.may_begin(["borne", "grand"])


def test_a_form_that_is_written_wrong_is_refused() -> None:
    with pytest.raises(ValueError, match="lacks"):
        parse("(merci", SETS)
    with pytest.raises(KeyError):
        parse("<unknown>", SETS)
