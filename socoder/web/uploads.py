"""Uploaded files: known by their content, never by their name, and kept in a private folder.

A name from outside is only ever looked at for its ending; files are stored under names of our own.
"""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
import zipfile
import zlib
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from socoder.errors import InputError

DOCUMENT_ENDINGS = (".txt", ".md", ".html", ".htm", ".docx", ".pdf")
MAX_UNPACKED = 500_000_000  # bytes of an XLSX file once unpacked
MAX_RATIO = 400  # unpacked to packed, for parts of more than a few megabytes
_RATIO_FROM = 5_000_000
_MAX_PARTS = 2_000
_CHUNK = 1 << 18
_NOT_TABLES = (
    b"%PDF-", b"\xd0\xcf\x11\xe0", b"{\\rtf", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"\x1f\x8b",
    b"\x7fELF", b"MZ", b"#!", b"<!DOCTYPE", b"<!doctype", b"<html", b"<?xml", b"<?php", b"BZh", b"7z\xbc\xaf",
)  # fmt: skip


class PrivateFolder:
    """A folder that only this user can read, with the process that it belongs to in its name.
    Folders that a killed server left behind are removed when the next one starts."""

    PREFIX = "socoder-web-"

    def __init__(self, parent: Path | None = None) -> None:
        parent = parent or Path(tempfile.gettempdir())
        self._remove_abandoned(parent)
        made = tempfile.mkdtemp(prefix=f"{self.PREFIX}{os.getpid()}-", dir=parent)
        self.path = Path(made)
        self.path.chmod(0o700)

    def close(self) -> None:
        """Remove the folder with all that is in it."""
        shutil.rmtree(self.path, ignore_errors=True)

    def _remove_abandoned(self, parent: Path) -> None:
        for left in parent.glob(f"{self.PREFIX}*-*"):
            owner = left.name.removeprefix(self.PREFIX).split("-")[0]
            found = left.lstat()
            mine = not hasattr(os, "getuid") or found.st_uid == os.getuid()
            if owner.isdigit() and mine and stat.S_ISDIR(found.st_mode) and not _runs(int(owner)):
                shutil.rmtree(left, ignore_errors=True)


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def document_ending(name: str) -> str:
    """The ending by which a document's format is told where its bytes do not. Raises InputError
    for one that is not read."""
    ending = PurePosixPath(name.replace("\\", "/")).suffix.lower()
    if ending and ending not in DOCUMENT_ENDINGS:
        raise InputError(
            f"only {', '.join(DOCUMENT_ENDINGS)} are read here: save the document as one of them"
        )
    return ending or ".txt"


def store(source: BinaryIO, target: Path) -> int:
    """Copy an upload to a file that only this user can read; the number of its bytes."""
    size = 0
    os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    with target.open("wb") as file:
        while chunk := source.read(_CHUNK):
            size += file.write(chunk)
    return size


def table_ending(path: Path) -> str:
    """ ".xlsx", ".parquet" or ".csv", by the content of the file. Raises InputError for an empty
    file, for anything else than a table, and for a workbook that unpacks to too much."""
    with path.open("rb") as file:
        start = file.read(4096)
        if not start.strip():
            raise InputError("the file is empty: choose another")
        if start.startswith(b"PK"):
            check_workbook(path)
            return ".xlsx"
        if start.startswith(b"PAR1"):
            file.seek(-4, os.SEEK_END)
            if file.read() != b"PAR1":
                raise InputError("the Parquet file is not complete: save it again")
            return ".parquet"
    wide = start.startswith((b"\xff\xfe", b"\xfe\xff"))
    if start.lstrip().startswith(_NOT_TABLES) or (b"\0" in start and not wide):
        raise InputError("this is no table: upload a .csv, .tsv, .xlsx or .parquet file")
    return ".csv"


def check_workbook(path: Path) -> None:
    """Raises InputError unless the file is a workbook that unpacks to a sane size. What its
    directory says is checked first, and then what its parts really hold."""
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
            names = {part.filename for part in parts}
            if "xl/workbook.xml" not in names and "xl/workbook.bin" not in names:
                raise InputError(
                    "this is an archive, but no Excel workbook: upload the table itself"
                )
            if any(part.flag_bits & 1 for part in parts):
                raise InputError("the workbook is locked: save it without a password")
            for part in parts:
                _check_part(part.file_size, part.compress_size)
            if len(parts) > _MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED:
                raise _bomb()
            with path.open("rb") as file:
                total = 0
                for part in parts:
                    total += _unpacked(file, part)
                    if total > MAX_UNPACKED:
                        raise _bomb()
    except InputError:
        raise
    except Exception:  # a damaged archive fails in many ways
        raise InputError("the workbook is damaged: open it in Excel and save it again") from None


def check_document(path: Path) -> None:
    """Raises InputError for a .docx that unpacks to far more than it says or than a document
    needs; other formats pass, as they are checked where they are read."""
    with path.open("rb") as file:
        if not file.read(4).startswith(b"PK"):
            return
    try:
        with zipfile.ZipFile(path) as archive, path.open("rb") as file:
            parts = archive.infolist()
            if len(parts) > _MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED:
                raise _bomb()
            for part in parts:
                _check_part(part.file_size, part.compress_size)
                _unpacked(file, part)
    except InputError:
        raise
    except Exception:
        raise InputError("the document is damaged: open it in Word and save it again") from None


def _check_part(unpacked: int, packed: int) -> None:
    if unpacked > _RATIO_FROM and unpacked > MAX_RATIO * max(packed, 1):
        raise _bomb()


def _unpacked(file: BinaryIO, part: zipfile.ZipInfo) -> int:
    """How many bytes a part really unpacks to; raises InputError where it is more than declared.
    Readers differ in whom they believe, so the stream itself is asked."""
    if part.compress_type == zipfile.ZIP_STORED:
        return part.file_size
    if part.compress_type != zipfile.ZIP_DEFLATED:
        raise InputError("the file is packed in an unusual way: open it and save it again")
    file.seek(part.header_offset)
    header = file.read(30)
    if header[:4] != b"PK\x03\x04":
        raise InputError("the file is damaged: open it and save it again")
    lengths = int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little")
    file.seek(lengths, os.SEEK_CUR)
    inflate, left, size = zlib.decompressobj(-zlib.MAX_WBITS), part.compress_size, 0
    while left > 0 and not inflate.eof:
        packed = file.read(min(_CHUNK, left))
        if not packed:
            raise InputError("the file is cut off: save it again")
        left -= len(packed)
        while packed:
            size += len(inflate.decompress(packed, _CHUNK))
            packed = inflate.unconsumed_tail
            if size > part.file_size:
                raise _bomb()
    return size


def _bomb() -> InputError:
    return InputError(
        "the file unpacks to far more than a table or document holds: it was not opened; save the"
        " data as .csv or .txt"
    )
