"""A coded file as the desk reads it: its hash, its columns by what they mean, its rows.

Which cells make up a job is decided as `socoder bulk` decides it, so that an item is what was coded.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from socoder.bulk.columns import NONE, Columns, find_columns
from socoder.bulk.texts import job_of, row_parts
from socoder.errors import InputError
from socoder.records import Job
from socoder.review.importing import (
    DOUBLE_SHARE,
    NEEDED,
    READ,
    SAMPLE_SHARE,
    Imported,
    check_shares,
    import_rows,
)
from socoder.review.store import Store
from socoder.tabular.layout import Chunk, Source
from socoder.tabular.opening import Input, opened_input, source_of

PARTS = ("title", "description", "department")


@dataclass(frozen=True, slots=True)
class Reading:
    """How to read a file: names or numbers of columns ("" is found by name, "-" is none), and what
    the reader of its format may be told."""

    title_column: str = ""
    description_column: str = ""
    department_column: str = ""
    sheet: str = ""
    delimiter: str = ""
    encoding: str = ""

    @property
    def given(self) -> dict[str, str]:
        """The columns as `find_columns` takes them."""
        names = (self.title_column, self.description_column, self.department_column)
        return {**dict(zip(PARTS, names, strict=True)), "id": NONE}


AS_IT_IS = Reading()


@dataclass(frozen=True, slots=True)
class CodedFile:
    """An open coded file. `digest` is the sha256 of its bytes."""

    name: str
    digest: str
    source: Source
    columns: Columns

    @property
    def named(self) -> dict[str, tuple[str, int]]:
        """Which columns the jobs come from: name, and number from 1."""
        places = {part: getattr(self.columns, part) for part in PARTS}
        names = self.source.columns
        return {part: (names[at], at + 1) for part, at in places.items() if at is not None}

    def rows(self) -> Iterator[tuple[Job, dict[str, str]]]:
        """The job and the soc_ cells of each row: no other cell is looked at."""
        wanted = (*self.columns.texts, *self._coded.values())
        for chunk in self.source.chunks(wanted):
            yield from self.chunk_rows(chunk)

    def chunk_rows(self, chunk: Chunk) -> Iterator[tuple[Job, dict[str, str]]]:
        """The same for one chunk."""
        cells = {name: chunk.texts(at) for name, at in self._coded.items()}
        jobs = map(job_of, row_parts(chunk, self.columns))
        for i, job in enumerate(jobs):
            yield job, {name: texts[i].strip() for name, texts in cells.items()}

    @property
    def _coded(self) -> dict[str, int]:
        """The soc_ columns that are read; of several, the last: bulk puts its own at the end."""
        names = [name.strip().lower() for name in self.source.columns]
        return {name: at for at, name in enumerate(names) if name in READ}


@contextmanager
def coded_file(path: Path, how: Reading = AS_IT_IS) -> Iterator[CodedFile]:
    """Open a file that `socoder bulk` wrote.

    Raises InputError for a file that is none, lacks the soc_ columns, or has no column of titles or
    descriptions."""
    with opened_input(path) as given:
        source = source_of(given, sheet=how.sheet, delimiter=how.delimiter, encoding=how.encoding)
        names = [name.strip().lower() for name in source.columns]
        missing = [name for name in NEEDED if name not in names]
        if missing:
            raise InputError(
                f"{given.name} has no column {missing[0]}: code it first (socoder bulk)"
            )
        columns = find_columns(source.columns, how.given, given.name)
        yield CodedFile(given.name, sha256_of(given), source, columns)


def import_file(
    store: Store | Callable[[], Store],
    path: Path,
    how: Reading = AS_IT_IS,
    sample_share: float = SAMPLE_SHARE,
    double_share: float = DOUBLE_SHARE,
    seed: int = 0,
) -> Imported:
    """Take a coded file into the store (`importing.import_rows`). Instead of a store there may be
    what opens one: it is called when the file has been read to its end, so that a file which cannot
    be read makes no database. Raises InputError."""
    check_shares(sample_share, double_share)
    with coded_file(path, how) as file:
        if not isinstance(store, Store):
            for _ in file.rows():
                pass
            store = store()
        return import_rows(
            store, file.digest, file.name, file.named, file.rows(), sample_share, double_share, seed
        )


def as_imported(columns: Mapping[str, tuple[str, int]], how: Reading) -> Reading:
    """How to read a file again whose columns were taken as `columns` says."""
    title, text, department = (str(columns[part][1]) if part in columns else NONE for part in PARTS)
    return replace(how, title_column=title, description_column=text, department_column=department)


def sha256_of(given: Input) -> str:
    """The hash of the bytes of an input, which is the id of its batch."""
    digest = hashlib.sha256()
    with given.open() as stream:
        while block := stream.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()
