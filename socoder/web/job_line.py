"""Work on uploaded tables: one job at a time, each in a process of its own and a folder of its own."""

from __future__ import annotations

import json
import re
import secrets
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, Generic, Literal, TypeVar

from socoder.errors import InputError

State = Literal["waiting", "running", "done", "failed", "stopped"]
KEPT = 20  # jobs; the oldest finished one goes first
KEPT_FOR = 24 * 3600.0  # seconds after which a finished job and its files are removed
FAULT = "this file could not be worked on: that is a fault of socoder, please report it"
_NAME = re.compile(r"[^\w \-().]+")


@dataclass(slots=True, kw_only=True)
class Job:
    """Work on uploaded tables. `name` is what a person called the table, for show only; `owner` the
    session that may see it in its list. `share` of the `step` is done; `sources` are the uploads,
    which are removed as soon as the job is over."""

    id: str
    name: str
    folder: Path
    sources: tuple[Path, ...]
    owner: str = ""
    state: State = "waiting"
    step: str = ""
    share: float = 0.0
    error: str = ""
    made: float = field(default_factory=time.time)

    @property
    def over(self) -> bool:
        """Whether nothing more will happen to it."""
        return self.state in ("done", "failed", "stopped")


J = TypeVar("J", bound=Job)


class JobLine(Generic[J]):
    """Jobs of one kind on one server; their files lie in `folder`, which must be private.

    A kind names the `module` that is run with an order (JSON) on standard input and answers with
    lines of JSON: {"progress": …} while it works, at the end what `_ended` understands or
    {"error": one line}. A job that takes longer than `longest` seconds is stopped."""

    module: ClassVar[str]
    fault: ClassVar[str] = FAULT
    longest: ClassVar[float | None] = None
    too_long: ClassVar[str] = ""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._jobs: dict[str, J] = {}
        self._processes: dict[str, subprocess.Popen[str]] = {}
        self._lock = threading.Lock()
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="socoder-jobs")

    def _progress(self, job: J, told: dict[str, Any]) -> None:
        job.step, job.share = told["step"], told["share"]

    def _ended(self, job: J, end: dict[str, Any]) -> bool:
        """Keep what came of a job; False where `end` is no result."""
        raise NotImplementedError

    @contextmanager
    def _new_folder(self) -> Iterator[Path]:
        """A folder for a new job, removed again if what is put there is refused."""
        self._tidy()
        folder = self._folder / secrets.token_hex(8)
        folder.mkdir(mode=0o700)
        try:
            yield folder
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise

    def _enter(self, job: J, order: dict[str, Any]) -> J:
        with self._lock:
            self._jobs[job.id] = job
        self._thread.submit(self._run, job, order)
        return job

    def get(self, key: str) -> J:
        """The job of this id. Raises InputError if there is none (any more)."""
        self._drop_old()
        with self._lock:
            if key in self._jobs:
                return self._jobs[key]
        raise InputError("there is no such job: finished ones are removed after a day")

    def listed(self, owner: str | None) -> list[J]:
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

    def _run(self, job: J, order: dict[str, Any]) -> None:
        with self._lock:
            if job.state != "waiting":
                shutil.rmtree(job.folder, ignore_errors=True)
                return
            process = subprocess.Popen(
                [sys.executable, "-m", self.module],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
            )  # fmt: skip
            self._processes[job.id] = process
            job.state = "running"
        end: dict[str, Any] = {}
        late = self._stop_if_late(process)
        try:
            assert process.stdin and process.stdout
            with process.stdin as pipe:
                json.dump(order, pipe)
            for line in process.stdout:
                end = json.loads(line)
                if told := end.get("progress"):
                    self._progress(job, told)
            process.wait()
        except (OSError, ValueError):
            end = {}
        finally:
            process.kill()
            process.wait()
        self._finish(job, {"error": self.too_long} if late() else end)

    def _stop_if_late(self, process: subprocess.Popen[str]) -> Any:
        """Kill the process when its time is over. Returns a function that ends the watch and says
        whether that happened."""
        if self.longest is None:
            return lambda: False
        rang = threading.Event()

        def ring() -> None:
            rang.set()
            process.kill()

        timer = threading.Timer(self.longest, ring)
        timer.daemon = True
        timer.start()

        def late() -> bool:
            timer.cancel()
            return rang.is_set()

        return late

    def _finish(self, job: J, end: dict[str, Any]) -> None:
        with self._lock:
            self._processes.pop(job.id, None)
            if job.state == "stopped":
                shutil.rmtree(job.folder, ignore_errors=True)
            elif self._ended(job, end):
                job.share, job.state = 1.0, "done"
            else:
                job.error, job.state = str(end.get("error") or self.fault), "failed"
                for source in job.sources:
                    job.error = job.error.replace(source.name, f"the {source.stem} table")
                job.error = job.error.replace("the table table", "the table")
            for source in job.sources:
                source.unlink(missing_ok=True)

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

    def _drop(self, jobs: list[J]) -> None:
        """Forget jobs and remove their files; the lock is held."""
        for job in jobs:
            del self._jobs[job.id]
            shutil.rmtree(job.folder, ignore_errors=True)


def shown_name(name: str) -> str:
    """A file's name for show: its last part without anything odd, at most 80 characters."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    return _NAME.sub("_", last).strip(" .")[:80] or "table"
