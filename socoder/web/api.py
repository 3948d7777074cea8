"""The JSON API, /api/v1: the same answers as the pages, for programs."""

from __future__ import annotations

import json
from functools import lru_cache, partial
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, ConfigDict, Field

from socoder import __version__, soc
from socoder.records import Job, Level, Policy
from socoder.web.answers import checked_answers
from socoder.web.code_form import RUNNERS_UP, CodeForm, answer
from socoder.web.settings import MAX_TEXT

router = APIRouter(prefix="/api/v1", tags=["coding"])


class Problem(BaseModel):
    """What was wrong, in one line, or a list of the fields that were."""

    detail: str | list[dict[str, Any]]


REFUSALS: dict[int | str, dict[str, Any]] = {
    status: {"model": Problem, "description": text}
    for status, text in (
        (400, "The body is not what its type says."),
        (401, "The access token is missing or wrong."),
        (403, "Written from another site."),
        (413, "Too large."),
        (415, "Not of the type that this takes."),
        (422, "A field or text that cannot be used as it is."),
        (503, "Too many are waiting: try again."),
    )
}


class CodeRequest(BaseModel):
    """One job to be coded."""

    model_config = ConfigDict(extra="forbid")

    title: str = Field("", max_length=2000, description="The job title.")
    text: str = Field("", max_length=MAX_TEXT, description="The posting or description.")
    industry: str = Field("", max_length=2000, description="Words, or a NAICS or Census code.")
    department: str = Field("", max_length=2000)
    education: str = Field("", max_length=2000, description="Education that the job requires.")
    employer_type: str = Field("", max_length=2000)
    policy: Policy = "guideline"
    top: int = Field(RUNNERS_UP, ge=0, le=100, description="How many runners-up.")
    time_shares: dict[Annotated[str, Field(pattern=r"^[0-9]{1,4}$")], Annotated[float, Field(ge=0, le=1)]] = Field(
        default_factory=dict,
        description="Number of a duty in an earlier answer, from 0 → its true share of time.",
    )  # fmt: skip
    answers: dict[Annotated[str, Field(max_length=100)], Annotated[str, Field(max_length=2000)]] = Field(
        default_factory=dict, max_length=50,
        description="Id of one of the `questions` of an earlier answer → per cent of the time, yes"
        " or no, one of its options, or words.",
    )  # fmt: skip


class Health(BaseModel):
    """That the server answers, and its version."""

    status: str
    version: str


class Found(BaseModel):
    """A group of the classification that a search found; `name` is what fitted."""

    code: str
    title: str
    level: Level
    score: float
    name: str


@lru_cache(maxsize=1)
def coding_schema() -> dict[str, Any]:
    """The published schema of a coding with its parts in place, as OpenAPI wants it: a reference
    into the document itself would point elsewhere there."""
    path = Path(__file__).parents[1] / "data" / "coding.schema.json"
    whole: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    parts = whole.pop("$defs")
    for name in ("$id", "$schema"):
        whole.pop(name)

    def placed(value: Any) -> Any:
        if isinstance(value, list):
            return [placed(each) for each in value]
        if not isinstance(value, dict):
            return value
        if "$ref" in value:
            rest = {key: each for key, each in value.items() if key != "$ref"}
            value = {**parts[value["$ref"].removeprefix("#/$defs/")], **rest}
        return {key: placed(each) for key, each in value.items()}

    placed_whole: dict[str, Any] = placed(whole)
    return placed_whole


@router.get("/health")
async def health() -> Health:
    """Whether the server answers."""
    return Health(status="ok", version=__version__)


@router.post(
    "/code",
    responses={
        **REFUSALS,
        200: {
            "description": "The coding, socoder.coding/1.",
            "content": {"application/json": {"schema": coding_schema()}},
        },
    },
)
async def code(request: Request, body: CodeRequest) -> dict[str, Any]:
    """The SOC code of one job with all of its evidence; nothing of it is stored."""
    job = Job(
        body.title, body.text, "", body.industry, body.department, body.education,
        body.employer_type,
    )  # fmt: skip
    shares = {int(place): share for place, share in body.time_shares.items()}
    answers = checked_answers({f"answer_{key}": said for key, said in body.answers.items()})
    form = CodeForm(job, body.policy, shares, answers)
    found = await request.app.state.engine.code(partial(answer, form=form, top=body.top))
    whole: dict[str, Any] = found.coding.to_dict()
    return whole


@router.get("/soc/search", responses=REFUSALS)
def search(
    q: Annotated[str, Query(max_length=200, description="Words of a title or duty.")],
    limit: Annotated[int, Query(ge=1, le=50)] = 10,
    level: Level | None = None,
) -> list[Found]:
    """Codes by words of titles, everyday titles and duties, or the code itself; best first."""
    from socoder.web.soc_lookup import look_up

    return [
        Found(code=hit.code, title=hit.title, level=hit.level, score=hit.score, name=hit.name)
        for hit in look_up(q, limit, level)
    ]


@router.get(
    "/soc/{code}",
    responses={**REFUSALS, 404: {"model": Problem, "description": "No such code."}},
)
def describe(code: str) -> dict[str, Any]:
    """All that is known about a code of any level."""
    from fastapi import HTTPException

    from socoder.errors import UnknownCodeError

    known = soc.load()
    try:
        return known.describe(known.find(code))
    except UnknownCodeError as error:
        raise HTTPException(404, str(error)) from None
