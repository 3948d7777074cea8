"""Reports of the JSON API: coded tables in, its progress, the report as files out."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from anyio.to_thread import run_sync
from fastapi import APIRouter, File, Form, HTTPException, Request, Response, UploadFile
from fastapi.responses import FileResponse
from pydantic import BaseModel, Field

from socoder.errors import InputError
from socoder.web.api import REFUSALS, Problem
from socoder.web.report_forms import Kind, report_kind, report_options
from socoder.web.report_jobs import ReportJob
from socoder.web.report_pages import TYPES, owner, report_file, report_line

router = APIRouter(prefix="/api/v1/reports", tags=["reports"])
_NO_REPORT: dict[int | str, dict[str, Any]] = {
    **REFUSALS,
    404: {"model": Problem, "description": "No such report, or no such file of it."},
}
_NOT_DONE: dict[int | str, dict[str, Any]] = {
    **_NO_REPORT,
    409: {"model": Problem, "description": "The report is not done."},
}


class ReportState(BaseModel):
    """One report; `files` can be fetched. `to_do` is about the uploaded table and for whoever made
    the report: the report is safe to pass on, these lines may not be."""

    id: str
    kind: Kind
    name: str
    state: Literal["waiting", "running", "done", "failed", "stopped"]
    step: str
    error: str
    title: str
    files: list[str]
    to_do: list[str] = Field(description="Rows that could not be used, and rows still open.")


@router.post("", status_code=202, responses=REFUSALS)
async def make(
    request: Request,
    kind: Annotated[Kind, Form()],
    coded: Annotated[UploadFile, File(description="Coded positions; for a title map, titles.")],
    services: Annotated[UploadFile | None, File(description="Funding: billed services.")] = None,
    crosswalk: Annotated[
        UploadFile | None, File(description="Funding: service codes of one's own, TOML.")
    ] = None,
    by: Annotated[Literal["site,program", "site", "program", "none"], Form()] = "site,program",
    threshold: Annotated[int, Form(ge=3, le=999_999)] = 5,
    state: Annotated[str, Form(max_length=2, description="Postal code; nation only: empty.")] = "",
    split: Annotated[Literal["time", "even", "code"], Form()] = "time",
    budget: Annotated[bool, Form()] = False,
    hours: Annotated[float, Form(ge=1, le=8784, allow_inf_nan=False)] = 2080,
    raise_percent: Annotated[float, Form(ge=-99, le=100, allow_inf_nan=False)] = 0,
    benefits_percent: Annotated[float, Form(ge=0, le=200, allow_inf_nan=False)] = 0,
    coding: Annotated[bool, Form(description="Funding: code descriptions to find duties.")] = True,
    wages: Annotated[bool, Form()] = True,
    plots: Annotated[bool, Form()] = True,
    proposal: Annotated[str, Form(max_length=200, description="Roles: a role tag.")] = "",
    sheet: Annotated[str, Form(max_length=200)] = "",
    service_sheet: Annotated[str, Form(max_length=200)] = "",
) -> ReportState:
    """Take tables in; the report is made as soon as those before it are."""
    fields = {
        "by": by, "threshold": str(threshold), "state": state, "split": split,
        "budget": "1" * budget, "hours": repr(hours), "raise": repr(raise_percent),
        "benefits": repr(benefits_percent), "coding": "1" * coding, "wages": "1" * wages,
        "plots": "1" * plots, "proposal": proposal, "sheet": sheet, "service_sheet": service_sheet,
    }  # fmt: skip
    wanted = report_kind(kind)
    options = report_options(wanted, fields)
    given = {"coded": coded, "services": services, "crosswalk": crosswalk}
    files = {name: (each.filename or "", each.file) for name, each in given.items() if each}
    job = await run_sync(report_line(request).add, wanted, files, options, owner(request) or "")
    return _state(job)


@router.get("/{key}", responses=_NO_REPORT)
async def one_report(request: Request, key: str) -> ReportState:
    """How far a report is."""
    return _state(_job(request, key))


@router.get(
    "/{key}/{part}",
    response_class=FileResponse,
    responses={
        **_NOT_DONE,
        200: {
            "description": "The file; csv and proposal are ZIP files.",
            "content": {type_: {"schema": {"type": "string", "format": "binary"}} for type_ in TYPES.values()},
        },
    },
)  # fmt: skip
async def download(
    request: Request, key: str, part: Literal["html", "xlsx", "csv", "proposal"]
) -> FileResponse:
    """A file of a finished report."""
    job = _job(request, key)
    if job.state != "done":
        raise HTTPException(409, f"the report is {job.state}: its files are there when it is done")
    try:
        return report_file(job, part)
    except InputError as error:
        raise HTTPException(404, str(error)) from None


@router.delete("/{key}", status_code=204, responses=_NO_REPORT)
async def remove(request: Request, key: str) -> Response:
    """Stop a report and remove its files."""
    job = _job(request, key)
    await run_sync(report_line(request).remove, job.id)
    return Response(status_code=204)


def _job(request: Request, key: str) -> ReportJob:
    try:
        return report_line(request).get(key)
    except InputError as error:
        raise HTTPException(404, str(error)) from None


def _state(job: ReportJob) -> ReportState:
    return ReportState(
        id=job.id, kind=job.kind.id, name=job.name, state=job.state, step=job.step,
        error=job.error, title=job.title, files=job.parts, to_do=job.to_do,
    )  # fmt: skip
