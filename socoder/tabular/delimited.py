"""CSV and TSV in, record by record as the bytes stand.

Bytes that are no UTF-8 pass through as lone surrogates ("surrogateescape"), so that a file of mixed
encodings comes out as it went in. A record is the source's own text; its cells are parsed beside it.
"""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO

from socoder.errors import InputError
from socoder.tabular.layout import MAX_LINE, Opener, readable, too_long

BLOCK = 1 << 21  # bytes read at a time
SAMPLE = 1 << 18  # bytes from which encoding and delimiter are told
MAX_RECORD = 300_000  # characters: a quote that stays open longer was none
DELIMITERS = ",\t;|"
ONE_COLUMN = "\x1f"  # what "separates" the cells of a file of a single column
BOM = "\ufeff"
_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF32_LE, "utf-32-le"),
          (codecs.BOM_UTF16_LE, "utf-16-le"),
          (codecs.BOM_UTF16_BE, "utf-16-be"))  # fmt: skip
_SEPARATOR_LINE = re.compile(r'"?sep=(.)"?\s*', re.IGNORECASE)
csv.field_size_limit(MAX_RECORD * 10)


@dataclass(frozen=True, slots=True)
class DelimitedChunk:
    """Records as they stand in the file, without "\\n", and the cells of each; a blank line has
    none. `unended`: the last record ends with the file."""

    records: list[str]
    fields: list[list[str]]
    unended: bool = False

    @property
    def rows(self) -> int:
        return len(self.fields) - self.fields.count([])

    def texts(self, column: int) -> list[str]:
        try:
            return [cells[column] for cells in self.fields if cells]
        except IndexError:  # a row with too few cells
            return [cells[column] if len(cells) > column else "" for cells in self.fields if cells]

    def line_end(self, width: int) -> str | None:
        """What every record ends with, "" or "\r", if each has so many cells and a line of its
        own; None if they differ."""
        if self.unended or set(map(len, self.fields)) != {width}:
            return None
        carriage = sum([record.endswith("\r") for record in self.records])
        return "" if not carriage else "\r" if carriage == len(self.records) else None

    def values(self) -> Iterator[Sequence[Any]]:
        return ([readable(cell) for cell in cells] for cells in self.fields if cells)


class DelimitedSource:
    """A CSV or TSV file. `delimiter` and `encoding` are found out unless they are given.

    Raises InputError for a file without a header, and for one that is no text."""

    def __init__(
        self,
        opener: Opener,
        name: str,
        size: int,
        delimiter: str = "",
        encoding: str = "",
        format: str = "csv",
    ) -> None:
        self.format = format
        self._open, self._name, self._size, self._read = opener, name, max(size, 1), 0
        with opener() as stream:
            sample = stream.read(SAMPLE)
        self.encoding = _known(encoding) if encoding else _encoding(sample, name)
        # UTF-16 keeps half characters in its own way.
        self.errors = (
            "surrogatepass" if self.encoding.startswith(("utf-16", "utf-32")) else "surrogateescape"
        )
        decoder = codecs.getincrementaldecoder(self.encoding)(self.errors)
        text = self._decoded(decoder, sample, False)
        self.newline = "\r" if "\r" in text and "\n" not in text else "\n"
        self.delimiter = self.parsed_by = delimiter
        self.columns: tuple[str, ...] = ()
        self.before: list[str] = []  # lines above the header: blank ones, "sep=;"
        self.header, self.bom = "", ""
        if not delimiter:
            self._find_delimiter(text)
        self._width = 0
        self.mended = 0  # records with a quotation mark that nothing closes, in the running pass
        self._at_start, self._unended = True, False
        self._read_header()

    def share_read(self) -> float:
        return min(1.0, self._read / self._size)

    def chunks(self, only: Sequence[int] | None = None) -> Iterator[DelimitedChunk]:
        skip = len(self.before) + 1
        for chunk in self._all():
            if skip:
                taken, skip = skip, max(0, skip - len(chunk.records))
                chunk = DelimitedChunk(  # noqa: PLW2901
                    chunk.records[taken:], chunk.fields[taken:], chunk.unended
                )
            if chunk.records:
                yield chunk

    def cells(self, record: str) -> list[str]:
        """The cells of a record as they stand in the file, with their quotation marks."""
        if '"' not in record or self.parsed_by == ONE_COLUMN:
            return record.split(self.parsed_by)
        mark = re.escape(self.parsed_by)
        pattern = rf'(?:"(?:[^"]|"")*"[^{mark}]*|[^{mark}]*)(?:{mark}|\Z)'
        found = [match[0] for match in re.finditer(pattern, record)]
        if len(found) > 1 and not found[-1] and not found[-2].endswith(self.parsed_by):
            found.pop()  # the empty match at the end of the record
        cut = [cell.removesuffix(self.parsed_by) for cell in found[:-1]] + found[-1:]
        return cut if len(cut) == len(self._loose(record)) else record.split(self.parsed_by)

    def _find_delimiter(self, text: str) -> None:
        lines = [line for line in text.lstrip(BOM).split(self.newline)[:200] if line.strip()]
        if lines and (named := _SEPARATOR_LINE.fullmatch(lines[0])):
            self.delimiter = self.parsed_by = named[1]
            return
        best = (0.0, 0, "")
        for number, mark in enumerate(DELIMITERS):
            lengths = [len(cells) for cells in _try_parse(lines[:50], mark)]
            if lengths and lengths[0] > 1:
                alike = sum(length == lengths[0] for length in lengths) / len(lengths)
                best = max(best, (alike * lengths[0] ** 0.5, -number, mark))
        self.delimiter = best[2] or ","
        self.parsed_by = best[2] or ONE_COLUMN

    def _read_header(self) -> None:
        for chunk in self._all():
            for record, cells in zip(chunk.records, chunk.fields, strict=True):
                plain = record.removeprefix(BOM).strip()
                if not plain or (not self.before and _SEPARATOR_LINE.fullmatch(plain)):
                    self.before.append(record)
                    continue
                self.header = record
                self.columns = tuple(readable(cell).strip() for cell in cells)
                self._width = len(cells)
                return
        raise InputError(f"{self._name} is empty: give a table with a header and rows")

    def _all(self) -> Iterator[DelimitedChunk]:
        with self._open() as stream:
            lines = _Lines(self._blocks(stream))
            self.mended = 0
            while block := lines.block():
                if self._at_start and block[0].startswith(BOM):
                    self.bom, block[0] = BOM, block[0][1:]
                self._at_start = False
                records, fields = self._parsed(block, lines)
                yield DelimitedChunk(records, fields, lines.at_end and self._unended)

    def _blocks(self, stream: BinaryIO) -> Iterator[list[str]]:
        """Blocks of whole lines, without their "\\n"."""
        decoder = codecs.getincrementaldecoder(self.encoding)(self.errors)
        self._at_start, self._unended, self._read = True, False, 0
        rest: list[str] = []
        while data := stream.read(BLOCK):
            self._read += len(data)
            text = self._decoded(decoder, data, False)
            cut = text.rfind(self.newline)
            if cut < 0:
                rest.append(text)
                if len(rest) * BLOCK > MAX_LINE:
                    raise InputError(too_long(self._name))
                continue
            yield "".join([*rest, text[:cut]]).split(self.newline)
            rest = [text[cut + 1 :]]
        last = "".join([*rest, self._decoded(decoder, b"", True)])
        if last:
            self._unended = True
            yield last.split(self.newline)

    def _decoded(self, decoder: codecs.IncrementalDecoder, data: bytes, last: bool) -> str:
        try:
            return decoder.decode(data, last)
        except UnicodeError:
            raise InputError(
                f"{self._name} is damaged: it is not {self.encoding} throughout; save it as UTF-8"
            ) from None

    def _parsed(self, block: list[str], lines: _Lines) -> tuple[list[str], list[list[str]]]:
        try:
            fields = list(csv.reader(block, delimiter=self.parsed_by, strict=True))
        except csv.Error:
            fields = []
        if len(fields) == len(block):
            return block, fields  # every record is one line, as in most files
        return self._by_record(block, lines)

    def _by_record(self, block: list[str], lines: _Lines) -> tuple[list[str], list[list[str]]]:
        """Where a record may go over several lines, or is not as CSV should be."""
        records: list[str] = []
        fields: list[list[str]] = []
        start = 0
        while start < len(block):
            line = block[start]
            cells, used = self._plain(line), 1
            if cells is None:
                cells, used = self._quoted(block, start, lines)
            if used > 1:
                line = "\n".join(block[start : start + used])
            elif '"' in line:
                line = self._closed(line)
            records.append(line)
            fields.append(cells)
            start += used
        return records, fields

    def _plain(self, line: str) -> list[str] | None:
        """The cells of a line that is a record of its own without doubt, else None."""
        if line in ("", "\r"):
            return []
        if '"' not in line:
            return line.removesuffix("\r").split(self.parsed_by)
        try:
            (cells,) = csv.reader([line], delimiter=self.parsed_by, strict=True)
        except (csv.Error, ValueError):
            return None
        return cells

    def _quoted(self, block: list[str], start: int, lines: _Lines) -> tuple[list[str], int]:
        """The cells of a record with line ends in quotation marks, and how many lines it takes. A
        quote that never ends, or that ends in the middle of a later row's cell, was none: its
        line is a record of its own."""
        used = 0

        def fed() -> Iterator[str]:
            nonlocal used
            size = 0
            while size <= MAX_RECORD:
                if start + used >= len(block):
                    more = lines.block()
                    if not more:
                        return
                    block.extend(more)
                used += 1
                size += len(block[start + used - 1]) + 1
                yield block[start + used - 1] + "\n"

        try:
            cells = next(csv.reader(fed(), delimiter=self.parsed_by, strict=True))
        except (csv.Error, StopIteration):
            return self._loose(block[start]), 1
        if len(cells) != self._width and len(alone := self._loose(block[start])) == self._width:
            return alone, 1
        return cells, used

    def _closed(self, line: str) -> str:
        """The line itself, unless a reader would take the lines after it for a part of it: then
        with such a quotation mark written as what it is, a part of its cell."""
        try:
            if len(list(csv.reader([line + "\n", "x\n"], delimiter=self.parsed_by))) == 2:
                return line
        except csv.Error:
            return line
        self.mended += 1
        end = "\r" if line.endswith("\r") else ""
        cells = line.removesuffix("\r").split(self.parsed_by)
        whole = re.compile('"(?:[^"]|"")*"')
        kept = [
            cell
            if '"' not in cell or whole.fullmatch(cell)
            else '"' + cell.replace('"', '""') + '"'
            for cell in cells
        ]
        return self.parsed_by.join(kept) + end

    def _loose(self, line: str) -> list[str]:
        """The cells of a line that is not as CSV should be: as many as the header has, if one of
        the two ways to read it gives that."""
        split = [cell.strip('"') for cell in line.removesuffix("\r").split(self.parsed_by)]
        try:
            (cells,) = csv.reader([line], delimiter=self.parsed_by)
        except (csv.Error, ValueError):
            return split
        return split if len(split) == self._width != len(cells) else cells


class _Lines:
    """Blocks of lines, one after the other; `at_end` once the last was handed out."""

    def __init__(self, blocks: Iterator[list[str]]) -> None:
        self._blocks = blocks
        self._next = next(blocks, None)
        self.at_end = self._next is None

    def block(self) -> list[str]:
        found = self._next or []
        if found:
            self._next = next(self._blocks, None)
            self.at_end = self._next is None
        return found


def _try_parse(lines: Sequence[str], delimiter: str) -> list[list[str]]:
    try:
        return [
            cells for cells in csv.reader([f"{x}\n" for x in lines], delimiter=delimiter) if cells
        ]
    except csv.Error:
        return [line.split(delimiter) for line in lines]


def _encoding(sample: bytes, name: str) -> str:
    for mark, encoding in _MARKS:
        if sample.startswith(mark):
            return encoding
    if b"\0" in sample:
        pairs = len(sample) // 2
        for encoding, zeros in (("utf-16-le", sample[1::2]), ("utf-16-be", sample[0::2])):
            if zeros.count(0) > 0.7 * pairs:
                return encoding
        if sample.count(0) > 0.01 * len(sample):
            raise InputError(f"{name} is not a text: give a CSV, XLSX, Parquet or JSON lines file")
    return "utf-8"


def _known(encoding: str) -> str:
    try:
        found = codecs.lookup(encoding).name
        "a,1".encode(found)
    except (LookupError, UnicodeError):
        raise InputError(f"--encoding {encoding}: no such encoding; leave it out") from None
    return {"utf-16": "utf-16-le", "utf-8-sig": "utf-8"}.get(found, found)
