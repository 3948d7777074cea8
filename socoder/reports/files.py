"""A report as files: one XLSX, one HTML page, or a CSV file for each table. Written atomically:
the old file stays whole until the new one is."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from pathlib import Path

from socoder.errors import InputError
from socoder.reports.page import page
from socoder.reports.report import Cell, Column, Hidden, Kind, Report, Table, shown
from socoder.tabular.atomic import whole_file

_FORMATS: dict[Kind, str] = {
    "count": "#,##0", "number": "#,##0.00", "money": "#,##0.00", "percent": "0.0%",
}  # fmt: skip
_FIXED = datetime(2000, 1, 1)  # the same report gives the same bytes


def write_report(report: Report, target: Path) -> list[Path]:
    """Write the report to `target`: .html, .xlsx, or .csv, which gives `NAME-TABLE.csv` for each
    table. Returns what was written. Raises InputError for another kind of file or a folder that
    is not there."""
    suffix = target.suffix.lower()
    if not target.parent.is_dir():
        raise InputError(f"{target.parent}: there is no such folder to write to")
    if suffix == ".html":
        write_bytes(target, page(report).encode())
        return [target]
    if suffix == ".xlsx":
        write_bytes(target, workbook(report.tables, about(report)))
        return [target]
    if suffix == ".csv":
        written = []
        for table in (*report.tables, about(report)):
            path = target.with_name(f"{target.stem}-{table.id}.csv")
            write_bytes(path, delimited(table).encode())
            written.append(path)
        return written
    raise InputError(f"{target.name}: a report is written as .html, .xlsx or .csv")


def about(report: Report) -> Table:
    """Notes and findings as a table, so that no file goes without them."""
    rows: list[tuple[Cell, ...]] = [("report", report.title), ("report", report.subtitle)]
    rows += [("note", note) for note in report.notes]
    rows += [("finding", finding.line) for finding in report.findings]
    rows += [("table", f"{table.id}: {table.title}. {table.note}") for table in report.tables]
    return Table("about", "About", (Column("what"), Column("text")), tuple(rows))


def delimited(table: Table) -> str:
    """The table as CSV with plain numbers. A text that a spreadsheet would take for a formula
    gets an apostrophe in front."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(_safe(column.name) for column in table.columns)
    for row in table.rows:
        writer.writerow(_safe(_plain(cell)) for cell in row)
    return out.getvalue()


def workbook(tables: Iterable[Table], *more: Table) -> bytes:
    """The tables as the sheets of an XLSX file. Texts and codes are text, never formulas."""
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font

    book = Workbook(write_only=True)
    book.properties.creator = "socoder"
    book.properties.created = book.properties.modified = _FIXED
    for table in (*tables, *more):
        sheet = book.create_sheet(table.id[:31])
        sheet.freeze_panes = "A2"
        for at, column in enumerate(table.columns):
            widest = max((len(shown(row[at], column.kind)) for row in table.rows), default=0)
            letter = sheet.column_dimensions
            letter[_letter(at)].width = min(max(widest, len(column.name)) + 2, 60)
        head = []
        for column in table.columns:
            cell = WriteOnlyCell(sheet, value=_clean(column.name))
            cell.data_type, cell.font = "s", Font(bold=True)
            head.append(cell)
        sheet.append(head)
        for row in table.rows:
            sheet.append([_cell(sheet, cell, table.columns[at]) for at, cell in enumerate(row)])
    raw = io.BytesIO()
    book.save(raw)
    return _undated(raw.getvalue())


def write_bytes(target: Path, data: bytes) -> None:
    """Put the data in place of the target in one step. Raises OutputError."""
    with whole_file(target) as stream:
        stream.write(data)


def _plain(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, Hidden):
        return str(cell.value)
    return f"{cell:.6g}" if isinstance(cell, float) else str(cell)


def _safe(text: str) -> str:
    starts_formula = text[:1] in ("=", "@", "\t", "\r") or (
        text[:1] in ("+", "-") and not text[1:2].isdigit()
    )
    return f"'{text}" if starts_formula else text


def _cell(sheet: object, cell: Cell, column: Column) -> object:
    from openpyxl.cell import WriteOnlyCell

    if cell is None:
        return None
    if isinstance(cell, str | Hidden):
        made = WriteOnlyCell(sheet, value=_clean(_plain(cell)))
        made.data_type = "s"  # otherwise a leading "=" makes a formula of it
        if column.kind == "code":
            made.number_format = "@"
        return made
    made = WriteOnlyCell(sheet, value=float(cell) if isinstance(cell, Decimal) else cell)
    made.number_format = _FORMATS.get(column.kind, "General")
    return made


def _clean(text: str) -> str:
    """Without the control characters that XLSX cannot hold."""
    return "".join(character for character in text if character >= " " or character in "\n\t")


def _letter(at: int) -> str:
    return chr(65 + at) if at < 26 else _letter(at // 26 - 1) + _letter(at % 26)


def _undated(data: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for item in old.infolist():
            info = zipfile.ZipInfo(item.filename, (2000, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(info, _fixed_dates(item.filename, old.read(item)))
    return out.getvalue()


def _fixed_dates(name: str, data: bytes) -> bytes:
    if name != "docProps/core.xml":
        return data  # openpyxl sets the time of saving whatever was asked for
    return re.sub(rb"(W3CDTF\">)[^<]*", rb"\g<1>2000-01-01T00:00:00Z", data)
