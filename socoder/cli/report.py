"""`socoder report`: reports on coded positions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from socoder.errors import InputError, MissingExtraError

if TYPE_CHECKING:
    from socoder.reports.positions import Positions
    from socoder.reports.report import Finding, Report
    from socoder.reports.roles_report import RolesOptions
    from socoder.reports.wages import Wages
    from socoder.soc import Classification

REPORTS = (".html", ".xlsx", ".csv")
PARTLY_REJECTED = 3
_MANY_GROUPS = 600

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    help="Reports on coded positions: workforce, roles without a code, funding.",
)

Coded = Annotated[
    Path,
    typer.Argument(help="Coded positions: .csv, .tsv, .xlsx or .parquet with the soc_ columns."),
]
Output = Annotated[
    list[Path] | None,
    typer.Option(
        "--output",
        "-o",
        help="Write the report here as well: .html, .xlsx, or .csv (a file for each table). Can be"
        " given several times.",
    ),
]
Named = Annotated[
    list[str] | None,
    typer.Option(
        "--column",
        metavar="NAME=HEADER",
        help="Which column is the site, the program and so on, if its name does not say so:"
        " --column site=House.",
    ),
]
SheetName = Annotated[str, typer.Option("--sheet", help="Sheet of a workbook; default: the first.")]
Threshold = Annotated[
    int, typer.Option(help="Groups of fewer workers are not shown, nor what gives them away.")
]
State = Annotated[str, typer.Option(help="Compare wages with this state too: NY, or New York.")]
NoWages = Annotated[
    bool, typer.Option("--no-wages", help="Do not compare wages with published ones.")
]
NoPlots = Annotated[bool, typer.Option("--no-plots", help="No plots on the HTML page.")]
Everything = Annotated[
    bool, typer.Option("--all", help="Print all tables; otherwise long ones are only named.")
]


@app.command()
def workforce(
    coded: Coded,
    *,
    by: Annotated[
        str, typer.Option(help="Places to count by: site, program, both, or none.")
    ] = "site,program",
    threshold: Threshold = 5,
    state: State = "",
    output: Output = None,
    column: Named = None,
    sheet: SheetName = "",
    no_wages: NoWages = False,
    no_plots: NoPlots = False,
    everything: Everything = False,
) -> None:
    """How many people work in which occupation and place, at which wage; no one can be found."""
    from socoder.reports.workforce import WorkforceOptions, to_do, workforce_report

    targets = check_targets(output)
    known, positions = load_positions(coded, column, sheet)
    options = WorkforceOptions(
        by=tuple(name.strip() for name in by.split(",") if name.strip() not in ("", "none")),
        threshold=threshold,
        wages=published_wages(no_wages),
        state=state,
        plots=wants_plots(targets, no_plots),
    )
    report = workforce_report(positions, known, options)
    tell(to_do(positions))
    show(report, targets, everything)
    end(positions)


@app.command()
def roles(
    coded: Coded,
    *,
    proposal: Annotated[
        str,
        typer.Option(
            metavar="ROLE",
            help="Print the evidence for a code of its own for this role tag, as Markdown; with -o"
            " FILE.md write it there, with its plots beside it.",
        ),
    ] = "",
    threshold: Threshold = 5,
    state: State = "",
    output: Output = None,
    column: Named = None,
    sheet: SheetName = "",
    no_wages: NoWages = False,
    no_plots: NoPlots = False,
    everything: Everything = False,
) -> None:
    """How many workers have a role without a code, and which codes they ended in."""
    from socoder.reports.roles_report import RolesOptions, roles_report
    from socoder.reports.workforce import to_do

    targets = check_targets(output, (".md",) if proposal else REPORTS)
    known, positions = load_positions(coded, column, sheet)
    plots = bool(targets) and not no_plots if proposal else wants_plots(targets, no_plots)
    options = RolesOptions(threshold, published_wages(no_wages), state, plots)
    if proposal:
        write_proposal(proposal, positions, known, options, targets)
        return
    report = roles_report(positions, known, options)
    tell(to_do(positions))
    show(report, targets, everything)
    end(positions)


def write_proposal(
    role: str,
    positions: Positions,
    known: Classification,
    options: RolesOptions,
    targets: Sequence[Path],
) -> None:
    """Print the document, or write it with its plots beside it."""
    from socoder.reports.files import write_bytes
    from socoder.reports.proposal import proposal

    text, plots = proposal(role, positions, known, options)
    if not targets:
        typer.echo(text, nl=False)
    for target in targets:
        for plot in plots:
            write_bytes(target.with_name(f"{plot.id}.svg"), plot.svg.encode())
        write_bytes(target, text.encode())
        typer.echo(f"written: {target}", err=True)


def load_positions(
    path: Path, column: Sequence[str] | None, sheet: str
) -> tuple[Classification, Positions]:
    """The classification and the positions of a file. Raises InputError."""
    from socoder import soc
    from socoder.reports.positions import read_positions

    known = soc.load()
    positions = read_positions(path, known, named_columns(column or []), sheet)
    groups = {(row.proposed_code, row.site, row.program) for row in positions.rows}
    if len(groups) > _MANY_GROUPS:
        typer.echo("socoder: note: finding what must be hidden may take some minutes", err=True)
    return known, positions


def named_columns(given: Iterable[str]) -> Mapping[str, str]:
    """What --column says: {"site": "House"}. Raises InputError."""
    pairs = {}
    for text in given:
        name, equals, header = text.partition("=")
        if not (equals and name.strip() and header.strip()):
            raise InputError("--column looks like --column site=House")
        pairs[name.strip()] = header.strip()
    return pairs


def published_wages(without: bool) -> Wages | None:
    """The wage snapshot; None where it is not wanted. Raises MissingExtraError."""
    from socoder.reports.wages import load_wages

    try:
        return None if without else load_wages()
    except MissingExtraError as error:
        raise MissingExtraError(f"{error}, or leave it out with --no-wages") from error


def check_targets(output: Sequence[Path] | None, suffixes: Sequence[str] = REPORTS) -> list[Path]:
    """The files to write, checked before the work is done. Raises InputError."""
    targets = list(output or [])
    for target in targets:
        if target.suffix.lower() not in suffixes:
            raise InputError(f"{target.name}: this is written as {' or '.join(suffixes)}")
        if not target.parent.is_dir():
            raise InputError(f"{target.parent}: there is no such folder to write to")
    return targets


def wants_plots(targets: Iterable[Path], without: bool) -> bool:
    """Only the page shows plots."""
    return not without and any(target.suffix.lower() == ".html" for target in targets)


def tell(findings: Iterable[Finding]) -> None:
    """Print findings on standard error."""
    from socoder.cli.page import plain

    for finding in findings:
        typer.echo(f"socoder: note: {plain(finding.line)}", err=True)


def end(positions: Positions) -> None:
    """End with the status that says that rows were rejected, if some were."""
    if positions.rejected:
        raise typer.Exit(PARTLY_REJECTED)


def show(
    report: Report, targets: Iterable[Path], everything: bool, printed: Report | None = None
) -> None:
    """Write the files of the report, and print it, or what is `printed` in its place."""
    from socoder.reports.files import write_report
    from socoder.reports.terminal import console, render

    written = [path for target in targets for path in write_report(report, target)]
    out = console()
    for piece in render(printed or report, everything):
        out.print(piece)
    for path in written:
        typer.echo(f"written: {path}", err=True)
