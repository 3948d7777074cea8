"""Coded positions, read into records: how many people, where, at which pay, in which occupation.

A row is one position or a group of alike positions. Columns are found by name, or named by the
caller. Rows that cannot be used are findings, never errors; no name, number or id of a person is
read, even where the file has such columns.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Literal

from socoder.errors import InputError, UnknownCodeError
from socoder.reports.funding_money import amount_in
from socoder.reports.report import Finding
from socoder.reports.sheet import Sheet, read_sheet
from socoder.soc import Classification

Decided = Literal["machine", "reviewer", "open", "out_of_scope"]

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "position_group": ("position_group", "position group id"),
    "title": ("title", "job_title", "position_title"),
    "description": ("description", "job_description", "duties"),
    "site": ("site", "location", "facility"),
    "program": ("program", "programme"),
    "headcount": ("headcount", "head_count", "workers", "employees", "staff"),
    "fte": ("fte", "ftes"),
    "annual_wage": ("annual_wage", "annual_salary"),
    "soc_code": ("soc_code",),
    "soc_status": ("soc_status",),
    "soc_final_code": ("soc_final_code",),
    "soc_role_tags": ("soc_role_tags",),
    "soc_material": ("soc_material",),
    "soc_duties": ("soc_duties",),
}  # what a column is to us → names under which it is found, the first found counts
UNNAMED = "(none given)"
NO_COUNT = "headcount is no whole number from 0 up: the row is left out"
_LARGEST = Decimal(10) ** 9


@dataclass(frozen=True, slots=True)
class Position:
    """One row of coded positions.

    `row` is its row in the file (the header is row 1). `headcount` are persons, `fte` full-time
    equivalents of them together, `annual_wage` dollars a year that one of them is paid for
    full-time, full-year work (None if not given), so that the wage bill is annual_wage * fte.
    `soc_code` is the code that counts: the reviewer's, or the one that the machine accepted; "" for
    a row that is open. It may be of a broader level. `machine_code` is what the machine proposed.
    `description`, `material` and `duties` are cells as they stand, for who looks into them.
    """

    row: int
    group: str
    title: str
    site: str
    program: str
    headcount: int
    fte: Decimal
    annual_wage: Decimal | None
    soc_code: str
    decided: Decided
    machine_code: str = ""
    role_tags: tuple[str, ...] = ()
    description: str = ""
    material: str = ""
    duties: str = ""

    @property
    def wage_bill(self) -> Decimal | None:
        """Dollars a year for the row, to the cent; None where the wage is not known."""
        if self.annual_wage is None:
            return None
        return (self.annual_wage * self.fte).quantize(Decimal("0.01"))

    @property
    def proposed_code(self) -> str:
        """The code that counts, or what the machine proposes while the row is open."""
        return self.soc_code or self.machine_code


@dataclass(frozen=True, slots=True)
class Positions:
    """The usable rows of a file, in its order, and what was found in the others. `rejected` are
    those left out since their head-count cannot be read."""

    rows: tuple[Position, ...]
    findings: tuple[Finding, ...] = ()
    source: str = ""

    @property
    def rejected(self) -> tuple[int, ...]:
        """Rows of the file, as a spreadsheet counts."""
        return tuple(row for found in self.findings if found.text == NO_COUNT for row in found.rows)


def read_positions(
    path: Path,
    classification: Classification,
    columns: Mapping[str, str] | None = None,
    sheet: str = "",
) -> Positions:
    """The positions in a CSV, TSV, XLSX or Parquet file. `columns` names columns that are not
    found by themselves: {"site": "House"}; keys are those of COLUMNS.

    Raises InputError where the file cannot be read or has no column `soc_code`."""
    return positions_of(read_sheet(path, sheet), classification, columns)


def positions_of(
    sheet: Sheet, classification: Classification, columns: Mapping[str, str] | None = None
) -> Positions:
    """The positions in a table that was read already; see `read_positions`."""
    at = find_columns(sheet, columns or {}, COLUMNS)
    if at["soc_code"] < 0 and at["soc_final_code"] < 0:
        raise InputError(
            f"{sheet.name}: there is no column soc_code: code the positions first (socoder bulk)"
        )
    seen = _Findings()
    for name, without in (
        ("headcount", "there is no column headcount: every row counts as one person"),
        ("fte", "there is no column fte: everybody counts as full-time"),
        ("annual_wage", "there is no column annual_wage: wage bills are not known"),
    ):
        if at[name] < 0:
            seen.add(without)
    found = []
    for number, cells in enumerate(sheet.rows, start=2):
        if any(cell.strip() for cell in cells):
            given = {name: cells[index].strip() for name, index in at.items() if index >= 0}
            position = _position(number, given, classification, seen)
            if position:
                found.append(position)
    return Positions(tuple(found), seen.listed(), sheet.name)


def find_columns(
    sheet: Sheet, given: Mapping[str, str], known: Mapping[str, Sequence[str]]
) -> dict[str, int]:
    """Where each column of `known` stands in the sheet, -1 where it does not: the one that `given`
    names, or the first of its known names. Raises InputError for a named one that is not there."""
    at = {}
    for name, aliases in known.items():
        if name in given:
            at[name] = sheet.column(given[name])
            if at[name] < 0:
                listed = ", ".join(sheet.header[:20])
                raise InputError(f"{sheet.name}: no column {given[name]}; there are: {listed}")
        else:
            places = (sheet.column(alias) for alias in aliases)
            at[name] = next((place for place in places if place >= 0), -1)
    unknown = [name for name in given if name not in known]
    if unknown:
        raise InputError(f"no column of this kind: {unknown[0]}; there are: {', '.join(known)}")
    return at


def number_in(text: str) -> Decimal | None:
    """The number in a cell: "1,234.50", "$52,000", "(12.00)" for a negative one; None where there
    is none, or where a comma could stand for a decimal point ("0,5")."""
    value = amount_in(text)
    return None if value is None or abs(value) > _LARGEST else value.normalize() + 0


class _Findings:
    """Findings by what they say, with the rows in which they were met."""

    def __init__(self) -> None:
        self._rows: dict[str, list[int]] = {}

    def add(self, text: str, row: int = 0) -> None:
        rows = self._rows.setdefault(text, [])
        if row:
            rows.append(row)

    def listed(self) -> tuple[Finding, ...]:
        return tuple(Finding(text, tuple(rows)) for text, rows in self._rows.items())


def _position(
    row: int, given: Mapping[str, str], known: Classification, seen: _Findings
) -> Position | None:
    headcount = _headcount(row, given.get("headcount"), seen)
    if headcount is None:
        return None
    code, machine_code, decided = _code(row, given, known, seen)
    return Position(
        row=row,
        group=given.get("position_group", ""),
        title=given.get("title", ""),
        site=given.get("site") or UNNAMED,
        program=given.get("program") or UNNAMED,
        headcount=headcount,
        fte=_fte(row, given.get("fte"), headcount, seen),
        annual_wage=_wage(row, given.get("annual_wage"), seen),
        soc_code=code,
        decided=decided,
        machine_code=machine_code,
        role_tags=tuple(sorted(_tags(given.get("soc_role_tags", "")))),
        description=given.get("description", ""),
        material=given.get("soc_material", ""),
        duties=given.get("soc_duties", ""),
    )


def _tags(text: str) -> Iterable[str]:
    return {tag.strip() for tag in text.split("|") if tag.strip()}


def _headcount(row: int, text: str | None, seen: _Findings) -> int | None:
    if text is None:
        return 1
    number = number_in(text)
    if number is None or number < 0 or number != int(number):
        seen.add(NO_COUNT, row)
        return None
    if number == 0:
        seen.add("headcount is 0: the row is left out", row)
        return None
    return int(number)


def _fte(row: int, text: str | None, headcount: int, seen: _Findings) -> Decimal:
    if text is None:
        return Decimal(headcount)
    number = number_in(text)
    if number is None or number < 0:
        seen.add("fte is no number from 0 up: everybody in the row counts as full-time", row)
        return Decimal(headcount)
    if number > 2 * headcount:
        seen.add("fte is more than twice the headcount: check it", row)
    return number


def _wage(row: int, text: str | None, seen: _Findings) -> Decimal | None:
    if text is None:
        return None
    number = number_in(text)
    if number is None or number <= 0:
        seen.add("annual_wage is no amount above 0: the row is left out of wages", row)
        return None
    if number < 1000:
        seen.add("annual_wage is below $1,000 a year: is it an hourly wage?", row)
    return number


def _code(
    row: int, given: Mapping[str, str], known: Classification, seen: _Findings
) -> tuple[str, str, Decided]:
    """The code that counts, the machine's proposal, and who decided."""
    status = given.get("soc_status", "").casefold().replace(" ", "_")
    machine = _valid(row, given.get("soc_code", ""), known, seen)
    final = _valid(row, given.get("soc_final_code", ""), known, seen)
    if final and not (status == "accepted" and final == machine):
        return final, machine, "reviewer"
    if status == "out_of_scope":
        return "", machine, "out_of_scope"
    if status in ("reviewed", "adjudicated") and machine:
        return machine, machine, "reviewer"
    if status == "accepted" and machine:
        return machine, machine, "machine"
    if status not in ("review", "uncodable"):
        seen.add("soc_status does not say that the code was accepted or reviewed: open", row)
    return "", machine, "open"


def _valid(row: int, text: str, known: Classification, seen: _Findings) -> str:
    if not text:
        return ""
    try:
        return known.find(text)
    except UnknownCodeError:
        seen.add(f"this is no code of SOC {known.version}: the row counts as open", row)
        return ""
