"""The workforce report: how many people work in which occupation, where, and at which wage.

Nobody can be found in it: small groups are hidden, and with them what would give them away
(`suppression`). Names, numbers and titles of people or positions never enter.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from socoder.errors import InputError
from socoder.records import LEVELS, Level
from socoder.reports import plots
from socoder.reports.positions import Positions
from socoder.reports.projections import PERIOD, projection
from socoder.reports.projections import SOURCE as PROJECTIONS
from socoder.reports.report import Cell, Column, Finding, Plot, Report, Table, shown
from socoder.reports.tabulation import DOMINANCE, EVERYWHERE, Tabulation, tabulate
from socoder.reports.wages import NATION, Wages
from socoder.reports.wages import SOURCE as OEWS
from socoder.soc import Classification

STATUS = {
    "machine": "Accepted by machine",
    "reviewer": "Decided by reviewer",
    "open": "Open, not decided",
    "out_of_scope": "Out of scope",
}
_SHARES = {
    "machine": "Share accepted",
    "reviewer": "Share reviewed",
    "open": "Share open",
    "out_of_scope": "Share out of scope",
}
PLACES = {"site": "Site", "program": "Program"}
EDUCATION = {
    "none": "none",
    "high_school": "high school",
    "some_college": "some college or award",
    "associate": "associate's",
    "bachelor": "bachelor's",
    "master": "master's",
    "doctoral": "doctoral or professional",
}
_MEASURES = (
    Column("Workers", "count"),
    Column("FTE", "number"),
    Column("Wage bill, $ a year", "money"),
)
_PLOTTED = 15


@dataclass(frozen=True, slots=True)
class WorkforceOptions:
    """`by`: "site", "program", both or none. `threshold`: the smallest group that is shown.
    `state` compares wages with a state too, `wages` None leaves the comparison out."""

    by: tuple[str, ...] = ("site", "program")
    threshold: int = 5
    wages: Wages | None = None
    state: str = ""
    plots: bool = True


def workforce_report(
    positions: Positions, known: Classification, options: WorkforceOptions
) -> Report:
    """The report, without findings: see `to_do`. Raises InputError for wrong options or a file without usable rows,
    MissingExtraError without highspy, or without matplotlib where plots are asked for."""
    if not positions.rows:
        raise InputError(f"{positions.source}: no row of positions can be used")
    tables = tabulate(positions.rows, known, options.by, options.threshold)
    made = [_status(tables), *_levels(tables, known)]
    if options.wages:
        made.append(_wages(tables, known, options.wages, options.state))
    made += [_outlook(tables, known), *_by_place(tables, known)]
    return Report(
        id="workforce",
        title="Workforce by occupation",
        subtitle=f"{shown(tables.count('all'), 'count')} workers by SOC 2018 occupation",
        tables=tuple(made),
        notes=tuple(_notes(tables, options)),
        plots=tuple(_plots(tables, known, options)) if options.plots else (),
    )


def _status(tables: Tabulation) -> Table:
    """Who decided the codes, everywhere and in each place."""
    columns = [Column("Kind"), Column("Place"), Column("Workers", "count")]
    found = [status for status in STATUS if tables.counts.get((status, *EVERYWHERE))]
    for status in found:
        columns += [Column(STATUS[status], "count"), Column(_SHARES[status], "percent")]
    rows = []
    for place in (EVERYWHERE, *tables.places):
        row: list[Cell] = [
            PLACES.get(place[0], "All"),
            place[1] or "everywhere",
            tables.count("all", place),
        ]
        for status in found:
            row += [tables.count(status, place), tables.share(status, place)]
        rows.append(tuple(row))
    return Table(
        "status", "How the codes were decided", tuple(columns), tuple(rows),
        "Open rows have no decided code: they are counted here and below as open, under no code.",
    )  # fmt: skip


def _levels(tables: Tabulation, known: Classification) -> Iterator[Table]:
    for level in reversed(LEVELS):
        rows = [
            (code, _title(code, level, known), *_measures(tables, f"{level}:{code}"),
             tables.share(f"{level}:{code}"), tables.mean_wage(f"{level}:{code}"))
            for code in tables.codes[level]
        ]  # fmt: skip
        for what, text in (("open", STATUS["open"]), ("out_of_scope", STATUS["out_of_scope"]),
                           ("all", "All workers")):  # fmt: skip
            if tables.counts.get((what, *EVERYWHERE)):
                rows.append(("", text, *_measures(tables, what), tables.share(what),
                             tables.mean_wage(what)))  # fmt: skip
        columns = (
            Column("SOC", "code"),
            Column("Occupation"),
            *_MEASURES,
            Column("Share of workers", "percent"),
            Column("Mean wage, $ a year full-time", "money"),
        )
        yield Table(
            level, f"{_named(level)} occupations", columns, tuple(rows),
            folded=level in ("minor", "broad"),
        )  # fmt: skip


def _by_place(tables: Tabulation, known: Classification) -> Iterator[Table]:
    for kind in tables.by:
        places = [place for place in tables.places if place[0] == kind]
        for level in reversed(LEVELS):
            rows = []
            for place in places:
                whats = [
                    *((code, _title(code, level, known), f"{level}:{code}")
                      for code in tables.codes[level]),
                    ("", STATUS["open"], "open"),
                    ("", STATUS["out_of_scope"], "out_of_scope"),
                    ("", "All workers", "all"),
                ]  # fmt: skip
                for code, title, what in whats:
                    if tables.counts.get((what, *place)):
                        rows.append((place[1], code, title, *_measures(tables, what, place)))
            yield Table(
                f"{kind}-{level}",
                f"{_named(level)} occupations by {PLACES[kind].lower()}",
                (Column(PLACES[kind]), Column("SOC", "code"), Column("Occupation"), *_MEASURES),
                tuple(rows),
                folded=True,
            )


def _measures(
    tables: Tabulation, what: str, place: tuple[str, str] = EVERYWHERE
) -> tuple[Cell, ...]:
    return tables.count(what, place), tables.fte(what, place), tables.bill(what, place)


def _wages(tables: Tabulation, known: Classification, wages: Wages, state: str) -> Table:
    """Mean wages of the detailed occupations that may be shown, against those published."""
    areas = [NATION, *([wages.area_name(state)] if state else [])]
    rows: list[tuple[Cell, ...]] = []
    for code, mean in _paid(tables):
        for area in areas:
            wage = wages.wage(code, known, area)
            if wage is None:
                none = (area, None, None, None, None, "not published", "")
                rows.append((code, known.title(code), mean, *none))
                continue
            ratio = mean / wage.median if wage.median else None
            rows.append((
                code, known.title(code), mean, area, wage.p10, wage.median, wage.p90, ratio,
                wage.published_code if wage.is_hybrid else "", wage.release,
            ))  # fmt: skip
    columns = (
        Column("SOC", "code"), Column("Occupation"), Column("Mean wage here, $", "money"),
        Column("Area"), Column("10th percentile, $", "money"), Column("Median, $", "money"),
        Column("90th percentile, $", "money"), Column("Here against median", "percent"),
        Column("Published under", "code"), Column("Release", "code"),
    )  # fmt: skip
    return Table(
        "wages", f"Wages against the nation{' and a state' if state else ''}, {wages.release}",
        columns, tuple(rows),
        f"Source: {OEWS}, {wages.release}: all industries, full-time and full-year work. Figures"
        " published under another code hold for it as a whole. Occupations whose mean wage is"
        " hidden or not known are left out.",
    )  # fmt: skip


def _paid(tables: Tabulation) -> Iterator[tuple[str, int]]:
    for code in tables.codes["detailed"]:
        mean = tables.mean_wage(f"detailed:{code}")
        if isinstance(mean, int):
            yield code, mean


def _outlook(tables: Tabulation, known: Classification) -> Table:
    rows = []
    for code in tables.codes["detailed"]:
        if known.get(code).level != "detailed":
            continue
        facts, expected = known.occupation(code), projection(code, known)
        under = expected.published_code if expected else ""
        rows.append((
            code, known.title(code), tables.count(f"detailed:{code}"),
            EDUCATION[facts.entry_education],
            "BLS" if facts.entry_education_source.startswith("bls") else "imputed",
            expected.change if expected else None, expected.openings if expected else None,
            "" if under == code else under or "not published",
        ))  # fmt: skip
    columns = (
        Column("SOC", "code"), Column("Occupation"), Column("Workers", "count"),
        Column("Typical entry education, 2024"), Column("Source of education"),
        Column(f"U.S. employment change {PERIOD}", "percent"),
        Column(f"U.S. openings a year {PERIOD}", "count"), Column("Published under", "code"),
    )  # fmt: skip
    return Table(
        "outlook", f"Outlook {PERIOD} and entry education", columns, tuple(rows),
        f"Source: {PROJECTIONS}. Figures published under another code hold for it as a whole.",
    )  # fmt: skip


def _plots(tables: Tabulation, known: Classification, options: WorkforceOptions) -> Iterator[Plot]:
    counted = {
        f"{code} {_title(code, 'detailed', known)}": count
        for code in tables.codes["detailed"]
        if isinstance(count := tables.count(f"detailed:{code}"), int)
    }
    largest = sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))[:_PLOTTED]
    if largest:
        title = "Largest detailed occupations"
        listed = "; ".join(f"{name}: {count:,}" for name, count in largest[:5])
        yield plots.bars("workforce-occupations", title, dict(largest), "workers",
                         f"{title}, workers. {listed}.")  # fmt: skip
    shares, stati = {}, [status for status in STATUS if tables.counts.get((status, *EVERYWHERE))]
    for place in (EVERYWHERE, *tables.places):
        found = [
            share for status in stati if isinstance(share := tables.share(status, place), float)
        ]
        if len(found) == len(stati):
            shares[place[1] or "All"] = [100 * share for share in found]
    if shares:
        title = "How the codes were decided"
        yield plots.stacked("workforce-status", title, shares, [STATUS[status] for status in stati],
                            "% of workers", f"{title}: shares of workers in each place.")  # fmt: skip
    if options.wages:
        against = {}
        for code, mean in _paid(tables):
            wage = options.wages.wage(code, known, NATION)
            if wage and wage.p10 and wage.median and wage.p90:
                named = f"{code} {known.title(code)}"
                against[named] = (float(mean), (wage.p10, wage.median, wage.p90))
        if against:
            title = f"Mean wages here against the nation, {options.wages.release}"
            names = ("mean wage here", "U.S. 10th to 90th percentile, line at the median")
            alt = f"{title}: dots are the mean wages of {len(against)} occupations here."
            yield plots.compared("workforce-wages", title, against, names, "$ a year", alt)


def _notes(tables: Tabulation, options: WorkforceOptions) -> Iterator[str]:
    yield (
        f"s: suppressed. Groups of fewer than {tables.threshold} workers are not shown, nor are"
        " figures from which such a group could be worked out, alone or together with others of"
        " these tables. FTE is hidden wherever the workers are. A suppressed figure is never 0."
    )
    yield (
        f"Wage bills are shown from {tables.threshold} workers with a known wage up, and only if"
        " the wage of the highest paid worker could not be told from it to within"
        f" {DOMINANCE:.0%}. They are annual wage times FTE; mean wages are the bill over the FTE."
    )
    yield (
        "Levels follow the published hierarchy of the 2018 SOC. A code that was decided at a broader"
        " level only stands as itself at the finer levels."
    )
    yield (
        "Protection holds for one set of tables. Publish one: the same people counted with"
        " another threshold or other places can give groups away."
    )
    if not options.wages:
        yield "Wages were not compared with published ones."


def to_do(positions: Positions) -> tuple[Finding, ...]:
    """What was found in the file, and which rows are open. It is for whoever makes the report and
    stands in no report that is passed on: the number of rows may tell the size of a group."""
    rows = tuple(row.row for row in positions.rows if row.decided == "open")
    still_open = [Finding("the code is not decided yet: review it", rows)] if rows else []
    return (*positions.findings, *still_open)


def _title(code: str, level: Level, known: Classification) -> str:
    group = known.get(code)
    coarser = LEVELS.index(group.level) > LEVELS.index(level)
    return f"{group.title} (decided at {group.level} level only)" if coarser else group.title


def _named(level: Level) -> str:
    return "Major groups of" if level == "major" else (
        "Minor groups of" if level == "minor" else level.capitalize()
    )  # fmt: skip
