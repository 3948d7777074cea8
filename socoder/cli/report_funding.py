"""`socoder report funding`: which occupations each service code pays for."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from socoder.cli.report import (
    Coded,
    Everything,
    Named,
    NoPlots,
    NoWages,
    Output,
    SheetName,
    State,
    check_targets,
    named_columns,
    published_wages,
    show,
    wants_plots,
)
from socoder.errors import InputError

if TYPE_CHECKING:
    from socoder.reports.budget import BudgetOptions
    from socoder.reports.funding import Split
    from socoder.reports.wages import Wages


def funding(
    services: Annotated[
        Path,
        typer.Argument(
            help="Billed services: .csv, .tsv, .xlsx or .parquet with service_code, amount,"
            " program, site, position_group …"
        ),
    ],
    coded: Coded,
    *,
    split: Annotated[
        str,
        typer.Option(
            help="How lines without an allocation are split: time (FTE and shares of working"
            " time), even, or code (FTE, to the positions' own codes)."
        ),
    ] = "time",
    crosswalk: Annotated[
        Path | None,
        typer.Option(help="Service codes of your own, over the shipped table (.toml)."),
    ] = None,
    budget: Annotated[
        bool, typer.Option("--budget", help="Also what each service must pay for labor next year.")
    ] = False,
    hours: Annotated[
        float, typer.Option(help="Budget: paid hours a year of a full-time position.")
    ] = 2080,
    rise: Annotated[
        float, typer.Option("--raise", help="Budget: raise of the given wages, 0.03 for 3 %.")
    ] = 0,
    benefits: Annotated[
        float,
        typer.Option(help="Budget: taxes and benefits on top of wages, 0.25 for a quarter."),
    ] = 0,
    state: State = "",
    no_wages: NoWages = False,
    no_coding: Annotated[
        bool,
        typer.Option(
            "--no-coding",
            help="Do not code descriptions to find the duties: a position's own code is all.",
        ),
    ] = False,
    output: Output = None,
    column: Named = None,
    service_column: Annotated[
        list[str] | None,
        typer.Option(
            "--service-column",
            metavar="NAME=HEADER",
            help="As --column, for the services: --service-column amount=Paid.",
        ),
    ] = None,
    sheet: SheetName = "",
    service_sheet: Annotated[
        str, typer.Option(help="Sheet of the services' workbook; default: the first.")
    ] = "",
    no_plots: NoPlots = False,
    everything: Everything = False,
) -> None:
    """Which occupations each billed service pays for, to the cent; and what it should not pay for.

    For the provider's own use: groups of few workers are shown in it."""
    from socoder import soc
    from socoder.cli.code import load_coder
    from socoder.reports.funding_files import FundingOptions, funding_of_files

    targets = check_targets(output)
    wages = published_wages(no_wages) if budget else None
    options = FundingOptions(
        split=_split(split),
        crosswalk=crosswalk,
        load=None if no_coding or split == "code" else lambda: load_coder(None),
        budget=_plan(hours, rise, benefits, state, wages) if budget else None,
        wages=wages,
        plots=wants_plots(targets, no_plots),
        service_columns=named_columns(service_column or []),
        position_columns=named_columns(column or []),
        service_sheet=service_sheet,
        position_sheet=sheet,
    )
    show(funding_of_files(services, coded, soc.load(), options), targets, everything)


def _split(text: str) -> Split:
    from socoder.reports.funding import SPLITS

    for split in SPLITS:
        if text == split:
            return split
    raise InputError(f"--split must be one of {', '.join(SPLITS)}")


def _plan(
    hours: float, rise: float, benefits: float, state: str, wages: Wages | None
) -> BudgetOptions:
    from socoder.reports.budget import BudgetOptions
    from socoder.reports.wages import NATION

    if state and wages is None:
        raise InputError("--state compares with published wages: leave --no-wages out")
    area = wages.area_name(state) if state and wages else NATION
    return BudgetOptions(_decimal(hours), _decimal(rise), _decimal(benefits), area)


def _decimal(number: float) -> Decimal:
    return Decimal(str(number)).normalize()
