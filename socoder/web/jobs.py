"""Bulk runs of the server: an uploaded table in, the coded table out."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from socoder.errors import InputError
from socoder.web.bulk_worker import FAULT
from socoder.web.job_line import Job, JobLine, shown_name
from socoder.web.uploads import store, table_ending

FORMATS = (".csv", ".xlsx", ".parquet")
_PARTS = {"result": "", "rejects": ".rejects.csv", "summary": ".summary.json", "changes": ".changes.csv"}  # fmt: skip


@dataclass(slots=True, kw_only=True)
class BulkJob(Job):
    """One uploaded table; the summary is that of the run."""

    target: Path
    rows: int = 0
    seconds_left: float | None = None
    summary: dict[str, Any] = field(default_factory=dict)
    in_review: str = ""

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


class Jobs(JobLine[BulkJob]):
    """All bulk jobs of one server."""

    module = "socoder.web.bulk_worker"
    fault = FAULT

    def add(
        self, upload: BinaryIO, name: str, options: dict[str, Any], ending: str = "",
        owner: str = "",
    ) -> BulkJob:  # fmt: skip
        """Take a table in and put it in the line. `ending` is the format to write, "" that of the
        table. Raises InputError for what is no table; nothing of it is kept then."""
        if ending and ending not in FORMATS:
            raise InputError(f"the format to write must be one of {', '.join(FORMATS)}")
        with self._new_folder() as folder:
            raw = folder / "upload"
            store(upload, raw)
            found = table_ending(raw)
            source = raw.rename(folder / f"table{found}")
        job = BulkJob(
            id=secrets.token_urlsafe(16), name=shown_name(name), folder=folder, sources=(source,),
            owner=owner, target=folder / f"coded{ending or found}",
        )  # fmt: skip
        return self._enter(
            job, {"source": str(source), "target": str(job.target), "options": options}
        )

    def _progress(self, job: BulkJob, told: dict[str, Any]) -> None:
        job.step, job.share, job.rows = told["step"], told["share"], told["rows"]
        job.seconds_left = told["seconds_left"]

    def _ended(self, job: BulkJob, end: dict[str, Any]) -> bool:
        job.summary = end.get("summary", {})
        return "summary" in end
