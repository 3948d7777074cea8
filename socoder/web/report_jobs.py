"""Reports of the server: uploaded tables in, a report as a page and as files out."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from socoder.errors import InputError
from socoder.web.job_line import Job, JobLine, shown_name
from socoder.web.report_forms import ReportKind
from socoder.web.report_worker import FAULT
from socoder.web.uploads import store, table_ending

LONGEST = 600.0  # seconds for one report
MOST_CROSSWALK = 1_000_000  # bytes of a file of service codes
FILES = {
    "html": "report.html", "xlsx": "report.xlsx", "csv": "tables.zip", "proposal": "proposal.zip",
}  # fmt: skip


@dataclass(slots=True, kw_only=True)
class ReportJob(Job):
    """One report. `to_do` are lines about the uploaded table for whoever made the report: they
    may give small groups away and are in none of its files."""

    kind: ReportKind
    title: str = ""
    to_do: list[str] = field(default_factory=list)

    def part(self, name: str) -> Path:
        """The file of a finished report: "html", "xlsx", "csv" (a ZIP file) or "proposal". Raises
        InputError for one that is not there."""
        if name in FILES and self.state == "done":
            path = self.folder / FILES[name]
            if path.is_file():
                return path
        raise InputError("there is no such file of this report")

    @property
    def parts(self) -> list[str]:
        """The names of the files that are there."""
        if self.state != "done":
            return []
        return [name for name, file in FILES.items() if (self.folder / file).is_file()]

    def body(self) -> str:
        """What the page shows: HTML of the report, in which everything is escaped."""
        return (self.folder / "body.html").read_text(encoding="utf-8")


class ReportJobs(JobLine[ReportJob]):
    """All reports of one server. `bundle` is another model bundle than the shipped one."""

    module = "socoder.web.report_worker"
    fault = FAULT
    longest = LONGEST
    too_long = (
        f"the report took longer than {LONGEST / 60:.0f} minutes and was stopped: count by fewer"
        " places, or make it with `socoder report` on the command line, which has no limit"
    )

    def __init__(self, folder: Path, bundle: Path | None = None) -> None:
        super().__init__(folder)
        self._bundle = bundle

    def add(
        self,
        kind: ReportKind,
        uploads: Mapping[str, tuple[str, BinaryIO]],
        options: dict[str, Any],
        owner: str = "",
    ) -> ReportJob:
        """Take tables in (`coded`, for funding `services` and perhaps `crosswalk`; name and content
        of each) and put the report in the line. Raises InputError for a table that is missing or
        none; nothing is kept then."""
        wanted = ("services", "coded") if kind.id == "funding" else ("coded",)
        for name in wanted:
            if name not in uploads:
                which = "of services" if name == "services" else "of positions"
                raise InputError(f"the table {which} was not chosen: choose it first")
        with self._new_folder() as folder:
            files = {name: _table(uploads[name][1], folder, name) for name in wanted}
            if kind.id == "funding" and "crosswalk" in uploads:
                files["crosswalk"] = _crosswalk(uploads["crosswalk"][1], folder)
        name = shown_name(uploads["coded"][0])
        job = ReportJob(
            id=secrets.token_urlsafe(16), name=name, folder=folder, sources=tuple(files.values()),
            owner=owner, kind=kind,
        )  # fmt: skip
        order = {
            "kind": kind.id, "folder": str(folder), "name": name, "options": options,
            "names": {files[key].name: shown_name(uploads[key][0]) for key in wanted},
            "bundle": str(self._bundle or ""), **{key: str(path) for key, path in files.items()},
        }  # fmt: skip
        return self._enter(job, order)

    def _ended(self, job: ReportJob, end: dict[str, Any]) -> bool:
        made = end.get("report")
        if made:
            job.title, job.to_do = made["title"], made["to_do"]
        return bool(made)


def _table(upload: BinaryIO, folder: Path, name: str) -> Path:
    raw = folder / "upload"
    store(upload, raw)
    try:
        return raw.rename(folder / f"{name}{table_ending(raw)}")
    except InputError as error:
        which = "services" if name == "services" else "positions"
        raise InputError(f"the table of {which}: {error}") from None


def _crosswalk(upload: BinaryIO, folder: Path) -> Path:
    target = folder / "crosswalk.toml"
    if store(upload, target) > MOST_CROSSWALK:
        raise InputError("the file of service codes is too large: at most 1 MB is taken")
    try:
        target.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise InputError("the file of service codes is no text: give a .toml file") from None
    return target
