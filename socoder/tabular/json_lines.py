"""JSON lines in and out: each line keeps its bytes, and the new members go before its last brace."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO

from socoder.errors import InputError
from socoder.tabular.layout import (
    MAX_LINE,
    Added,
    Chunk,
    Layout,
    Opener,
    as_text,
    readable,
    too_long,
)

LINES, BYTES = 5_000, 1 << 23  # of a chunk, at most: whichever comes first
NAMES_FROM = 1_000  # lines that the columns are taken from, where no other format is written
BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class JsonChunk:
    """Lines with their line ends, and the object of each: None for a line that holds none, {} and
    not counted for a blank one."""

    lines: list[bytes]
    objects: list[dict[str, Any] | None]
    columns: tuple[str, ...]

    @property
    def rows(self) -> int:
        return sum(1 for line in self.lines if line.strip())

    def texts(self, column: int) -> list[str]:
        name = self.columns[column]
        return [as_text(_plain((found or {}).get(name))) for found in self._rows()]

    def values(self) -> Iterator[Sequence[Any]]:
        return (
            [_plain((found or {}).get(name)) for name in self.columns] for found in self._rows()
        )

    def _rows(self) -> Iterator[dict[str, Any] | None]:
        return (o for line, o in zip(self.lines, self.objects, strict=True) if line.strip())


class JsonLinesSource:
    """A file of JSON objects, one a line. The columns are the members' names in their order: of
    all lines with `every_name`, else of the first thousand. Raises InputError where there are
    none."""

    format = "jsonl"

    def __init__(self, opener: Opener, name: str, size: int, every_name: bool = False) -> None:
        self._open, self._name, self._size, self._read = opener, name, max(size, 1), 0
        names: dict[str, None] = {}
        self.columns: tuple[str, ...] = ()
        seen = 0
        for chunk in self.chunks():
            for found in chunk.objects:
                names.update(dict.fromkeys(found or {}))
            seen += len(chunk.lines)
            if seen >= NAMES_FROM and not every_name:
                break
        if not names:
            raise InputError(f"{name} holds no JSON object: give one on each line")
        self.columns = tuple(names)

    def share_read(self) -> float:
        return min(1.0, self._read / self._size)

    def chunks(self, only: Sequence[int] | None = None) -> Iterator[JsonChunk]:
        self._read = 0
        with self._open() as stream:
            lines: list[bytes] = []
            size = 0
            while line := stream.readline(MAX_LINE):
                if len(line) == MAX_LINE:
                    raise InputError(too_long(self._name))
                self._read += len(line)
                size += len(line)
                lines.append(line)
                if len(lines) >= LINES or size >= BYTES:
                    yield JsonChunk(lines, [_object(own) for own in lines], self.columns)
                    lines, size = [], 0
            if lines:
                yield JsonChunk(lines, [_object(own) for own in lines], self.columns)


class JsonLinesCopy:
    """Writes JSON lines from JSON lines: a line that is no object stays as it is."""

    def __init__(self, stream: BinaryIO, layout: Layout) -> None:
        self._stream, self._layout = stream, layout
        self._dropped = {n for i, n in enumerate(layout.columns) if i not in set(layout.kept)}

    def write(self, chunk: Chunk, added: Added) -> None:
        assert isinstance(chunk, JsonChunk)
        members = [_members(self._layout.added, cells) for cells in added.distinct]
        which = iter(added.which)
        for line, found in zip(chunk.lines, chunk.objects, strict=True):
            if not line.strip():
                self._stream.write(line)
                continue
            new = members[next(which)]
            self._stream.write(line if found is None else self._with(line, found, new))

    def close(self) -> None:
        """Nothing is left to write."""

    def _with(self, line: bytes, found: dict[str, Any], new: bytes) -> bytes:
        body = line.rstrip()
        end = line[len(body) :]
        if self._dropped & found.keys():
            found = {name: value for name, value in found.items() if name not in self._dropped}
            body = json.dumps(found, ensure_ascii=False).encode("utf-8", "surrogatepass")
        return body[:-1].rstrip() + (b", " if found else b"") + new + b"}" + end


class JsonLinesWriter:
    """Writes JSON lines from another format; columns of one name are told apart by a number."""

    def __init__(self, stream: BinaryIO, layout: Layout) -> None:
        self._stream, self._layout = stream, layout
        names: dict[str, None] = {}
        numbers: dict[str, int] = {}
        for plain in layout.names:
            name = plain
            while name in names:
                numbers[plain] = numbers.get(plain, 1) + 1
                name = f"{plain}_{numbers[plain]}"
            names[name] = None
        self._names = list(names)

    def write(self, chunk: Chunk, added: Added) -> None:
        for row, which in zip(chunk.values(), added.which, strict=True):
            cells = [*self._layout.picked(row), *added.distinct[which]]
            whole = dict(zip(self._names, map(_plain_cell, cells), strict=True))
            text = json.dumps(whole, ensure_ascii=False, allow_nan=False)
            self._stream.write(text.encode("utf-8", "replace") + b"\n")

    def close(self) -> None:
        """Nothing is left to write."""


def _object(line: bytes) -> dict[str, Any] | None:
    text = line.removeprefix(BOM).decode("utf-8", "surrogateescape").strip()
    if not text:
        return {}
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _members(names: Sequence[str], cells: Sequence[Any]) -> bytes:
    return json.dumps(dict(zip(names, cells, strict=True))).encode()[1:-1]


def _plain(value: Any) -> Any:
    """A member as a cell: lists and objects as JSON."""
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)
    return readable(value) if isinstance(value, str) else value


def _plain_cell(value: Any) -> Any:
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return as_text(value)
