"""XLSX in (calamine) and out (openpyxl): cells are values, texts are never formulas, and the same
rows always give the same bytes."""

from __future__ import annotations

import datetime
import math
import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, BinaryIO

from socoder.errors import InputError, MissingExtraError
from socoder.tabular.delimited import DelimitedChunk
from socoder.tabular.layout import Added, Chunk, Layout, Opener, Source, as_text

MAX_ROWS, MAX_COLUMNS, MAX_CELL = 1_048_576, 16_384, 32_767  # of a worksheet, by its format
ROWS = 10_000
NARROWEST, WIDEST, MEASURED = 8, 60, 200  # widths in characters; rows that they are taken from
_EXACT, _FIRST_YEAR = 10**15, 1900  # whole numbers and dates that a spreadsheet keeps
_LONG_AGO = (1980, 1, 1, 0, 0, 0)
# What XLSX writes as "_x001F_": control characters, and what would be read as such an escape.
_ESCAPED = re.compile("_(?=x[0-9A-Fa-f]{4}_)|[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class SheetChunk:
    """Rows of a sheet as Python values."""

    cells: list[list[Any]]

    @property
    def rows(self) -> int:
        return len(self.cells)

    def texts(self, column: int) -> list[str]:
        return [as_text(row[column]) if len(row) > column else "" for row in self.cells]

    def values(self) -> Iterator[Sequence[Any]]:
        return iter(self.cells)


class WorkbookSource:
    """A sheet of an XLSX file: the named one, or the first that holds anything, those in sight
    before hidden ones. It is in memory as a whole. The header is the first row with a cell in it.

    Raises InputError for a file that is damaged, locked or empty, and for an unknown sheet."""

    format = "xlsx"

    def __init__(self, opener: Opener, name: str, sheet: str = "") -> None:
        try:
            from python_calamine import CalamineWorkbook, SheetVisibleEnum
        except ImportError:
            raise MissingExtraError(
                "XLSX is read with python-calamine: pip install python-calamine"
            ) from None
        try:
            with opener() as stream:
                book = CalamineWorkbook.from_filelike(stream)
                names = list(book.sheet_names)
                if sheet and sheet not in names:
                    raise InputError(
                        f"{name} has no sheet of that name; it has {', '.join(names)}: give one"
                        " with --sheet"
                    )
                shown = SheetVisibleEnum.Visible
                seen = {own.name for own in book.sheets_metadata if own.visible == shown}
                ordered = sorted(names, key=lambda own: own not in seen)
                for title in [sheet] if sheet else ordered:
                    self.sheet, found = title, book.get_sheet_by_name(title)
                    rows = found.to_python(skip_empty_area=False)
                    if any(cell != "" for row in rows for cell in row):
                        break
        except InputError:
            raise
        except Exception as error:  # calamine raises its own types for each way to be damaged
            raise InputError(
                f"{name} cannot be read as XLSX ({type(error).__name__}): open it in a spreadsheet,"
                " take off a password, and save it again as .xlsx"
            ) from None
        self.sheets = tuple(names)
        self._rows = [[None if cell == "" else cell for cell in row] for row in rows]
        while self._rows and not any(cell is not None for cell in self._rows[-1]):
            self._rows.pop()
        if not self._rows:
            raise InputError(f"{name} is empty: give a table with a header and rows")
        self._first = next(
            i for i, row in enumerate(self._rows) if any(cell is not None for cell in row)
        )
        width = max(i + 1 for row in self._rows for i, cell in enumerate(row) if cell is not None)
        self._rows = [row[:width] for row in self._rows]
        self.columns = tuple(as_text(cell).strip() for cell in self._rows[self._first])
        self._done = 0

    def share_read(self) -> float:
        return self._done / max(1, len(self._rows))

    def chunks(self, only: Sequence[int] | None = None) -> Iterator[SheetChunk]:
        rows = islice(self._rows, self._first + 1, None)
        self._done = 0
        while some := list(islice(rows, ROWS)):
            self._done += len(some)
            yield SheetChunk(some)


class WorkbookWriter:
    """Writes one sheet. Texts are text cells whatever they begin with; numbers and dates stay."""

    def __init__(self, stream: BinaryIO, layout: Layout, sheet: str = "coded") -> None:
        from openpyxl import Workbook

        self._stream, self._layout = stream, layout
        self._book = Workbook(write_only=True)
        self._sheet = self._book.create_sheet(sheet[:31] or "coded")
        self._sheet.freeze_panes = "A2"
        self._begun, self._written = False, 0

    def write(self, chunk: Chunk, added: Added) -> None:
        cells = [
            [*self._layout.picked(row), *added.distinct[which]]
            for row, which in zip(chunk.values(), added.which, strict=True)
        ]
        if not self._begun:
            self._begin(cells)
        for row in cells:
            self._sheet.append([self._cell(value) for value in row])
        self._written += len(cells)
        check_rows(self._written)

    def close(self) -> None:
        if not self._begun:
            self._begin([])
        self._save()

    def _begin(self, cells: list[list[Any]]) -> None:
        from openpyxl.utils import get_column_letter

        self._begun = True
        names = self._layout.names
        check_columns(len(names))
        for number, name in enumerate(names):
            shown = [len(as_text(row[number])) for row in cells[:MEASURED]]
            width = min(WIDEST, max(NARROWEST, len(name), *shown, 0) + 2)
            self._sheet.column_dimensions[get_column_letter(number + 1)].width = width
        self._sheet.append([self._cell(name) for name in names])

    def _cell(self, value: Any) -> Any:
        if isinstance(value, str):
            if value[:1] == "=" or not value.isprintable() or "_x" in value:
                return self._text(value)
            check_cell(value)
            return value
        return value if _holds(value) else self._text(as_text(value))

    def _text(self, value: str) -> Any:
        """A cell that is text whatever is in it; control characters as XLSX escapes them."""
        from openpyxl.cell import WriteOnlyCell

        check_cell(value)
        # Set without openpyxl's look at the value, which takes "=" for a formula.
        cell = WriteOnlyCell(self._sheet)
        cell._value, cell.data_type = _ESCAPED.sub(_escape, value), "s"
        return cell

    def _save(self) -> None:
        """As openpyxl saves, but without the time of day in it."""
        from openpyxl.writer.excel import ExcelWriter

        moment = datetime.datetime(*_LONG_AGO)
        self._book.properties.created = self._book.properties.modified = moment
        self._book.properties.creator = "socoder"
        with _Timeless(self._stream, "w", zipfile.ZIP_DEFLATED, allowZip64=True) as archive:
            writer = ExcelWriter(self._book, archive)
            writer.write_data()


class _Timeless(zipfile.ZipFile):
    """A ZIP file whose entries bear no time."""

    def writestr(self, zinfo_or_arcname: Any, data: Any, *args: Any, **more: Any) -> None:
        info = zipfile.ZipInfo(str(getattr(zinfo_or_arcname, "filename", zinfo_or_arcname)))
        info.date_time, info.compress_type = _LONG_AGO, zipfile.ZIP_DEFLATED
        super().writestr(info, data, *args, **more)

    def write(self, filename: Any, arcname: Any = None, *args: Any, **more: Any) -> None:
        info = zipfile.ZipInfo(str(arcname or filename))
        info.date_time, info.compress_type = _LONG_AGO, zipfile.ZIP_DEFLATED
        with open(filename, "rb") as source, self.open(info, "w", force_zip64=True) as target:  # noqa: PTH123
            while block := source.read(1 << 20):
                target.write(block)


def _holds(value: Any) -> bool:
    """Whether a spreadsheet keeps a value that is no text as it is. It computes with 15 digits, and
    knows neither time zones nor days before 1900."""
    if isinstance(value, bool | datetime.timedelta | None):
        return True
    if isinstance(value, float):
        return math.isfinite(value)
    if isinstance(value, int):
        return abs(value) < _EXACT
    if isinstance(value, datetime.datetime | datetime.time) and value.tzinfo is not None:
        return False
    return isinstance(value, datetime.time) or (
        isinstance(value, datetime.date) and value.year >= _FIRST_YEAR
    )


def check_table(table: Source, added: int) -> None:
    """Raises InputError where a sheet cannot hold the table with so many columns more. The table
    is read once for that: it is said before hours of coding."""
    if isinstance(table, WorkbookSource):
        check_columns(len(table.columns) + added)
        return
    rows, widest = getattr(table, "total", 0), len(table.columns)
    check_rows(rows)
    rows = 0
    for chunk in table.chunks():
        rows += chunk.rows
        check_rows(rows)
        if isinstance(chunk, DelimitedChunk):
            widest = max(widest, *map(len, chunk.fields))
            if max(map(len, chunk.records)) <= MAX_CELL // 2:  # nearly always
                continue
        for row in chunk.values():
            for value in row:
                if not isinstance(value, bool | int | float | datetime.date | None):
                    check_cell(as_text(value))
    check_columns(widest + added)


def check_columns(columns: int) -> None:
    """Raises InputError where a sheet cannot hold so many columns."""
    if columns > MAX_COLUMNS:
        raise InputError(
            f"{columns:,} columns with the added ones, and an XLSX sheet has {MAX_COLUMNS:,}: write"
            " .csv or .parquet"
        )


def check_rows(rows: int) -> None:
    """Raises InputError where a sheet cannot hold a header and so many rows."""
    if rows + 1 > MAX_ROWS:
        raise InputError(
            f"an XLSX sheet holds {MAX_ROWS:,} rows with the header, and there are more: write .csv"
            " or .parquet"
        )


def check_cell(text: str) -> None:
    """Raises InputError for a text that no cell of a sheet can hold."""
    length = len(text)
    if length > MAX_CELL // 2 and not text.isascii():  # a spreadsheet counts an emoji as two
        length = len(text.encode("utf-16-le", "surrogatepass")) // 2
    if length > MAX_CELL:
        raise InputError(
            f"an XLSX cell holds {MAX_CELL:,} characters, and there is one with {length:,}: write"
            " .csv or .parquet"
        )


def _escape(found: re.Match[str]) -> str:
    return f"_x{ord(found[0]):04X}_"
