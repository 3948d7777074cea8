"""The application: pages, API and static files behind one guard."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException

from socoder import __version__
from socoder.errors import SocoderError
from socoder.web import (
    api,
    api_bulk,
    api_reports,
    api_review,
    bulk_pages,
    code_pages,
    progress_pages,
    report_pages,
    review_pages,
    sign_in,
)
from socoder.web.desk import Desk
from socoder.web.engine import BusyError, Engine
from socoder.web.jobs import Jobs
from socoder.web.rendering import FOLDER, page
from socoder.web.report_jobs import ReportJobs
from socoder.web.safety import API, Guard
from socoder.web.sessions import Sessions
from socoder.web.settings import WebSettings
from socoder.web.uploads import PrivateFolder

if TYPE_CHECKING:
    from socoder.coder import Coder


def create_app(settings: WebSettings, load: Callable[[], Coder]) -> FastAPI:
    """The application for uvicorn or a test. `load` gives the coder, when it is first needed.

    Raises InputError for settings that would open the server to others without a token."""
    settings.check()
    desk = Desk(settings.database)
    sessions = Sessions(desk.reviewer_of)
    app = FastAPI(
        title="socoder",
        version=__version__,
        description="US 2018 SOC codes for job titles and postings, with evidence.",
        openapi_url="/api/v1/openapi.json",
        docs_url=None,  # these two load scripts from elsewhere
        redoc_url=None,
        lifespan=_lifespan,
    )
    app.state.settings, app.state.sessions, app.state.desk = settings, sessions, desk
    app.state.engine = Engine(load, workers=settings.workers, bundle=settings.bundle)
    app.state.folder = PrivateFolder()
    app.state.jobs = Jobs(app.state.folder.path)
    app.state.reports = ReportJobs(app.state.folder.path, settings.bundle)
    app.add_middleware(Guard, settings=settings, sessions=sessions)
    app.mount("/static", StaticFiles(directory=FOLDER / "static"), name="static")
    for part in (
        code_pages,
        bulk_pages,
        review_pages,
        progress_pages,
        report_pages,
        sign_in,
        api,
        api_bulk,
        api_reports,
        api_review,
    ):
        app.include_router(part.router)
    app.add_api_route("/health", api.health, include_in_schema=False)
    app.add_exception_handler(SocoderError, _known_error)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(RequestValidationError, _invalid)
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    yield
    app.state.engine.close()
    app.state.jobs.close()
    app.state.reports.close()
    app.state.folder.close()
    app.state.desk.close()


async def _known_error(request: Request, error: Exception) -> Response:
    status = 503 if isinstance(error, BusyError) else 422
    headers = {"retry-after": "5"} if status == 503 else {}
    return _answer(request, status, str(error), headers)


async def _http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    said = str(error.detail)
    if error.status_code == 404 and said == "Not Found":
        said = "There is no such page."
    return _answer(request, error.status_code, said, dict(error.headers or {}))


async def _invalid(request: Request, error: Exception) -> Response:
    """What is wrong with the fields, without repeating what was in them."""
    assert isinstance(error, RequestValidationError)
    wrong: list[dict[str, Any]] = [
        {"loc": list(each["loc"]), "msg": each["msg"], "type": each["type"]}
        for each in error.errors()
    ]
    if request.url.path.startswith(API):
        return JSONResponse({"detail": wrong}, 422)
    return _answer(request, 422, "The request is not as this page sends it.", {})


def _answer(request: Request, status: int, said: str, headers: dict[str, str]) -> Response:
    if request.url.path.startswith(API):
        return JSONResponse({"detail": said}, status, headers)
    made = page(request, "message.html", status, said=said, heading="Not done")
    made.headers.update(headers)
    return made
