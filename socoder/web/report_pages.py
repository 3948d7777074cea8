"""The Reports page: coded tables in, a report as a page of this site and as files out."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from anyio.to_thread import run_sync
from fastapi import APIRouter, Request, Response
from fastapi.responses import FileResponse, RedirectResponse
from markupsafe import Markup

from socoder.errors import InputError
from socoder.web.forms import Sent, sent
from socoder.web.rendering import page
from socoder.web.report_forms import (
    REPORTS,
    ReportKind,
    missing,
    report_kind,
    report_options,
    roles,
    states,
)
from socoder.web.report_jobs import ReportJob, ReportJobs

if TYPE_CHECKING:
    from socoder.web.settings import WebSettings

router = APIRouter(include_in_schema=False)
MOST_FILES = 3
TYPES = {
    ".html": "text/html", ".zip": "application/zip",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}  # fmt: skip
_ENDS = {"html": "", "xlsx": "", "csv": "-tables", "proposal": "-proposal"}


@router.get("/reports")
async def overview(request: Request) -> Response:
    """Which reports there are, and those that were made."""
    made = report_line(request).listed(owner(request))
    return page(request, "reports.html", kinds=tuple(REPORTS.values()), jobs=made)


@router.get("/reports/{kind}")
async def form(request: Request, kind: str) -> Response:
    """The form of a report."""
    return _form(request, report_kind(kind), {})


@router.post("/reports/{kind}")
async def make(request: Request, kind: str) -> Response:
    """Take the tables in and show how it goes."""
    wanted, fields = report_kind(kind), {}
    try:
        async with sent(request, MOST_FILES) as form:
            fields = form.fields
            options = report_options(wanted, fields)
            line, who = report_line(request), owner(request) or ""
            job = await run_sync(line.add, wanted, uploads(form), options, who)
    except InputError as error:
        said = f"{str(error)[:1].upper()}{str(error)[1:]}."
        return _form(request, wanted, fields or {"again": "1"}, said, 422)
    return RedirectResponse(f"/reports/made/{job.id}", 303)


@router.get("/reports/made/{key}")
async def show(request: Request, key: str) -> Response:
    """How far a report is, and the report itself."""
    job = report_line(request).get(key)
    # Every text in it was escaped when it was made (socoder/reports/page.py).
    body = Markup(await run_sync(job.body)) if job.state == "done" else ""
    return page(request, "report.html", job=job, body=body)


@router.get("/reports/made/{key}/{part}")
async def download(request: Request, key: str, part: str) -> Response:
    """A file of a report."""
    return report_file(report_line(request).get(key), part)


@router.post("/reports/made/{key}/remove")
async def remove(request: Request, key: str) -> Response:
    """Stop a report and remove its files."""
    await run_sync(report_line(request).remove, key)
    return RedirectResponse("/reports", 303)


def uploads(form: Sent) -> dict[str, tuple[str, BinaryIO]]:
    """The files of a form, by what they are: their names and contents."""
    return {name: (file.filename or "", file.file) for name, file in form.files.items()}


def report_file(job: ReportJob, part: str) -> FileResponse:
    """A file of a report as a download, named after the table. Raises InputError for one that is
    not there."""
    path = job.part(part)
    name = f"{Path(job.name).stem}-{job.kind.id}{_ENDS[part]}{path.suffix}"
    return FileResponse(path, media_type=TYPES[path.suffix], filename=name)


def report_line(request: Request) -> ReportJobs:
    """The reports of this server."""
    line: ReportJobs = request.app.state.reports
    return line


def owner(request: Request) -> str | None:
    """Whose reports are listed: on this machine everybody's, elsewhere those of the session."""
    if request.app.state.settings.on_loopback:
        return None
    session = request.scope["session"]
    return session.key if session else "-"


def _form(
    request: Request, kind: ReportKind, fields: Mapping[str, str], error: str = "", status: int = 200
) -> Response:  # fmt: skip
    settings: WebSettings = request.app.state.settings
    lacking = missing(kind)
    return page(
        request, "report_form.html", status, kind=kind, error=error, lacking=lacking,
        asked=fields, on=_switches(fields, lacking), states=states(), roles=roles(),
        most=settings.max_table,
    )  # fmt: skip


def _switches(fields: Mapping[str, str], lacking: Mapping[str, str]) -> dict[str, Any]:
    """Which boxes are ticked: at first all that can be, afterwards those that were."""
    first = {"wages": True, "plots": True, "coding": True, "budget": False}
    found = {name: name in fields if fields else tick for name, tick in first.items()}
    return {name: ticked and name not in lacking for name, ticked in found.items()}
