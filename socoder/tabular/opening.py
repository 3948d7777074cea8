"""Which reader and which writer a table needs: by its name, and by its first bytes."""

from __future__ import annotations

import contextlib
import errno
import os
import stat
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from socoder.errors import InputError
from socoder.tabular.layout import Layout, Opener, Source, Writer
from socoder.tabular.unpacking import SIGNATURE, SUFFIX, unpacked, unpacked_size

STDIO = "-"
FORMATS = {
    ".csv": "csv", ".txt": "csv", ".tsv": "tsv", ".tab": "tsv", ".xlsx": "xlsx", ".xlsm": "xlsx",
    ".parquet": "parquet", ".pq": "parquet", ".jsonl": "jsonl", ".ndjson": "jsonl",
}  # fmt: skip
_KNOWN = ".csv, .tsv, .xlsx, .parquet or .jsonl"
_ADVICE = (
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old or password-protected Excel file: save it as"
     " .xlsx without a password"),
    (b"%PDF-", "a PDF: export the table as .csv or .xlsx"),
    (b"BZh", "compressed: unpack it first, or pack it with gzip"),
    (b"\xfd7zXZ", "compressed: unpack it first, or pack it with gzip"),
    (b"\x28\xb5\x2f\xfd", "compressed: unpack it first, or pack it with gzip"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Input:
    """Bytes to read several times: `open` begins anew each time. `name` is for messages; `size` is
    for a progress bar."""

    name: str
    open: Opener
    size: int
    format: str


@contextlib.contextmanager
def opened_input(path: Path) -> Iterator[Input]:
    """The file, or standard input for "-". What comes through a pipe is kept in a temporary file
    without a name, which is gone when the program ends, however it ends. What is packed with gzip
    is unpacked while it is read.

    Raises InputError for what cannot be read, is empty, or is no table."""
    with contextlib.ExitStack() as stack:
        if str(path) == STDIO:
            spool = stack.enter_context(_spooled())
            name, size = "standard input", spool.seek(0, os.SEEK_END)

            def reopen() -> BinaryIO:
                spool.seek(0)
                return os.fdopen(os.dup(spool.fileno()), "rb")
        else:
            name = path.name
            try:
                mode = path.stat().st_mode
                if stat.S_ISDIR(mode):
                    raise InputError(f"{name} is a folder: give a file in it")
                if not stat.S_ISREG(mode):
                    raise InputError(f"{name} is no file: pipe it in and give - instead")
                size = path.stat().st_size
                path.open("rb").close()
            except (OSError, ValueError) as error:
                raise InputError(f"{name}: {why_unreadable(error)}") from None

            def reopen() -> BinaryIO:
                try:
                    return path.open("rb")
                except OSError as error:  # it was there a moment ago
                    raise InputError(f"{name}: {why_unreadable(error)}") from None

        opener: Opener = reopen
        with opener() as stream:
            first = stream.read(64)
        suffix = path.suffix.lower()
        if first.startswith(SIGNATURE):
            if suffix == SUFFIX:
                suffix = path.with_suffix("").suffix.lower()
            opener = unpacked(reopen, name)
            with opener() as stream:
                first = stream.read(64)
            size = unpacked_size(reopen)
            if first.startswith((b"PK\x03\x04", b"PAR1", SIGNATURE)):
                raise InputError(f"{name} holds no text: unpack it first")
        yield Input(name, opener, size, _format(name, suffix, first))


def source_of(
    given: Input,
    *,
    sheet: str = "",
    delimiter: str = "",
    encoding: str = "",
    target: str = "",
    every_name: bool = False,
) -> Source:
    """The reader of an input; `target` is the format that will be written. With `every_name` the
    columns of JSON lines are those of all lines, whatever is written. Raises InputError."""
    if given.format == "xlsx":
        from socoder.tabular.workbook import WorkbookSource

        return WorkbookSource(given.open, given.name, sheet)
    if sheet:
        raise InputError(f"--sheet is for XLSX, and {given.name} is none: leave it out")
    if given.format == "parquet":
        from socoder.tabular.parquet import ParquetSource

        return ParquetSource(given.open, given.name)
    if given.format == "jsonl":
        from socoder.tabular.json_lines import JsonLinesSource

        every_name = every_name or target != "jsonl"
        return JsonLinesSource(given.open, given.name, given.size, every_name)
    from socoder.tabular.delimited import DelimitedSource

    mark = _delimiter(delimiter) or ("\t" if given.format == "tsv" else "")
    return DelimitedSource(given.open, given.name, given.size, mark, encoding, given.format)


def target_format(path: Path, source: str) -> str:
    """The format to write: by the name, or that of the source for standard output and files
    without a suffix. Raises InputError for a suffix of another kind."""
    suffix = path.suffix.lower()
    if str(path) == STDIO or not suffix:
        return source
    if suffix not in FORMATS or suffix == ".xlsm":
        raise InputError(f"{path.name}: the output is {_KNOWN}: give it such a name")
    return source if suffix == ".txt" else FORMATS[suffix]


def writer_of(
    stream: BinaryIO, layout: Layout, source: Source, target: str, numbers: Sequence[str] = ()
) -> Writer:
    """A writer into the stream. `numbers` are the added columns that hold numbers."""
    from socoder.tabular.delimited import DelimitedSource
    from socoder.tabular.delimited_writing import DelimitedCopy, DelimitedWriter

    if isinstance(source, DelimitedSource) and (
        target == source.format or (target == "tsv" and source.delimiter == "\t")
    ):
        return DelimitedCopy(stream, layout, source)
    if target in ("csv", "tsv"):
        return DelimitedWriter(stream, layout, "\t" if target == "tsv" else ",")
    if target == "xlsx":
        from socoder.tabular.workbook import WorkbookSource, WorkbookWriter

        sheet = source.sheet if isinstance(source, WorkbookSource) else "coded"
        return WorkbookWriter(stream, layout, sheet)
    if target == "jsonl":
        from socoder.tabular.json_lines import JsonLinesCopy, JsonLinesWriter

        return (JsonLinesCopy if source.format == "jsonl" else JsonLinesWriter)(stream, layout)
    from socoder.tabular.parquet import ParquetSource, ParquetWriter

    schema = source.schema if isinstance(source, ParquetSource) else None
    return ParquetWriter(stream, layout, numbers, schema)


@contextlib.contextmanager
def _spooled() -> Iterator[BinaryIO]:
    import sys

    if sys.stdin is None or sys.stdin.isatty():
        raise InputError("nothing on standard input: pipe a table in, or name a file")
    with tempfile.TemporaryFile() as spool:
        try:
            while block := sys.stdin.buffer.read(1 << 20):
                spool.write(block)
            spool.flush()
        except OSError as error:
            full = error.errno in (errno.ENOSPC, errno.EDQUOT)
            why = "the disk is full" if full else error.strerror or type(error).__name__
            raise InputError(
                f"standard input cannot be kept in {tempfile.gettempdir()} ({why}): name another"
                " folder with TMPDIR, or a file as the input"
            ) from None
        yield spool


def _format(name: str, suffix: str, first: bytes) -> str:
    for signature, advice in _ADVICE:
        if first.startswith(signature):
            raise InputError(f"{name} is {advice}")
    if not first.strip():
        raise InputError(f"{name} is empty: give a table with a header and rows")
    if first.startswith(b"PK\x03\x04"):
        return "xlsx"
    if first.startswith(b"PAR1"):
        return "parquet"
    if suffix in FORMATS and FORMATS[suffix] not in ("xlsx", "parquet"):
        return FORMATS[suffix]
    if suffix in FORMATS:
        kind = "an Excel" if FORMATS[suffix] == "xlsx" else "a Parquet"
        raise InputError(f"{name} is not {kind} file, whatever it is called: check it")
    if suffix and suffix not in FORMATS and suffix in (".xls", ".ods", ".json", ".xml", ".numbers"):
        raise InputError(f"{name} is of no format that is read here: save it as {_KNOWN}")
    return "jsonl" if first.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"{") else "csv"


def _delimiter(text: str) -> str:
    found = {"tab": "\t", "\\t": "\t", "comma": ",", "semicolon": ";", "pipe": "|"}.get(text, text)
    if len(found) > 1 or found in ('"', "\n", "\r"):
        raise InputError("--delimiter must be one character, or tab")
    return found


def why_unreadable(error: Exception) -> str:
    """Why a file cannot be opened, and what to do."""
    number = getattr(error, "errno", None)
    if number == errno.ENOENT:
        return "there is no such file; check the name"
    if number in (errno.EACCES, errno.EPERM):
        return "no permission to read it; ask its owner, or copy it"
    return f"cannot be read ({getattr(error, 'strerror', None) or type(error).__name__})"
