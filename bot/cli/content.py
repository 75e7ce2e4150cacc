"""``aiguilleur kb ...``: what the editor runs; it speaks French."""

from __future__ import annotations

import asyncio
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.help_pages import FrenchCommand, FrenchGroup
from bot.ops.errors import BotError
from bot.ops.settings import load_settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bot.cli.entry_form import NewEntry
    from kb.entries import KnowledgeBase
    from kb.problems import Problem

Kb = Annotated[Path | None, typer.Option("--kb", help="Dossier de la base (l’emporte sur KB_DIR).")]
Catalogues = Annotated[
    list[Path],
    typer.Argument(
        metavar="FICHIERS", help="Fichiers JSONL des réponses publiées (id, et answer ou facts)."
    ),
]
Collisions = Annotated[
    bool,
    typer.Option("--collisions", help="Lister aussi ce que le modèle confond (une minute)."),
]

SavedPage = Annotated[
    Path,
    typer.Argument(metavar="FICHIER", help="Une page enregistrée de questions et de réponses."),
]
PageUrl = Annotated[
    str, typer.Option("--page", help="Son adresse, quand le fichier ne la dit pas.")
]

EntryId = Annotated[str, typer.Argument(metavar="NOM", help="Son nom, ou un nom qu’elle a porté.")]
PageFile = Annotated[
    Path | None, typer.Option("--page", help="L’écrire aussi dans ce fichier, en page web.")
]

HELP = {
    "check": "Signaler tous les problèmes de la base en une fois, et ce qui n’est pas servi.",
    "audit": "Comparer les faits de chaque réponse à ceux des réponses publiées qu’elle cite.",
    "new": "Demander ce qu’il faut pour une fiche et l’écrire en brouillon.",
    "import": "Faire des brouillons d’une page enregistrée et dire ce qui a changé.",
    "show": "Montrer une fiche telle que chaque canal la montrera, brouillons compris.",
    "gaps": "Lister ce qui est à revoir, ce que le plus de personnes ont demandé d’abord.",
}
"""What each command does, as the editor reads it."""


def build_app() -> typer.Typer:
    """The commands on the knowledge base."""
    app = typer.Typer(
        cls=FrenchGroup,
        help="La base de connaissances, pour qui la rédige (en français).",
        no_args_is_help=True,
        options_metavar="[OPTIONS]",
        subcommand_metavar="COMMANDE [ARGUMENTS]…",
    )
    commands: tuple[Callable[..., None], ...] = (check, audit, new, import_page, show, gaps)
    for (name, said), command in zip(HELP.items(), commands, strict=True):
        app.command(name, cls=FrenchCommand, help=said)(command)
    return app


def check(kb: Kb = None, *, collisions: Collisions = False) -> None:
    """Report every problem of the knowledge base at once, and what awaits (in French)."""
    from kb.lint import pending  # noqa: PLC0415 - only this command needs it
    from kb.loader import load  # noqa: PLC0415
    from kb.review import review  # noqa: PLC0415

    folder = load_settings(kb).kb_dir
    base = load(folder)
    if collisions:
        _list_collisions(base)
    _list_pending(pending(base), folder)
    _finish(review(folder, base), folder, _nothing_found(base))


def _nothing_found(base: KnowledgeBase) -> str:
    from kb.wording import count_of  # noqa: PLC0415 - only a check or an audit needs it

    counts = (
        count_of(len(base.published), "réponse"),
        count_of(len(base.desks), "guichet"),
        count_of(len(base.outside), "famille hors sujet", "familles hors sujet"),
    )
    return f"Rien à signaler : {', '.join(counts)}."


def _list_collisions(base: KnowledgeBase) -> None:
    from bot.cli.output.confusions import collision_lines  # noqa: PLC0415 - imports scikit-learn

    typer.echo("\n".join(collision_lines(base)))


def audit(catalogues: Catalogues, kb: Kb = None) -> None:
    """Compare the facts of every answer with the published answers it cites (in French)."""
    from kb.audit import audit as compare  # noqa: PLC0415 - only this command needs it
    from kb.audit import read_catalogues  # noqa: PLC0415
    from kb.loader import load  # noqa: PLC0415

    folder = load_settings(kb).kb_dir
    base = load(folder)
    published = read_catalogues(catalogues)
    _finish(compare(base, published), folder, _all_kept(len(base.entries), len(published)))


def _all_kept(entries: int, published: int) -> str:
    from kb.wording import count_of  # noqa: PLC0415 - only a check or an audit needs it

    return (
        f"Faits conformes : {count_of(entries, 'fiche')}, {count_of(published, 'réponse publiée')}."
    )


def new(kb: Kb = None) -> None:
    """Ask for what a new entry needs and write it as a draft (in French; answers may be piped)."""
    from kb.writer import create_entry  # noqa: PLC0415 - only this command needs it

    folder = load_settings(kb).kb_dir
    made = _ask_for_entry(folder)
    with _french_errors(folder):
        file = create_entry(folder, made.theme, made.entry)
    typer.echo(f"Brouillon écrit : {file}")
    typer.echo(f"Relisez-le : aiguilleur kb check, puis aiguilleur kb show {made.entry.id}")


def _ask_for_entry(folder: Path) -> NewEntry:
    from bot.cli.entry_form import EntryForm  # noqa: PLC0415 - only this command needs it
    from kb.files import content_files  # noqa: PLC0415
    from kb.loader import load  # noqa: PLC0415

    below = [name.split("/") for name in content_files(folder) if name.startswith("faq/")]
    themes = tuple(sorted({parts[1] for parts in below if len(parts) > 2}))  # noqa: PLR2004 - faq, theme, file
    interactive = sys.stdin.isatty()
    return EntryForm(load(folder), themes, sys.stdin, sys.stdout, interactive).fill()


def import_page(file: SavedPage, page: PageUrl = "", kb: Kb = None) -> None:
    """Turn a saved FAQ page into drafts and tell what changed (in French); nothing is fetched."""
    from kb.importer import Comparer, report_lines, write_drafts  # noqa: PLC0415 - as above
    from kb.loader import load  # noqa: PLC0415
    from kb.pages import read_page  # noqa: PLC0415

    folder, read = load_settings(kb).kb_dir, read_page(file)
    base, url = load(folder), page or read.url
    found = Comparer(base, url).compare(read)
    with _french_errors(folder):
        drafts = write_drafts(folder, base, found, url)
    typer.echo("\n".join(report_lines(found, base, drafts)))


def show(name: EntryId, page: PageFile = None, kb: Kb = None) -> None:
    """Show an entry as each channel will, drafts included (in French)."""
    from bot.channels.web.preview import preview_page  # noqa: PLC0415 - only this command needs it
    from bot.cli.output import preview  # noqa: PLC0415
    from kb.loader import load  # noqa: PLC0415

    base = load(load_settings(kb).kb_dir)
    entry = preview.find_entry(base, name)
    typer.echo(preview.preview_text(entry, base, name))
    if page:
        note, reply = preview.status_line(entry, name), preview.shown_reply(entry, base)
        _write_page(page, preview_page(entry.title, note, reply))


def _write_page(file: Path, page: str) -> None:
    with _french_errors(file):
        file.write_text(page, "utf-8")
    typer.echo(f"Page écrite : {file}")


@contextmanager
def _french_errors(place: Path) -> Iterator[None]:
    """What cannot be written below ``place`` is told as the other faults of these commands are."""
    try:
        yield
    except OSError as error:
        file = error.filename or place
        advice = "vérifiez le chemin, les droits et la place qui reste"
        raise BotError(f"{file} ne peut pas être écrit ; {advice}.") from None


def gaps(kb: Kb = None) -> None:
    """List what was asked and not answered, what most people asked first (in French)."""
    from bot.service.review_office import describe_queue  # noqa: PLC0415 - its database library

    typer.echo(asyncio.run(describe_queue(load_settings(kb))))


def _list_pending(found: list[Problem], folder: Path) -> None:
    from kb.files import locate_problems  # noqa: PLC0415 - only a check or an audit needs it

    for entry in locate_problems(found, folder):
        typer.echo(f"{entry.file} : {entry.message}")
    if found:
        typer.echo(f"Non servies : {len(found)}.")


def _finish(problems: list[Problem], folder: Path, done: str) -> None:
    from kb.files import locate_problems  # noqa: PLC0415 - only a check or an audit needs it

    for problem in locate_problems(problems, folder):
        typer.echo(str(problem))
    if problems:
        typer.echo(f"{len(problems)} point{'s' * (len(problems) > 1)} à reprendre.")
        raise typer.Exit(1)
    typer.echo(done)
