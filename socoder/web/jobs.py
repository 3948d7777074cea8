"""Bulk runs of the server: one at a time, each in a process of its own and in a folder of its own."""

from __future__ import annotations

import json
import re
import secrets
import shutil
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, Literal

from socoder.errors import InputError
from socoder.web.bulk_worker import FAULT
from socoder.web.uploads import store, table_ending

State = Literal["waiting", "running", "done", "failed", "stopped"]
FORMATS = (".csv", ".xlsx", ".parquet")
KEPT = 20  # jobs; the oldest finished one goes first
KEPT_FOR = 24 * 3600.0  # seconds after which a finished job and its files are removed
_PARTS = {"result": "", "rejects": ".rejects.csv", "summary": ".summary.json", "changes": ".changes.csv"}  # fmt: skip
_NAME = re.compile(r"[^\w \-().]+")


@dataclass(slots=True)
class BulkJob:
    """One uploaded table. `name` is what a person called it, for show only; `owner` the session
    that may see it in its list. `share` of the `step` is done; the summary is that of the run."""

    id: str
    name: str
    folder: Path
    source: Path
    target: Path
    owner: str = ""
    state: State = "waiting"
    step: str = ""
    share: float = 0.0
    rows: int = 0
    seconds_left: float | None = None
    error: str = ""
    summary: dict[str, Any] = field(default_factory=dict)
    in_review: str = ""
    made: float = field(default_factory=time.time)

    @property
    def over(self) -> bool:
        """Whether nothing more will happen to it."""
        return self.state in ("done", "failed", "stopped")

    def part(self, name: str) -> Path:
        """The file of a finished job: "result", "rejects", "summary" or "changes". Raises
        InputError for one that is not there."""
        if name in _PARTS and self.state == "done":
            path = self.target.with_name(self.target.name + _PARTS[name])
            if path.is_file():
                return path
        raise InputError("there is no such file of this job")

    @property
    def parts(self) -> list[str]:
        """The names of the files that are there."""
        if self.state != "done":
            return []
        return [
            name
            for name, end in _PARTS.items()
            if self.target.with_name(self.target.name + end).is_file()
        ]


class Jobs:
    """All bulk jobs of one server; their files lie in `folder`, which must be private."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._jobs: dict[str, BulkJob] = {}
        self._processes: dict[str, subprocess.Popen[str]] = {}
        self._lock = threading.Lock()
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="socoder-bulk")

    def add(
        self, upload: BinaryIO, name: str, options: dict[str, Any], ending: str = "",
        owner: str = "",
    ) -> BulkJob:  # fmt: skip
        """Take a table in and put it in the line. `ending` is the format to write, "" that of the
        table. Raises InputError for what is no table; nothing of it is kept then."""
        if ending and ending not in FORMATS:
            raise InputError(f"the format to write must be one of {', '.join(FORMATS)}")
        self._tidy()
        key = secrets.token_urlsafe(16)
        folder = self._folder / secrets.token_hex(8)
        folder.mkdir(mode=0o700)
        try:
            raw = folder / "upload"
            store(upload, raw)
            found = table_ending(raw)
            source = raw.rename(folder / f"table{found}")
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        target = folder / f"coded{ending or found}"
        job = BulkJob(key, shown_name(name), folder, source, target, owner)
        with self._lock:
            self._jobs[key] = job
        self._thread.submit(self._run, job, options)
        return job

    def get(self, key: str) -> BulkJob:
        """The job of this id. Raises InputError if there is none (any more)."""
        self._drop_old()
        with self._lock:
            if key in self._jobs:
                return self._jobs[key]
        raise InputError("there is no such job: finished ones are removed after a day")

    def listed(self, owner: str | None) -> list[BulkJob]:
        """The jobs of an owner, the latest first; all of them for None."""
        self._drop_old()
        with self._lock:
            found = [job for job in self._jobs.values() if owner is None or job.owner == owner]
        return found[::-1]

    def remove(self, key: str) -> None:
        """Stop a job and remove its files."""
        job = self.get(key)
        with self._lock:
            process = self._processes.get(key)
            if not job.over:
                job.state = "stopped"
            del self._jobs[key]
        if process:
            process.kill()
        else:
            shutil.rmtree(job.folder, ignore_errors=True)

    def close(self) -> None:
        """Stop all that runs."""
        with self._lock:
            for job in self._jobs.values():
                if not job.over:
                    job.state = "stopped"
            running = list(self._processes.values())
        for process in running:
            process.kill()
        self._thread.shutdown(wait=True, cancel_futures=True)

    def _run(self, job: BulkJob, options: dict[str, Any]) -> None:
        with self._lock:
            if job.state != "waiting":
                shutil.rmtree(job.folder, ignore_errors=True)
                return
            process = subprocess.Popen(
                [sys.executable, "-m", "socoder.web.bulk_worker"],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
            )  # fmt: skip
            self._processes[job.id] = process
            job.state = "running"
        end: dict[str, Any] = {}
        try:
            assert process.stdin and process.stdout
            order = {"source": str(job.source), "target": str(job.target), "options": options}
            with process.stdin as pipe:
                json.dump(order, pipe)
            for line in process.stdout:
                end = json.loads(line)
                if told := end.get("progress"):
                    job.step, job.share, job.rows = told["step"], told["share"], told["rows"]
                    job.seconds_left = told["seconds_left"]
            process.wait()
        except (OSError, ValueError):
            end = {}
        finally:
            process.kill()
            process.wait()
        self._finish(job, end)

    def _finish(self, job: BulkJob, end: dict[str, Any]) -> None:
        with self._lock:
            self._processes.pop(job.id, None)
            removed = job.state == "stopped"
            if removed:
                shutil.rmtree(job.folder, ignore_errors=True)
            elif "summary" in end:
                job.summary, job.share, job.state = end["summary"], 1.0, "done"
            else:
                job.error, job.state = str(end.get("error") or FAULT), "failed"
                job.error = job.error.replace(job.source.name, "the table")
            job.source.unlink(missing_ok=True)

    def _tidy(self) -> None:
        """Remove what is old, and the oldest where there are too many. Raises InputError where
        all that are kept still wait."""
        self._drop_old()
        with self._lock:
            over = [job for job in self._jobs.values() if job.over]
            self._drop(over[: max(len(self._jobs) - KEPT + 1, 0)])
            if len(self._jobs) >= KEPT:
                raise InputError("too many tables are waiting: try again when some are done")

    def _drop_old(self) -> None:
        with self._lock:
            now = time.time()
            self._drop([j for j in self._jobs.values() if j.over and now - j.made > KEPT_FOR])

    def _drop(self, jobs: list[BulkJob]) -> None:
        """Forget jobs and remove their files; the lock is held."""
        for job in jobs:
            del self._jobs[job.id]
            shutil.rmtree(job.folder, ignore_errors=True)


def shown_name(name: str) -> str:
    """A file's name for show: its last part without anything odd, at most 80 characters."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    return _NAME.sub("_", last).strip(" .")[:80] or "table"
