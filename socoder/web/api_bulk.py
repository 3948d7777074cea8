"""Bulk jobs of the JSON API: a table in, its progress, the coded table out."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from anyio.to_thread import run_sync
from fastapi import APIRouter, File, Form, HTTPException, Request, Response, UploadFile
from fastapi.responses import FileResponse
from pydantic import BaseModel, Field

from socoder.errors import InputError
from socoder.records import Policy
from socoder.web.api import REFUSALS, Problem
from socoder.web.bulk_pages import TYPES, bulk_options, file_of, to_review
from socoder.web.jobs import BulkJob, Jobs

router = APIRouter(prefix="/api/v1/bulk", tags=["bulk"])
_NO_JOB: dict[int | str, dict[str, Any]] = {
    **REFUSALS,
    404: {"model": Problem, "description": "No such job, or no such file of it."},
}
_NOT_DONE: dict[int | str, dict[str, Any]] = {
    **_NO_JOB,
    409: {"model": Problem, "description": "The job is not done."},
}


class JobState(BaseModel):
    """One uploaded table: `share` (0–1) of the `step` is done; `files` can be fetched."""

    id: str
    name: str
    state: Literal["waiting", "running", "done", "failed", "stopped"]
    step: str
    share: float
    rows: int
    error: str
    files: list[str]
    summary: dict[str, Any] = Field(description="socoder.bulk/1, when done")


class Sent(BaseModel):
    """What became of a table at the review desk."""

    detail: str


@router.post("", status_code=202, responses=REFUSALS)
async def upload(
    request: Request,
    table: Annotated[UploadFile, File(description="CSV, TSV, XLSX or Parquet.")],
    title_column: Annotated[str, Form(max_length=200)] = "",
    description_column: Annotated[str, Form(max_length=200)] = "",
    department_column: Annotated[str, Form(max_length=200)] = "",
    sheet: Annotated[str, Form(max_length=200)] = "",
    policy: Annotated[Policy, Form()] = "guideline",
    format: Annotated[
        Literal["", ".csv", ".xlsx", ".parquet"], Form(description="What to write; as it came.")
    ] = "",
    drop_personal: Annotated[bool, Form()] = False,
    excel: Annotated[bool, Form()] = False,
    overwrite_soc: Annotated[bool, Form()] = False,
) -> JobState:
    """Take a table in; it is coded as soon as those before it are."""
    fields = {
        "title_column": title_column, "description_column": description_column,
        "department_column": department_column, "sheet": sheet, "policy": policy,
        "drop_personal": "1" * drop_personal, "excel": "1" * excel,
        "overwrite_soc": "1" * overwrite_soc,
    }  # fmt: skip
    options = bulk_options(fields, request.app.state.settings)
    session = request.scope["session"]
    owner = session.key if session else ""
    jobs: Jobs = request.app.state.jobs
    job = await run_sync(jobs.add, table.file, table.filename or "", options, format, owner)
    return _state(job)


@router.get("/{key}", responses=_NO_JOB)
async def one_job(request: Request, key: str) -> JobState:
    """How far a job is."""
    return _state(_job(request, key))


@router.get(
    "/{key}/{part}",
    response_class=FileResponse,
    responses={
        **_NOT_DONE,
        200: {
            "description": "The file.",
            "content": {kind: {"schema": {"type": "string", "format": "binary"}} for kind in TYPES.values()},
        },
    },
)  # fmt: skip
async def download(
    request: Request, key: str, part: Literal["result", "rejects", "summary", "changes"]
) -> FileResponse:
    """A file of a finished job."""
    job = _done(request, key)
    try:
        return file_of(job, part)
    except InputError as error:
        raise HTTPException(404, str(error)) from None


@router.post("/{key}/review", responses=_NOT_DONE)
async def send_to_review(request: Request, key: str) -> Sent:
    """Bring the coded table to the review desk; a second time changes nothing."""
    return Sent(detail=await run_sync(to_review, _done(request, key), request.app.state.desk))


@router.delete("/{key}", status_code=204, responses=_NO_JOB)
async def remove(request: Request, key: str) -> Response:
    """Stop a job and remove its files."""
    job = _job(request, key)
    await run_sync(request.app.state.jobs.remove, job.id)
    return Response(status_code=204)


def _job(request: Request, key: str) -> BulkJob:
    jobs: Jobs = request.app.state.jobs
    try:
        return jobs.get(key)
    except InputError as error:
        raise HTTPException(404, str(error)) from None


def _done(request: Request, key: str) -> BulkJob:
    job = _job(request, key)
    if job.state != "done":
        raise HTTPException(409, f"the job is {job.state}: its files are there when it is done")
    return job


def _state(job: BulkJob) -> JobState:
    return JobState(
        id=job.id, name=job.name, state=job.state, step=job.step, share=job.share, rows=job.rows,
        error=job.error, files=job.parts, summary=job.summary,
    )  # fmt: skip
