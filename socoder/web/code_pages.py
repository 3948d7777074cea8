"""The Code page: a posting in, its coding with all of its evidence out."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

from anyio.to_thread import run_sync
from fastapi import APIRouter, Request, Response

from socoder.errors import InputError
from socoder.records import POLICIES, Job
from socoder.web.code_form import Answer, CodeForm, answer, read_form
from socoder.web.coding_view import view
from socoder.web.forms import Sent, sent
from socoder.web.rendering import page
from socoder.web.settings import MAX_TEXT
from socoder.web.uploads import check_document, document_ending, store

if TYPE_CHECKING:
    from socoder.web.engine import Engine

router = APIRouter()


@router.get("/", include_in_schema=False)
async def empty_page(request: Request) -> Response:
    """The form, with nothing in it."""
    return _page(request, CodeForm())


@router.post("/code", include_in_schema=False)
async def code(request: Request) -> Response:
    """The coding of what the form holds. `action` is "code" (the text alone), "shares" or
    "answers" (with both), "unanswered" (with the shares alone) or "json"."""
    async with sent(request) as form:
        action = form.fields.get("action", "code")
        asked = CodeForm()
        try:
            changed = action != "code"
            asked = read_form(form.fields, changed, changed and action != "unanswered")
            asked = await _with_document(request, form, asked)
            found = await _engine(request).code(partial(answer, form=asked))
        except InputError as error:
            kept = asked if asked.job != Job() else _as_typed(form)
            return _page(request, kept, error=str(error), status=422)
    if action == "json":
        name = f"socoder-{found.coding.soc_code or 'no-code'}.json"
        return Response(
            json.dumps(found.coding.to_dict(), ensure_ascii=False, indent=2, allow_nan=False),
            media_type="application/json",
            headers={"content-disposition": f'attachment; filename="{name}"'},
        )
    return _page(request, asked, found)


async def _with_document(request: Request, form: Sent, asked: CodeForm) -> CodeForm:
    """The form with the text of the uploaded document in it, if there is one."""
    if "document" not in form.files:
        return asked
    upload = form.files["document"]
    ending = document_ending(upload.filename or "")
    target: Path = request.app.state.folder.path / f"{uuid4().hex}{ending}"
    job = await run_sync(_read_document, upload.file, target, asked.job.title)
    told = replace(asked.job, title=job.title, text=job.text)
    return replace(asked, job=told, shares={}, answers={})


def _read_document(source: object, target: Path, title: str) -> Job:
    from socoder.read import read_file

    try:
        store(source, target)  # type: ignore[arg-type]
        check_document(target)
        job = read_file(target, title)
    except InputError as error:
        raise InputError(str(error).replace(target.name, "the document")) from None
    finally:
        target.unlink(missing_ok=True)
    if len(job.text) > MAX_TEXT:
        raise InputError(f"the document has more than {MAX_TEXT:,} characters: give one job")
    return job


def _as_typed(form: Sent) -> CodeForm:
    """What was typed, as far as it can go back into the form."""
    names = ("title", "text", "industry", "department", "education", "employer_type")
    return CodeForm(Job(**{name: form.fields.get(name, "")[:MAX_TEXT] for name in names}))


def _page(
    request: Request,
    asked: CodeForm,
    found: Answer | None = None,
    error: str = "",
    status: int = 200,
) -> Response:
    return page(
        request,
        "code.html",
        status,
        form=asked,
        said=",".join(map(str, sorted(asked.shares))),
        policies=POLICIES,
        view=view(found.coding) if found else None,
        changes=found.changes if found else (),
        answered=found.answered if found else (),
        stated={place: f"{share * 100:.10g}" for place, share in asked.shares.items()},
        error=error,
    )


def _engine(request: Request) -> Engine:
    engine: Engine = request.app.state.engine
    return engine
