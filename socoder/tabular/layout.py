"""What the readers and writers of all formats share: chunks of rows, and where cells go.

A *row* is a row of data: the header is none, and in CSV and JSON lines a blank line is none either.
"""

from __future__ import annotations

import datetime
import json
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO, Protocol

from socoder.reading.decoding import tidy

# Opens the input from its first byte: called once for each pass over it.
Opener = Callable[[], BinaryIO]
Cell = str | float | None
MAX_LINE = 1 << 26  # bytes of a line that is taken into memory


class Chunk(Protocol):
    """Some rows, in the order of the source."""

    @property
    def rows(self) -> int:
        """How many rows."""
        ...

    def texts(self, column: int) -> list[str]:
        """The cells of a column as text, one for each row; "" where a row has no such cell."""
        ...

    def values(self) -> Iterator[Sequence[Any]]:
        """The cells of each row as Python values, for a writer of another format; a row of
        another length than the header has as many as it has."""
        ...


class Source(Protocol):
    """A table that can be read several times."""

    @property
    def format(self) -> str:
        """csv, xlsx, parquet or jsonl."""
        ...

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns, as the source spells them; they may repeat."""
        ...

    def chunks(self, only: Sequence[int] | None = None) -> Iterator[Chunk]:
        """The rows from the first to the last. With `only`, the other columns need not be read."""
        ...

    def share_read(self) -> float:
        """How much of the source the running pass has read, 0-1; a guess for a progress bar."""
        ...


@dataclass(frozen=True, slots=True)
class Added:
    """The cells to append to the rows of a chunk: row i gets `distinct[which[i]]`."""

    which: list[int]
    distinct: list[tuple[Cell, ...]]


@dataclass(frozen=True, slots=True)
class Layout:
    """What is written: the columns with the indices `kept` out of `columns`, then `extra` cells
    that rows may have beyond the header, then `added`. `excel` puts an apostrophe before texts that
    a spreadsheet would take for formulas."""

    columns: tuple[str, ...]
    kept: tuple[int, ...]
    added: tuple[str, ...]
    extra: int = 0
    excel: bool = False

    @property
    def names(self) -> list[str]:
        """The header of the output."""
        extra = [f"extra_{number}" for number in range(1, self.extra + 1)]
        return [*(self.columns[i] for i in self.kept), *extra, *self.added]

    @property
    def whole(self) -> bool:
        """Whether every column of the source is kept."""
        return len(self.kept) == len(self.columns)

    def picked(self, values: Sequence[Any], missing: Any = None) -> list[Any]:
        """The cells of a row that are written, as many for every row."""
        width = len(self.columns) + self.extra
        if len(values) < width:
            values = [*values, *[missing] * (width - len(values))]
        if self.whole:
            return list(values[:width])
        return [*(values[i] for i in self.kept), *values[len(self.columns) : width]]


class Writer(Protocol):
    """Writes a table; `close` completes it."""

    def write(self, chunk: Chunk, added: Added) -> None:
        """Append the rows of a chunk with their added cells."""
        ...

    def close(self) -> None:
        """Write what is left. The stream itself stays open."""
        ...


def as_text(value: object) -> str:
    """A cell as text: whole numbers without ".0", dates as in ISO 8601, TRUE and FALSE, lists and
    structures as JSON."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        if math.isnan(value):
            return ""
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime.datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, bytes):
        return readable(value.decode("utf-8", "surrogateescape"))
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False, default=as_text)
    return str(value)


def readable(text: str) -> str:
    """Bytes that were no UTF-8, kept in a text as lone surrogates, read as Windows-1252."""
    if text.isascii():
        return text
    try:
        raw = text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:  # half a character of UTF-16
        raw = text.encode("utf-8", "replace")
    return raw.decode("utf-8", "socoder.cp1252")


def too_long(name: str) -> str:
    """What is said of a file with a longer line than MAX_LINE."""
    return (
        f"{name} has a line of more than {MAX_LINE >> 20} MiB: that is no table with a row a line"
    )


def one_line(text: str) -> str:
    """A title as the coder gets it: tidied, with single spaces."""
    return " ".join(tidy(readable(text)).split())


def is_number(text: str) -> bool:
    """Whether a spreadsheet reads the text as a number, so that it is no formula."""
    try:
        float(text.replace(",", "").rstrip("%"))
    except ValueError:
        return False
    return "_" not in text


def is_formula(text: str) -> bool:
    """Whether a spreadsheet that opens the text as CSV would compute it."""
    return text.lstrip()[:1] in {"=", "+", "-", "@"} and not is_number(text.strip())
