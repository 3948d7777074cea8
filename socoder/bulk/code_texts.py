"""The first pass over a table: every distinct text is coded once, and lands in the checkpoint."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from socoder.bulk.checkpoint import Checkpoint
from socoder.bulk.coded_row import CodedRow
from socoder.bulk.columns import Columns
from socoder.bulk.text_keys import TextKeys
from socoder.bulk.texts import title_key
from socoder.bulk.workers import BATCH, Batch
from socoder.records import Job
from socoder.tabular.delimited import DelimitedChunk
from socoder.tabular.json_lines import JsonChunk
from socoder.tabular.layout import Chunk, Source

COMMIT_S = 0.5  # at most so much work is lost by a kill
# Batches in, each with its rows out, in order.
Engine = Callable[[Iterator[Batch]], Iterator[tuple[Batch, list[CodedRow]]]]
# Share of the source that was read, rows read, texts coded.
Told = Callable[[float, int, int], None]


@dataclass(slots=True)
class Scan:
    """What the first pass saw. `short` and `long` rows have fewer or more cells than the header,
    the longest by `extra`; `coded` texts were coded in this run."""

    rows: int = 0
    blank: int = 0
    short: int = 0
    long: int = 0
    extra: int = 0
    coded: int = 0

    def see(self, chunk: Chunk, columns: int) -> None:
        """Count the rows of a chunk."""
        self.rows += chunk.rows
        if isinstance(chunk, DelimitedChunk):
            for length, rows in Counter(map(len, chunk.fields)).items():
                if not length:
                    self.blank += rows
                elif length < columns:
                    self.short += rows
                elif length > columns:
                    self.long += rows
                    self.extra = max(self.extra, length - columns)
        elif isinstance(chunk, JsonChunk):
            self.blank += len(chunk.lines) - chunk.rows


def code_texts(
    source: Source,
    columns: Columns,
    checkpoint: Checkpoint,
    engine: Engine,
    told: Told,
    heads: bool = False,
) -> Scan:
    """Code what is not in the checkpoint yet; with `heads` the rows of each text are counted in the
    checkpoint."""
    scan = Scan()
    in_flight: set[bytes] = set()
    last = time.monotonic()
    for batch, coded in engine(_batches(source, columns, checkpoint, scan, in_flight, told, heads)):
        checkpoint.store(zip(batch.keys, batch.titles, coded, strict=True))
        in_flight.difference_update(batch.keys)
        scan.coded += len(coded)
        if time.monotonic() - last > COMMIT_S:
            checkpoint.commit()
            last = time.monotonic()
        told(source.share_read(), scan.rows, scan.coded)
    checkpoint.commit()
    return scan


def _batches(
    source: Source,
    columns: Columns,
    checkpoint: Checkpoint,
    scan: Scan,
    in_flight: set[bytes],
    told: Told,
    heads: bool,
) -> Iterator[Batch]:
    """The distinct texts that are not coded yet, in the order of the rows."""
    found = TextKeys(columns)
    jobs: list[Job] = []
    keys: list[bytes] = []
    for chunk in source.chunks(columns.texts):
        first = scan.rows + 1
        scan.see(chunk, len(source.columns))
        rows, known, new = found.of(chunk)
        for parts, job in new.items():
            key = known[parts]
            if key in in_flight or any(checkpoint.known([key])):
                continue
            in_flight.add(key)
            jobs.append(job)
            keys.append(key)
            if len(jobs) == BATCH:
                yield Batch(jobs, keys, [title_key(job) for job in jobs])
                jobs, keys = [], []
        if heads:
            numbers: dict[bytes, int] = {}
            for number, parts in enumerate(rows, first):
                numbers.setdefault(known[parts], number)
            counted = Counter(known[parts] for parts in rows)
            checkpoint.count_heads((key, numbers[key], n) for key, n in counted.items())
        told(source.share_read(), scan.rows, scan.coded)
    if jobs:
        yield Batch(jobs, keys, [title_key(job) for job in jobs])
