"""`socoder bulk`: a table in, the same table with its SOC codes out."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from socoder.bulk.options import BulkOptions, Progress, Summary
from socoder.cli.code import DEFAULT, check_settings
from socoder.errors import InputError
from socoder.records import POLICIES, Policy, Settings

if TYPE_CHECKING:
    from collections.abc import Callable

REJECTED = 3
_TOP = 5  # codes on the screen


def bulk(
    table: Annotated[
        Path,
        typer.Argument(
            metavar="IN",
            help="The table: .csv (any delimiter), .tsv, .xlsx, .parquet or .jsonl; - is standard"
            " input; or a folder of such parts.",
        ),
    ],
    *,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            help="The file to write; its suffix says the format; - is standard output. Required.",
        ),
    ] = None,
    title_column: Annotated[
        str, typer.Option(help="Column of the job title: name, or number from 1. Found by name.")
    ] = "",
    description_column: Annotated[
        str, typer.Option(help="Column of the description; - for none. Found by name.")
    ] = "",
    department_column: Annotated[
        str, typer.Option(help="Column of the department; - for none. Found by name.")
    ] = "",
    id_column: Annotated[
        str, typer.Option(help="Column that the rejects name rows by; - for none. Found by name.")
    ] = "",
    sheet: Annotated[
        str, typer.Option(help="Sheet of an XLSX file. Default: the first that holds anything.")
    ] = "",
    delimiter: Annotated[
        str, typer.Option(help="Delimiter of a CSV file: a character, or tab. Default: found out.")
    ] = "",
    encoding: Annotated[
        str, typer.Option(help="Encoding of a CSV file, such as cp437. Default: found out.")
    ] = "",
    previous: Annotated[
        Path | None,
        typer.Option(help="A coded file from before: its accepted and reviewed codes stay."),
    ] = None,
    policy: Annotated[
        str, typer.Option(help="What decides in a combined job: guideline, time or weighted.")
    ] = "guideline",
    target_accuracy: Annotated[
        float, typer.Option(help="Accuracy that codings accepted without review should have.")
    ] = DEFAULT.target_accuracy,
    bundle: Annotated[
        Path | None, typer.Option(help="Folder of another model bundle than the shipped one.")
    ] = None,
    encoder: Annotated[
        str, typer.Option(help="A sentence-transformers model in place of the shipped encoder.")
    ] = "",
    calibration: Annotated[
        Path | None, typer.Option(help="Confidence fitted to your own rows.")
    ] = None,
    overrides: Annotated[
        Path | None,
        typer.Option(help="Codes that people decided for exact titles: see socoder review learn."),
    ] = None,
    jobs: Annotated[
        int, typer.Option("--jobs", "-j", min=0, help="Processes that code; 0 is one a core.")
    ] = 0,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with a run that was interrupted.")
    ] = False,
    restart: Annotated[
        bool, typer.Option("--restart", help="Throw away what an interrupted run left.")
    ] = False,
    excel: Annotated[
        bool,
        typer.Option(
            "--excel", help="CSV: an apostrophe before texts that Excel would take for formulas."
        ),
    ] = False,
    drop_personal: Annotated[
        bool,
        typer.Option("--drop-personal", help="Leave columns that look personal out of the output."),
    ] = False,
    overwrite_soc: Annotated[
        bool, typer.Option("--overwrite-soc", help="Replace soc_ columns that the input has.")
    ] = False,
    engine: Annotated[
        str, typer.Option(help="Who codes: local (the cores of this machine) or dask.")
    ] = "local",
    scheduler: Annotated[
        str,
        typer.Option(help="Address of a Dask scheduler, tcp://host:8786. Default: started here."),
    ] = "",
    wage_report: Annotated[
        str, typer.Option(help="Write a wage report too, for AK, IN, LA, SC, WA or WV.")
    ] = "",
    wage_report_columns: Annotated[
        str, typer.Option(help="Columns that go into it, with commas between. Default: the id.")
    ] = "",
    include_review: Annotated[
        bool, typer.Option("--include-review", help="Wage report: also rows under review.")
    ] = False,
    title_instead: Annotated[
        bool,
        typer.Option("--title-instead", help="Wage report: the title where there is no code."),
    ] = False,
    progress: Annotated[
        bool | None, typer.Option(help="Show how far it is. Default: in a terminal.")
    ] = None,
) -> None:
    """Code a table: every row and column stays as it is, and the soc_ columns come after them."""
    if output is None:
        raise InputError("name the file to write with -o (-o - for standard output)")
    options = BulkOptions(
        title_column, description_column, department_column, id_column, sheet, delimiter, encoding,
        _policy(policy), check_settings(Settings(target_accuracy=target_accuracy)), bundle, encoder,
        calibration, jobs, previous, excel, drop_personal, overwrite_soc, resume, restart,
        overrides,
    )  # fmt: skip
    from socoder.bulk.engines import run_on
    from socoder.wage_report import WageReport, check_request, report_of_coded

    chosen = [name.strip() for name in _names(wage_report_columns) if name.strip()]
    same = _format(table) == _format(output)  # then the output is written as the input is
    if wage_report:
        check_request(
            table, output, wage_report, columns=chosen, title_instead=title_instead,
            drop_personal=drop_personal, sheet=sheet, delimiter=delimiter, encoding=encoding,
        )  # fmt: skip
    loud = sys.stderr.isatty() if progress is None else progress
    try:
        with _bar(loud) as show:
            summary = run_on(table, output, options, engine, scheduler, show)
    except KeyboardInterrupt:
        if str(output) != "-":
            typer.echo("socoder: interrupted; what was coded is kept: add --resume", err=True)
        raise
    for line in told(summary):
        typer.echo(f"socoder: {line}", err=True)
    report: WageReport | None = None
    if wage_report:
        taken = summary.columns
        report = report_of_coded(
            output, wage_report, columns=chosen or [taken["id"]] if "id" in taken else chosen,
            title_column=taken.get("title", ""), include_review=include_review,
            title_instead=title_instead, policy=options.policy,
            delimiter=delimiter if same else "", encoding=encoding if same else "",
        )  # fmt: skip
        for line in report.lines():
            typer.echo(f"socoder: {line}", err=True)
    if summary.rejected or (report and report.withheld):
        raise typer.Exit(REJECTED)


def told(summary: Summary) -> Iterator[str]:
    """What a run was, in a few lines; no cell of the table is in them."""
    yield from summary.notes
    if summary.personal:
        found = f"{len(summary.personal)} columns that look personal"
        yield f"{found}: left out" if summary.dropped else f"{found}: copied, not looked at"
    counts = ", ".join(
        f"{status} {rows:,}"
        for status, rows in summary.statuses.items()
        if rows or status != "reviewed"
    )
    yield (
        f"{summary.rows:,} rows, {summary.distinct_texts:,} distinct texts"
        f" ({summary.distinct_titles:,} titles): {counts}"
    )
    sure = "" if summary.mean_confidence is None else (
        f"; mean confidence {summary.mean_confidence:.0%}"
    )  # fmt: skip
    yield f"{summary.accepted_share:.1%} of the head-count accepted{sure}"
    for top in summary.top_codes[:_TOP]:
        yield f"  {top['soc_code']}  {top['rows']:>9,}  {top['soc_title']}"
    if summary.changes:
        changes = ", ".join(
            f"{name.replace('_', ' ')} {n:,}" for name, n in summary.changes.items()
        )
        yield (
            f"{summary.carried_rows:,} rows carried forward; texts that are {changes}: see"
            f" {summary.output}.changes.csv"
        )
    if summary.rejected:
        listed = "" if summary.output == "-" else f": see {summary.output}.rejects.csv"
        yield f"{summary.rejected:,} rows have no usable title{listed}"
    yield f"{summary.output} written in {summary.seconds:.1f} s with bundle {summary.bundle}"


@contextmanager
def _bar(loud: bool) -> Iterator[Callable[[Progress], None] | None]:
    """A bar on standard error with rate and time left; None where nobody looks."""
    if not loud:
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, TextColumn
    from rich.progress import Progress as Bars

    with Bars(
        TextColumn("{task.description:7}"), BarColumn(), TextColumn("{task.percentage:3.0f}%"),
        TextColumn("{task.fields[said]}"), console=Console(stderr=True), transient=True,
    ) as bars:  # fmt: skip
        line = bars.add_task("reading", total=1.0, said="")

        def show(state: Progress) -> None:
            said = f"{state.rows:,} rows ({state.per_second:,.0f}/s)"
            if state.step == "code":
                said += f", {state.texts:,} texts coded"
            if state.seconds_left is not None:
                said += f", {_clock(state.seconds_left)} left"
            name = "coding" if state.step == "code" else "writing"
            bars.update(line, completed=state.share, description=name, said=said)

        yield show


def _clock(seconds: float) -> str:
    whole = int(seconds)
    return f"{whole // 3600}:{whole // 60 % 60:02}:{whole % 60:02}"


def _format(path: Path) -> str:
    """The format that a name says; that of a pipe is taken for CSV."""
    from socoder.tabular.opening import FORMATS
    from socoder.tabular.unpacking import SUFFIX

    suffix = path.suffix.lower()
    return FORMATS.get(path.with_suffix("").suffix.lower() if suffix == SUFFIX else suffix, "csv")


def _names(text: str) -> list[str]:
    """Names with commas between; one with a comma in it stands in quotation marks."""
    import csv

    return next(csv.reader([text], skipinitialspace=True), [])


def _policy(text: str) -> Policy:
    for policy in POLICIES:
        if policy == text:
            return policy
    raise InputError(f"--policy must be one of {', '.join(POLICIES)}")
