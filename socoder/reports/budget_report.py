"""The labor budget as tables of the funding report."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from socoder.reports.budget import FEW, FULL_TIME, UNPAID, Budget, BudgetLine
from socoder.reports.funding_expected import NO_CODE
from socoder.reports.funding_money import cents_of, dollars
from socoder.reports.funding_report import TOTAL
from socoder.reports.report import SUPPRESSED, Cell, Column, Plot, Report, Table
from socoder.reports.service_codes import Crosswalk
from socoder.reports.wages import SOURCE

_PLOTTED = 25
_LEVELS = ("Low", "Median", "High")


def with_budget(report: Report, plan: Budget, crosswalk: Crosswalk) -> Report:
    """The funding report with the tables `budget` and `unit-cost`, before its trace."""
    shown = [table for table in report.tables if not table.folded]
    folded = [table for table in report.tables if table.folded]
    return replace(
        report,
        tables=(*shown, _budget(plan, crosswalk), _unit_cost(plan, crosswalk), *folded),
        notes=(*report.notes, *_notes(plan)),
    )


def _published(plan: Budget) -> tuple[Column, ...]:
    return tuple(Column(f"{level}, {plan.release}", "money") for level in _LEVELS if plan.release)


def _budget(plan: Budget, crosswalk: Crosswalk) -> Table:
    lines = plan.lines
    given = _whole([line.given for line in lines])
    levels = [
        _whole([line.low or 0 for line in lines]),
        _whole([line.median or 0 for line in lines]),
        _whole([line.high or 0 for line in lines]),
    ][: 3 if plan.release else 0]
    unpaid, unpriced = [line.unpaid_fte for line in lines], [line.unpriced_fte for line in lines]
    lacking = [
        (name, numbers)
        for name, numbers in (
            ("FTE without a given wage", unpaid),
            ("FTE without a published wage", unpriced if plan.release else []),
        )
        if any(numbers)
    ]
    rows: list[tuple[Cell, ...]] = []
    for at, line in enumerate(lines):
        share = line.given / line.billed if line.billed > 0 else None
        rows.append((
            line.code or NO_CODE,
            _name(line.code, crosswalk),
            dollars(line.billed) if line.code != UNPAID else None,
            line.fte,
            SUPPRESSED if line.hidden else given[at],
            SUPPRESSED if line.hidden else share,
            *(level[at] for level in levels),
            *(numbers[at] for _, numbers in lacking),
        ))  # fmt: skip
    billed = sum(line.billed for line in lines)
    whole = sum(line.given for line in lines) / billed if billed > 0 else None
    rows.append((
        TOTAL,
        "",
        dollars(billed),
        sum((line.fte for line in lines), Decimal(0)),
        SUPPRESSED if plan.total_hidden else sum(given),
        SUPPRESSED if plan.total_hidden else whole,
        *(sum(level) for level in levels),
        *(sum(numbers, Decimal(0)) for _, numbers in lacking),
    ))  # fmt: skip
    return Table(
        "budget",
        "What each service must pay for labor next year",
        (
            Column("Service code", "code"),
            Column("Service"),
            Column("Billed", "money"),
            Column("FTE", "number"),
            Column("Given wages", "money"),
            Column("Of billed", "percent"),
            *_published(plan),
            *(Column(name, "number") for name, _ in lacking),
        ),
        tuple(rows),
        "Whole dollars a year. Low, median and high: at the 10th, 50th and 90th percentile of"
        " OEWS. Workers without such a wage are left out of that column. s: hidden, because it"
        f" would tell the wages of fewer than {FEW} workers.",
    )


def _whole(cents: list[int]) -> list[int]:
    """Whole dollars whose sum is the rounded sum of the cents."""
    return cents_of(Decimal(one).scaleb(-4) for one in cents)


def _name(code: str, crosswalk: Crosswalk) -> str:
    if code == UNPAID:
        return "positions that none of these services pays for"
    entry = crosswalk.find(code)
    return entry.name if entry else ""


def _unit_cost(plan: Budget, crosswalk: Crosswalk) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for line in plan.lines:
        if line.units is None or line.units <= 0:
            continue
        entry = crosswalk.find(line.code)
        levels = [_each(cents, line) for cents in (line.low, line.median, line.high)]
        rows.append((
            line.code or NO_CODE,
            entry.unit if entry else "",
            line.units,
            _each(line.billed, line),
            SUPPRESSED if line.hidden else _each(line.given, line),
            *(levels if plan.release else ()),
        ))  # fmt: skip
    return Table(
        "unit-cost",
        "Labor behind one billed unit",
        (
            Column("Service code", "code"),
            Column("Unit"),
            Column("Units", "number"),
            Column("Billed a unit", "money"),
            Column("Given wages", "money"),
            *_published(plan),
        ),
        tuple(rows),
        "Dollars a unit, at as many units as were billed.",
    )


def _each(cents: int | None, line: BudgetLine) -> Decimal | None:
    if cents is None or not line.units:
        return None
    return (dollars(cents) / line.units).quantize(Decimal("0.01"))


def _notes(plan: Budget) -> Iterator[str]:
    options = plan.options
    yield (
        f"Budget: a full-time position is {options.hours:f} hours a year. Given wages are those in"
        f" the file of positions, raised by {options.rise:.1%}; {options.benefits:.1%} is added to"
        " all wages for taxes and benefits. A position's time goes to the services that pay for it"
        " in proportion to the money."
    )
    if not plan.release:
        yield "Budget: without published wages (pip install 'socoder[wages]')."
        return
    where = "the nation" if options.area == "U.S." else options.area
    yield (
        f"Published wages: {SOURCE}, {plan.release}, {where}, of a year of {FULL_TIME} hours; they"
        " are not raised to next year."
    )
    if plan.hybrids:
        yield (
            f"For {', '.join(plan.hybrids)} OEWS publishes figures of several occupations together."
        )
    if plan.top_coded:
        yield f"For {', '.join(plan.top_coded)} a figure is at least what was used (top-coded)."


def budget_plots(plan: Budget, crosswalk: Crosswalk) -> Iterator[Plot]:
    """Labor as cents of each dollar billed by the largest services: at given wages, against low, median and high. Raises
    MissingExtraError."""
    from socoder.reports import plots

    rows: dict[str, tuple[float | None, tuple[float, float, float]]] = {}
    for line in sorted(plan.lines, key=lambda line: -line.billed)[:_PLOTTED]:
        if line.billed > 0 and line.low and line.median and line.high:
            low, median, high = (100 * c / line.billed for c in (line.low, line.median, line.high))
            own = None if line.hidden else 100 * line.given / line.billed
            name = f"{line.code} {_name(line.code, crosswalk)}" if line.code else NO_CODE
            rows[name] = (own, (low, median, high))
    if rows:
        yield plots.compared(
            "labor",
            "Labor in each dollar billed",
            rows,
            ("at given wages", f"OEWS {plan.release}: 10th percentile, median, 90th percentile"),
            "cents of labor to a dollar billed",
            "For each service, labor next year to a dollar billed: at given wages, and at the 10th"
            " percentile, the median and the 90th percentile of OEWS. The tables have the numbers.",
        )
