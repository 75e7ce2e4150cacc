"""``aiguilleur kb ...``: what the editor runs; it speaks French."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.options import Kb  # noqa: TC001 - typer reads the annotation
from bot.ops.settings import load_settings

if TYPE_CHECKING:
    from kb.entries import KnowledgeBase
    from kb.problems import Problem

Catalogues = Annotated[
    list[Path],
    typer.Argument(help="JSONL files of published answers (id, and answer or facts)."),
]
Collisions = Annotated[
    bool, typer.Option("--collisions", help="Also list what the model confuses (a minute).")
]


def build_app() -> typer.Typer:
    """The commands on the knowledge base."""
    app = typer.Typer(help="Check and audit the knowledge base.", no_args_is_help=True)
    app.command()(check)
    app.command()(audit)
    return app


def check(kb: Kb = None, *, collisions: Collisions = False) -> None:
    """Report every problem of the knowledge base at once, and what awaits (in French)."""
    from kb.lint import lint, pending  # noqa: PLC0415 - only this command needs it
    from kb.loader import load  # noqa: PLC0415
    from kb.markup import find_markup  # noqa: PLC0415

    folder = load_settings(kb).kb_dir
    base = load(folder)
    if collisions:
        _list_collisions(base)
    _list_pending(pending(base), folder)
    _finish([*find_markup(folder), *lint(base)], folder, _nothing_found(base))


def _nothing_found(base: KnowledgeBase) -> str:
    counts = f"{len(base.published)} réponses, {len(base.desks)} guichets, {len(base.outside)}"
    return f"Rien à signaler : {counts} familles hors sujet."


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
    done = f"Faits conformes : {len(base.entries)} fiches, {len(published)} réponses publiées."
    _finish(compare(base, published), folder, done)


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
