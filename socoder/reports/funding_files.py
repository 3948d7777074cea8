"""The whole funding report from two files: billed services and coded positions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from socoder.errors import InputError
from socoder.records import Job
from socoder.reports.budget import BudgetOptions, budget
from socoder.reports.budget_report import budget_plots, with_budget
from socoder.reports.funding import Split, split_services
from socoder.reports.funding_expected import funding_plots
from socoder.reports.funding_lines import read_services
from socoder.reports.funding_report import funding_report
from socoder.reports.funding_work import CodeDuties, Duties
from socoder.reports.positions import read_positions
from socoder.reports.report import Report
from socoder.reports.service_codes import load_crosswalk
from socoder.reports.wages import Wages
from socoder.soc import Classification

if TYPE_CHECKING:
    from socoder.coder import Coder


@dataclass(frozen=True, slots=True)
class FundingOptions:
    """`crosswalk` is a file of one's own over the shipped table. `load` gives the coder for
    descriptions of positions that come without `soc_material`; None leaves them uncoded. `budget`
    None leaves the budget out, `wages` None its published wages. The columns name what is not found
    by itself, as in `read_services` and `read_positions`; the sheets are those of workbooks."""

    split: Split = "time"
    crosswalk: Path | None = None
    load: Callable[[], Coder] | None = None
    budget: BudgetOptions | None = None
    wages: Wages | None = None
    plots: bool = True
    service_columns: Mapping[str, str] = field(default_factory=dict)
    position_columns: Mapping[str, str] = field(default_factory=dict)
    service_sheet: str = ""
    position_sheet: str = ""


def funding_of_files(
    services: Path, positions: Path, known: Classification, options: FundingOptions
) -> Report:
    """The report. Raises InputError for files, options or a crosswalk that cannot be used,
    MissingExtraError without matplotlib where plots are asked for."""
    crosswalk = load_crosswalk(options.crosswalk)
    billed = read_services(services, options.service_columns, options.service_sheet)
    if not billed.lines:
        raise InputError(f"{billed.source}: there is no row of services")
    coded = read_positions(positions, known, options.position_columns, options.position_sheet)
    if not coded.rows:
        raise InputError(f"{coded.source}: no row of positions can be used")
    code_duties = duties_by(options.load) if options.load else None
    split = split_services(billed, coded, known, options.split, code_duties)
    report = funding_report(split, crosswalk, known)
    if options.plots:
        report = replace(report, plots=tuple(funding_plots(split, crosswalk, known)))
    if options.budget is None:
        return report
    plan = budget(split, known, options.budget, options.wages)
    report = with_budget(report, plan, crosswalk)
    if options.plots:
        report = replace(report, plots=(*report.plots, *budget_plots(plan, crosswalk)))
    return report


def duties_by(load: Callable[[], Coder]) -> CodeDuties:
    """Codes descriptions with a coder that is loaded when the first one is met; equal ones once."""
    coders: list[Coder] = []
    found: dict[tuple[str, str], Duties] = {}

    def duties(title: str, description: str) -> Duties:
        if (title, description) not in found:
            coder = coders[0] if coders else load()
            coders[:] = [coder]
            coding = coder.code(Job(title=title, text=description), top=0)
            found[title, description] = [
                (duty.text, duty.time_share, duty.soc_code) for duty in coding.duties
            ]
        return found[title, description]

    return duties
