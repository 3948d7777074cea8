"""The second pass over a table: its rows are written with their codes, and counted."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import BinaryIO

from socoder.bulk.carry import CHANGES, HEADER, Change, carried, texts_of
from socoder.bulk.checkpoint import Checkpoint
from socoder.bulk.coded_row import CodedRow
from socoder.bulk.columns import Columns
from socoder.bulk.options import STATUSES
from socoder.bulk.text_keys import TextKeys
from socoder.bulk.texts import Parts, job_of
from socoder.errors import InputError
from socoder.masking import mask
from socoder.tabular.delimited_writing import guarded
from socoder.tabular.json_lines import JsonChunk
from socoder.tabular.layout import Added, Chunk, Source, Writer

REJECTS_HEADER = ("row", "id", "reason")
RECENT = 50_000  # coded texts remembered
_NUMBER_OF_A_PERSON = re.compile(r"\d{3}[ -]?\d{2}[ -]?\d{4}")


@dataclass(slots=True)
class Tally:
    """Rows by status and by code, as they were written."""

    rows: int = 0
    statuses: Counter[str] = field(default_factory=lambda: Counter(dict.fromkeys(STATUSES, 0)))
    codes: Counter[tuple[str, str]] = field(default_factory=Counter)
    changes: Counter[str] = field(default_factory=lambda: Counter(dict.fromkeys(CHANGES, 0)))
    sure_rows: int = 0
    sure_sum: float = 0.0
    carried: int = 0

    def add(self, row: CodedRow, rows: int) -> None:
        """Count rows that got these cells."""
        self.rows += rows
        self.statuses[row.status] += rows
        if row.code:
            self.codes[row.code, row.title] += rows
        if row.confidence is not None:
            self.sure_rows += rows
            self.sure_sum += row.confidence * rows


def write_rows(
    source: Source,
    columns: Columns,
    checkpoint: Checkpoint,
    writer: Writer,
    rejects: BinaryIO,
    changes: BinaryIO | None,
    excel: bool,
    told: Callable[[float, int], None],
) -> Tally:
    """Write every row with its cells, every rejected row's number to `rejects`, and every text that
    is new or would change against the previous file to `changes`. Raises InputError for a text that
    the first pass did not see."""
    tally, found = Tally(), TextKeys(columns)
    recent: dict[bytes, CodedRow] = {}
    listed: Changes | None = Changes(checkpoint, changes, excel) if changes else None
    rejects.write(_line(REJECTS_HEADER))
    for chunk in source.chunks():
        rows, keys, _ = found.of(chunk)
        if len(recent) > RECENT:
            recent.clear()
        distinct: list[CodedRow] = []
        places: dict[Parts, int] = {}
        for parts, key in keys.items():
            row = recent.get(key)
            if row is None:
                row = checkpoint.coded(key)
                if row is None:
                    raise InputError("the input changed while it was read: run again")
                if listed:
                    row = listed.settled(parts, key, row, tally)
                recent[key] = row
            places[parts] = len(distinct)
            distinct.append(row)
        which = [places[parts] for parts in rows]
        writer.write(chunk, Added(which, [row.cells for row in distinct]))
        for place, count in Counter(which).items():
            tally.add(distinct[place], count)
            tally.carried += count if distinct[place].reasons == "carried_forward" else 0
        _reject(chunk, columns, rows, which, distinct, tally.rows - len(rows), rejects, excel)
        told(source.share_read(), tally.rows)
    writer.close()
    return tally


class Changes:
    """Lists each text once, at its first row, against the previous file."""

    def __init__(self, checkpoint: Checkpoint, stream: BinaryIO, excel: bool) -> None:
        self._checkpoint, self._stream, self._excel = checkpoint, stream, excel
        self._last = 0  # first rows come in rising order, so that none is listed twice
        stream.write(_line(HEADER))

    def settled(self, parts: Parts, key: bytes, now: CodedRow, tally: Tally) -> CodedRow:
        """The cells that a text gets."""
        job = job_of(parts)
        row, change = carried(self._checkpoint, job, now)
        first, rows = self._checkpoint.heads(key)
        if change and first > self._last:
            self._list(change, first, rows, job.title, now, tally)
        self._last = max(self._last, first)
        return row

    def _list(
        self, change: Change, first: int, rows: int, title: str, now: CodedRow, tally: Tally
    ) -> None:
        tally.changes[change.change] += 1
        title = mask(title)
        title = guarded(title) if self._excel else title
        cells = (change.change, first, rows, title, change.old_code, change.old_status, now.code,
                 now.status)  # fmt: skip
        self._stream.write(_line(cells))


def _reject(
    chunk: Chunk,
    columns: Columns,
    rows: list[Parts],
    which: list[int],
    distinct: list[CodedRow],
    before: int,
    stream: BinaryIO,
    excel: bool,
) -> None:
    bad = {place for place, row in enumerate(distinct) if row.status == "uncodable"}
    if not bad:
        return
    ids = texts_of(chunk, columns.id)
    for number, place in enumerate(which):
        if place in bad:
            own = mask(ids[number].strip())
            own = "" if _NUMBER_OF_A_PERSON.fullmatch(own) else own[:40]
            own = guarded(own) if excel else own
            stream.write(_line((before + number + 1, own, _reason(chunk, number, rows[number]))))


def _reason(chunk: Chunk, number: int, parts: Parts) -> str:
    if isinstance(chunk, JsonChunk):
        objects = [o for line, o in zip(chunk.lines, chunk.objects, strict=True) if line.strip()]
        if objects[number] is None:
            return "not a JSON object"
    if not any(part.strip() for part in parts[:2]):
        return "no title"
    job = job_of(parts)
    if not job.title and not job.text:
        return "a placeholder, no title"
    return "no word of a job in it"


def _line(cells: tuple[object, ...]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerow(cells)
    return text.getvalue().encode("utf-8", "replace")
