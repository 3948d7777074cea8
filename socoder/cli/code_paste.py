"""`socoder code-paste`: a column of titles copied from a sheet in, their codes out, line by line."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from socoder.errors import InputError
from socoder.records import POLICIES, Job, Policy, Settings

if TYPE_CHECKING:
    from socoder.bulk.coded_row import CodedRow
    from socoder.coder import Coder

PARTLY_REJECTED = 3
BATCH = 512  # titles coded at once: the printed lines keep coming
COLUMNS: dict[str, Callable[[CodedRow], str]] = {
    "code": lambda row: row.code,
    "title": lambda row: "",  # as it was pasted
    "confidence": lambda row: "" if row.confidence is None else f"{row.confidence:.4f}",
    "status": lambda row: row.status,
    "soc_title": lambda row: row.title,
    "reasons": lambda row: row.reasons,
}
DEFAULT = ("code", "title", "confidence", "status")
_SHOWN = 12  # line numbers in a message
_HINT = (
    "Paste the titles, then press Ctrl-D (Windows: Ctrl-Z and Enter)."
    " Excel makes a date of 11-2021: make the cells Text before you paste the codes, or take --digits."
)

# A sheet quotes a cell only if a line break or a tab is in it, and doubles the quotes inside.
_QUOTED = re.compile(r'"((?:[^"]|"")*+)"(?=[\t\r\n]|\Z)')
_BARE = re.compile(r"[^\t\r\n]*")
_ROW_END = re.compile(r"\r\n|\r|\n")
_FORMULA = ("=", "+", "-", "@")


def code_paste(
    *,
    columns: Annotated[
        str, typer.Option(help=f"What to print, with commas between: {', '.join(COLUMNS)}.")
    ] = ",".join(DEFAULT),
    codes_only: Annotated[
        bool, typer.Option("--codes-only", help="The codes alone: the same as --columns code.")
    ] = False,
    digits: Annotated[
        bool,
        typer.Option("--digits", help="Codes without the hyphen, which no sheet takes for a date."),
    ] = False,
    header: Annotated[
        bool, typer.Option("--header", help="The first line is a heading: print one as well.")
    ] = False,
    policy: Annotated[
        str, typer.Option(help="What decides in a combined job: guideline, time, or weighted.")
    ] = "guideline",
    target_accuracy: Annotated[
        float, typer.Option(help="Accuracy that codings accepted without review should have.")
    ] = Settings().target_accuracy,
    bundle: Annotated[
        Path | None, typer.Option(help="Folder of another model bundle than the shipped one.")
    ] = None,
    encoder: Annotated[
        str,
        typer.Option(
            help="A sentence-transformers model, name or folder, in place of the encoder."
        ),
    ] = "",
    calibration: Annotated[
        Path | None,
        typer.Option(help="Confidence fitted to your own rows: see socoder evaluate --labels."),
    ] = None,
) -> None:
    """Paste a column of titles, get the codes back in the same order, ready to paste."""
    from socoder.cli.code import check_settings, load_coder

    chosen = chosen_columns("code" if codes_only else columns)
    settings = check_settings(Settings(target_accuracy=target_accuracy))
    named = next((known for known in POLICIES if known == policy), None)
    if named is None:
        raise InputError(f"--policy must be one of {', '.join(POLICIES)}")
    titles = read_titles()
    if header:
        titles = titles[1:]
        typer.echo("\t".join(chosen))
    uncodable = []
    coder = load_coder(bundle, encoder, settings, calibration)
    for number, (title, row) in enumerate(coded(titles, coder, named), 2 if header else 1):
        typer.echo(line(title, row, chosen, digits))
        if row is not None and not row.code:
            uncodable.append(number)
    if uncodable:
        lines = ", ".join(map(str, uncodable[:_SHOWN]))
        more = f" and {len(uncodable) - _SHOWN} more" if len(uncodable) > _SHOWN else ""
        typer.echo(
            f"socoder: {len(uncodable)} of {len(titles)} lines name no job that could be coded:"
            f" {lines}{more}",
            err=True,
        )
        raise typer.Exit(PARTLY_REJECTED)


def chosen_columns(text: str) -> tuple[str, ...]:
    """The columns named in the text. Raises InputError for none, and for unknown ones."""
    names = tuple(name.strip() for name in text.split(",") if name.strip())
    if not names or set(names) - set(COLUMNS):
        raise InputError(f"--columns takes names with commas between: {', '.join(COLUMNS)}")
    return names


def read_titles() -> list[str]:
    """The titles on standard input, one for each row of the sheet; "" for a blank row. Raises
    InputError where there is nothing, or no text."""
    from socoder.reading.decoding import decode

    if sys.stdin is None:
        raise InputError("standard input is closed: pipe the titles in, one a line")
    if sys.stdin.isatty():
        typer.echo(_HINT, err=True)
    try:
        text = decode(sys.stdin.buffer.read())
    except ValueError:
        raise InputError("standard input is not a text: give titles, one a line") from None
    titles = [cells[0].strip() for cells in sheet_rows(text.removeprefix("\ufeff"))]
    if not any(titles):
        raise InputError("standard input is empty: give titles, one a line")
    return titles


def sheet_rows(text: str) -> Iterator[list[str]]:
    """The rows of a text as a sheet puts it on the clipboard: cells parted by tabs, rows by line
    ends. A cell in quotes may hold line breaks; quotes that enclose no whole cell stand for
    themselves, and so do those around a Windows line end, which no sheet writes inside a cell.

    >>> list(sheet_rows('Cook\\tnights\\r\\n"Lead\\nCook"\\r\\n"Big" Cook\\r\\n'))
    [['Cook', 'nights'], ['Lead\\nCook'], ['"Big" Cook']]
    """
    windows, at, row = "\r\n" in text, 0, list[str]()
    while at < len(text) or row:
        found = _QUOTED.match(text, at)
        if found and not (windows and "\r\n" in found[1]):
            row.append(found[1].replace('""', '"'))
        else:
            found = _BARE.match(text, at)
            assert found is not None  # it matches nothing, too
            row.append(found[0])
        at = found.end()
        if text[at : at + 1] == "\t":
            at += 1
            continue
        yield row
        end = _ROW_END.match(text, at)
        at, row = (end.end() if end else len(text)), []


def coded(
    titles: Sequence[str], coder: Coder, policy: Policy = "guideline"
) -> Iterator[tuple[str, CodedRow | None]]:
    """Each title with its row, in order; None for a blank one. Equal titles are coded once."""
    from socoder.bulk.coding import code_distinct

    known: dict[str, CodedRow] = {}
    for start in range(0, len(titles), BATCH):
        batch = titles[start : start + BATCH]
        new = [title for title in dict.fromkeys(batch) if title and title not in known]
        rows = code_distinct(coder, [Job(title=title) for title in new], policy) if new else []
        known.update(zip(new, rows, strict=True))
        yield from ((title, known.get(title)) for title in batch)


def line(title: str, row: CodedRow | None, columns: Sequence[str], digits: bool = False) -> str:
    """The cells of a row with tabs between. A title is printed on one line, and one that a sheet
    would take for a formula with an apostrophe before it."""
    from socoder.cli.page import plain

    shown = plain(title)
    if shown.startswith(_FORMULA):
        shown = f"'{shown}"
    cells = {name: COLUMNS[name](row) if row else "" for name in columns} | {"title": shown}
    if digits and "code" in cells:
        cells["code"] = cells["code"].replace("-", "")
    return "\t".join(cells[name] for name in columns)
