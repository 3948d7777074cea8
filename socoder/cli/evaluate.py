"""`socoder evaluate`: how often the bundle is right on labelled sets, and how sure it is."""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from shutil import get_terminal_size
from types import ModuleType
from typing import Annotated, Any

import typer

from socoder.cli.code import load_coder
from socoder.errors import InputError, SocoderError

MEASURED = 0  # the fold that no shipped bundle trains on
_COLUMNS = ("   rows", "top 1", "95 % int.", "top 5", "top 10", "broad", "minor", "major", "const",
            "  ECE", " acc.", "right")  # fmt: skip
_LEGEND = (
    "Shares of rows, 0-1. top 1, 5, 10: a right detailed code is first, or among the first 5 or\n"
    "10; broad, minor, major: the first code is right at that level; const: the best constant\n"
    "answer; ECE: expected calibration error; acc.: accepted without review; right: of these."
)


def evaluate(
    names: Annotated[
        list[str] | None, typer.Argument(metavar="SETS", help="Sets to code; all if none.")
    ] = None,
    *,
    sets: Annotated[
        Path | None, typer.Option(help="Folder that holds the labelled sets. Required.")
    ] = None,
    fold: Annotated[
        list[int] | None,
        typer.Option(min=0, max=4, help="Fold to measure on, 0 to 4; may be repeated. Default: 0."),
    ] = None,
    bundle: Annotated[
        Path | None, typer.Option(help="Folder of another bundle than the shipped one.")
    ] = None,
    encoder: Annotated[
        str, typer.Option(help="A sentence-transformers model in place of the shipped encoder.")
    ] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")] = False,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Write the JSON to this file as well.")
    ] = None,
    progress: Annotated[
        bool | None,
        typer.Option(help="Say on standard error what is being coded. Default: in a terminal."),
    ] = None,
) -> None:
    """Measure accuracy and calibration on labelled sets.

    The sets are no part of socoder: --sets names the folder that holds them."""
    wanted = _check(names or [], sets, output)
    folds = frozenset(fold or [MEASURED])
    if folds != {MEASURED}:
        typer.echo("socoder: folds other than 0 may have been trained on", err=True)
    coder = load_coder(bundle, encoder)
    loud = sys.stderr.isatty() if progress is None else progress
    report = evaluation("run").evaluate(
        coder,
        sets,
        wanted,
        folds,
        progress=lambda line: typer.echo(line, err=True) if loud else None,
    )
    text = json.dumps(report, ensure_ascii=False, indent=2)
    if output:
        output.write_text(text + "\n", encoding="utf-8")
    if as_json:
        typer.echo(text)
    else:
        print_report(report)


def evaluation(module: str) -> ModuleType:
    """A module of the evaluation: inside the installed package, or beside it in a checkout."""
    for name in (f"socoder.evaluation.{module}", f"evaluation.{module}"):
        try:
            return importlib.import_module(name)
        except ModuleNotFoundError as error:
            if error.name not in (name, name.rpartition(".")[0]):
                raise
    raise SocoderError("this installation lacks the evaluation: install socoder again")


def print_report(report: dict[str, Any]) -> None:
    """The figures of each set as a table on standard output."""
    longest = max(map(len, report), default=0)
    head = " ".join(_COLUMNS)
    if sys.stdout.isatty() and get_terminal_size().columns <= longest + len(head):
        longest = 0  # the name of a set gets a line of its own
    typer.echo(f"{'':{longest}} {head}" if longest else head)
    for name, figures in report.items():
        cells = zip(_COLUMNS, _row(figures), strict=True)
        line = " ".join(f"{cell:>{len(column)}}" for column, cell in cells)
        typer.echo(f"{name:{longest}} {line}" if longest else f"{name}\n{line}")
    typer.echo(f"\n{_LEGEND}")


def _row(figures: dict[str, Any]) -> list[str]:
    levels, (low, high) = figures["levels"], figures["top_1_interval"]
    detailed, right = levels["detailed"], figures["accepted_right"]
    return [
        f"{figures['rows']:,}",
        f"{detailed['top_1']:.3f}",
        f"{low:.2f}-{high:.2f}",
        f"{detailed['top_5']:.3f}",
        f"{detailed['top_10']:.3f}",
        *(f"{levels[level]['top_1']:.3f}" for level in ("broad", "minor", "major")),
        f"{figures['best_constant']:.3f}",
        f"{figures['calibration_error']:.3f}",
        f"{figures['accepted']:.3f}",
        "-" if right is None else f"{right:.3f}",
    ]


def _check(names: Sequence[str], sets: Path | None, output: Path | None) -> list[str]:
    """The names of the wanted sets, all if none are given; raises InputError for what would fail
    only after minutes of coding."""
    known = evaluation("datasets").SETS
    unknown = [name for name in names if name not in known]
    if unknown:
        raise InputError(f"no set {unknown[0]}: there are {', '.join(known)}")
    if sets is None:
        raise InputError("name the folder of the labelled sets with --sets")
    if not sets.is_dir():
        raise InputError(f"{sets}: no such folder: name that of the labelled sets with --sets")
    if output and not output.absolute().parent.is_dir():
        raise InputError(f"{output}: its folder does not exist: make it first")
    return list(dict.fromkeys(names)) or list(known)
