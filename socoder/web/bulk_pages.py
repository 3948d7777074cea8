"""The Bulk page: a table in, its progress, the coded table out, and on to the review desk."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from anyio.to_thread import run_sync
from fastapi import APIRouter, Request, Response
from fastapi.responses import FileResponse, RedirectResponse

from socoder.errors import InputError
from socoder.records import POLICIES
from socoder.web.code_form import checked_policy
from socoder.web.forms import chosen_file, sent
from socoder.web.jobs import BulkJob, Jobs
from socoder.web.rendering import page

if TYPE_CHECKING:
    from collections.abc import Mapping

    from socoder.web.desk import Desk
    from socoder.web.settings import WebSettings

router = APIRouter(include_in_schema=False)
TYPES = {
    ".csv": "text/csv", ".json": "application/json",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".parquet": "application/vnd.apache.parquet",
}  # fmt: skip
_COLUMNS = ("title_column", "description_column", "department_column", "sheet")
_SWITCHES = ("excel", "drop_personal", "overwrite_soc")


@router.get("/bulk")
async def overview(request: Request) -> Response:
    """The form, and the jobs that there are."""
    return _overview(request)


@router.post("/bulk")
async def upload(request: Request) -> Response:
    """Take a table in and show how it goes."""
    try:
        async with sent(request) as form:
            file = chosen_file(form, "table")
            options = bulk_options(form.fields, request.app.state.settings)
            ending = form.fields.get("format", "")
            jobs, owner = _jobs(request), _owner(request) or ""
            job = await run_sync(jobs.add, file.file, file.filename or "", options, ending, owner)
    except InputError as error:
        return _overview(request, f"{str(error)[:1].upper()}{str(error)[1:]}.", 422)
    return RedirectResponse(f"/bulk/{job.id}", 303)


@router.get("/bulk/{key}")
async def one_job(request: Request, key: str) -> Response:
    """How far a job is, and what came of it."""
    return page(request, "bulk_job.html", job=_jobs(request).get(key))


@router.get("/bulk/{key}/{part}")
async def download(request: Request, key: str, part: str) -> Response:
    """A file of a finished job."""
    return file_of(_jobs(request).get(key), part)


@router.post("/bulk/{key}/review")
async def send_to_review(request: Request, key: str) -> Response:
    """Bring the coded table to the desk."""
    job, desk = _jobs(request).get(key), _desk(request)
    said = await run_sync(to_review, job, desk)
    job.in_review = said
    return RedirectResponse(f"/bulk/{key}", 303)


@router.post("/bulk/{key}/remove")
async def remove(request: Request, key: str) -> Response:
    """Stop a job and remove its files."""
    await run_sync(_jobs(request).remove, key)
    return RedirectResponse("/bulk", 303)


def bulk_options(fields: Mapping[str, str], settings: WebSettings) -> dict[str, Any]:
    """The fields of BulkOptions that a form sets. Raises InputError for an unknown policy and for a
    name that is too long."""
    options: dict[str, Any] = {name: fields.get(name, "").strip() for name in _COLUMNS}
    if any(len(each) > 200 for each in options.values()):
        raise InputError("the name of a column is too long: give it as it stands in the table")
    options["policy"] = checked_policy(fields.get("policy", "guideline"))
    options.update({name: fields.get(name, "") not in ("", "false") for name in _SWITCHES})
    options["jobs"] = 1
    if settings.bundle:
        options["bundle"] = str(settings.bundle)
    return options


def to_review(job: BulkJob, desk: Desk) -> str:
    """Import the result of a job; what became of it, in a sentence. Raises InputError for a job
    that is not done."""
    done = desk.import_table(job.part("result"), job.name)
    if not done.new:
        return "This table is at the desk already."
    return f"{done.queued:,} items wait at the desk, {done.decided:,} were decided before."


def file_of(job: BulkJob, part: str) -> FileResponse:
    """A file of a job as a download, under the name that the upload had."""
    path = job.part(part)
    stem = Path(job.name).stem
    ends = {"result": f"-coded{path.suffix}", "rejects": "-rejects.csv"}
    name = stem + ends.get(part, f"-{part}{path.suffix}")
    return FileResponse(path, media_type=TYPES.get(path.suffix), filename=name)


def _overview(request: Request, error: str = "", status: int = 200) -> Response:
    return page(
        request, "bulk.html", status, jobs=_jobs(request).listed(_owner(request)), error=error,
        policies=POLICIES, most=request.app.state.settings.max_table,
    )  # fmt: skip


def _owner(request: Request) -> str | None:
    """Whose jobs are listed: on this machine everybody's, elsewhere those of the session."""
    if request.app.state.settings.on_loopback:
        return None
    session = request.scope["session"]
    return session.key if session else "-"


def _jobs(request: Request) -> Jobs:
    jobs: Jobs = request.app.state.jobs
    return jobs


def _desk(request: Request) -> Desk:
    desk: Desk = request.app.state.desk
    return desk
