from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import pytest

from bot.channels.terminal import PROMPT, Terminal, render
from bot.conversation.messages import Button, Incoming, Paragraph, Reply
from tests.fakes.small_base import BIKE, FARE, ScriptedDecider, answering

if TYPE_CHECKING:
    from collections.abc import Callable

BUTTONS = (Button("Oui", "y:1:0"), Button("Non", "u:1:0"))


class Parrot:
    """Repeats what it hears; offers two buttons after a text that ends with a question mark."""

    def __init__(self) -> None:
        self.heard: list[Incoming] = []

    async def answer(self, incoming: Incoming) -> Reply:
        self.heard.append(incoming)
        said = Paragraph(incoming.text or incoming.choice)
        return Reply((said,), BUTTONS if incoming.text.endswith("?") else ())


async def talk(text: str, *, interactive: bool = False) -> tuple[list[tuple[str, str]], str]:
    parrot, sink = Parrot(), io.StringIO()
    await Terminal(parrot.answer, io.StringIO(text), sink, interactive=interactive).run()
    return [(message.text, message.choice) for message in parrot.heard], sink.getvalue()


@pytest.mark.asyncio
async def test_buttons_are_numbered_and_a_number_presses_one() -> None:
    heard, said = await talk("vrai ?\n2\n")
    assert "  [1] Oui\n  [2] Non\n" in said
    assert heard == [("vrai ?", ""), ("", "u:1:0")]


@pytest.mark.asyncio
@pytest.mark.parametrize("line", ["0", "3", "-1", "99999999999999999999", "1.0", "²", "un", "1 2"])
async def test_what_numbers_no_button_is_a_question(line: str) -> None:
    heard, _ = await talk(f"vrai ?\n{line}\n")
    assert heard[1] == (line, "")


@pytest.mark.asyncio
async def test_whatever_ends_a_talk_the_line_of_the_prompt_is_ended() -> None:
    class Interrupted(io.StringIO):
        def readline(self, _size: int = -1, /) -> str:
            raise KeyboardInterrupt

    sink = io.StringIO()
    with pytest.raises(KeyboardInterrupt):
        await Terminal(Parrot().answer, Interrupted(), sink, interactive=True).run()
    assert sink.getvalue().endswith(f"{PROMPT}\n")
    assert (await talk("", interactive=True))[1].endswith(f"{PROMPT}\n")
    assert not (await talk("vrai ?\n"))[1].endswith("\n\n\n")


@pytest.mark.asyncio
async def test_a_number_without_buttons_is_a_question() -> None:
    heard, _ = await talk("1\n")
    assert heard == [("1", "")]


@pytest.mark.asyncio
async def test_the_buttons_of_an_older_reply_no_longer_count() -> None:
    heard, _ = await talk("vrai ?\nautre chose\n1\n")
    assert heard[-1] == ("1", "")


@pytest.mark.asyncio
async def test_the_end_of_input_ends_the_talk() -> None:
    assert await talk("") == ([], "")
    heard, _ = await talk("sans fin de ligne")
    assert heard == [("sans fin de ligne", "")]


@pytest.mark.asyncio
async def test_blank_lines_say_nothing() -> None:
    heard, _ = await talk("\n  \n\t\r\nbonjour\n\n")
    assert heard == [("bonjour", "")]


@pytest.mark.asyncio
async def test_a_prompt_and_a_greeting_show_only_to_a_person() -> None:
    heard, said = await talk("bonjour\n", interactive=True)
    assert heard == [("/start", ""), ("bonjour", "")]
    assert said.count(PROMPT) == 2
    heard, said = await talk("bonjour\n")
    assert heard == [("bonjour", "")]
    assert PROMPT not in said


@pytest.mark.asyncio
async def test_undecodable_bytes_do_not_end_the_talk() -> None:
    source = io.TextIOWrapper(io.BytesIO(b"caf\xe9\nbonjour\n"), "utf-8", errors="replace")
    parrot = Parrot()
    await Terminal(parrot.answer, source, io.StringIO(), interactive=False).run()
    assert [message.text for message in parrot.heard] == ["caf\ufffd", "bonjour"]


def test_a_reply_ends_with_an_empty_line() -> None:
    said = Paragraph("Bonjour")
    assert render(Reply((said, said))) == "Bonjour\n\nBonjour\n\n"
    assert render(Reply((said, said), BUTTONS)).endswith("  [1] Oui\n  [2] Non\n\n")


def test_links_are_written_out_and_take_no_number() -> None:
    link = Button("Continuer", url="https://velo.example/?start=e-tarif")
    said = render(Reply((Paragraph("Bonjour"),), (link, *BUTTONS)))
    assert "  Continuer\u00a0: https://velo.example/?start=e-tarif\n  [1] Oui\n" in said


class Shy(Parrot):
    """Has nothing to say to a button."""

    async def answer(self, incoming: Incoming) -> Reply:
        said = await super().answer(incoming)
        return Reply() if incoming.choice else said


@pytest.mark.asyncio
async def test_an_empty_reply_prints_nothing_and_leaves_the_buttons() -> None:
    shy, sink = Shy(), io.StringIO()
    await Terminal(shy.answer, io.StringIO("vrai ?\n1\n2\n"), sink, interactive=False).run()
    assert sink.getvalue() == render(Reply((Paragraph("vrai ?"),), BUTTONS))
    assert [message.choice for message in shy.heard] == ["", "y:1:0", "u:1:0"]


@pytest.mark.asyncio
async def test_a_whole_talk_with_the_real_conversation(open_chat: Callable[..., Any]) -> None:
    chat = open_chat(ScriptedDecider(answering(BIKE, FARE)))
    sink = io.StringIO()
    source = io.StringIO("mon vélo est cassé\n2\n1\n2\n1\n")
    await Terminal(chat.handle, source, sink, interactive=False).run()
    said = sink.getvalue()
    assert said.index("Rendez-le.") < said.index("Un euro.") < said.index("abo@velo.example")
    assert chat.clicks() == [
        ("useful", "entry:velo-casse", "no"),
        ("choice", "entry:tarif", ""),
        ("useful", "entry:tarif", "no"),
    ]
    assert said.index("abo@velo.example") < said.index("Voir tous les guichets")
    assert [row["text"] for row in chat.rows("turns")] == ["mon vélo est cassé"]
