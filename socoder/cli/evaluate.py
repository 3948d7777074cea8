"""`socoder evaluate`: how often the bundle is right on labelled sets, and how sure it is."""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from shutil import get_terminal_size
from types import ModuleType
from typing import TYPE_CHECKING, Annotated, Any

import typer

from socoder.cli.code import load_coder
from socoder.errors import InputError, SocoderError

if TYPE_CHECKING:
    from socoder.coder import Coder

MEASURED = 0  # the fold that no shipped bundle trains on
_COLUMNS = (" rows", "top1", "  95 % ", "top3", "top5", "top10", "macro", "broad", "minor", "major",
            "const", " ECE", "acc.", "right")  # fmt: skip
_LEGEND = (
    "Shares of rows. top1, 3, 5, 10: a right detailed code is first, or among the\n"
    "first 3, 5 or 10; 95 %: bootstrap interval of top1; macro: mean of top1 over the\n"
    "codes, each counting alike; broad, minor, major: the first code is right at that\n"
    "level; const: the best constant answer; ECE: expected calibration error; acc.:\n"
    "accepted without review; right: of these."
)
_FEW = 10  # a share of fewer rows says nothing about a major group
_SHOWN = 3  # pairs of a set; the written report has more


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
        Path | None,
        typer.Option(
            "--output", "-o", help="Write figures, tables, plots and examples into this folder."
        ),
    ] = None,
    labels: Annotated[
        Path | None,
        typer.Option(
            help="Your own coded rows (CSV: title and/or text, soc_code) instead of sets."
        ),
    ] = None,
    recalibrate: Annotated[
        Path | None,
        typer.Option(help="With --labels: write a file for socoder code --calibration."),
    ] = None,
    progress: Annotated[
        bool | None,
        typer.Option(help="Say on standard error what is being coded. Default: in a terminal."),
    ] = None,
) -> None:
    """Measure accuracy and calibration on labelled sets, or on your own coded rows.

    The sets are no part of socoder: --sets names the folder that holds them."""
    if labels or recalibrate:
        _own_rows(labels, recalibrate, load_coder(bundle, encoder), as_json)
        return
    wanted = _check(names or [], sets, output)
    folds = frozenset(fold or [MEASURED])
    if folds != {MEASURED}:
        typer.echo("socoder: folds other than 0 may have been trained on", err=True)
    coder = load_coder(bundle, encoder)
    loud = sys.stderr.isatty() if progress is None else progress
    coded = evaluation("run").code_sets(
        coder,
        sets,
        wanted,
        folds,
        progress=lambda line: typer.echo(line, err=True) if loud else None,
    )
    report = evaluation("report").full_report(coded, coder.classification)
    if output:
        known, model = coder.classification, coder.bundle.info
        evaluation("report").write_report(output, coded, report, known, model, folds)
    if as_json:
        typer.echo(json.dumps(report, ensure_ascii=False, indent=2))
    else:
        print_report(report)
        print_groups(report)
        print_confusions(report)


def _own_rows(labels: Path | None, recalibrate: Path | None, coder: Coder, as_json: bool) -> None:
    """Whether the stated confidence holds for a user's rows; and the file that makes it hold."""
    if labels is None:
        raise InputError("--recalibrate needs the rows to fit on: name them with --labels")
    module = evaluation("labels")
    rows, rejected = module.read_labels(labels, coder.classification)
    for row in rejected:
        typer.echo(f"socoder: {labels}, line {row.number}: {row.reason}", err=True)
    if not rows:
        raise InputError(f"{labels}: no row to compare with")
    codings = module.compare(coder, rows)
    found = module.holds(codings, rows)
    if recalibrate:
        module.write_adjustment(module.recalibrated(codings, rows, coder), recalibrate)
    if as_json:
        typer.echo(json.dumps({**found, "rejected": len(rejected)}, indent=2))
        return
    low, high = found["gap_interval"]
    typer.echo(f"rows      {found['rows']} ({len(rejected)} could not be used)")
    typer.echo(f"right     {_interval(found['right'], found['right_interval'])}")
    typer.echo(f"stated    {_share(found['confidence'])}")
    typer.echo(f"accepted  {_share(found['accepted'])}, of these right "
               f"{_interval(found['accepted_right'], found['accepted_right_interval'])}")  # fmt: skip
    said = {
        "holds": "The stated confidence holds for these rows",
        "too high": "The stated confidence is too high for these rows",
        "too low": "The stated confidence is too low for these rows",
    }[found["verdict"]]
    typer.echo(f"{said}: {found['gap']:+.3f} (95 %: {low:+.3f} to {high:+.3f}).")
    if recalibrate:
        typer.echo(f"{recalibrate}: written; socoder code --calibration {recalibrate} applies it.")


def _interval(value: float | None, edges: Sequence[float] | None) -> str:
    if value is None or edges is None:
        return "-"
    return f"{_share(value)} (95 %: {_share(edges[0])} to {_share(edges[1])})"


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


def print_groups(report: dict[str, Any]) -> None:
    """Top 1 of each set by the major group of the right code; "-" for fewer than ten rows, and no
    line for a group that has as few everywhere."""
    sets = {name: own["by_major"] for name, own in report.items() if "by_major" in own}
    titles = {
        group: own["title"]
        for table in sets.values()
        for group, own in table.items()
        if own["rows"] >= _FEW
    }
    if not titles:
        return
    short = [name.partition("_")[0] for name in sets]
    typer.echo(f"\n{'top1 by major group':28} {' '.join(f'{name:>8}' for name in short)}")
    for group in sorted(titles):
        tables = [table.get(group) for table in sets.values()]
        cells = [_share(own["top_1"]) if own and own["rows"] >= _FEW else "-" for own in tables]
        name = _cut(f"{group[:2]} {titles[group].removesuffix(' Occupations')}", 28)
        typer.echo(f"{name:28} {' '.join(f'{cell:>8}' for cell in cells)}")


def print_confusions(report: dict[str, Any]) -> None:
    """The wrong pairs that occur most often in each set, if more than once."""
    for name, own in report.items():
        pairs = [pair for pair in own.get("confusions", ()) if pair["rows"] > 1][:_SHOWN]
        if pairs:
            typer.echo(f"\n{name}: taken most often (rows) for")
        for pair in pairs:
            gold = _cut(f"{pair['gold']} {pair['gold_title']}", 36)
            given = _cut(f"{pair['given']} {pair['given_title']}".strip() or "no code", 36)
            typer.echo(f"{pair['rows']:4} {gold:36} {given}")


def _row(figures: dict[str, Any]) -> list[str]:
    levels, (low, high) = figures["levels"], figures["top_1_interval"]
    detailed = levels["detailed"]
    # Bundles that were measured before the top 3 and the macro average existed have neither.
    return [
        str(figures["rows"]),
        _share(detailed["top_1"]),
        f"{_share(low, 2)}-{_share(high, 2)}",
        *(_share(detailed.get(f"top_{rank}")) for rank in (3, 5, 10)),
        _share(figures.get("macro_average")),
        *(_share(levels[level]["top_1"]) for level in ("broad", "minor", "major")),
        *(_share(figures[key])
          for key in ("best_constant", "calibration_error", "accepted", "accepted_right")),
    ]  # fmt: skip


def _share(value: float | None, digits: int = 3) -> str:
    """ ".774", "1.00" or, for None, "-": as wide as there are digits, and the point."""
    if value is None:
        return "-"
    text = f"{value:.{digits}f}"
    return text[1:] if text.startswith("0") else text[:-1]


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else text[: width - 1].rstrip(" ,") + "…"


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
    if output and output.exists() and not output.is_dir():
        raise InputError(f"{output}: not a folder: name the one to write the report into")
    if output and not output.absolute().parent.is_dir():
        raise InputError(f"{output}: the folder above it does not exist: make it first")
    if output:
        evaluation("report").require_plots()
    return list(dict.fromkeys(names)) or list(known)
