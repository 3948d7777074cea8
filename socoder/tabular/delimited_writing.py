"""CSV and TSV out: a copy of the source's records with cells after them, or rows of another format."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import Any, BinaryIO

from socoder.tabular.delimited import ONE_COLUMN, DelimitedChunk, DelimitedSource
from socoder.tabular.layout import Added, Cell, Chunk, Layout, as_text, is_formula

RECENT = 50_000  # rendered cells remembered


class DelimitedCopy:
    """Writes a delimited source again: encoding, marks, line ends and cells as they stand."""

    def __init__(self, stream: BinaryIO, layout: Layout, source: DelimitedSource) -> None:
        self._stream, self._layout, self._source = stream, layout, source
        self._mark = source.delimiter
        self._recent: dict[tuple[Cell, ...], str] = {}
        self._width = len(layout.columns) + layout.extra
        self._one = source.parsed_by == ONE_COLUMN
        self._plain = layout.whole and not layout.excel and not self._one
        end = "\r" if source.header.endswith("\r") else ""
        names = [f"extra_{n}" for n in range(1, layout.extra + 1)]
        header = self._body(source.header.removesuffix("\r"), list(source.columns), names)
        first = self._mark.join([header, *map(self._quoted, layout.added)])
        lines = [*source.before, first + end]
        self._put(source.bom + source.newline.join(lines) + source.newline)

    def write(self, chunk: Chunk, added: Added) -> None:
        assert isinstance(chunk, DelimitedChunk)
        mark = self._mark
        cells = [self._rendered(row) for row in added.distinct]
        end = chunk.line_end(self._width) if self._plain else None
        if end is not None:  # nearly every chunk of nearly every file
            cells = [cell + end + self._source.newline for cell in cells]
            pairs = zip(chunk.records, added.which, strict=True)
            if end:
                self._put("".join([record[:-1] + cells[which] for record, which in pairs]))
            else:
                self._put("".join([record + cells[which] for record, which in pairs]))
            return
        which = iter(added.which)
        out: list[str] = []
        for record, fields in zip(chunk.records, chunk.fields, strict=True):
            if not fields:
                out.append(record)
                continue
            body = record.removesuffix("\r")
            end = record[len(body) :]
            if not self._plain:
                body = self._body(body, fields)
            if len(fields) < self._width:
                body += mark * self._missing(len(fields))
            out.append(body + cells[next(which)] + end)
        if not chunk.unended:
            out.append("")
        self._put(self._source.newline.join(out))

    def close(self) -> None:
        """Nothing is left to write."""

    def _rendered(self, row: tuple[Cell, ...]) -> str:
        """The added cells as they follow a record."""
        found = self._recent.get(row)
        if found is None:
            if len(self._recent) > RECENT:
                self._recent.clear()
            found = self._recent[row] = self._mark + self._mark.join(map(self._quoted, row))
        return found

    def _put(self, text: str) -> None:
        self._stream.write(text.encode(self._source.encoding, self._source.errors))

    def _body(self, record: str, fields: list[str], more: Sequence[str] = ()) -> str:
        """The cells of a record that are kept, as they stand, and `more` after them."""
        if self._one:
            cells = [record if record.startswith('"') else self._quoted(fields[0])]
        elif self._layout.whole and not self._layout.excel:
            cells = [record]
        else:
            cells = self._source.cells(record)
            if not self._layout.whole:
                kept = set(self._layout.kept)
                known = len(self._layout.columns)
                cells = [cell for i, cell in enumerate(cells) if i in kept or i >= known]
        if self._layout.excel:
            cells = [_guarded(cell) for cell in cells]
        return self._mark.join([*cells, *map(self._quoted, more)])

    def _missing(self, cells: int) -> int:
        """How many cells of the header, and beyond it, a row of so many lacks."""
        known = len(self._layout.columns)
        kept = sum(1 for i in self._layout.kept if i >= cells)
        return kept + self._layout.extra - max(0, cells - known)

    def _quoted(self, cell: Cell) -> str:
        return quoted(_cell(cell), self._mark)


class DelimitedWriter:
    """Writes rows of another format as CSV or TSV: UTF-8, lines end with "\\n"."""

    def __init__(self, stream: BinaryIO, layout: Layout, delimiter: str) -> None:
        self._stream, self._layout, self._mark = stream, layout, delimiter
        self._write_rows([layout.names])

    def write(self, chunk: Chunk, added: Added) -> None:
        self._write_rows(
            [*self._layout.picked(row), *added.distinct[which]]
            for row, which in zip(chunk.values(), added.which, strict=True)
        )

    def close(self) -> None:
        """Nothing is left to write."""

    def _write_rows(self, rows: Any) -> None:
        text = io.StringIO(newline="")
        out = csv.writer(text, delimiter=self._mark, lineterminator="\n")
        for row in rows:
            cells = [_cell(value) for value in row]
            out.writerow([guarded(cell) for cell in cells] if self._layout.excel else cells)
        self._stream.write(text.getvalue().encode("utf-8", "replace"))


def quoted(text: str, mark: str) -> str:
    """A text as a cell of a delimited file."""
    if mark in text or '"' in text or "\n" in text or "\r" in text:
        return '"' + text.replace('"', '""') + '"'
    return text


def guarded(text: str) -> str:
    """The text, with an apostrophe before it if a spreadsheet would compute it."""
    return "'" + text if is_formula(text) else text


def _guarded(raw: str) -> str:
    if raw.startswith('"') and is_formula(raw[1:].removesuffix('"')):
        return "\"'" + raw[1:]
    return guarded(raw)


def _cell(value: Any) -> str:
    return value if isinstance(value, str) else as_text(value)
