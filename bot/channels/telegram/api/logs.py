"""What a log line may say of Telegram's answers."""

from __future__ import annotations


def describe_answer(error: Exception) -> str:
    """What Telegram or the network said, in one line of at most 100 characters after the type.

    What follows the first colon of Telegram's own sentences quotes the request.
    """
    said = str(error).partition(". Parsing")[0].partition(":")[0]
    return f"{type(error).__name__}: {' '.join(said.split())[:100]}"
