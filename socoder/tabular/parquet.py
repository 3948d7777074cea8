"""Parquet in and out, batch by batch, with the columns' own types."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, BinaryIO

from socoder.errors import InputError, MissingExtraError
from socoder.tabular.layout import Added, Chunk, Layout, Opener, as_text

ROWS, BYTES = 20_000, 1 << 25  # of a batch, at most
GROUP, GROUP_BYTES = 100_000, 1 << 27  # of a row group of the output, at most


class ParquetChunk:
    """A record batch. With a selection of columns, `places` says where each of them lies in it."""

    def __init__(self, batch: Any, places: dict[int, int]) -> None:
        self.batch, self._places = batch, places

    @property
    def rows(self) -> int:
        return int(self.batch.num_rows)

    def texts(self, column: int) -> list[str]:
        return [as_text(value) for value in _listed(self.batch.column(self._places[column]))]

    def values(self) -> Iterator[Sequence[Any]]:
        return zip(*map(_listed, self.batch.columns), strict=True)


class ParquetSource:
    """A Parquet file. Raises InputError for one that is damaged."""

    format = "parquet"

    def __init__(self, opener: Opener, name: str) -> None:
        self._open, self._name, self._done = opener, name, 0
        with opener() as stream:
            file = self._file(stream)
            self.schema = file.schema_arrow
            self.total = int(file.metadata.num_rows)
            groups = range(file.metadata.num_row_groups)
            size = sum(file.metadata.row_group(i).total_byte_size for i in groups)
        # Fewer rows at a time where they are long.
        self._batch = max(1, min(ROWS, BYTES * self.total // max(1, size)))
        self.columns = tuple(self.schema.names)

    def share_read(self) -> float:
        return self._done / max(1, self.total)

    def chunks(self, only: Sequence[int] | None = None) -> Iterator[ParquetChunk]:
        self._done = 0
        chosen = list(range(len(self.columns))) if only is None else sorted(set(only))
        # Columns of one name cannot be picked apart by name: then all are read.
        plain = only is None or len(set(self.columns)) < len(self.columns)
        names = None if plain else [self.columns[i] for i in chosen]
        places = {i: i if plain else n for n, i in enumerate(chosen)}
        with self._open() as stream:
            file = self._file(stream)
            try:
                for batch in file.iter_batches(self._batch, columns=names):
                    self._done += batch.num_rows
                    yield ParquetChunk(batch, places)
            except OSError as error:  # how arrow says that pages are damaged
                raise InputError(
                    f"{self._name} is damaged ({type(error).__name__}): write it again"
                ) from None

    def _file(self, stream: BinaryIO) -> Any:
        try:
            import pyarrow.parquet
        except ImportError:
            raise MissingExtraError("Parquet is read with pyarrow: pip install pyarrow") from None
        try:
            return pyarrow.parquet.ParquetFile(stream)
        except (pyarrow.ArrowException, OSError) as error:
            raise InputError(
                f"{self._name} cannot be read as Parquet ({type(error).__name__}): write it again"
            ) from None


class ParquetWriter:
    """Writes Parquet. From a Parquet source the columns keep their types; from others all are
    texts, as nothing says what else they are."""

    def __init__(
        self, stream: BinaryIO, layout: Layout, numbers: Sequence[str] = (), schema: Any = None
    ) -> None:
        import pyarrow
        import pyarrow.parquet

        self._arrow, self._layout, self._own = pyarrow, layout, schema is not None
        texts = layout.names[: len(layout.kept) + layout.extra]
        fields = (
            [schema.field(i) for i in layout.kept]
            if schema is not None
            else [pyarrow.field(name, pyarrow.string()) for name in texts]
        )
        added = [
            pyarrow.field(name, pyarrow.float64() if name in numbers else pyarrow.string())
            for name in layout.added
        ]
        self._schema = pyarrow.schema(
            [*fields, *added], schema.metadata if schema is not None and layout.whole else None
        )
        self._writer = pyarrow.parquet.ParquetWriter(stream, self._schema)
        self._batches: list[Any] = []
        self._held = self._bytes = 0

    def write(self, chunk: Chunk, added: Added) -> None:
        arrow, layout = self._arrow, self._layout
        if isinstance(chunk, ParquetChunk) and self._own:
            columns = [chunk.batch.column(i) for i in layout.kept]
        else:
            rows = [layout.picked(row) for row in chunk.values()]
            columns = [
                arrow.array([_text(row[i]) for row in rows], arrow.string())
                for i in range(len(layout.kept) + layout.extra)
            ]
        places = arrow.array(added.which, arrow.int32())
        for i, field in enumerate(list(self._schema)[len(columns) :]):
            values = arrow.array([cells[i] for cells in added.distinct], field.type)
            columns.append(values.take(places))
        self._batches.append(arrow.RecordBatch.from_arrays(columns, schema=self._schema))
        self._held += chunk.rows
        self._bytes += self._batches[-1].nbytes
        if self._held >= GROUP or self._bytes >= GROUP_BYTES:
            self._flush()

    def close(self) -> None:
        self._flush()
        self._writer.close()

    def _flush(self) -> None:
        if self._batches:
            table = self._arrow.Table.from_batches(self._batches, self._schema)
            self._writer.write_table(table, row_group_size=max(1, self._held))
        self._batches, self._held, self._bytes = [], 0, 0


def _listed(column: Any) -> list[Any]:
    """The values of a column as Python has them; as texts where Python has none for one of them:
    nanoseconds, and days after the year 9999 or before the year 1."""
    import pyarrow

    kind = column.type
    nanoseconds = pyarrow.types.is_temporal(kind) and getattr(kind, "unit", "") == "ns"
    if nanoseconds:
        kind = _in_microseconds(kind, pyarrow)
        try:
            column = column.cast(kind)
        except pyarrow.ArrowInvalid:  # some of them would be lost
            return _as_texts(column, pyarrow)
    try:
        return list(column.to_pylist())
    except (OverflowError, ValueError):
        return _as_texts(column, pyarrow)


def _in_microseconds(kind: Any, arrow: Any) -> Any:
    if arrow.types.is_timestamp(kind):
        return arrow.timestamp("us", kind.tz)
    return arrow.time64("us") if arrow.types.is_time(kind) else arrow.duration("us")


def _as_texts(column: Any, arrow: Any) -> list[Any]:
    """Arrow's own texts; a duration has none but its number."""
    if arrow.types.is_duration(column.type):
        column = column.cast(arrow.int64())
    return list(column.cast(arrow.string()).to_pylist())


def _text(value: Any) -> str | None:
    return None if value is None else as_text(value).encode("utf-8", "replace").decode()
