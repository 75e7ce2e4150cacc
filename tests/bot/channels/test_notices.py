from __future__ import annotations

from bot.conversation.replies import notices


def test_who_asks_too_much_is_told_that_the_question_was_not_answered() -> None:
    said = notices.too_many().text.replace("\u00a0", " ")
    assert "je n’ai pas répondu à cette question" in said
    assert "poser à nouveau" in said


def test_one_answer_in_service_is_one() -> None:
    said = [notices.reload_success(n).text for n in (0, 1, 2)]
    assert [text.count("réponse est en service") for text in said] == [0, 1, 0]
