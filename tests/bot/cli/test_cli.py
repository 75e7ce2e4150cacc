from __future__ import annotations

import asyncio
import json
import signal
import socket
import stat
import subprocess
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from bot.conversation.replies import french
from kb.learning import learning_fingerprint
from kb.loader import load
from tests.fakes.bot_api import FakeBotApi
from tests.fakes.command import LIMIT, Aiguilleur

if TYPE_CHECKING:
    from collections.abc import Callable

    from kb.entries import FaqEntry

WRONG_TOKEN = "777:wrong-and-made-up"


@pytest.fixture
def here(trained: Aiguilleur, tmp_path: Path) -> Aiguilleur:
    """A folder of one's own, with the trained model of the session."""
    return trained.elsewhere(tmp_path)


@pytest.fixture(scope="session")
def entry(trained: Aiguilleur) -> FaqEntry:
    """An entry that the model answers with when its title is asked."""
    published = load(trained.kb).published.values()
    decided = trained("decide", given="\n".join(json.dumps({"text": e.title}) for e in published))
    for found, line in zip(published, decided.stdout.splitlines(), strict=True):
        if json.loads(line)["entry"] == found.id:
            return found
    raise AssertionError("the model answers none of its own titles")


def one_line(text: str) -> str:
    (line,) = text.splitlines()
    return line


# Training and asking


def test_training_says_what_came_out(trained: Aiguilleur) -> None:
    said = trained.log[0].stdout
    assert "10 entries, 2 desks, 4 outside families" in said
    assert "cross-validation" in said
    assert (
        trained.data_dir / "models" / learning_fingerprint(load(trained.kb)) / "manifest.json"
    ).exists()


def test_a_question_gets_its_answer(here: Aiguilleur, entry: FaqEntry) -> None:
    done = here("ask", entry.title)
    assert (done.returncode, done.stderr) == (0, "")
    assert french(entry.answer) in done.stdout
    assert "Source\u00a0: " in done.stdout
    assert "action:" not in done.stdout


def test_why_adds_the_runners_up(here: Aiguilleur, entry: FaqEntry) -> None:
    said = here("ask", entry.title, "--why").stdout
    assert "action: answer (confidence" in said
    assert f"target: faq {entry.id}" in said
    assert "candidates:" in said


def test_json_is_the_decision_without_an_id(here: Aiguilleur, entry: FaqEntry) -> None:
    decision = json.loads(one_line(here("ask", "--json", entry.title).stdout))
    (decided,) = here(
        "decide", given=json.dumps({"id": 1, "text": entry.title})
    ).stdout.splitlines()
    assert {"id": 1, **decision} == json.loads(decided)
    assert decision["entry"] == entry.id
    assert decision["sources"] == list(entry.sources)
    assert 0 <= decision["confidence"] <= 1
    assert decision["candidates"][0]["entry"] == entry.id


def test_an_empty_question_is_told(here: Aiguilleur) -> None:
    done = here("ask", " ")
    assert (done.returncode, done.stdout) == (1, "")
    assert "the question is empty" in one_line(done.stderr)


@pytest.mark.parametrize("text", ["?", "é" * 9000, "-", "/start"])
def test_any_text_may_be_asked(here: Aiguilleur, text: str) -> None:
    done = here("ask", "--", text)
    assert done.returncode == 0
    assert done.stdout.strip()


def test_asking_and_deciding_keep_nothing(here: Aiguilleur, tmp_path: Path) -> None:
    data = here.data_dir / "models"
    alone = Aiguilleur(tmp_path, here.kb, tmp_path / "data")
    alone.data_dir.mkdir()
    (alone.data_dir / "models").symlink_to(data)
    alone("ask", "bonjour")
    alone("decide", given='{"id": 1, "text": "bonjour"}')
    assert [path.name for path in alone.data_dir.iterdir()] == ["models"]


def test_the_option_after_the_command_beats_the_environment(
    here: Aiguilleur, entry: FaqEntry
) -> None:
    done = here("ask", entry.title, "--json", "--kb", str(here.kb), KB_DIR="/nowhere")
    assert json.loads(done.stdout)["entry"] == entry.id


# Evaluating and deciding


def test_labelled_messages_give_figures(here: Aiguilleur, tmp_path: Path, entry: FaqEntry) -> None:
    rows = [
        {"id": "1", "text": entry.title, "kind": "faq", "accept": list(entry.sources)},
        {"id": "2", "text": "qzxw", "kind": "garbage"},
    ]
    file = tmp_path / "labelled.jsonl"
    file.write_text("\n".join(map(json.dumps, rows)), "utf-8")
    done = here("evaluate", str(file))
    figures = {
        words[0]: words[1] for words in map(str.split, done.stdout.splitlines()) if words[1:]
    }
    assert done.returncode == 0
    assert figures["questions"] == "2"
    assert figures["faq_right"] == "100.0"


def test_damaged_labelled_messages_tell_what_survives(
    here: Aiguilleur, tmp_path: Path, entry: FaqEntry
) -> None:
    file = tmp_path / "labelled.jsonl"
    row = {"id": "1", "text": entry.title, "kind": "faq", "accept": list(entry.sources)}
    file.write_text(json.dumps(row), "utf-8")
    first, *lines = here("evaluate", str(file), "--damage").stdout.splitlines()
    assert first == "same decision on 1 message (%):"
    assert {line.split()[-1] for line in lines if "error" not in line} == {"100.0"}


@pytest.mark.parametrize(
    ("content", "part"),
    [
        ('{"id": "1"}', "labelled.jsonl:1:"),
        ('{"id": "1", "text": "x", "kind": "garbage"}\nnon', "labelled.jsonl:2:"),
        ('{"id": "1", "text": "x", "kind": "inconnu"}', "labelled.jsonl:1:"),
        ("", "no labelled message"),
        (b"\xff", "cannot read"),
    ],
)
def test_broken_labels_are_named(
    here: Aiguilleur, tmp_path: Path, content: str | bytes, part: str
) -> None:
    file = tmp_path / "labelled.jsonl"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    done = here("evaluate", str(file))
    assert (done.returncode, done.stdout) == (1, "")
    assert part in one_line(done.stderr)


def test_a_missing_labelled_file_is_named(here: Aiguilleur) -> None:
    done = here("evaluate", "absent.jsonl")
    assert done.returncode == 1
    assert "absent.jsonl" in one_line(done.stderr)


def test_without_labels_every_manner_is_left_out_once(here: Aiguilleur) -> None:
    done = here("evaluate")
    assert done.returncode == 0
    assert "one manner of asking left out at a time" in done.stdout


def test_deciding_goes_on_after_a_bad_line_and_exits_1(here: Aiguilleur) -> None:
    done = here("decide", given='{"id": "a", "text": "x"}\n\nnon\n{"id": "\\ud800", "text": "y"}\n')
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert [row["id"] for row in found] == ["a", None, "\ud800"]
    assert found[1]["line"] == 3
    assert done.returncode == 1


@pytest.mark.parametrize("given", ["", "\n\n", '{"id": 1, "text": ""}\n'])
def test_deciding_good_lines_or_none_exits_0(here: Aiguilleur, given: str) -> None:
    done = here("decide", given=given)
    assert (done.returncode, done.stderr) == (0, "")


# Talking


def test_a_piped_talk_is_read_to_its_end(here: Aiguilleur, entry: FaqEntry) -> None:
    done = here("chat", given=f"/start\n\n{entry.title}\n1\n".encode() + b"\xff\xe9t\xe9\n")
    assert (done.returncode, done.stderr) == (0, "")
    assert "Vous >" not in done.stdout
    assert "  [1] 👍 Oui, merci" in done.stdout
    assert "Merci pour votre retour." in done.stdout


def test_starting_without_a_token_talks(here: Aiguilleur) -> None:
    done = here("start", given="/aide\n")
    assert done.returncode == 0
    assert "Comment poser une question" in done.stdout


def test_an_interrupted_talk_ends_at_once(here: Aiguilleur) -> None:
    with subprocess.Popen(  # noqa: S603 - our own program
        here.line("chat"),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=here.folder,
        env=here.environment({}),
    ) as process:
        assert process.stdin
        assert process.stdout
        process.stdin.write(b"/aide\n")
        process.stdin.flush()
        process.stdout.readline()
        process.send_signal(signal.SIGINT)
        assert process.wait(LIMIT) == 130
        assert process.stderr
        assert b"Traceback" not in process.stderr.read()


def test_a_report_on_an_empty_and_on_a_filled_journal(
    trained: Aiguilleur, tmp_path: Path, entry: FaqEntry
) -> None:
    command = Aiguilleur(tmp_path, trained.kb, tmp_path / "data")
    command.data_dir.mkdir()
    (command.data_dir / "models").symlink_to(trained.data_dir / "models")
    empty = command("report")
    assert empty.returncode == 0
    assert "No turn is recorded yet" in empty.stdout
    assert not command.data_dir.joinpath("aiguilleur.db").exists()
    command("chat", given=f"/start\n{entry.title}\n2\nqzxw\n")
    filled = command("report")
    assert filled.returncode == 0
    assert "Turns: 2" in filled.stdout
    assert entry.title in filled.stdout
    bare = command("report", KB_DIR="/nowhere")
    assert (bare.returncode, one_line(bare.stderr).startswith("the titles are left out")) == (
        0,
        True,
    )
    assert "Turns: 2" in bare.stdout
    assert entry.id in bare.stdout


def test_a_damaged_journal_is_named(trained: Aiguilleur, tmp_path: Path) -> None:
    command = Aiguilleur(tmp_path, trained.kb, tmp_path / "data")
    command.data_dir.mkdir()
    (command.data_dir / "models").symlink_to(trained.data_dir / "models")
    command.data_dir.joinpath("aiguilleur.db").write_text("no database" * 500)
    for name in ("report", "chat"):
        done = command(name)
        assert done.returncode == 1
        assert "aiguilleur.db" in one_line(done.stderr)


# The knowledge base

ABOUT = 'name = "Pédalier"\nserves = "Vélo Ville"\n'
DESK = "---\nname: Atelier\nemail: a@velo.example\ntakes: Tout.\nquestions: [panne]\n---\nDites.\n"
FAQ = "---\ntitle: Le prix ?\nsources: [V1]\ndesk: atelier\nquestions: [{}]\n---\n{}\n"
ANSWER = "Un trajet coûte 2 euros ; écrivez à a@velo.example ou appelez le 01 99 00 12 34."
PUBLISHED = "Tarif : 2 euros le trajet. Contact : 01 99 00 12 34 / a@velo.example."


@pytest.fixture
def own(tmp_path: Path) -> Callable[..., Aiguilleur]:
    """A maker of a one-entry knowledge base with a given answer."""

    def make(answer: str = ANSWER, questions: int = 20) -> Aiguilleur:
        asked = ", ".join(f'"question numéro{n} autre{n * 7}"' for n in range(questions))
        for name, text in {
            "about.toml": ABOUT,
            "desks/atelier.md": DESK,
            "faq/tarifs/prix.md": FAQ.format(asked, answer),
        }.items():
            file = tmp_path / "kb" / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, "utf-8")
        (tmp_path / "catalogue.jsonl").write_text(json.dumps({"id": "V1", "answer": PUBLISHED}))
        return Aiguilleur(tmp_path, tmp_path / "kb")

    return make


def test_a_sound_base_passes_check_and_audit(own: Callable[..., Aiguilleur]) -> None:
    command = own()
    check = command("kb", "check")
    assert (check.returncode, check.stderr) == (0, "")
    assert "Rien à signaler" in check.stdout
    audit = command("kb", "audit", "catalogue.jsonl")
    assert audit.returncode == 0
    assert "Faits conformes" in audit.stdout


def test_the_shipped_base_passes_its_check(tmp_path: Path) -> None:
    shipped = Path(__file__).parent.parent.parent.parent / "kb" / "content"
    done = Aiguilleur(tmp_path, shipped)("kb", "check")
    assert (done.returncode, done.stderr) == (0, ""), done.stdout


def test_check_tells_in_french_what_deserves_a_look(own: Callable[..., Aiguilleur]) -> None:
    done = own("Écrivez à **autre**@velo.example.", questions=2)("kb", "check")
    assert done.returncode == 1
    assert "faq/tarifs/prix.md : à revoir" in done.stdout
    assert "2 questions seulement" in done.stdout
    assert "faq/tarifs/prix.md:7 : à revoir : du gras" in done.stdout
    assert "2 points à reprendre." in done.stdout


def test_audit_names_a_wrong_address_and_a_dropped_number(own: Callable[..., Aiguilleur]) -> None:
    done = own("Deux euros ; écrivez à b@velo.example.")("kb", "audit", "catalogue.jsonl")
    assert done.returncode == 1
    for said in (
        "fait ajouté (absent de V1) : b@velo.example",
        "fait perdu (il est dans V1) : a@velo.example",
        "fait perdu (il est dans V1) : 0199001234",
        "fait perdu (il est dans V1) : 2",
    ):
        assert f"faq/tarifs/prix.md : erreur : {said}" in done.stdout


@pytest.mark.parametrize("content", ["", '{"id": "V1"}', "non"])
def test_a_catalogue_that_does_not_read_or_lacks_a_source_fails(
    own: Callable[..., Aiguilleur], tmp_path: Path, content: str
) -> None:
    command = own()
    (tmp_path / "catalogue.jsonl").write_text(content)
    done = command("kb", "audit", "catalogue.jsonl")
    assert done.returncode == 1
    assert done.stdout + done.stderr


def test_a_missing_catalogue_is_named(own: Callable[..., Aiguilleur]) -> None:
    done = own()("kb", "audit", "absent.jsonl")
    assert done.returncode == 1
    assert "absent.jsonl" in one_line(done.stderr)


def test_where_training_makes_the_data_folder_its_owner_alone_reads_it(trained: Aiguilleur) -> None:
    made = [trained.data_dir, *(trained.data_dir / "models").rglob("*")]
    assert len(made) > 3
    assert [path.name for path in made if stat.S_IMODE(path.stat().st_mode) & 0o077] == []


@pytest.mark.parametrize(
    "command", [["ask", "x"], ["train"], ["kb", "check"], ["chat"], ["decide"]]
)
def test_a_missing_base_is_named(here: Aiguilleur, command: list[str]) -> None:
    done = here(*command, "--kb", "absent")
    assert (done.returncode, done.stdout) == (1, "")
    assert one_line(done.stderr).startswith("absent : erreur")


@pytest.mark.parametrize("command", [["ask", "x"], ["train"], ["kb", "check"]])
def test_every_broken_file_is_named_with_its_line(
    own: Callable[..., Aiguilleur], tmp_path: Path, command: list[str]
) -> None:
    broken = own()
    (tmp_path / "kb/faq/tarifs/prix.md").write_text(
        "---\ntitle: Prix\nsource: [V1]\n---\nTexte.\n", "utf-8"
    )
    (tmp_path / "kb/desks/atelier.md").write_text("sans en-tête", "utf-8")
    done = broken(*command)
    assert done.returncode == 1
    assert "faq/tarifs/prix.md:3 : erreur [source] : clé inconnue" in done.stderr
    assert "desks/atelier.md:1 : erreur" in done.stderr


# Misuse and settings


@pytest.mark.parametrize(
    "arguments",
    [["--inconnu"], ["ask", "x", "--inconnu"], ["inconnu"], ["ask"], ["train", "--seed", "x"]],
)
def test_misuse_exits_2(here: Aiguilleur, arguments: list[str]) -> None:
    done = here(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert "Usage" in done.stderr


def test_help_exits_0_and_names_the_commands(here: Aiguilleur) -> None:
    done = here("--help")
    assert done.returncode == 0
    for name in ("run", "chat", "ask", "report", "train", "evaluate", "decide", "kb"):
        assert name in done.stdout


@pytest.mark.parametrize("command", ["train", "evaluate", "decide", "chat", "report", "run"])
def test_an_unknown_key_in_the_file_exits_2_with_the_nearest(
    here: Aiguilleur, command: str
) -> None:
    (here.folder / ".env").write_text(f"TELEGRAM_BOT_TOKEM={WRONG_TOKEN}\n")
    done = here(command)
    assert (done.returncode, done.stdout) == (2, "")
    assert "did you mean TELEGRAM_BOT_TOKEN?" in one_line(done.stderr)
    assert WRONG_TOKEN not in done.stderr


@pytest.mark.parametrize("command", [["ask", "x"], ["run"], ["kb", "check"]])
def test_a_bad_setting_exits_2(here: Aiguilleur, command: list[str]) -> None:
    done = here(*command, LOG_LEVEL="VERBOSE")
    assert (done.returncode, done.stdout) == (2, "")
    assert one_line(done.stderr).startswith("LOG_LEVEL: ")


def test_serving_without_a_token_shows_the_chat_page_and_ends_when_told_to(
    here: Aiguilleur,
) -> None:
    running = subprocess.Popen(  # noqa: S603 - our own program
        here.line("run"),
        cwd=here.folder,
        env=here.environment({}),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with running:
        assert running.stdout
        said = running.stdout.readline()
        address = next(word.rstrip(";") for word in said.split() if word.startswith("http://"))
        with urllib.request.urlopen(f"{address}/readyz", timeout=10) as answer:  # noqa: S310 - ours
            assert answer.status == 200
        with urllib.request.urlopen(address, timeout=10) as answer:  # noqa: S310 - ours
            assert '<html lang="fr">' in answer.read().decode()
        running.send_signal(signal.SIGTERM)
        _, complained = running.communicate(timeout=20)
    assert running.returncode == 0
    assert "Traceback" not in complained


def test_an_address_that_is_taken_exits_2_and_says_what_to_do(here: Aiguilleur) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        done = here("run", WEB_LISTEN=address)
    assert (done.returncode, done.stdout) == (2, "")
    assert address in one_line(done.stderr)


# What may be broken around us


def test_a_missing_model_is_told_in_a_line_and_trained(
    trained: Aiguilleur, tmp_path: Path, entry: FaqEntry
) -> None:
    alone = Aiguilleur(tmp_path, trained.kb)
    done = alone("ask", entry.title, "--json")
    assert json.loads(one_line(done.stdout))["entry"] == entry.id
    assert done.stderr.splitlines()[0].startswith("there is no model in ")
    assert done.stderr.splitlines()[0].endswith("; training it now")
    assert alone("ask", entry.title, "--json").stderr == ""


@pytest.mark.parametrize(
    ("file", "content"),
    [
        ("manifest.json", b"{}"),
        ("arrays.npz", b"\0" * 100),
    ],
    ids=["manifest", "arrays"],
)
def test_a_damaged_model_is_told_in_a_line_and_trained_again(
    trained: Aiguilleur, tmp_path: Path, file: str, content: bytes
) -> None:
    alone = Aiguilleur(tmp_path, trained.kb)
    folder = alone.data_dir / "models" / learning_fingerprint(load(trained.kb))
    folder.mkdir(parents=True)
    for path in (trained.data_dir / "models" / folder.name).iterdir():
        (folder / path.name).write_bytes(path.read_bytes())
    good = (folder / file).read_bytes()
    (folder / file).write_bytes(content)
    done = alone("ask", "bonjour")
    assert done.returncode == 0
    first = done.stderr.splitlines()[0]
    assert str(folder) in first
    assert first.endswith("training it now")
    assert (folder / file).read_bytes() == good


@pytest.mark.parametrize("command", [["train"], ["ask", "x"], ["chat"]])
def test_a_data_folder_that_cannot_be_written_is_named(
    trained: Aiguilleur, tmp_path: Path, command: list[str]
) -> None:
    (tmp_path / "file").write_text("in the way")
    done = Aiguilleur(tmp_path, trained.kb, tmp_path / "file" / "data")(*command)
    assert (done.returncode, done.stdout) == (1, "")
    told = [line for line in done.stderr.splitlines() if "cannot write the model to" in line]
    assert "check DATA_DIR" in one_line("\n".join(told))
    assert "cross-validation" not in done.stderr


@pytest.mark.parametrize(
    ("command", "line"),
    [("decide", '{"id": 1, "text": "vélo"}\n'), ("chat", "/aide\n")],
)
def test_a_reader_that_leaves_early_hears_no_complaint(
    here: Aiguilleur, command: str, line: str
) -> None:
    with subprocess.Popen(  # noqa: S603 - our own program
        here.line(command),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=here.folder,
        env=here.environment({}),
    ) as process:
        assert process.stdin
        assert process.stdout
        process.stdin.write(line.encode())
        process.stdin.flush()
        process.stdout.readline()
        process.stdout.close()
        _, complaint = _feed(process, line.encode() * 3000)
    assert complaint == b""


def _feed(process: subprocess.Popen[bytes], data: bytes) -> tuple[int, bytes]:
    assert process.stdin
    assert process.stderr
    try:
        process.stdin.write(data)
        process.stdin.close()
    except BrokenPipeError:
        pass
    return process.wait(LIMIT), process.stderr.read()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no full device here")
@pytest.mark.parametrize("command", [["ask", "bonjour"], ["report"], ["chat"], ["decide"]])
def test_a_full_disk_is_one_clear_line(here: Aiguilleur, command: list[str]) -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(  # noqa: S603 - our own program
            here.line(*command),
            input=b'{"text": "bonjour"}\n',
            stdout=full,
            stderr=subprocess.PIPE,
            cwd=here.folder,
            env=here.environment({}),
            timeout=LIMIT,
            check=False,
        )
    assert done.returncode == 1
    assert "no space left" in one_line(done.stderr.decode())


@pytest.mark.asyncio
async def test_a_refused_token_exits_3_and_is_shown_nowhere(here: Aiguilleur) -> None:
    async with FakeBotApi() as api:
        more: dict[str, Any] = {
            "TELEGRAM_BOT_TOKEN": WRONG_TOKEN,
            "TELEGRAM_BASE_URL": api.base_url,
            "LOG_LEVEL": "DEBUG",
        }
        process = await asyncio.create_subprocess_exec(
            *here.line("run"),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            cwd=here.folder,
            env=here.environment(more),
        )
        async with asyncio.timeout(LIMIT):
            said, complained = await process.communicate()
    assert process.returncode == 3
    assert b"Telegram refused the token" in complained
    assert WRONG_TOKEN.encode() not in said + complained
    assert b"wrong-and-made-up" not in said + complained
    kept = [path.read_bytes() for path in here.folder.rglob("*") if path.is_file()]
    assert not any(b"wrong-and-made-up" in data for data in kept)
