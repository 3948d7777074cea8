"""`socoder map`: the title map of an organisation, and its edited form read back."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from socoder.cli.report import named_columns, show
from socoder.errors import InputError
from socoder.records import Coding, Job


def title_map(
    titles: Annotated[
        Path,
        typer.Argument(help="Job titles, with descriptions, sites and programs if there are any."),
    ],
    *,
    output: Annotated[
        list[Path] | None,
        typer.Option("--output", "-o", help="Write the map here: .xlsx to edit it, .html, .csv."),
    ] = None,
    read: Annotated[
        bool,
        typer.Option(
            "--read",
            help="TITLES is an edited map: write its decisions to -o FILE.csv or FILE.xlsx, as a"
            " table for --overrides.",
        ),
    ] = False,
    column: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME=HEADER",
            help="Which column is the title, description, site, program or headcount, if its name"
            " does not say so.",
        ),
    ] = None,
    sheet: Annotated[str, typer.Option(help="Sheet of a workbook; default: the first.")] = "",
    everything: Annotated[bool, typer.Option("--all", help="Print all tables.")] = False,
) -> None:
    """Map each job title to its SOC code, with the duties that decide and what to write."""
    if read:
        read_back(titles, output or [])
        return
    from socoder import soc
    from socoder.cli.report import check_targets
    from socoder.reports import title_map as mapping
    from socoder.reports.sheet import read_sheet

    targets, known = check_targets(output), soc.load()
    table = read_sheet(titles, sheet)
    mapped = mapping.map_titles(table, code_jobs, dict(named_columns(column or [])))
    made = mapping.title_map(mapped, known, table.name)
    show(made, targets, everything, mapping.printed(made))


def code_jobs(jobs: Sequence[Job]) -> Sequence[Coding]:
    """The codings of the shipped coder."""
    from socoder.coder import Coder

    return Coder.load().code_batch(jobs)


def read_back(edited: Path, targets: Sequence[Path]) -> None:
    """Write the decisions of an edited map as overrides. Raises InputError."""
    from socoder import soc
    from socoder.overrides import Overrides
    from socoder.reports.files import delimited, workbook, write_bytes
    from socoder.reports.sheet import read_sheet
    from socoder.reports.title_map import edits, override_table

    known = soc.load()
    if edited.suffix.lower() == ".xlsx":
        sheets = [read_sheet(edited, "titles"), read_sheet(edited, "uses")]
    else:
        sheets = [read_sheet(edited)]
    found = [one for table in sheets for one in edits(table, known)]
    if not found:
        raise InputError(f"{edited.name}: no row has a soc_code: nothing was edited")
    Overrides.of(found)
    for target in targets:
        if target.suffix.lower() not in (".csv", ".xlsx"):
            raise InputError(f"{target.name}: overrides are written as .csv or .xlsx")
    written = override_table(found)
    for target in targets:
        as_csv = target.suffix.lower() == ".csv"
        write_bytes(target, delimited(written).encode() if as_csv else workbook([written]))
        typer.echo(f"written: {target}: {len(found)} overrides", err=True)
    if not targets:
        typer.echo(delimited(written), nl=False)
