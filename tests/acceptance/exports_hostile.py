"""Hostile cells in an exported file, as LibreOffice reads them: no formula, accents, numbers.

Run by hand: ``python -m tests.acceptance.exports_hostile``; exits 1 when a cell is calculated or
damaged, and 2 where LibreOffice (``soffice``) is not installed. The same cells without our care are
read first: a check that finds no formula in those could find none at all.
"""

from __future__ import annotations

import argparse
import csv
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from xml.etree import ElementTree as ET

from bot.analytics.tables_out import BOM, as_csv
from tests.acceptance.harness import Run

if TYPE_CHECKING:
    from bot.analytics.tables_out import Value

HOSTILE = (
    *("=1+1", "+1+1", "-1+1", "@SUM(1;2)", "|calc", "%0A=1", "\t=1+1", "\r=1+1", "\n=1+1"),
    *(" =1+1", "\u00a0=1+1", "\ufeff=1+1", "\u200b=1+1", "＝1+1", "＋1+1", "－1+1", "＠SUM(1)"),
    *('=HYPERLINK("http://x.example";"é")', "=cmd|' /C calc'!A0", '="a"&"b"', "\u200d +1+1"),
    *('";=1+1', '",=1+1', "'=1+1", "-2+3+cmd|' /C calc'!A0"),
)
ACCENTS = "L’été à Noël, cœur ; façon «\u00a0naïve\u00a0»"
NUMBER = -5.2
SEPARATORS = {";": 59, ",": 44}
FRENCH = 1036
"""The language in which LibreOffice reads numbers."""

LIMIT = 120
OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"


class Cell(NamedTuple):
    """A cell as it was read: what is calculated, its number, its text."""

    formula: str | None
    number: str | None
    text: str


def read(file: Path, separator: str, folder: Path) -> list[list[Cell]]:
    """The rows of a file, opened with a separator between its cells."""
    options = f"CSV:{SEPARATORS[separator]},34,76,1,,{FRENCH},false,true"
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = ["soffice", profile, "--headless", f"--infilter={options}", "--convert-to", "fods"]
    subprocess.run(  # noqa: S603 - a program of the system, with our own arguments
        [*command, "--outdir", folder, file], check=True, timeout=LIMIT, capture_output=True
    )
    tree = ET.parse(folder / f"{file.stem}.fods")  # noqa: S314 - we had it written
    rows = tree.iter(f"{TABLE}table-row")
    return [[_cell(cell) for cell in row.iter(f"{TABLE}table-cell")] for row in rows]


def _cell(cell: ET.Element) -> Cell:
    given = cell.attrib.get
    return Cell(given(f"{TABLE}formula"), given(f"{OFFICE}value"), "".join(cell.itertext()).strip())


def formulas(rows: list[list[Cell]]) -> list[str]:
    return [cell.formula for row in rows for cell in row if cell.formula is not None]


def write_careless(file: Path) -> None:
    """The hostile cells as any program would write them."""
    with file.open("w", encoding="utf-8", newline="") as out:
        out.write(BOM)
        csv.writer(out, delimiter=";", quoting=csv.QUOTE_ALL).writerows([[c] for c in HOSTILE])


def write_ours(file: Path) -> None:
    rows: list[dict[str, Value]] = [
        {"texte": cell, "accents": ACCENTS, "nombre": NUMBER} for cell in HOSTILE
    ]
    file.write_bytes("".join(as_csv(("texte", "accents", "nombre"), rows)).encode())


def main() -> int:
    if shutil.which("soffice") is None:
        print("soffice is not installed: apt-get install --no-install-recommends libreoffice-calc")
        return 2
    run = Run()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        careless, ours = folder / "careless.csv", folder / "ours.csv"
        write_careless(careless)
        write_ours(ours)
        found = formulas(read(careless, ";", folder))
        run.check(
            f"formulas of {len(HOSTILE)} cells without care", len(found), "> 0", met=bool(found)
        )
        for separator in SEPARATORS:
            rows = read(ours, separator, folder)
            run.exactly(f"formulas, opened with {separator}", len(formulas(rows)), 0)
            run.exactly(f"rows with text, opened with {separator}", len(whole(rows)), len(HOSTILE))
        filled = whole(read(ours, ";", folder))
        numbers = [row for row in filled if any(cell.number == str(NUMBER) for cell in row)]
        accents = [row for row in filled if any(cell.text == ACCENTS for cell in row)]
        run.exactly(f"rows in which {NUMBER} is a number", len(numbers), len(HOSTILE))
        run.exactly("rows whose accents are whole", len(accents), len(HOSTILE))
    return int(not run.met)


def whole(rows: list[list[Cell]]) -> list[list[Cell]]:
    """The rows that hold the text with accents, whatever stands around it."""
    return [row for row in rows if ACCENTS in ",".join(cell.text for cell in row)]


if __name__ == "__main__":
    argparse.ArgumentParser(description=__doc__).parse_args()
    sys.exit(main())
