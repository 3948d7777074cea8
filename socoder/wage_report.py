"""Wage reports: a coded payroll → the occupation of each worker as a state wants it.

Rows that are still under review, and codes that no state takes, are left out, and it is said which.
What each state wants is in `wage_report_states`.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, cast

from socoder.errors import InputError
from socoder.records import Policy
from socoder.soc import Classification
from socoder.wage_report_states import FACTS, Fact, StateRules, code_problem, rules_for, state_code

if TYPE_CHECKING:
    from socoder.tabular.layout import Source

CODE_COLUMN, TITLE_COLUMN = "soc_code", "job_title"
SHOWN = 20  # row numbers that a report names itself; its second file has all

Reason = Literal["review", "out_of_scope", "uncodable", "invalid_code"]
_WRITTEN = ("accepted", "reviewed")


@dataclass(frozen=True, slots=True)
class PayRow:
    """A row of a coded payroll: its number (the first row of data is 1), the cells of the columns that
    go into the report, its title, and the `soc_code` and `soc_status` that it was given."""

    number: int
    cells: tuple[str, ...]
    title: str
    code: str
    status: str


@dataclass(frozen=True, slots=True)
class WageReport:
    """What became of a report: rows written with a code, rows written with a title alone, and for
    each reason how many rows were left out and the first SHOWN of their numbers."""

    state: str
    target: Path
    withheld_list: Path
    written: int
    with_title: int
    withheld: dict[Reason, int] = field(default_factory=dict)
    first_withheld: dict[Reason, tuple[int, ...]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    def lines(self) -> Iterator[str]:
        """The report for a person: numbers, row numbers and what to check; no cell of a row."""
        titled = f", {self.with_title:,} with a title in place of a code" if self.with_title else ""
        yield f"wage report {self.state}: {self.written:,} rows with a code{titled}: {self.target}"
        for reason, count in self.withheld.items():
            rows = self.first_withheld[reason]
            more = f" and {count - len(rows):,} more" if count > len(rows) else ""
            numbers = ", ".join(map(str, rows))
            yield f"not written, {_WHY[reason]}: {count:,} (rows {numbers}{more})"
        if self.withheld:
            yield f"all rows that were not written: {self.withheld_list}"
        yield from self.notes


_WHY: dict[Reason, str] = {
    "review": "still under review (--include-review writes them)",
    "out_of_scope": "out of scope of the SOC, such as unpaid work",
    "uncodable": "without a code",
    "invalid_code": "with a code that is no detailed occupation of the 2018 SOC",
}


def report_of_coded(
    coded: Path,
    state: str,
    *,
    columns: Sequence[str] = (),
    title_column: str = "",
    include_review: bool = False,
    title_instead: bool = False,
    policy: Policy = "guideline",
    delimiter: str = "",
    encoding: str = "",
) -> WageReport:
    """The wage report of a file that `socoder bulk` wrote, beside it: for `coded.xlsx` and WA
    `coded.wage_report.WA.csv`, and what `write_wage_report` writes beside that.

    `columns` are the names of the columns that go into the report, as they stand; `title_column`
    is needed where titles go out. `delimiter` and `encoding` are those of a CSV file, "" to find
    them out. Raises InputError for a state that is not known, a column that is
    not there, and a file that was not coded; OutputError where the report cannot be written.
    """
    from socoder import soc
    from socoder.tabular.opening import opened_input, source_of

    rules = rules_for(state)
    with opened_input(coded) as given:
        source = source_of(given, delimiter=delimiter, encoding=encoding, target="csv")
        target = coded.with_name(f"{coded.stem}.wage_report.{rules.state}.csv")
        places = [_place(name, source.columns, coded.name) for name in columns]
        titled = title_instead or rules.title_instead.value == "required"
        if titled and not title_column:
            raise InputError(f"{rules.name} is told titles: name their column with --title-column")
        title = _place(title_column, source.columns, coded.name) if titled else None
        return write_wage_report(
            _pay_rows(source, places, title, coded.name),
            [source.columns[place] for place in places],
            target,
            rules,
            soc.load(),
            include_review=include_review,
            title_instead=title_instead,
            policy=policy,
        )


def check_request(
    source: Path,
    target: Path,
    state: str,
    *,
    columns: Sequence[str] = (),
    title_instead: bool = False,
    drop_personal: bool = False,
    sheet: str = "",
    delimiter: str = "",
    encoding: str = "",
) -> StateRules:
    """The rules of the state, once it is clear that a report can be made of the table `source` when
    it is coded: said before hours of coding. Raises InputError for what `report_of_coded` would
    refuse, and for columns that `drop_personal` leaves out of the coded file."""
    from socoder.bulk.columns import personal_kind, plain_name
    from socoder.tabular.opening import STDIO, opened_input, source_of

    rules = rules_for(state)
    _check_titles(rules, title_instead)
    if str(target) == STDIO or source.is_dir():
        raise InputError("--wage-report needs one table in and one file out: name them")
    dropped = [name for name in columns if drop_personal and personal_kind(plain_name(name))]
    if dropped:
        raise InputError(
            f"--drop-personal leaves out what the wage report shall hold ({dropped[0]}): give only one"
        )
    if columns and str(source) != STDIO:
        with opened_input(source) as given:
            header = source_of(
                given, sheet=sheet, delimiter=delimiter, encoding=encoding, target="csv"
            ).columns
        for name in columns:
            _place(name, header, source.name)
    return rules


def write_wage_report(
    rows: Iterable[PayRow],
    columns: Sequence[str],
    target: Path,
    rules: StateRules,
    known: Classification,
    *,
    include_review: bool = False,
    title_instead: bool = False,
    policy: Policy = "guideline",
) -> WageReport:
    """Write the report: a CSV of the chosen `columns` and the code, for each row that may go out;
    beside it `…withheld.csv` with the number and the reason of each that may not.

    Rows under review are written with `include_review` only. With `title_instead` a row without
    a code that may go out is written with its title; where the state wants titles anyway, every
    row has one. `policy` is the one that the rows were coded under: where the state wants another,
    the notes say so. Rows are taken one at a time; both files appear whole or not at all.

    Raises InputError where the state takes no titles, and for a column that is named like the
    report's own.
    """
    _check_titles(rules, title_instead)
    titled = title_instead or rules.title_instead.value == "required"
    added = (CODE_COLUMN, TITLE_COLUMN) if titled else (CODE_COLUMN,)
    if twice := sorted(set(columns) & set(added)):
        raise InputError(f"the report has a column {twice[0]} of its own: choose other columns")
    withheld_list = target.with_name(f"{target.stem}.withheld.csv")
    written = with_title = 0
    withheld: dict[Reason, int] = {}
    first: dict[Reason, tuple[int, ...]] = {}
    codes: dict[str, str] = {}  # as the table has few, each is looked up once
    with _whole_text(target) as out, _whole_text(withheld_list) as left_out:
        report, listed = csv.writer(out), csv.writer(left_out)
        report.writerow((*columns, *added))
        listed.writerow(("row", "reason"))
        for row in rows:
            if row.code not in codes:
                wrong = code_problem(row.code, known)
                codes[row.code] = "" if wrong else state_code(row.code, rules, known)
            code, reason = codes[row.code], _reason(row, codes[row.code], include_review)
            title = (" ".join(row.title.split()),) if titled else ()
            if reason is None:
                written += 1
                report.writerow((*row.cells, code, *title))
            elif title_instead and reason != "out_of_scope" and any(title):
                with_title += 1
                report.writerow((*row.cells, "", *title))
            else:
                withheld[reason] = withheld.get(reason, 0) + 1
                first[reason] = (*first.get(reason, ()), row.number)[:SHOWN]
                listed.writerow((row.number, reason))
    return WageReport(
        rules.state, target, withheld_list, written, with_title, withheld, first,
        tuple(_notes(rules, policy)),
    )  # fmt: skip


def _check_titles(rules: StateRules, title_instead: bool) -> None:
    if title_instead and rules.title_instead.value == "no":
        sure = "" if rules.title_instead.verified else " (unverified)"
        raise InputError(
            f"{rules.name} takes no title in place of a code{sure}: leave out --title-instead"
        )


def _reason(row: PayRow, code: str, include_review: bool) -> Reason | None:
    """Why the row may not go out with its code; None if it may."""
    if row.status in ("uncodable", "out_of_scope"):
        return cast(Reason, row.status)
    if row.status not in _WRITTEN and not (include_review and row.status == "review"):
        return "review"
    if not row.code:
        return "uncodable"
    return None if code else "invalid_code"


def _notes(rules: StateRules, policy: Policy) -> Iterator[str]:
    """What to look at before the report is filed."""
    if rules.policy not in (None, policy):
        sure = "" if rules.combined_jobs.verified else " (unverified)"
        yield (
            f"{rules.name} wants combined jobs under the work that takes most of the time{sure};"
            f" these rows were coded with --policy {policy}: take --policy {rules.policy}"
        )
    facts = {name: cast(Fact, getattr(rules, name)) for name in FACTS}
    if open_facts := [name.replace("_", " ") for name, fact in facts.items() if not fact.verified]:
        yield f"unverified for {rules.name}: {', '.join(open_facts)}; ask the {rules.agency}"
    if rules.note:
        yield rules.note


def _pay_rows(
    source: Source, places: Sequence[int], title: int | None, name: str
) -> Iterator[PayRow]:
    """The rows of a coded table, from the last soc_ columns that it has."""
    from socoder.tabular.layout import as_text

    try:
        code, status = (
            len(source.columns) - 1 - source.columns[::-1].index(column)
            for column in ("soc_code", "soc_status")
        )
    except ValueError:
        raise InputError(
            f"{name} has no soc_code and soc_status: give a file that socoder bulk wrote"
        ) from None

    def cell(values: Sequence[Any], place: int) -> str:
        return as_text(values[place]) if place < len(values) else ""

    number = 0
    for chunk in source.chunks():
        for values in chunk.values():
            number += 1
            yield PayRow(
                number,
                tuple(cell(values, place) for place in places),
                cell(values, title) if title is not None else "",
                cell(values, code),
                cell(values, status),
            )


def _place(name: str, columns: Sequence[str], file: str) -> int:
    """Where the column of this name stands; raises InputError if it does not."""
    plain = [column.strip().lower() for column in columns]
    if name in columns:
        return columns.index(name)
    if name.strip().lower() in plain:
        return plain.index(name.strip().lower())
    raise InputError(
        f"{file} has no column for the wage report of that name ({name}): see its header"
    )


@contextmanager
def _whole_text(target: Path) -> Iterator[io.TextIOWrapper]:
    """A CSV that appears whole or not at all."""
    from socoder.tabular.atomic import whole_file

    with whole_file(target) as stream:
        text = io.TextIOWrapper(stream, encoding="utf-8", newline="")
        try:
            yield text
            text.flush()
        finally:
            text.detach()
