"""Billed services, read into records: what was billed for which program, site and positions.

Rows that cannot be used as they are become findings, never errors, and no cent of them is dropped:
the sum over the lines is the sum of the column `amount`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from socoder.errors import InputError
from socoder.reports.funding_money import amount_in, cents_of
from socoder.reports.positions import find_columns
from socoder.reports.report import Finding
from socoder.reports.service_codes import normal_code, split_modifiers
from socoder.reports.sheet import Sheet, read_sheet

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "service_code": ("service_code", "procedure_code", "hcpcs", "hcpcs_code", "cpt", "code"),
    "modifier": ("modifier", "modifiers", "mod"),
    "program": ("program", "programme"),
    "site": ("site", "location"),
    "position_group": ("position_group", "position group id"),
    "units": ("units", "unit_count", "quantity"),
    "amount": ("amount", "paid_amount", "billed_amount", "amount_paid"),
    "allocation": ("allocation",),
    "claim": ("claim", "claim_id", "claim_number"),
}  # what a column is to us → names under which it is found, the first found counts
NO_CODE = ""


@dataclass(frozen=True, slots=True)
class ServiceLine:
    """One row of billed services.

    `row` is its row in the file (the header is row 1), `cents` what was billed (negative for money
    taken back), `units` how many units (None if not given). `modifier` holds all modifiers, with a
    space between. `allocation` is the cell as it stands; the claim's number is not kept.
    """

    row: int
    code: str
    modifier: str
    program: str
    site: str
    group: str
    units: Decimal | None
    cents: int
    allocation: str = ""


@dataclass(frozen=True, slots=True)
class Services:
    """The rows of a file of billed services, in its order, and what was found in them."""

    lines: tuple[ServiceLine, ...]
    findings: tuple[Finding, ...] = ()
    source: str = ""

    @property
    def cents(self) -> int:
        """The whole amount: what every split of it must add up to."""
        return sum(line.cents for line in self.lines)


def read_services(
    path: Path, columns: Mapping[str, str] | None = None, sheet: str = ""
) -> Services:
    """The services in a CSV, TSV, XLSX or Parquet file. `columns` names columns that are not found
    by themselves; keys are those of COLUMNS.

    Raises InputError where the file cannot be read or has no column `amount` or `service_code`."""
    return services_of(read_sheet(path, sheet), columns)


def services_of(sheet: Sheet, columns: Mapping[str, str] | None = None) -> Services:
    """The services in a table that was read already; see `read_services`."""
    at = find_columns(sheet, columns or {}, COLUMNS)
    for name in ("amount", "service_code"):
        if at[name] < 0:
            raise InputError(f"{sheet.name}: there is no column {name}: name it or rename yours")
    met: dict[str, list[int]] = {}
    rows: list[tuple[int, dict[str, str], Decimal]] = []
    for number, cells in enumerate(sheet.rows, start=2):
        if any(cell.strip() for cell in cells):
            given = {name: cells[place].strip() for name, place in at.items() if place >= 0}
            rows.append((number, given, _amount(number, given, met)))
    seen: dict[tuple[str, ...], int] = {}
    lines = []
    whole = cents_of(amount for _, _, amount in rows)
    for (number, given, _), cents in zip(rows, whole, strict=True):
        line = _line(number, given, cents, met)
        key = (line.code, line.modifier, *(given.get(name, "").casefold() for name in _SAME))
        if cents and key in seen:
            met.setdefault(_TWICE, []).append(number)
        seen.setdefault(key, number)
        lines.append(line)
    found = tuple(Finding(text, tuple(numbers)) for text, numbers in met.items())
    return Services(tuple(lines), found, sheet.name)


_SAME = ("claim", "program", "site", "position_group", "units", "amount", "allocation")
_TWICE = "the same as a row above in every column: was it claimed twice? It is counted"


def _amount(row: int, given: Mapping[str, str], met: dict[str, list[int]]) -> Decimal:
    text = given.get("amount", "")
    amount = amount_in(text)
    if amount is None:
        said = "amount is empty" if not text else "amount is no number of dollars"
        met.setdefault(f"{said}: the row counts as 0", []).append(row)
        return Decimal(0)
    if amount * 100 != int(amount * 100):
        met.setdefault("amount has fractions of a cent: rounded, the sum is kept", []).append(row)
    return amount


def _line(row: int, given: Mapping[str, str], cents: int, met: dict[str, list[int]]) -> ServiceLine:
    code = normal_code(given.get("service_code", ""))
    if not code:
        met.setdefault("the service code is missing: its money has a line of its own", []).append(row)  # fmt: skip
    if cents < 0:
        met.setdefault("amount is negative: counted as money taken back", []).append(row)
    text = given.get("units", "")
    units = amount_in(text)
    if text and units is None:
        met.setdefault("units is no number: left out of the units", []).append(row)
    return ServiceLine(
        row=row,
        code=code,
        modifier=" ".join(split_modifiers(given.get("modifier", ""))),
        program=given.get("program", ""),
        site=given.get("site", ""),
        group=given.get("position_group", ""),
        units=units,
        cents=cents,
        allocation=given.get("allocation", ""),
    )
