from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from bot.cli.app import build_app
from bot.conversation.replies import french
from bot.ops.errors import BotError
from kb.loader import load
from kb.problems import ContentError
from tests.fakes import saved_pages
from tests.fakes.content import write_content, write_entry

if TYPE_CHECKING:
    from pathlib import Path

ANSWER = "Le prêt est interdit : voyez https://velo.example/pret ou écrivez à abo@velo.example."


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    content = write_content(tmp_path / "content")
    title = "Puis-je prêter <mon> vélo ?"
    write_entry(content, "pret", title=title, answer=ANSWER, formerly=["preter"], status="draft")
    return content


def run(folder: Path, *arguments: str, typed: str | None = None) -> str:
    command = ["kb", *arguments, "--kb", str(folder)]
    done = CliRunner().invoke(build_app(), command, input=typed)
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.stdout


def test_an_entry_is_shown_as_each_channel_does(folder: Path) -> None:
    said = run(folder, "show", "pret")
    assert "pret : brouillon, ni servi ni appris" in said
    terminal, telegram = said.split("— Telegram —")
    assert french(ANSWER) in terminal
    assert "[1] 👍 Oui, merci" in terminal
    assert french("<b>Puis-je prêter &lt;mon&gt; vélo ?</b>") in telegram
    assert "( 👍 Oui, merci )" in telegram


def test_a_former_name_leads_to_the_entry(folder: Path) -> None:
    assert "pret (autrefois preter) : brouillon" in run(folder, "show", "preter")


def test_an_unknown_name_is_told(folder: Path) -> None:
    with pytest.raises(ContentError, match="aucune fiche n’a ce nom"):
        run(folder, "show", "absente")


def test_a_page_is_written_that_needs_nothing_else(folder: Path, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    assert f"Page écrite : {page}" in run(folder, "show", "pret", "--page", str(page))
    written = page.read_text("utf-8")
    assert french("Puis-je prêter &lt;mon&gt; vélo ?") in written
    assert '<a href="https://velo.example/pret"' in written
    assert '<a href="mailto:abo@velo.example"' in written
    assert '<p class="note">pret : brouillon' in written
    assert ".message" in written
    assert "src=" not in written


def test_a_new_entry_is_written_as_a_draft(folder: Path) -> None:
    said = run(folder, "new", typed="Où garer ?\n\nPartout.\n.\n")
    assert "aiguilleur kb show ou-garer" in said
    assert load(folder).entries["ou-garer"].status == "draft"
    assert (folder / "faq" / "divers" / "ou-garer.md").exists()


def test_a_saved_page_becomes_drafts_once(folder: Path, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text(saved_pages.forty_answers(), "utf-8")
    assert "Nouvelles réponses : 40" in run(folder, "import", str(page))
    said = run(folder, "import", str(page))
    assert "Nouvelles réponses : 0" in said
    assert "déjà en brouillon : 40" in said
    assert len(list((folder / "faq" / "a-trier").iterdir())) == 40


def test_without_a_journal_nothing_is_missing(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "data"))
    assert "Aucune question sans réponse" in run(folder, "gaps")


def test_what_cannot_be_written_is_told_in_french(folder: Path, tmp_path: Path) -> None:
    nowhere = tmp_path / "nowhere" / "page.html"
    with pytest.raises(BotError, match=r"page\.html ne peut pas être écrit ; vérifiez le chemin"):
        run(folder, "show", "pret", "--page", str(nowhere))


def test_a_name_that_nearly_is_one_is_put_right(folder: Path) -> None:
    for typed in ("prett", "faq/velo/pret.md", "pretre"):
        with pytest.raises(ContentError, match=r"voulez-vous dire .*pret"):
            run(folder, "show", typed)
    with pytest.raises(ContentError, match=r"^«\s+»\s: erreur"):
        run(folder, "show", "")


@pytest.mark.parametrize("content", [b"", b"\x00\x01\x02", b"<html><body>Accueil</body></html>"])
def test_a_page_without_an_answer_is_no_import(
    folder: Path, tmp_path: Path, content: bytes
) -> None:
    page = tmp_path / "page.html"
    page.write_bytes(content)
    with pytest.raises(ContentError, match="aucune réponse n’y a été trouvée"):
        run(folder, "import", str(page))
