"""The codings so far, on disk: hashes of distinct texts with their cells, and no text.

One SQLite file beside the output. What `store` has been given is there after a kill or a power cut
once `commit` has returned. The same file holds what is counted along the way, so that memory stays
flat however many distinct texts there are.
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any

from socoder.bulk.coded_row import CodedRow
from socoder.errors import InputError, SocoderError
from socoder.tabular.atomic import OutputError, unwritable

SUFFIX = ".socoder-checkpoint"
FORMAT = 2
_LOG_PAGES = 16_384  # of 4 KiB, before the log goes into the file: a page is written there seldom
# Codings stand in the order in which they came and their keys, which come in no order, in a narrow
# index: with the codings in the order of their keys each one would cost a page of the file.
_TABLES = """
CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS codings
  (number INTEGER PRIMARY KEY, text BLOB NOT NULL, title BLOB NOT NULL, cells TEXT NOT NULL);
CREATE UNIQUE INDEX IF NOT EXISTS codings_by_text ON codings (text);
CREATE TABLE IF NOT EXISTS previous
  (text BLOB PRIMARY KEY, status TEXT NOT NULL, cells TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS heads
  (text BLOB PRIMARY KEY, first INTEGER NOT NULL, rows INTEGER NOT NULL) WITHOUT ROWID;
"""
# How each part of a fingerprint is called in a message.
_PARTS = {
    "input": "the input", "columns": "the choice of columns", "settings": "the settings",
    "bundle": "the model bundle", "previous": "the previous file", "socoder": "socoder itself",
    "format": "socoder itself",
}  # fmt: skip


class Checkpoint:
    """Opened for one run, which alone may write to it. `path` is None for one in memory and
    temporary files, where the output is a pipe. `fingerprint` is what the codings hang on.

    Raises InputError if there is one already and neither `resume` nor `restart` is asked for, if
    it belongs to another input or other settings, is damaged, or is in use; OutputError if it
    cannot be written.
    """

    def __init__(
        self,
        path: Path | None,
        fingerprint: Mapping[str, str],
        resume: bool = False,
        restart: bool = False,
    ) -> None:
        self.path = path
        self.resumed = 0
        self._closed = False
        if path and restart:
            self._check_unused()
            self._delete()
        found = bool(path and path.exists())
        if found and not resume:
            raise InputError(
                f"{self._name} is left from an interrupted run: add --resume to go on with it, or"
                " --restart to throw it away"
            )
        if path:
            _private(path)
        with self._told():
            # "" is a database in a temporary file of its own.
            self._base = sqlite3.connect(path or "", timeout=1, isolation_level=None)
            try:
                self._open(dict(fingerprint), found)
            except BaseException:
                self._base.close()
                raise

    def __enter__(self) -> Checkpoint:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        if self._closed:
            return
        empty = False
        try:
            self.commit()
            empty = error is not None and self.count()[0] == 0
        except SocoderError:
            if error is None:
                raise
        finally:
            self._base.close()
        if empty:  # nothing to go on with
            self._delete()

    def known(self, keys: Iterable[bytes]) -> Iterator[bytes]:
        """Those of the keys that are coded already."""
        with self._told():
            for key in keys:
                if self._base.execute("SELECT 1 FROM codings WHERE text=?", (key,)).fetchone():
                    yield key

    def coded(self, key: bytes) -> CodedRow | None:
        """The cells of a text, None if it is not coded."""
        return self._cells("codings", key)

    def store(self, coded: Iterable[tuple[bytes, bytes, CodedRow]]) -> None:
        """Take in codings: key of the text, key of the title, cells."""
        rows = ((key, title, json.dumps(row.cells)) for key, title, row in coded)
        with self._told():
            self._begin()
            self._base.executemany(
                "INSERT OR REPLACE INTO codings (text, title, cells) VALUES (?, ?, ?)", rows
            )

    def commit(self) -> None:
        """On the disk for good when it returns."""
        with self._told():
            if self._base.in_transaction:
                self._base.execute("COMMIT")

    def count(self) -> tuple[int, int]:
        """Distinct texts and distinct titles."""
        query = "SELECT count(*), count(DISTINCT title) FROM codings"
        with self._told():
            texts, titles = self._base.execute(query).fetchone()
        return int(texts), int(titles)

    def remember(self, key: bytes, row: CodedRow) -> None:
        """Keep a settled coding of the previous file. Reviewed ones go before accepted ones; two
        codes of one rank for one text are in conflict, and neither is taken over."""
        found = self.settled(key)
        status = row.status
        if found is not None:
            if found.status == "conflict" and status != "reviewed":
                return
            if found.status == status and found.code != row.code:
                status = "conflict" if status != "reviewed" else "reviewed_conflict"
            elif found.status in ("reviewed", "reviewed_conflict") or found.status == status:
                return
        cells = json.dumps(row.cells)
        with self._told():
            self._begin()
            self._base.execute(
                "INSERT OR REPLACE INTO previous VALUES (?, ?, ?)", (key, status, cells)
            )

    def settled(self, key: bytes) -> CodedRow | None:
        """The settled coding of the previous file; its status may be one of conflict."""
        from dataclasses import replace

        with self._told():
            query = "SELECT status, cells FROM previous WHERE text=?"
            found = self._base.execute(query, (key,)).fetchone()
        return replace(CodedRow(*json.loads(found[1])), status=found[0]) if found else None

    def forget_heads(self) -> None:
        """Begin to count rows of texts anew, and to read the previous file anew."""
        with self._told():
            self._begin()
            self._base.execute("DELETE FROM heads")
            self._base.execute("DELETE FROM previous")

    def count_heads(self, counted: Iterable[tuple[bytes, int, int]]) -> None:
        """Add rows to texts: key, number of the first row, how many."""
        with self._told():
            self._begin()
            self._base.executemany(
                "INSERT INTO heads VALUES (?, ?, ?)"
                " ON CONFLICT (text) DO UPDATE SET rows = rows + excluded.rows",
                counted,
            )

    def heads(self, key: bytes) -> tuple[int, int]:
        """Number of the first row of a text, and how many rows have it."""
        with self._told():
            found = self._base.execute("SELECT first, rows FROM heads WHERE text=?", (key,))
            first, rows = found.fetchone() or (0, 0)
        return int(first), int(rows)

    def remove(self) -> None:
        """Close it and delete it: the output is there."""
        self._closed = True
        self._base.close()
        self._delete()

    @property
    def _name(self) -> str:
        return self.path.name if self.path else "the temporary file of the codings"

    def _open(self, fingerprint: dict[str, str], found: bool) -> None:
        base = self._base
        base.execute("PRAGMA locking_mode=EXCLUSIVE")
        # A log that is written before the file: a commit costs one flush of the disk.
        base.execute("PRAGMA journal_mode=WAL" if self.path else "PRAGMA journal_mode=OFF")
        base.execute("PRAGMA synchronous=FULL" if self.path else "PRAGMA synchronous=OFF")
        base.execute("PRAGMA cache_size=-65536")
        base.execute(f"PRAGMA wal_autocheckpoint={_LOG_PAGES}")
        base.execute("BEGIN IMMEDIATE")
        base.executescript(_TABLES)
        wanted = {"format": str(FORMAT), **fingerprint}
        stored = dict(base.execute("SELECT name, value FROM facts").fetchall())
        if found and stored:
            self._compare(stored, wanted)
            self.resumed = self.count()[0]
            return
        self._begin()
        base.executemany("INSERT OR REPLACE INTO facts VALUES (?, ?)", wanted.items())
        self.commit()

    def _check_unused(self) -> None:
        """Raises InputError while another process writes to what is to be thrown away."""
        if not self.path or not self.path.is_file():
            return
        base = sqlite3.connect(self.path, timeout=1, isolation_level=None)
        try:
            base.execute("PRAGMA locking_mode=EXCLUSIVE")
            base.execute("BEGIN IMMEDIATE")
        except sqlite3.Error as error:
            code: Any = getattr(error, "sqlite_errorcode", 0) & 0xFF
            if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
                raise self._mended(error) from None  # a damaged one may go
        finally:
            base.close()

    def _compare(self, stored: dict[str, str], wanted: dict[str, str]) -> None:
        changed = [name for name, value in wanted.items() if stored.get(name) != value]
        if changed:
            what = ", ".join(_PARTS.get(name, name) for name in changed)
            raise InputError(
                f"{self._name} cannot be gone on with: {what} changed since; put that back, or give"
                " --restart to throw the codings away and begin anew"
            )

    def _cells(self, table: str, key: bytes) -> CodedRow | None:
        with self._told():
            query = f"SELECT cells FROM {table} WHERE text=?"
            found = self._base.execute(query, (key,)).fetchone()
        return CodedRow(*json.loads(found[0])) if found else None

    def _begin(self) -> None:
        if not self._base.in_transaction:
            self._base.execute("BEGIN")

    def _delete(self) -> None:
        if self.path:
            for suffix in ("", "-wal", "-shm", "-journal"):
                own = self.path.with_name(self.path.name + suffix)
                try:
                    own.unlink(missing_ok=True)
                except OSError as error:
                    raise OutputError(unwritable(own, error)) from None

    @contextmanager
    def _told(self) -> Iterator[None]:
        """SQLite's errors in one line each."""
        try:
            yield
        except sqlite3.Error as error:
            raise self._mended(error) from None

    def _mended(self, error: sqlite3.Error) -> Exception:
        code: Any = getattr(error, "sqlite_errorcode", 0) & 0xFF
        if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            return InputError(f"{self._name} is in use: another socoder bulk writes this output")
        if code == sqlite3.SQLITE_FULL:
            return OutputError(f"{self._name}: the disk is full: make room and go on with --resume")
        if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
            return InputError(f"{self._name} is damaged: give --restart to begin anew")
        if code in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM):
            assert self.path is not None
            import errno

            folder = self.path.parent
            number = errno.EACCES if folder.is_dir() else errno.ENOENT
            return OutputError(unwritable(self.path, OSError(number, "")))
        return OutputError(
            f"{self._name} cannot be written ({type(error).__name__}): see to the disk, then go on"
            " with --resume"
        )


def _private(path: Path) -> None:
    """Make the file for its owner alone before SQLite does, whose log takes on its permissions."""
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    except OSError as error:
        raise OutputError(unwritable(path, error)) from None
