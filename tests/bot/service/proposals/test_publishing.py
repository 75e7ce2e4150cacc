from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from bot.analytics.proposals.changes import Changes
from bot.ops.settings import Settings
from bot.service.proposals.publishing import (
    PublishingError,
    diff_of,
    is_writable,
    place_of,
    publish_files,
    take_back_files,
)
from kb.files import content_files, fingerprint

CONTENT = Path(__file__).parents[3] / "content"
WORDING = Changes("wording", "velo-vole", "problem", ("il a disparu",), nobody_named=True)
ENTRY = Changes(
    "entry",
    wordings=("je peux emmener mon chien ?",),
    title="Peut-on emmener un animal ?",
    answer="Oui, dans un panier.",
    origin="éditeur",
    dated="2026-11",
)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    kb = Path(shutil.copytree(CONTENT, tmp_path / "kb"))
    place_of(Settings(data_dir=tmp_path), 1).mkdir(parents=True)
    return Settings(kb_dir=kb, data_dir=tmp_path)


def bytes_of(kb: Path) -> dict[str, bytes]:
    return {name: path.read_bytes() for name, path in content_files(kb).items()}


@pytest.mark.parametrize("changes", [WORDING, ENTRY])
def test_what_is_taken_back_is_as_it_was_to_the_byte(changes: Changes, settings: Settings) -> None:
    before, base = bytes_of(settings.kb_dir), fingerprint(settings.kb_dir)
    after = publish_files(settings, 1, changes, base)
    assert after == fingerprint(settings.kb_dir) != base
    assert take_back_files(settings, 1) == base
    assert bytes_of(settings.kb_dir) == before


def test_a_base_that_has_changed_since_is_not_written(settings: Settings) -> None:
    with pytest.raises(PublishingError, match="la base a changé"):
        publish_files(settings, 1, WORDING, "another")
    assert bytes_of(settings.kb_dir) == bytes_of(CONTENT)


def test_what_was_edited_since_is_not_overwritten(settings: Settings) -> None:
    publish_files(settings, 1, WORDING, fingerprint(settings.kb_dir))
    with (settings.kb_dir / "faq/velos/velo-vole.md").open("a", encoding="utf-8") as file:
        file.write("Une phrase de plus.\n")
    edited = bytes_of(settings.kb_dir)
    with pytest.raises(PublishingError, match=r"velo-vole\.md"):
        take_back_files(settings, 1)
    assert bytes_of(settings.kb_dir) == edited


def test_what_was_never_published_cannot_be_taken_back(settings: Settings) -> None:
    with pytest.raises(PublishingError, match="gardés"):
        take_back_files(settings, 1)


def test_only_one_publishes_at_a_time(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    base, told = fingerprint(settings.kb_dir), []

    def meanwhile(*_: object) -> None:
        with pytest.raises(PublishingError, match="en ce moment"):
            publish_files(settings, 1, WORDING, base)
        told.append(True)

    monkeypatch.setattr("bot.service.proposals.publishing._keep_former", meanwhile)
    publish_files(settings, 1, WORDING, base)
    assert told


@pytest.mark.parametrize("changes", [WORDING, ENTRY])
def test_the_patch_makes_elsewhere_what_publishing_makes_here(
    changes: Changes, settings: Settings, tmp_path: Path
) -> None:
    elsewhere = Path(shutil.copytree(CONTENT, tmp_path / "elsewhere"))
    patch = tmp_path / "change.patch"
    patch.write_text(diff_of(changes, settings.kb_dir), "utf-8")
    git = shutil.which("git") or pytest.skip("there is no git here")
    subprocess.run([git, "apply", str(patch)], cwd=elsewhere, check=True)  # noqa: S603 - no shell
    publish_files(settings, 1, changes, fingerprint(settings.kb_dir))
    assert bytes_of(elsewhere) == bytes_of(settings.kb_dir)


def test_a_folder_that_is_not_there_is_not_writable(settings: Settings, tmp_path: Path) -> None:
    assert is_writable(settings.kb_dir)
    assert not is_writable(tmp_path / "nowhere")
